#include "ranvier/dynamics/trajectories.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/dynamics/cycles.hpp"
#include "ranvier/dynamics/equilibria.hpp"
#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/dynamics/voltage_clamp.hpp"
#include "tests/dynamics/systems.hpp"

namespace ranvier::dynamics {
namespace {

TEST(Trajectories, TheExponentsOfALinearFlowAreItsRealParts) {
    const auto flow =
        systems::flow({"x", "y", "z"}, {1, 1, 1}, {}, {}, [](double, const double* x, const double*, double* d) {
            d[0] = -x[0] + 3 * x[1];
            d[1] = -3 * x[0] - x[1];
            d[2] = -0.25 * x[2];
        });
    LyapunovOptions options;
    options.duration = 200;
    options.transient = 60;
    const auto spectrum = lyapunov_spectrum(flow, {}, flow.x0, options);
    EXPECT_NEAR(spectrum.exponents[0], -0.25, 1e-8);
    EXPECT_NEAR(spectrum.exponents[1], -1, 1e-8);
    EXPECT_NEAR(spectrum.exponents[2], -1, 1e-8);
}

TEST(Trajectories, LorenzsExponentsAddUpToItsDivergence) {
    const auto flow = systems::lorenz();
    LyapunovOptions options;
    options.transient = 50;
    options.duration = 20000;  // chance is ~0.002
    const auto spectrum = lyapunov_spectrum(flow, flow.p0, flow.x0, options);
    const auto& l = spectrum.exponents;
    EXPECT_NEAR(l[0] + l[1] + l[2], -(10 + 1 + 8.0 / 3), 1e-6);
    EXPECT_NEAR(l[0], 0.9056, 0.003);
    EXPECT_NEAR(l[1], 0, 0.003);
    EXPECT_NEAR(l[2], -14.572, 0.003);
    EXPECT_EQ(spectrum.history.extent(0), 20000);
}

TEST(Trajectories, ASectionOfTheHarmonicOscillatorIsMetOncePerPeriod) {
    const auto flow =
        systems::flow({"x", "y"}, {1, 0}, {"w"}, {2}, [](double, const double* x, const double* p, double* d) {
            d[0] = p[0] * x[1];
            d[1] = -p[0] * x[0];
        });
    const auto section = poincare_section(flow, flow.p0, flow.x0, 1, 0, -1, 1, 30);
    ASSERT_GT(section.t.size(), 8u);
    for (std::size_t k = 0; k < section.t.size(); ++k) {
        const double turns = section.t[k] / std::numbers::pi;  // y = −sin 2t falls through 0 at 0, π, 2π, …
        EXPECT_NEAR(turns, std::round(turns), 1e-7);
        EXPECT_NEAR(section.x(static_cast<index>(k), 0), 1, 1e-6);
    }
}

TEST(Trajectories, ACycleAndAChaoticAttractorAreOneEachWhereverTheWindowCutsThem) {
    auto neuron = systems::fitzhugh_nagumo();
    neuron.p0[0] = 0.5;
    const auto cycle = basins(neuron, neuron.p0, {0, 1, {-2.5, 2.5}, {-1, 2}, {}}, 200, 6, 6);
    EXPECT_EQ(cycle.mean.extent(0), 1);
    const auto lorenz = systems::lorenz();
    const auto chaos = basins(lorenz, lorenz.p0, {0, 1, {-20, 20}, {-20, 20}, {}}, 200, 6, 6);
    EXPECT_EQ(chaos.mean.extent(0), 1);
    // Beside the cycle of the subcritical range rests a focus: two attractors, one inside the other.
    const auto inside =
        systems::flow({"x", "y"}, {0, 0}, {}, {}, [](double, const double* x, const double*, double* d) {
            const double r2 = x[0] * x[0] + x[1] * x[1], growth = -0.25 + 1.25 * r2 - r2 * r2;  // stable: r = 0 and 1
            d[0] = growth * x[0] - x[1];
            d[1] = growth * x[1] + x[0];
        });
    const auto both = basins(inside, {}, {0, 1, {-1.5, 1.5}, {-1.5, 1.5}, {}}, 200, 15, 15);
    ASSERT_EQ(both.mean.extent(0), 2);
    for (index i = 0; i < 15; ++i) {
        for (index j = 0; j < 15; ++j) {
            const double r = std::hypot(both.x[static_cast<std::size_t>(j)], both.y[static_cast<std::size_t>(i)]);
            EXPECT_EQ(both.attractor(i, j), both.attractor(r < 0.5 ? 7 : 0, r < 0.5 ? 7 : 0)) << r;
        }
    }
}

TEST(Trajectories, ADoubleWellHasTwoBasinsWithTheBorderAtZero) {
    const auto flow = systems::flow({"x", "y"}, {0, 0}, {}, {}, [](double, const double* x, const double*, double* d) {
        d[0] = x[0] - x[0] * x[0] * x[0];
        d[1] = -x[1];
    });
    const Plane plane{0, 1, {-2, 2}, {-1, 1}, {}};
    const auto b = basins(flow, {}, plane, 60, 20, 5);
    ASSERT_EQ(b.mean.extent(0), 2);
    for (index row = 0; row < 5; ++row) {
        for (index column = 0; column < 20; ++column) {
            EXPECT_EQ(b.attractor(row, column), b.x[static_cast<std::size_t>(column)] < 0 ? 0 : 1);
        }
    }
    EXPECT_NEAR(b.mean(0, 0), -1, 1e-6);
    const ThreadLimit one(1);
    const auto again = basins(flow, {}, plane, 60, 20, 5);
    EXPECT_TRUE(std::equal(b.mean.data(), b.mean.data() + 4, again.mean.data()));
}

TEST(Trajectories, WhatRunsAwayBelongsToNoAttractor) {
    const auto flow = systems::flow({"x", "y"}, {0, 0}, {}, {}, [](double, const double* x, const double*, double* d) {
        d[0] = -x[0] + x[0] * x[0] * x[0];
        d[1] = -x[1];
    });
    const auto b = basins(flow, {}, {0, 1, {-2, 2}, {-1, 1}, {}}, 30, 8, 2);
    for (index column = 0; column < 8; ++column) {
        EXPECT_EQ(b.attractor(0, column), std::abs(b.x[static_cast<std::size_t>(column)]) < 1 ? 0 : -1);
    }
}

language::Model loaded(const char* name) { return language::loaded(name); }

TEST(ModelFlow, ACompiledModelHasTheBifurcationsOfTheHandWrittenOne) {
    const auto model = loaded("morris_lecar");
    const auto compiled = flow(model, "hopf", {{"I", 0.0}});
    const auto by_hand = systems::morris_lecar(4.4, 2, 30, 0.04);
    const index I = parameter_index(compiled, "I");
    const auto diagram = continue_equilibria(compiled, compiled.p0, I, {0, 3}, compiled.x0);  // A/m² = 100 µA/cm²
    const auto reference = continue_equilibria(by_hand, by_hand.p0, 0, {0, 300}, by_hand.x0);
    ASSERT_EQ(diagram.special_points.size(), reference.special_points.size());
    for (std::size_t k = 0; k < reference.special_points.size(); ++k) {
        const auto &a = diagram.special_points[k], &b = reference.special_points[k];
        EXPECT_EQ(a.kind, b.kind);
        EXPECT_NEAR(a.parameter * 100, b.parameter, 1e-7);
        EXPECT_NEAR(a.frequency / 1000, b.frequency, 1e-9);  // 1/s and 1/ms
        EXPECT_NEAR(a.lyapunov, b.lyapunov, 1e-4 * std::abs(b.lyapunov));
    }
    const auto cycles = continue_cycles(compiled, compiled.p0, I, {0, 3}, diagram.special_points[0]);
    EXPECT_EQ(cycles.end, "hopf");
}

TEST(ModelFlow, BarsOfTheShippedModels) {
    const auto hopf = [](const Flow& f, const char* parameter, std::array<double, 2> range) {
        std::vector<double> at;
        const index k = parameter_index(f, parameter);
        auto p = f.p0;
        p[static_cast<std::size_t>(k)] = range[0];
        for (const auto& s : continue_equilibria(f, p, k, range, f.x0).special_points) {
            if (s.kind == Bifurcation::hopf) {
                at.push_back(s.parameter);
            }
        }
        std::sort(at.begin(), at.end());
        return at;
    };
    const auto squid = hopf(flow(loaded("hodgkin_huxley")), "I", {0, 2});
    ASSERT_EQ(squid.size(), 2u);
    EXPECT_NEAR(squid[0] * 100, 9.775, 0.01);
    EXPECT_NEAR(squid[1] * 100, 154.52, 0.01);
    const auto fitzhugh = hopf(flow(loaded("fitzhugh_nagumo")), "I", {0, 2});
    ASSERT_EQ(fitzhugh.size(), 2u);
    EXPECT_NEAR(fitzhugh[0], 0.331281, 1e-5);
    EXPECT_NEAR(fitzhugh[1], 1.418719, 1e-5);
    const auto lecar = hopf(flow(loaded("morris_lecar"), "saddle_node"), "I", {0, 1.5});
    ASSERT_EQ(lecar.size(), 1u);
    EXPECT_NEAR(lecar[0] * 100, 97.788, 1e-3);
}

TEST(ModelFlow, ParametersThatAreMadeOfOthersFollowThem) {
    const auto checked = language::checked_file(
        "model: followers\nkind: system\ntime: 1\nparameters:\n    a = 2\n    b = 3*a\n    c = b + 1\n"
        "equations:\n    dx/dt = c - x : 1\n",
        "followers.model");
    ASSERT_TRUE(checked.diagnostics.empty());
    const auto f = flow(checked.model);
    const auto slope_of = [&](std::vector<double> p) {
        const double x = 0;
        double d = 0;
        f.rhs(0, &x, p.data(), &d);
        return d;
    };
    EXPECT_EQ(slope_of(f.p0), 7);
    EXPECT_EQ(slope_of({5, 6, 7}), 16);   // b and c as the text says
    EXPECT_EQ(slope_of({5, 10, 7}), 11);  // b is somebody's own choice, c follows it
    EXPECT_EQ(slope_of({5, 6, 1}), 1);
    // d c/d a = 3: what is continued is what the text means.
    const auto diagram = continue_equilibria(f, f.p0, 0, {0, 10}, f.x0);
    for (const auto& point : diagram.branches[0]) {
        EXPECT_NEAR(point.x[0], 3 * point.parameter + 1, 1e-9);
    }
    const auto given = flow(checked.model, "", {{"b", 6}});
    const double x = 0, p[3] = {5, 6, 7};
    double d = 0;
    given.rhs(0, &x, p, &d);
    EXPECT_EQ(d, 7);
}

double inward(double v, double g) { return g * (-0.05 - v); }  // [V], [S] → [A]

TEST(ModelFlow, AUsersOwnFunctionIsCalledWithSiNumbersAndDifferentiatedByDifferences) {
    const auto volt = language::unit_from_text("volt").dimension, siemens = language::unit_from_text("nS").dimension;
    language::Scope scope;
    scope.functions.push_back({"inward", reinterpret_cast<const void*>(&inward), {volt, siemens}, volt * siemens});
    language::Parts parts;
    parts.equations = "dv/dt = (inward(v, 10*nS) + I)/(100*pF) : mV\nI : nA";
    const auto f = flow(language::model(parts, scope), "", {{"I", 0}});
    EXPECT_FALSE(f.jacobian);
    const double v = -60e-3;
    double d = 0;
    f.rhs(0, &v, f.p0.data(), &d);
    EXPECT_NEAR(d, 1.0, 1e-12);  // 10 nS · 10 mV / 100 pF = 1 V/s
    const auto rest = fixed_point(f, f.p0, std::vector<double>{-70e-3});
    EXPECT_NEAR(rest.x[0], -50e-3, 1e-12);
    EXPECT_NEAR(rest.eigenvalues[0].real(), -100, 1e-6);  // −g/C
    const auto system = compile::System(language::model(parts, scope), {{"I", 0}});
    compile::AdaptiveOptions options;
    options.method = compile::Adaptive::rodas5;
    options.rtol = 1e-9;
    options.atol = {1e-12};
    const auto relaxed = compile::solve(system, 0, 0.01, std::vector<double>{-60e-3}, options);
    ASSERT_TRUE(relaxed.success()) << relaxed.message;
    EXPECT_NEAR(relaxed.x.back(), -50e-3 - 10e-3 * std::exp(-1), 1e-10);
}

TEST(VoltageClamp, GatesRelaxToTheirVoltage) {
    const auto model = loaded("hodgkin_huxley");
    const compile::System squid(model, language::parameter_values(model));
    const std::vector<double> x0{-65e-3, 0.1, 0.5, 0.3}, levels{-20e-3, 30e-3}, t{0, 1e-3, 3e-3, 8e-3};
    const auto n = voltage_clamp(squid, 0, levels, x0, t, "n"), I = voltage_clamp(squid, 0, levels, x0, t, "I_K");
    for (index k = 0; k < 2; ++k) {
        const double v = levels[static_cast<std::size_t>(k)] * 1e3;
        const double a = 0.01 * (v + 55) / -std::expm1(-(v + 55) / 10), b = 0.125 * std::exp(-(v + 65) / 80);
        for (index i = 0; i < 4; ++i) {
            const double truth =
                a / (a + b) + (0.3 - a / (a + b)) * std::exp(-(a + b) * t[static_cast<std::size_t>(i)] * 1e3);
            EXPECT_NEAR(n(k, i), truth, 1e-7);
            EXPECT_NEAR(I(k, i), 360 * std::pow(truth, 4) * (v + 77) * 1e-3, 1e-5);  // [A/m²], of up to 30
        }
    }
    EXPECT_THROW(voltage_clamp(squid, 4, levels, x0, t, "n"), InvalidInput);
    EXPECT_THROW(voltage_clamp(squid, 0, levels, x0, t, "q"), InvalidInput);
}

TEST(Firing, ALeakyNeuronsRateIsTheFormula) {
    const auto model = loaded("leaky_integrate_and_fire");
    const std::vector<double> currents{0.2e-9, 0.376e-9, 0.5e-9, 0.9e-9};
    const auto trains = spike_trains(model, "", {}, "I", currents, 0.05, 1.0, {1e-12, 1e-12});
    const auto f = rates(trains);
    for (std::size_t k = 0; k < currents.size(); ++k) {
        const double drive = 40e6 * currents[k];  // R I, from E_L = V_r = −65 mV to V_t = −50 mV
        const double rate = drive <= 15e-3 ? 0 : 1 / (2e-3 + 10e-3 * std::log(drive / (drive - 15e-3)));
        EXPECT_NEAR(f[k], rate, 1e-9 * std::max(rate, 1.0));
    }
}

TEST(Firing, HindmarshAndRosesNeuronIsChaoticAtTheCurrentOfTheLiterature) {
    const auto rose = flow(loaded("hindmarsh_rose"));
    LyapunovOptions options;
    options.transient = 1000;
    options.duration = 8000;
    options.interval = 2;
    options.count = 1;
    options.tolerance = {1e-8, 1e-8};
    EXPECT_GT(lyapunov_spectrum(rose, rose.p0, rose.x0, options).exponents[0], 0.003);  // I = 3.25
    // Tonic at I = 4: one interval; bursting at 2: short ones and a long one.
    const std::vector<double> currents{2, 4};
    const auto trains = spike_trains(rose, rose.p0, parameter_index(rose, "I"), currents, rose.x0, 0, 0.5, 1500, 1500);
    const auto spread = [](const std::vector<double>& t) {
        double low = 1e9, high = 0;
        for (std::size_t k = 1; k < t.size(); ++k) {
            low = std::min(low, t[k] - t[k - 1]);
            high = std::max(high, t[k] - t[k - 1]);
        }
        return high / low;
    };
    ASSERT_GT(trains[1].size(), 10u);
    EXPECT_LT(spread(trains[1]), 1.01);
    EXPECT_GT(spread(trains[0]), 3);
}

}  // namespace
}  // namespace ranvier::dynamics
