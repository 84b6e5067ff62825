#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/ensemble.hpp"
#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/compile/ode/tableau.hpp"
#include "tests/compile/lower/lowered.hpp"
#include "tests/places.hpp"

namespace ranvier::compile {
namespace {

using language::Model;
using Vector = std::vector<double>;

constexpr Adaptive all_methods[] = {Adaptive::dopri5, Adaptive::tsit5, Adaptive::dop853, Adaptive::rodas4,
                                    Adaptive::rodas5};

// --- tableaus
// ----------------------------------------------------------------------------------------------------------

struct Butcher {
    std::vector<Vector> A;
    Vector b, c;

    explicit Butcher(const Tableau& t)
        : A(static_cast<std::size_t>(t.stages), Vector(static_cast<std::size_t>(t.stages))), b(A.size()) {
        for (const Coefficient& e : t.a) {
            if (e.row < t.stages) {
                A[static_cast<std::size_t>(e.row)][static_cast<std::size_t>(e.column)] = e.value;
            } else if (e.row == t.stages) {
                b[static_cast<std::size_t>(e.column)] = e.value;
            }
        }
        c.assign(t.c.begin(), t.c.begin() + t.stages);
    }
    Vector times(const Vector& v) const {
        Vector out(v.size());
        for (std::size_t i = 0; i < v.size(); ++i) {
            for (std::size_t j = 0; j < v.size(); ++j) {
                out[i] += A[i][j] * v[j];
            }
        }
        return out;
    }
    double sum(const Vector& v) const {
        double s = 0;
        for (std::size_t i = 0; i < v.size(); ++i) {
            s += b[i] * v[i];
        }
        return s;
    }
};

Vector operator*(const Vector& a, const Vector& b) {
    Vector out(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        out[i] = a[i] * b[i];
    }
    return out;
}

TEST(Tableaus, explicit_ones_meet_the_conditions_of_all_trees_up_to_order_five) {
    for (const Adaptive method : {Adaptive::dopri5, Adaptive::tsit5, Adaptive::dop853}) {
        const Tableau* t = &tableau(method);
        const Butcher m(*t);
        const Vector one(m.b.size(), 1.0), &c = m.c;
        const auto A = [&](const Vector& v) { return m.times(v); };
        const auto expect = [&](const Vector& v, double value, const char* tree) {
            EXPECT_NEAR(m.sum(v), value, 1e-14)
                << t->name << " " << tree;  // entries are below 50, printed to 16 digits
        };
        const Vector rows = A(one);
        for (std::size_t i = 0; i < c.size(); ++i) {
            EXPECT_NEAR(rows[i], c[i], 2e-14) << t->name << " row " << i;
        }
        expect(one, 1, "b");
        expect(c, 1.0 / 2, "bc");
        expect(c * c, 1.0 / 3, "bc2");
        expect(A(c), 1.0 / 6, "bAc");
        expect(c * c * c, 1.0 / 4, "bc3");
        expect(c * A(c), 1.0 / 8, "bcAc");
        expect(A(c * c), 1.0 / 12, "bAc2");
        expect(A(A(c)), 1.0 / 24, "bAAc");
        expect(c * c * c * c, 1.0 / 5, "bc4");
        expect(c * c * A(c), 1.0 / 10, "bc2Ac");
        expect(A(c) * A(c), 1.0 / 20, "b(Ac)2");
        expect(c * A(c * c), 1.0 / 15, "bcAc2");
        expect(c * A(A(c)), 1.0 / 30, "bcAAc");
        expect(A(c * c * c), 1.0 / 20, "bAc3");
        expect(A(c * A(c)), 1.0 / 40, "bA(cAc)");
        expect(A(A(c * c)), 1.0 / 60, "bAAc2");
        expect(A(A(A(c))), 1.0 / 120, "bAAAc");
        double k = 1;
        for (Vector power = one; k <= t->order; ++k, power = power * c) {
            expect(power, 1 / k, "quadrature");
        }
        double error_sum = 0;
        for (const Coefficient& e : t->error) {
            error_sum += e.row == 0 ? e.value : 0;
        }
        EXPECT_NEAR(error_sum, 0, 1e-14) << t->name;  // both embedded results are consistent
    }
}

RightHandSide test_problem() {
    // not autonomous and not linear: x' = x cos t − x y², y' = −y + sin t
    RightHandSide p;
    p.size = 2;
    p.f = [](double t, std::span<const double> x, std::span<double> f) {
        f[0] = x[0] * std::cos(t) - x[0] * x[1] * x[1];
        f[1] = -x[1] + std::sin(t);
    };
    p.jacobian = [](double t, std::span<const double> x, View<double, 2> m) {
        m(0, 0) = std::cos(t) - x[1] * x[1];
        m(0, 1) = -2 * x[0] * x[1];
        m(1, 0) = 0;
        m(1, 1) = -1;
    };
    p.time_derivative = [](double t, std::span<const double> x, std::span<double> s) {
        s[0] = -x[0] * std::sin(t);
        s[1] = std::cos(t);
    };
    return p;
}

AdaptiveOptions with(Adaptive method, double tolerance = 1e-6) {
    AdaptiveOptions o;
    o.method = method;
    o.rtol = tolerance;
    o.atol = {tolerance};
    return o;
}

Vector fixed_steps(Adaptive method, int steps, double t1, double theta = -1) {
    const RightHandSide p = test_problem();
    const auto stepper = plain_stepper(p, with(method));
    const Vector x0{1, 0.5};
    stepper->start(0, x0);
    for (int k = 0; k < steps; ++k) {
        stepper->attempt(t1 / steps);
        if (k + 1 < steps || theta < 0) {
            stepper->accept();
        }
    }
    if (theta < 0) {
        return stepper->x();
    }
    Vector coefficients(static_cast<std::size_t>(stepper->rows()) * 2), x(2);
    stepper->dense(coefficients);
    evaluate_dense(coefficients, stepper->rows(), theta, x);
    return x;
}

/// Of both states at several times: no single error that happens to be small decides.
double largest_error(Adaptive method, int steps_per_unit) {
    double largest = 0;
    for (const int t : {1, 2, 3, 4}) {
        const Vector truth = fixed_steps(Adaptive::dop853, 500 * t, t), x = fixed_steps(method, steps_per_unit * t, t);
        largest = std::max({largest, std::abs(x[0] - truth[0]), std::abs(x[1] - truth[1])});
    }
    return largest;
}

TEST(Tableaus, observed_orders_are_those_declared) {
    const int orders[] = {5, 5, 8, 4, 5};
    const int coarse[] = {32, 32, 4, 64, 32};
    for (std::size_t k = 0; k < 5; ++k) {
        const double order =
            std::log2(largest_error(all_methods[k], coarse[k]) / largest_error(all_methods[k], 2 * coarse[k]));
        // Where steps are not tiny the terms beyond the first weigh more, for these pairs up to almost one order.
        EXPECT_GT(order, orders[k] - 0.3) << name(all_methods[k]);
        EXPECT_LT(order, orders[k] + 0.9) << name(all_methods[k]);
    }
}

TEST(Tableaus, dense_output_meets_both_ends_and_has_its_order_between) {
    const int orders[] = {4, 4, 7, 3, 4};
    const double steps[] = {0.1, 0.1, 0.5, 0.1, 0.1};
    for (std::size_t k = 0; k < 5; ++k) {
        const double h = steps[k];
        EXPECT_EQ(fixed_steps(all_methods[k], 1, h, 0)[0], 1.0);
        EXPECT_NEAR(fixed_steps(all_methods[k], 1, h, 1)[0], fixed_steps(all_methods[k], 1, h)[0], 1e-15);
        // one step of h: the error at θ is O(h^(order + 1))
        const auto error = [&](double step) {
            double largest = 0;
            for (const double theta : {0.2, 0.4, 0.6, 0.8}) {
                const Vector x = fixed_steps(all_methods[k], 1, step, theta),
                             truth = fixed_steps(Adaptive::dop853, 64, theta * step);
                largest = std::max({largest, std::abs(x[0] - truth[0]), std::abs(x[1] - truth[1])});
            }
            return largest;
        };
        EXPECT_NEAR(std::log2(error(2 * h) / error(h)), orders[k] + 1, 0.7) << name(all_methods[k]);
    }
}

// --- trajectories
// ------------------------------------------------------------------------------------------------------

TEST(Adaptive, a_compiled_step_is_the_step_of_the_tableau) {
    const Model m = language::loaded("lorenz");
    const System system(m);
    const RightHandSide rhs = right_hand_side(system);
    const Vector x0{1, 2, 20};
    for (const Adaptive method : {Adaptive::dopri5, Adaptive::tsit5, Adaptive::dop853}) {
        const auto a = compiled_stepper(system, rhs, with(method), true), b = plain_stepper(rhs, with(method));
        a->start(0, x0);
        b->start(0, x0);
        for (int k = 0; k < 3; ++k) {
            // sums of up to twelve terms, differently rounded
            EXPECT_NEAR(a->attempt(0.05) / b->attempt(0.05), 1, 1e-6) << name(method);
            Vector da(static_cast<std::size_t>(a->rows()) * 3), db(da);
            a->dense(da);
            b->dense(db);
            for (std::size_t i = 0; i < da.size(); ++i) {
                EXPECT_NEAR(da[i], db[i], 1e-9) << name(method) << " " << i;
            }
            for (std::size_t i = 0; i < 3; ++i) {
                EXPECT_NEAR(a->new_x()[i], b->new_x()[i], 1e-12);
            }
            a->accept();
            b->accept();
        }
        EXPECT_EQ(a->nfev, b->nfev);
    }
}

TEST(Adaptive, steps_and_evaluations_are_those_of_scipy) {
    std::ifstream file(ranvier::tests::source_folder() / "tests/reference/adaptive.json");
    const auto reference = nlohmann::json::parse(file);
    const Model lorenz = language::loaded("lorenz");
    const System system(lorenz);
    for (const auto& run : reference["lorenz"]) {
        AdaptiveOptions o = with(adaptive_method(run["method"].get<std::string>()), run["tolerance"]);
        const Solution s = solve(system, 0, run["t1"], Vector{0, 1, 0}, o);
        EXPECT_EQ(s.nfev, run["nfev"].get<int>()) << run["method"];
        ASSERT_EQ(s.t.size(), run["points"].get<std::size_t>()) << run["method"];
        for (std::size_t i = 0; i < 3; ++i) {
            // rounding differs and grows with the flow's e^(0.9 t) over t1 = 5, from 1e-16 to below 1e-10
            EXPECT_NEAR(s.row(static_cast<index>(s.t.size()) - 1)[i], run["x"][i].get<double>(), 1e-9) << run["method"];
        }
    }
}

TEST(Adaptive, the_error_follows_the_tolerance) {
    const RightHandSide p = test_problem();
    const Vector truth = fixed_steps(Adaptive::dop853, 2000, 2), x0{1, 0.5};
    for (const Adaptive method : all_methods) {
        for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
            const Solution s = solve(p, 0, 2, x0, with(method, tolerance));
            ASSERT_TRUE(s.success());
            EXPECT_LT(std::abs(s.row(static_cast<index>(s.t.size()) - 1)[0] - truth[0]), 30 * tolerance)
                << name(method);
        }
    }
}

TEST(Adaptive, backwards_in_time_it_returns_to_where_it_began) {
    const RightHandSide p = test_problem();
    const Vector x0{1, 0.5};
    for (const Adaptive method : all_methods) {
        const Solution there = solve(p, 0, 2, x0, with(method, 1e-9));
        const Solution back = solve(p, 2, 0, there.row(static_cast<index>(there.t.size()) - 1), with(method, 1e-9));
        EXPECT_EQ(back.t.back(), 0);
        EXPECT_NEAR(back.row(static_cast<index>(back.t.size()) - 1)[0], 1, 1e-6) << name(method);
    }
}

TEST(Adaptive, roots_of_events_are_found_to_a_picosecond_in_a_second) {
    const Model m = numbers("dx/dt = y : 1\ndy/dt = -x : 1");
    const System system(m);
    AdaptiveOptions o = with(Adaptive::dop853, 1e-13);
    o.events = {{[](double, std::span<const double> x) { return x[0]; }, 0, 0},
                {[](double, std::span<const double> x) { return x[0]; }, -1, 0},
                {[](double, std::span<const double> x) { return x[0]; }, 1, 2}};
    const Solution s = solve(system, 0, 100, Vector{1, 0}, o);
    EXPECT_EQ(s.status, Status::terminated);
    // cos t falls through 0 at π/2, 5π/2; rises at 3π/2, 7π/2, where the second rise ends the run
    constexpr double pi = std::numbers::pi;
    ASSERT_EQ(s.t_events[0].size(), 4U);
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(s.t_events[0][k], pi * (static_cast<double>(k) + 0.5), 1e-12);
    }
    ASSERT_EQ(s.t_events[1].size(), 2U);
    EXPECT_NEAR(s.t_events[2].back(), 3.5 * pi, 1e-12);
    EXPECT_EQ(s.t.back(), s.t_events[2].back());
}

