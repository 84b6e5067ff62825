#include "ranvier/numerics/special.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/error.hpp"

namespace ranvier::numerics {
namespace {

TEST(Special, IncompleteBetaIsWhatPolynomialsSay) {
    for (const double x : {0.0, 1e-6, 0.2, 0.5, 0.77, 1.0}) {
        EXPECT_NEAR(incomplete_beta(1, 1, x), x, 1e-14);                    // uniform
        EXPECT_NEAR(incomplete_beta(2, 1, x), x * x, 1e-14);                // the larger of two
        EXPECT_NEAR(incomplete_beta(2, 2, x), x * x * (3 - 2 * x), 1e-14);  // the middle of three
        EXPECT_NEAR(incomplete_beta(1, 4, x), 1 - std::pow(1 - x, 4), 1e-14);
        EXPECT_NEAR(incomplete_beta(0.5, 0.5, x), 2 / std::acos(-1.0) * std::asin(std::sqrt(x)), 1e-13);
    }
    EXPECT_NEAR(incomplete_beta(300, 300, 0.5), 0.5, 1e-12);
    EXPECT_THROW(incomplete_beta(0, 1, 0.5), InvalidInput);
    EXPECT_THROW(incomplete_beta(1, 1, 1.5), InvalidInput);
}

TEST(Special, ChiSquaredIsWhatItIsInClosedForm) {
    for (const double x : {1e-3, 0.4, 2.0, 9.0, 60.0}) {
        EXPECT_NEAR(chi_squared_above(x, 1), std::erfc(std::sqrt(x / 2)), 1e-14);
        EXPECT_NEAR(chi_squared_above(x, 2), std::exp(-x / 2), 1e-14);
        EXPECT_NEAR(chi_squared_above(x, 4), std::exp(-x / 2) * (1 + x / 2), 1e-14);
    }
    EXPECT_EQ(chi_squared_above(0, 3), 1);
    for (const double degrees : {1.0, 2.0, 61.0, 364.0, 5000.0}) {
        for (const double p : {1e-3, 0.5, 0.99}) {
            EXPECT_NEAR(chi_squared_above(chi_squared_limit(p, degrees), degrees), p, 1e-11 * degrees);
        }
    }
    EXPECT_NEAR(chi_squared_limit(1e-3, 2), -2 * std::log(1e-3), 1e-10);
    EXPECT_THROW(chi_squared_above(1, 0), InvalidInput);
    EXPECT_THROW(chi_squared_limit(1, 3), InvalidInput);
}

TEST(Special, PValuesOfCorrelations) {
    // Of four pairs r is uniform in [−1, 1].
    EXPECT_NEAR(correlation_p_value(0.3, 4), 0.7, 1e-14);
    EXPECT_NEAR(correlation_p_value(-0.3, 4), 0.7, 1e-14);
    EXPECT_DOUBLE_EQ(correlation_p_value(0, 10), 1);
    EXPECT_DOUBLE_EQ(correlation_p_value(1, 10), 0);
    // Six pairs: r has the density 3/4 (1 − r²).
    EXPECT_NEAR(correlation_p_value(0.8, 6), 2 * (0.5 - 0.75 * (0.8 - 0.512 / 3)), 1e-14);
    EXPECT_THROW(correlation_p_value(0.5, 2), InvalidInput);
}

TEST(Special, StudentsNumbersLieWithin) {
    EXPECT_NEAR(student_reach(0.5, 1), 1, 1e-13);  // Cauchy: tan(π/4)
    EXPECT_NEAR(student_reach(0.9, 1), std::tan(0.45 * std::acos(-1.0)), 1e-11);
    EXPECT_NEAR(student_reach(0.8, 2), 0.8 * std::sqrt(2 / (1 - 0.64)), 1e-12);  // p √(2 / (1 − p²))
    EXPECT_NEAR(student_reach(0.95, 1e7), 1.959964, 1e-5);                       // normal
    EXPECT_DOUBLE_EQ(student_reach(0, 5), 0);
    EXPECT_THROW(student_reach(1, 5), InvalidInput);
}

}  // namespace
}  // namespace ranvier::numerics
