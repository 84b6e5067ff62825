#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/compile/lower/integrator.hpp"
#include "tests/compile/lower/lowered.hpp"

namespace ranvier::compile {
namespace {

using language::Model;

/// All lanes after `steps` steps of length `dt`, from the given states.
Memory stepped(const Model& m, const std::string& method, double dt, std::int64_t steps,
               const std::map<std::string, double>& start, index lanes = 1, std::uint64_t seed = 1,
               const std::vector<std::string>& record = {}) {
    const Kernel kernel = compiled(lowered(m, {.method = method, .record = record}).program);
    Memory memory(kernel.program(), m, lanes, Scalar::float64, steps);
    for (const auto& [name, value] : start) {
        memory.give(name, value);
    }
    memory.give("dt", dt);
    memory.give("record.every", 1);
    KernelCall call = memory.call();
    call.dt = dt;
    call.steps = steps;
    call.seed = seed;
    kernel.run(call);
    return memory;
}

/// log2 of the ratio of errors at steps h and h/2.
double observed_order(const std::function<double(int steps)>& error, int steps) {
    return std::log2(error(steps) / error(2 * steps));
}

TEST(Integrators, orders_without_noise_are_those_declared) {
    // x' = x cos t − x y, y' = −y: y = exp(−t), x = exp(sin t − 1 + exp(−t)); conditionally linear and with t
    const Model m = numbers("dx/dt = x*cos(t) - x*y : 1\ndy/dt = -y : 1");
    const double truth = std::exp(std::sin(1.0) - 1 + std::exp(-1.0));
    for (const Integrator& i : integrators()) {
        if (i.name == "exact") {
            continue;
        }
        const auto error = [&](int steps) {
            return std::abs(stepped(m, std::string(i.name), 1.0 / steps, steps, {{"x", 1}, {"y", 1}}).value("x", 0) -
                            truth);
        };
        // The next term of the error shifts the observed order by less than 0.1 at these steps.
        EXPECT_NEAR(observed_order(error, i.order == 4 ? 40 : 200), i.order, 0.1) << i.name;
    }
}

TEST(Integrators, exponential_euler_is_exact_where_coefficients_stand_still) {
    const Model m = numbers("dx/dt = 3 - 2*x : 1\ndy/dt = 2 : 1");
    const Memory end = stepped(m, "exponential_euler", 0.5, 4, {{"x", 5}, {"y", 1}});
    EXPECT_NEAR(end.value("x", 0), 1.5 + 3.5 * std::exp(-4.0), 1e-15);
    EXPECT_EQ(end.value("y", 0), 5);
}

TEST(Integrators, exact_solves_a_rotation) {
    const Model m = numbers("dx/dt = w*y : 1\ndy/dt = -w*x : 1\nw : 1");
    const Memory end = stepped(m, "exact", 0.37, 1000, {{"x", 1}, {"y", 0}, {"w", 2}});
    // 1000 products of the propagator, each off by a few ulp
    EXPECT_NEAR(end.value("x", 0), std::cos(740.0), 1e-12);
    EXPECT_NEAR(end.value("y", 0), -std::sin(740.0), 1e-12);
}

TEST(Integrators, exact_needs_no_distinct_eigenvalues) {
    // g' = −a g + s, s' = −a s: s = exp(−a t), g = t exp(−a t): the alpha function, a defective matrix; and one further
    const Model m = numbers("dg/dt = -a*g + s : 1\nds/dt = -a*s : 1\ndv/dt = -a*v + g : 1\na : 1");
    for (const double a : {0.1, 1.0, 30.0}) {
        const Memory end = stepped(m, "exact", 0.25, 8, {{"g", 0}, {"s", 1}, {"v", 0}, {"a", a}});
        const double t = 2;
        EXPECT_NEAR(end.value("s", 0), std::exp(-a * t), 1e-14 * std::exp(-a * t) * (1 + a * t));
        EXPECT_NEAR(end.value("g", 0), t * std::exp(-a * t), 2e-14 * t * std::exp(-a * t) * (1 + a * t));
        EXPECT_NEAR(end.value("v", 0), t * t / 2 * std::exp(-a * t), 5e-14 * t * t * std::exp(-a * t) * (1 + a * t));
    }
}

TEST(Integrators, exact_solves_synapses_that_charge_a_membrane) {
    // dv/dt = (E + g − v)/τ, dg/dt = −g/τ_g: v = E(1 − e^{−t/τ}) + g0 τ_g/(τ_g − τ) (e^{−t/τ_g} − e^{−t/τ})
    const Model m = numbers("dv/dt = (E + g - v)/tau : 1\ndg/dt = -g/tau_g : 1\nE : 1\ntau : 1\ntau_g : 1");
    const Memory end = stepped(m, "exact", 0.1, 50, {{"v", 0}, {"g", 7}, {"E", 2}, {"tau", 20}, {"tau_g", 5}});
    const double t = 5, rise = 1 - std::exp(-t / 20);
    EXPECT_NEAR(end.value("v", 0), 2 * rise + 7 * 5.0 / (5 - 20) * (std::exp(-t / 5) - std::exp(-t / 20)), 1e-14);
}

TEST(Integrators, exact_shows_what_it_can_not_do) {
    // A·dt of norm 1e9 is beyond 24 squarings; a wrong number would look right
    const Model m = numbers("dx/dt = y : 1\ndy/dt = -w*x : 1\nw : 1");
    EXPECT_TRUE(std::isnan(stepped(m, "exact", 1, 1, {{"x", 1}, {"y", 0}, {"w", 1e9}}).value("x", 0)));
}

TEST(Integrators, the_choice_is_exact_then_exponential_euler_then_euler_then_heun) {
    EXPECT_EQ(chosen_integrator(numbers("dx/dt = -x : 1")).name, "exact");
    EXPECT_EQ(chosen_integrator(numbers("dx/dt = -x*y : 1\ndy/dt = -y*x : 1")).name, "exponential_euler");
    EXPECT_EQ(chosen_integrator(numbers("dx/dt = -x**3 : 1")).name, "euler");
    EXPECT_EQ(chosen_integrator(numbers("dx/dt = -x + xi : 1")).name, "euler");
    EXPECT_EQ(chosen_integrator(numbers("dx/dt = -x + x*xi : 1")).name, "heun");
}

// --- noise -----------------------------------------------------------------------------------------------------------

double strong_error(const Integrator& method, int steps, index lanes) {
    // Stratonovich: dx = √(1+x²) (a dt + b∘dW), x = sinh(a t + b W). Itô: dx = x (a dt + b dW), x = exp((a − b²/2) t +
    // b W). Its own path: w' = ξ draws the same numbers (same seed, object, lane, step and draw).
    const double a = -0.5, b = 0.8;
    const Model m = method.ito ? numbers("dx/dt = a*x + b*x*xi : 1\na : 1\nb : 1")
                               : numbers("dx/dt = a*sqrt(1 + x**2) + b*sqrt(1 + x**2)*xi : 1\na : 1\nb : 1");
    const Model path = numbers("dw/dt = xi : 1");
    const Memory x = stepped(m, std::string(method.name), 1.0 / steps, steps,
                             {{"x", method.ito ? 1 : 0}, {"a", a}, {"b", b}}, lanes, 11);
    const Memory w = stepped(path, "euler", 1.0 / steps, steps, {}, lanes, 11);
    double sum = 0;
    for (index k = 0; k < lanes; ++k) {
        const double W = w.value("w", k);
        const double truth = method.ito ? std::exp(a - b * b / 2 + b * W) : std::sinh(a + b * W);
        sum += std::abs(x.value("x", k) - truth);
    }
    return sum / static_cast<double>(lanes);
}

TEST(Integrators, strong_orders_with_multiplicative_noise_are_those_declared) {
    // Mean absolute errors of 20,000 paths have a relative standard error below 1.2 %, so the order, from a fourfold
    // step, one below 0.012; ±0.1 leaves 0.06 for the next term of the error: α < 1e-3 for each. The seed is fixed.
    for (const Integrator& i : integrators()) {
        if (i.takes < NoiseKind::diagonal) {
            continue;
        }
        const auto error = [&](int steps) { return strong_error(i, steps, 20000); };
        EXPECT_NEAR(std::log2(error(128) / error(512)) / 2, i.strong_order, 0.1) << i.name;
    }
}

TEST(Integrators, euler_has_strong_order_one_with_additive_noise) {
    // x' = −x + ξ given the path at the grid: x(T) = Σ e^{−(T−t_k+1)} (dW_k (1 − e^{−h})/h + δ_k), where δ_k,
    // independent of the path there, has variance (1 − e^{−2h})/2 − (1 − e^{−h})²/h. So the mean square error splits in
    // two known parts.
    const Model m = numbers("dx/dt = -x + xi : 1"), path = numbers("dw/dt = xi : 1");
    const index lanes = 4000;
    const auto error = [&](int steps) {
        const double h = 1.0 / steps;
        const Memory x = stepped(m, "euler", h, steps, {}, lanes, 5);
        const Memory w = stepped(path, "euler", h, steps, {}, lanes, 5, {"w"});
        double sum = 0;
        for (index k = 0; k < lanes; ++k) {
            double truth = 0, before = 0;
            for (int s = 0; s < steps; ++s) {
                const double now = w.recorded("w", s, k);
                truth = truth * std::exp(-h) + (now - before) * (1 - std::exp(-h)) / h;
                before = now;
            }
            sum += (x.value("x", k) - truth) * (x.value("x", k) - truth);
        }
        const double rest = (1 - std::exp(-2 * h)) / 2 - std::pow(1 - std::exp(-h), 2) / h;
        return std::sqrt(sum / lanes + rest * (1 - std::exp(-2.0)) / (1 - std::exp(-2 * h)));
    };
    // relative standard error of a root mean square of 4000: 1.1 %
    EXPECT_NEAR(std::log2(error(32) / error(128)) / 2, 1.0, 0.05);
}

TEST(Integrators, noise_of_one_name_is_one_noise) {
    const Model m = numbers("dx/dt = xi_a : 1\ndy/dt = 2*xi_a : 1\ndz/dt = xi_b : 1");
    const Memory end = stepped(m, "euler", 0.1, 10, {}, 1000);
    double xz = 0;
    for (index k = 0; k < 1000; ++k) {
        EXPECT_NEAR(end.value("y", k), 2 * end.value("x", k), 1e-15 * 8);
        xz += end.value("x", k) * end.value("z", k);
    }
    EXPECT_NEAR(xz / 1000, 0, 4 / std::sqrt(1000.0));  // independent with variance 1: four standard errors, α < 1e-4
}

TEST(Integrators, noise_depends_on_the_seed_and_not_on_the_width) {
    const Model m = numbers("dx/dt = -x + x*xi : 1");
    const auto end = [&](std::uint64_t seed) {
        return stepped(m, "heun", 0.1, 10, {{"x", 1}}, 40, seed).value("x", 39);
    };
    EXPECT_EQ(end(1), end(1));
    EXPECT_NE(end(1), end(2));
}

TEST(Integrators, milstein_refuses_noise_that_several_equations_share) {
    const Model m = numbers("dx/dt = x*xi_a : 1\ndy/dt = y*xi_a : 1");
    EXPECT_EQ(noise_kind(m), NoiseKind::multiplicative);
    EXPECT_NE(unsuitability(*find_integrator("milstein"), m), "");
    EXPECT_EQ(unsuitability(*find_integrator("heun"), m), "");
}

}  // namespace
}  // namespace ranvier::compile