TEST(Adaptive, dense_output_and_t_eval_are_the_same_curve) {
    const Model m = numbers("dx/dt = y : 1\ndy/dt = -x : 1");
    const System system(m);
    for (const Adaptive method : all_methods) {
        AdaptiveOptions o = with(method, 1e-8);
        o.dense_output = true;
        const Solution whole = solve(system, 0, 10, Vector{1, 0}, o);
        o.dense_output = false;
        for (int k = 0; k <= 100; ++k) {
            o.t_eval.push_back(k * 0.1);
        }
        const Solution some = solve(system, 0, 10, Vector{1, 0}, o);
        ASSERT_EQ(some.t.size(), 101U);
        Vector x(2);
        for (index k = 0; k <= 100; ++k) {
            (*whole.dense)(some.t[static_cast<std::size_t>(k)], x);
            EXPECT_EQ(x[0], some.row(k)[0]) << name(method) << " " << k;
            EXPECT_NEAR(x[0], std::cos(k * 0.1), 2e-6) << name(method);
        }
    }
}

TEST(Adaptive, rosenbrock_methods_solve_what_is_stiff) {
    // Van der Pol with 1/ε = 1e6 at t = 2: the value of Hairer & Wanner's test set (vdpol, printed there to 16 digits)
    const Model m = numbers("dx/dt = y : 1\ndy/dt = ((1 - x**2)*y - x)*1e6 : 1");
    const System system(m);
    for (const Adaptive method : {Adaptive::rodas4, Adaptive::rodas5}) {
        const Solution s = solve(system, 0, 2, Vector{2, -0.66}, with(method, 1e-8));
        ASSERT_TRUE(s.success());
        EXPECT_NEAR(s.row(static_cast<index>(s.t.size()) - 1)[0], 1.706167732170483, 1e-6) << name(method);
        EXPECT_NEAR(s.row(static_cast<index>(s.t.size()) - 1)[1], -0.8928097010247975, 1e-6) << name(method);
        EXPECT_LT(s.nfev, 50000) << name(method);  // stability would cost explicit methods more than 1e6
        EXPECT_GT(s.njev, 0);
    }
}

