#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/turning_points.hpp"
#include "tests/compile/lower/lowered.hpp"

namespace ranvier::compile {
namespace {

using Vector = std::vector<double>;

int sign_changes(const std::vector<TurningPoint>& points) {
    int changes = 0;
    for (std::size_t k = 1; k < points.size(); ++k) {
        changes += (points[k - 1].g < 0) != (points[k].g < 0) ? 1 : 0;
    }
    return changes;
}

std::vector<TurningPoint> turns(const std::function<double(double)>& g, double a, double b, int degree = 4) {
    return turning_points(g, a, b, g(a), g(b), degree);
}

TEST(TurningPoints, every_root_of_a_polynomial_lies_between_two_of_them) {
    // degrees up to that of the curve + 2, roots as near as 1e-4 of the way, forwards and backwards
    const std::vector<Vector> roots = {
        {0.5}, {0.1, 0.1001}, {0.3, 0.30005, 0.9}, {0.01, 0.011, 0.5, 0.99}, {0.2, 0.2002, 0.4, 0.6, 0.8, 0.8002}};
    for (const Vector& r : roots) {
        const auto g = [&](double t) {
            double product = 1;
            for (const double root : r) {
                product *= t - root;
            }
            return product;
        };
        EXPECT_EQ(sign_changes(turns(g, 0, 1)), static_cast<int>(r.size()));
        EXPECT_EQ(sign_changes(turns(g, 1, 0)), static_cast<int>(r.size()));
    }
}

TEST(TurningPoints, what_oscillates_within_a_step_is_followed) {
    const auto wave = [](double t) { return std::sin(60 * t) - 0.999; };  // 10 maxima in [0, 1]: 60/2π = 9.55 periods
    EXPECT_EQ(sign_changes(turns(wave, 0, 1)), 20);
    const auto pulse = [](double t) { return t > 0.37 && t < 0.38 ? 1.0 : -1.0; };  // jumps; 1/100 of the way
    EXPECT_EQ(sign_changes(turns(pulse, 0, 1)), 0);  // flat wherever it is sampled: nothing tells of it
    for (int k = 0; k < 100; ++k) {                  // a fifth of the way is sampled wherever it lies
        const double from = 0.8 * k / 100;
        const auto wide = [&](double t) { return t > from && t < from + 0.2 ? 1.0 : -1.0; };
        EXPECT_EQ(sign_changes(turns(wide, 0, 1)), 2) << from;
    }
    const auto corner = [](double t) { return 0.01 - std::abs(t - 0.371); };
    EXPECT_EQ(sign_changes(turns(corner, 0, 1)), 2);
    EXPECT_EQ(turns([](double t) { return t < 0.5 ? -1 : std::nan(""); }, 0, 1).size(), 2U);
}

TEST(Events, of_a_model_without_threshold_happen) {
    language::Parts parts;
    parts.time = language::Time::number;
    parts.events = {{"top", "v > 2"}};
    parts.on_event = {{"top", "v = 0"}};
    const auto m = model_of("dv/dt = 1 : 1", parts);
    const SpikingSolution s = solve_spiking(System(m), 0, 10, Vector{0});
    ASSERT_EQ(s.t_events[0].size(), 4U);  // at 10 itself v is 2, which is not above it
    EXPECT_NEAR(s.t_events[0][3], 8, 1e-12);
    EXPECT_TRUE(s.spikes.empty());
}

/// u = cos t, and events in numbers without unit.
language::Model turning(const std::vector<std::pair<std::string, std::string>>& events,
                        const std::vector<std::pair<std::string, std::string>>& on_event) {
    language::Parts parts;
    parts.time = language::Time::number;
    parts.events = events;
    parts.on_event = on_event;
    return model_of("du/dt = -w : 1\ndw/dt = u : 1\ndm/dt = 0 : 1", parts);
}

TEST(Edges, are_passed_where_a_level_is_and_not_while_it_lies_behind) {
    const System cell(turning({{"division", "0.5 + 0.5*u falls below 0.2"}}, {{"division", "m = 0.5*m"}}));
    const SpikingSolution s = solve_spiking(cell, 0, 20, Vector{1, 0, 1});
    ASSERT_EQ(s.t_events[0].size(), 3U);
    EXPECT_EQ(s.x.back(), 0.125);
    EXPECT_NEAR(s.t_events[0][0], std::acos(-0.6), 1e-3);
    EXPECT_EQ(solve_spiking(cell, 0, 2, Vector{-1, 0, 1}).t_events[0].size(), 0U);  // it begins there
    const System state(turning({{"division", "0.5 + 0.5*u < 0.2"}}, {{"division", "m = 0.5*m"}}));
    EXPECT_THROW(solve_spiking(state, 0, 20, Vector{1, 0, 1}), NumericalError);
}

TEST(Edges, that_one_moment_passes_all_happen) {
    const System twins(turning({{"a", "u falls below 0"}, {"b", "u falls below 0"}, {"c", "u < 0"}},
                               {{"a", "m += 1"}, {"b", "m += 10"}}));
    const SpikingSolution s = solve_spiking(twins, 0, 10, Vector{1, 0, 0});  // at π/2 and 5π/2
    for (const auto& times : s.t_events) {
        EXPECT_EQ(times.size(), 2U);
    }
    EXPECT_EQ(s.x.back(), 22);
}

TEST(Edges, that_statements_pass_happen_and_those_behind_do_not) {
    const System chain(turning({{"a", "u falls below 0"}, {"b", "m rises above 0.5"}, {"c", "m rises above 5"}},
                               {{"a", "m += 1"}, {"c", "m = 0"}}));
    const SpikingSolution s = solve_spiking(chain, 0, 40, Vector{1, 0, 0});  // m: 1 … 6, at π/2 + 2πk
    ASSERT_EQ(s.t_events[0].size(), 7U);
    ASSERT_EQ(s.t_events[1].size(), 2U);  // to 1, and again after m was 0
    EXPECT_EQ(s.t_events[1][0], s.t_events[0][0]);
    ASSERT_EQ(s.t_events[2].size(), 1U);
    EXPECT_EQ(s.t_events[2][0], s.t_events[0][5]);
}

}  // namespace
}  // namespace ranvier::compile
