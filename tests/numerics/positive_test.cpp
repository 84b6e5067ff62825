#include "ranvier/numerics/positive.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ranvier::numerics {
namespace {

/// Of a Gaussian process: smooth, symmetric, positive definite with what is added to the diagonal.
Array<double, 2> covariance(index n, double diagonal) {
    Array<double, 2> a({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            a(i, j) = std::exp(-0.01 * static_cast<double>((i - j) * (i - j))) + (i == j ? diagonal : 0.0);
        }
    }
    return a;
}

TEST(TriangularInverseRoot, ItsProductWithItselfUndoesTheMatrix) {
    const index n = 40;
    const auto a = covariance(n, 0.1);
    const auto root = triangular_inverse_root(a);
    ASSERT_TRUE(root.has_value());
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            double sum = 0;
            for (index k = 0; k < n; ++k) {
                for (index l = 0; l < n; ++l) {
                    sum += (*root)(k, i) * (*root)(k, l) * a(l, j);
                }
            }
            EXPECT_NEAR(sum, i == j, 1e-11);
            if (j > i) {
                EXPECT_EQ((*root)(i, j), 0);
            }
        }
    }
}

TEST(TriangularInverseRoot, ThereIsNoneOfWhatIsNotPositiveOrNearlySingular) {
    EXPECT_FALSE(triangular_inverse_root(covariance(40, 0)).has_value());
    EXPECT_FALSE(triangular_inverse_root(covariance(40, -2)).has_value());
    EXPECT_FALSE(triangular_inverse_root(covariance(4, NAN)).has_value());
}

}  // namespace
}  // namespace ranvier::numerics