TEST(Adaptive, a_trajectory_that_explodes_fails_and_says_where) {
    const Model m = numbers("dx/dt = x**2 : 1");  // 1/(1 − t)
    const Solution s = solve(System(m), 0, 2, Vector{1}, with(Adaptive::dopri5));
    EXPECT_FALSE(s.success());
    EXPECT_NEAR(s.t.back(), 1, 1e-3);
    EXPECT_NE(s.message.find("spacing of numbers"), std::string::npos);
}

TEST(Adaptive, lorenz_stays_the_same_with_any_number_of_threads) {
    const Model m = language::loaded("lorenz");
    Ensemble e;
    e.members = 70;
    for (index k = 0; k < e.members; ++k) {
        e.parameters["rho"].push_back(20 + 0.2 * static_cast<double>(k));
    }
    std::vector<Vector> ends;
    for (const int n : {1, 3}) {
        const ThreadLimit limit(n);
        Vector end;
        for (const Solution& s : solve_each(m, e, 0, 5, with(Adaptive::dop853, 1e-9))) {
            end.insert(end.end(), s.x.end() - 3, s.x.end());
        }
        EnsembleResult fixed = run(m, e, {.method = "rk4", .dt = 0.01, .steps = 500, .record = {"x"}, .every = 10});
        end.insert(end.end(), fixed.final["z"].begin(), fixed.final["z"].end());
        ends.push_back(end);
        EXPECT_EQ(fixed.t.size(), 50U);
        // a member alone is the same member
        const System alone(m, {{"rho", 20 + 0.2 * 41}});
        const Solution s = solve(alone, 0, 5, Vector{0, 1, 0}, with(Adaptive::dop853, 1e-9));
        EXPECT_EQ(end[3 * 41], s.x[s.x.size() - 3]);
    }
    EXPECT_TRUE(same_bits(ends[0], ends[1]));
}

