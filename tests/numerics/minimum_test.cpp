#include "ranvier/numerics/minimum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ranvier::numerics {
namespace {

TEST(Minimum, OfAParabolaIsItsVertex) {
    EXPECT_NEAR(local_minimum([](double x) { return (x - 3.25) * (x - 3.25) + 2; }), 3.25, 1e-7);
    EXPECT_NEAR(local_minimum([](double x) { return (x + 400) * (x + 400); }), -400, 1e-4);
}

TEST(Minimum, OfACosineIsWhereItsSlopeChangesSign) {
    // Near a minimum a function of double precision is flat for some √(2⁻⁵²) of its argument.
    EXPECT_NEAR(local_minimum([](double x) { return std::cos(x); }, 2.5, 3.0), std::acos(-1.0), 1e-7);
}

TEST(Minimum, MayLieBesideWhereTheFunctionIsInfinite) {
    const auto f = [](double x) {
        return x > 0 && x < 4 ? std::abs(x - 3.5) : std::numeric_limits<double>::infinity();
    };
    EXPECT_NEAR(local_minimum(f), 3.5, 1e-6);
}

TEST(Minimum, ThatDoesNotExistIsAnError) {
    EXPECT_THROW(local_minimum([](double x) { return -x; }), NumericalError);
    EXPECT_THROW(local_minimum([](double) { return 1.0; }), NumericalError);
    EXPECT_THROW(local_minimum([](double) { return std::nan(""); }), NumericalError);
}

}  // namespace
TEST(BoundedMinimum, is_found_inside_and_at_the_ends_of_its_bounds) {
    EXPECT_NEAR(bounded_minimum([](double x) { return (x - 3.25) * (x - 3.25); }, 1, 8), 3.25, 1e-5);
    EXPECT_NEAR(bounded_minimum([](double x) { return std::cos(x); }, 2, 4, 1e-9), std::acos(-1.0), 1e-7);
    EXPECT_NEAR(bounded_minimum([](double x) { return x; }, 2, 4), 2, 1e-5);
    EXPECT_NEAR(bounded_minimum([](double x) { return -x; }, 2, 4), 4, 1e-5);
}

}  // namespace ranvier::numerics
