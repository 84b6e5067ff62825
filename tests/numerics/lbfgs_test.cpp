#include "ranvier/numerics/lbfgs.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ranvier::numerics {

TEST(Lbfgs, finds_the_minimum_of_rosenbrocks_function) {
    std::vector<double> x{-1.2, 1};
    LbfgsOptions o;
    o.gradient_tolerance = 1e-8;
    o.change_tolerance = 0;
    const LbfgsResult r = minimise_lbfgs(
        x, o,
        [](const std::vector<double>& p, std::vector<double>& g) {
            const double a = 1 - p[0], b = p[1] - p[0] * p[0];
            g = {-2 * a - 400 * p[0] * b, 200 * b};
            return a * a + 100 * b * b;
        },
        [](double) {});
    EXPECT_TRUE(r.converged);
    EXPECT_NEAR(x[0], 1, 1e-7);
    EXPECT_NEAR(x[1], 1, 1e-7);
}

}  // namespace ranvier::numerics
