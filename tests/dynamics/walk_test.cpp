#include "ranvier/dynamics/walk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ranvier::dynamics {

namespace {

struct OnCircle {
    double x, y;
    double turns;  ///< the test function: where the circle turns, x vanishes
};

/// x² + y² = 1, counter-clockwise; the corrector is exact, and tells how many iterations it is said to have taken.
struct Circle {
    int said = 1;
    double lost = 10;  ///< steps that are longer find nothing
    std::vector<double> steps, found;

    std::optional<OnCircle> stepped(const OnCircle& from, double step, int& iterations) const {
        iterations = said;
        const double x = from.x - step * from.y, y = from.y + step * from.x, r = std::hypot(x, y);
        return step > lost ? std::nullopt : std::optional(OnCircle{x / r, y / r, x / r});
    }
    static bool bends(const OnCircle& here, const OnCircle& there) { return here.x * there.x + here.y * there.y < 0.9; }
    bool arrived(OnCircle& here, const OnCircle& there, double step, index) {
        steps.push_back(step);
        if (here.turns * there.turns < 0) {
            const auto at = zero(
                here, there, step, &OnCircle::turns, {50, 8, 1e-15},
                [&](double length, double) {
                    int iterations = 0;
                    return stepped(here, length, iterations);
                },
                [](auto&&...) { return false; });
            found.push_back(std::atan2(at.y, at.x));
        }
        here = there;
        return here.y > -0.5;
    }
};

}  // namespace

TEST(Walk, goes_on_until_the_client_has_enough_and_finds_the_zeros_on_its_way) {
    Circle circle;
    OnCircle here{1, 0, 1};
    EXPECT_EQ((walk<OnCircle>(circle, here, {0.01, 0.2, 1e-6, 1.5, 3, 6, 1000})), WalkEnd::client);
    EXPECT_LT(here.y, -0.5);
    ASSERT_EQ(circle.found.size(), 1U);
    EXPECT_NEAR(circle.found[0], std::acos(0), 1e-14);  // a quarter turn, to rounding
}

TEST(Walk, steps_grow_while_correction_is_easy_and_shrink_where_it_is_hard_or_the_curve_bends) {
    Circle easy;
    OnCircle here{1, 0, 1};
    EXPECT_EQ((walk<OnCircle>(easy, here, {0.01, 0.02, 1e-6, 1.5, 3, 6, 3})), WalkEnd::points);
    EXPECT_EQ(easy.steps, (std::vector<double>{0.01, 1.5 * 0.01, 0.02}));
    Circle hard;
    hard.said = 7;
    here = {1, 0, 1};
    walk<OnCircle>(hard, here, {0.01, 0.02, 1e-6, 1.5, 3, 6, 2});
    EXPECT_EQ(hard.steps, (std::vector<double>{0.01, 0.6 * 0.01}));
    Circle sharp;  // a step of 1 turns by 45°, of 0.5 by 27°: both too far for a cosine of 0.9
    here = {1, 0, 1};
    walk<OnCircle>(sharp, here, {1, 2, 1e-6, 1.5, 3, 6, 1});
    EXPECT_EQ(sharp.steps, (std::vector<double>{0.25}));
    Circle nothing;
    nothing.lost = 0;
    EXPECT_EQ((walk<OnCircle>(nothing, here, {1, 2, 0.3, 1.5, 3, 6, 1})), WalkEnd::step);
    EXPECT_TRUE(nothing.steps.empty());
}

}  // namespace ranvier::dynamics