// --- spikes
// --------------------------------------------------------------------------------------------------------------

TEST(Spiking, the_f_I_curve_of_the_leaky_neuron_is_its_formula) {
    const Model m = language::loaded("leaky_integrate_and_fire");
    for (const double I : {0.3755e-9, 0.4e-9, 0.5e-9, 1e-9, 5e-9}) {
        System system(m, {{"I", I}});
        const double tau = system.parameter("tau_m"), R = system.parameter("R"), t_ref = system.parameter("t_ref");
        const double rise = R * I, threshold = system.parameter("V_t") - system.parameter("E_L");
        const double expected = 1 / (t_ref + tau * std::log(rise / (rise - threshold)));
        AdaptiveOptions o = with(Adaptive::dop853, 1e-12);
        o.atol = {1e-15};
        const SpikingSolution s = solve_spiking(system, 0, 2, Vector{system.parameter("E_L")}, o);
        ASSERT_GT(s.spikes.size(), 3U) << I;
        const double rate = static_cast<double>(s.spikes.size() - 1) / (s.spikes.back() - s.spikes.front());
        EXPECT_NEAR(rate / expected, 1, 1e-9) << I;
    }
}

TEST(Spiking, a_reset_gives_two_rows_of_one_time) {
    const Model m = language::loaded("leaky_integrate_and_fire");
    const System system(m);
    const SpikingSolution s = solve_spiking(system, 0, 0.02, Vector{-65e-3}, with(Adaptive::dopri5, 1e-9));
    ASSERT_GE(s.spikes.size(), 1U);
    bool found = false;
    for (std::size_t k = 1; k < s.t.size(); ++k) {
        if (s.t[k] == s.t[k - 1] && s.t[k] == s.spikes[0]) {
            found = true;
            EXPECT_NEAR(s.x[k - 1], -50e-3, 1e-12);
            EXPECT_EQ(s.x[k], -65e-3);
        }
    }
    EXPECT_TRUE(found);
}

