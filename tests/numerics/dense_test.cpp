#include "ranvier/numerics/dense.hpp"

#include <gtest/gtest.h>

#include <complex>
#include <limits>
#include <vector>

#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

namespace {

template <class T>
Dense<T> random_square(index n, std::uint64_t seed) {
    Dense<T> a(n, n);
    RandomStream stream(seed);
    for (T& v : a.values) {
        v = stream.normal();
        if constexpr (!std::is_same_v<T, double>) {
            v += T(0, stream.normal());
        }
    }
    return a;
}

template <class T>
void expect_solution(index n, std::uint64_t seed) {
    const Dense<T> a = random_square<T>(n, seed);
    std::vector<T> x(static_cast<std::size_t>(n)), b(x);
    for (index j = 0; j < n; ++j) {
        x[j] = 1.0 + static_cast<double>(j);
        for (index i = 0; i < n; ++i) {
            b[i] += a[i][j] * x[j];
        }
    }
    ASSERT_TRUE(solved(a, b.data()));
    for (index j = 0; j < n; ++j) {
        // Rounding 1e-16, times the condition of such a matrix (some 100) and the size of x.
        EXPECT_LT(std::abs(b[j] - x[j]), 1e-12 * static_cast<double>(n)) << n << " rows, seed " << seed;
    }
}

}  // namespace

TEST(Dense, real_and_complex_systems_are_solved) {
    for (index n = 1; n <= 12; ++n) {
        expect_solution<double>(n, 40 + static_cast<std::uint64_t>(n));
        expect_solution<std::complex<double>>(n, 60 + static_cast<std::uint64_t>(n));
    }
}

TEST(Dense, the_sign_of_the_determinant_counts_exchanges_and_negative_pivots) {
    Dense<double> swapped(2, 2);  // determinant −1
    swapped[0][1] = swapped[1][0] = 1;
    EXPECT_EQ(eliminate(swapped, 2, 2), -1);
    Dense<double> negative(2, 2);  // determinant 6
    negative[0][0] = -2;
    negative[1][1] = -3;
    EXPECT_EQ(eliminate(negative, 2, 2), 1);
}

TEST(Dense, a_singular_matrix_and_a_pivot_that_is_not_finite_are_told) {
    Dense<double> a(2, 2);
    a[0][0] = a[0][1] = a[1][0] = a[1][1] = 3;
    double b[2] = {1, 2};
    EXPECT_FALSE(solved(a, b));
    a[1][1] = 4;
    EXPECT_TRUE(solved(a, b));
    a[0][0] = std::numeric_limits<double>::infinity();
    EXPECT_FALSE(solved(a, b));
}

// [2 1 | 3; 4 5 | 9] has the solution (1, 1); pivots are 4 and 1 − 5/2 = −3/2, exact in doubles.
TEST(Dense, elimination_above_too_leaves_a_diagonal) {
    Dense<double> a(2, 3);
    a.values = {2, 1, 3, 4, 5, 9};
    ASSERT_NE(diagonalise(a, 2), 0);
    EXPECT_EQ(a[0][2] / a[0][0], 1);
    EXPECT_EQ(a[1][2] / a[1][1], 1);
}

}  // namespace ranvier::numerics
