#include "ranvier/numerics/inverse.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::numerics {
namespace {

Array<double, 2> random_matrix(index n) {
    Array<double, 2> a({n, n});
    RandomStream random(3, 1, static_cast<std::uint32_t>(n));
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            a(i, j) = random.normal() / 10 + (i == n - 1 - j ? 3 : 0);  // pivots far from the diagonal
        }
    }
    return a;
}

double error_of(index n) {
    const Array<double, 2> a = random_matrix(n);
    Array<double, 2> inverse = a;
    invert(inverse);
    const Array<double, 2> product = matmul(a, inverse);
    double most = 0;
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            most = std::max(most, std::abs(product(i, j) - (i == j ? 1 : 0)));
        }
    }
    return most;
}

TEST(Invert, a_matrix_times_its_inverse_is_the_unit_matrix_within_a_block_and_over_several) {
    for (const index n : {1, 2, 57, 320, 321, 700}) {
        EXPECT_LT(error_of(n), 1e-11) << n;
    }
}

TEST(Invert, bits_are_the_same_on_any_number_of_threads) {
    Array<double, 2> one = random_matrix(1100), many = one;
    {
        const ThreadLimit limit(1);
        invert(one);
    }
    const ThreadLimit limit(4);
    invert(many);
    EXPECT_EQ(std::memcmp(one.data(), many.data(), sizeof(double) * static_cast<std::size_t>(one.size())), 0);
}

TEST(Invert, what_has_no_inverse_is_refused) {
    Array<double, 2> a = random_matrix(40);
    for (index j = 0; j < 40; ++j) {
        a(7, j) = 2 * a(9, j);
    }
    EXPECT_THROW(invert(a), NumericalError);
    Array<double, 2> wide({2, 3});
    EXPECT_THROW(invert(wide), InvalidInput);
}

}  // namespace
}  // namespace ranvier::numerics