TEST(Spiking, a_spike_without_reset_is_told_once) {
    // v = sin t is above 1/2 from π/6 to 5π/6; refractory or not, that is one spike for each turn.
    for (const char* refractory : {"v > 0.5", ""}) {
        language::Parts parts;
        parts.time = language::Time::number;
        parts.threshold = "v > 0.5";
        parts.refractory = refractory;
        const Model m = model_of("dv/dt = w : 1\ndw/dt = -v : 1", parts);
        for (const Adaptive method : {Adaptive::dop853, Adaptive::dopri5}) {
            const SpikingSolution s = solve_spiking(System(m), 0, 100, Vector{0, 1}, with(method, 1e-12));
            ASSERT_EQ(s.spikes.size(), 16u) << refractory;
            for (std::size_t k = 0; k < s.spikes.size(); ++k) {
                EXPECT_NEAR(s.spikes[k], std::numbers::pi * (1.0 / 6 + 2 * static_cast<double>(k)), 1e-9);
            }
        }
    }
}

TEST(Adaptive, noise_of_strength_zero_is_none) {
    const Model m = numbers("dx/dt = -x + sigma*xi : 1\nsigma : 1"), multiplicative = numbers("dx/dt = -x + x*xi : 1");
    const Solution s = solve(System(m, {{"sigma", 0}}), 0, 1, Vector{1}, with(Adaptive::dop853, 1e-12));
    EXPECT_NEAR(s.x.back(), std::exp(-1), 1e-11);
    EXPECT_THROW(solve(System(m, {{"sigma", 0.1}}), 0, 1, Vector{1}), InvalidInput);
    EXPECT_THROW(solve(System(multiplicative), 0, 1, Vector{0}), InvalidInput);
    EXPECT_THROW(solve_each(m, {.parameters = {{"sigma", {0, 0.1}}}, .members = 2}, 0, 1), InvalidInput);
}

TEST(Spiking, an_upstroke_that_runs_away_before_its_threshold_is_a_spike) {
    // v' = e^v from 0 reaches infinity at t = 1 and a threshold of 60 within 1e-26 before: less than the spacing of
    // times.
    language::Parts parts;
    parts.time = language::Time::number;
    parts.threshold = "v > 60";
    parts.reset = "v = 0\nn += 1";
    const Model m = model_of("dv/dt = exp(v) : 1\ndn/dt = 0 : 1", parts);
    const SpikingSolution s = solve_spiking(System(m), 0, 10.5, Vector{0, 0}, with(Adaptive::dop853, 1e-12));
    ASSERT_TRUE(s.success()) << s.message;
    ASSERT_EQ(s.spikes.size(), 10u);
    EXPECT_NEAR(s.spikes[9], 10, 1e-10);
    EXPECT_EQ(s.x.back(), 10);
}

TEST(Adaptive, what_happens_at_steps_wants_steps) {
    try {
        solve(System(language::loaded("two_state_channels")), 0, 1, Vector{});
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_NE(std::string(error.what()).find("wants fixed steps"), std::string::npos) << error.what();
    }
}

TEST(Spiking, a_threshold_that_stays_true_is_an_error) {
    language::Parts parts;
    parts.threshold = "v > 1";
    parts.reset = "v = 2";
    const Model m = model_of("dv/dt = 1/second : 1", parts);
    EXPECT_THROW(solve_spiking(System(m), 0, 3, Vector{0}, with(Adaptive::dopri5)), NumericalError);
}

// --- known figures
// ---------------------------------------------------------------------------------------------------------

TEST(Neurons, hodgkin_huxley_fires_at_the_reference_rates) {
    // RK4, step 0.01 ms, first second dropped, upward crossings of 0 mV interpolated: 52.37, 68.32, 86.47, 117.04 Hz
    const Model m = language::loaded("hodgkin_huxley");
    Ensemble e;
    e.members = 4;
    e.parameters["I"] = {6.3e-2, 10e-2, 20e-2, 50e-2};  // [A/m²]: 1 µA/cm² is 1e-2
    const double expected[] = {52.37, 68.32, 86.47, 117.04};
    const EnsembleResult r = run(m, e, {.method = "rk4", .dt = 1e-5, .steps = 300000, .record = {"v"}, .every = 5});
    const auto& v = r.recorded.at("v");
    for (index k = 0; k < 4; ++k) {
        Vector crossings;
        for (index row = 1; row < v.extent(0); ++row) {
            const double a = v(row - 1, k), b = v(row, k), t = r.t[static_cast<std::size_t>(row)];
            if (t > 1 && a <= 0 && b > 0) {
                crossings.push_back(t - 5e-5 * b / (b - a));
            }
        }
        ASSERT_GT(crossings.size(), 10U);
        const double rate = static_cast<double>(crossings.size() - 1) / (crossings.back() - crossings.front());
        EXPECT_NEAR(rate, expected[k], 0.05);
    }
}

}  // namespace
}  // namespace ranvier::compile
