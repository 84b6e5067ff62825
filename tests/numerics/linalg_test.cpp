#include "ranvier/numerics/linalg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

namespace {

Array<double, 2> random_matrix(index rows, index columns, std::uint64_t seed) {
    Array<double, 2> a({rows, columns});
    RandomStream stream(seed);
    for (index i = 0; i < a.size(); ++i) {
        a.data()[i] = stream.normal();
    }
    return a;
}

Array<double, 2> naive_product(View<const double, 2> a, View<const double, 2> b) {
    Array<double, 2> c({a.extent(0), b.extent(1)});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < b.extent(1); ++j) {
            for (index k = 0; k < a.extent(1); ++k) {
                c(i, j) += a(i, k) * b(k, j);
            }
        }
    }
    return c;
}

View<double, 2> transpose(View<double, 2> a) {
    return {a.data(), {a.extent(1), a.extent(0)}, {a.stride(1), a.stride(0)}};
}

double largest_difference(View<const double, 2> a, View<const double, 2> b) {
    EXPECT_EQ(a.extents(), b.extents());
    double worst = 0;
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            worst = std::max(worst, std::abs(a(i, j) - b(i, j)));
        }
    }
    return worst;
}

}  // namespace

// Sums of 20 products of numbers of order 1: rounding stays below 1e-13.
TEST(Matmul, agrees_with_the_definition) {
    const auto a = random_matrix(7, 20, 1), b = random_matrix(20, 11, 2);
    Array<double, 2> c({7, 11});
    matmul(a, b, c);
    EXPECT_LT(largest_difference(c, naive_product(a, b)), 1e-13);
}

TEST(Matmul, takes_transposed_views_on_every_side) {
    auto a = random_matrix(20, 7, 1), b = random_matrix(11, 20, 2);
    Array<double, 2> c({11, 7});
    matmul(transpose(a), transpose(b), transpose(c));
    EXPECT_LT(largest_difference(transpose(c), naive_product(transpose(a), transpose(b))), 1e-13);
}

TEST(Matmul, has_the_same_bits_on_any_number_of_threads) {
    const auto a = random_matrix(5, 30, 3), b = random_matrix(30, 5000, 4);
    Array<double, 2> one({5, 5000}), many({5, 5000});
    {
        const ThreadLimit limit(1);
        matmul(a, b, one);
    }
    for (int n : {2, 8}) {
        const ThreadLimit limit(n);
        matmul(a, b, many);
        EXPECT_EQ(largest_difference(one, many), 0);
    }
}

TEST(Matmul, says_which_shapes_do_not_fit) {
    Array<double, 2> a({2, 3}), b({4, 5}), c({2, 5});
    try {
        matmul(a, b, c);
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_STREQ(e.what(), "matmul: shapes must fit (m, k) · (k, n) = (m, n); got (2, 3) · (4, 5) = (2, 5)");
    }
}

TEST(Svd, factors_multiply_to_the_matrix_and_are_orthonormal) {
    for (auto [rows, columns] : {std::pair{6, 9}, {9, 6}, {5, 5}}) {
        const auto a = random_matrix(rows, columns, 5);
        Svd f = svd(a);
        const index k = std::min(rows, columns);
        Array<double, 2> scaled = f.U;
        for (index i = 0; i < rows; ++i) {
            for (index j = 0; j < k; ++j) {
                scaled(i, j) *= f.s[j];
            }
        }
        EXPECT_LT(largest_difference(naive_product(scaled, f.Vt), a), 1e-13);
        const auto gram = naive_product(transpose(f.U), f.U);
        for (index i = 0; i < k; ++i) {
            for (index j = 0; j < k; ++j) {
                EXPECT_NEAR(gram(i, j), i == j, 1e-13);
            }
        }
        EXPECT_TRUE(std::is_sorted(f.s.rbegin(), f.s.rend()));
    }
}

// The second difference matrix of size n has eigenvalues 2 − 2 cos(πk/(n+1)), k = 1 … n.
TEST(SymmetricEigen, finds_the_known_spectrum_of_the_second_difference) {
    const index n = 12;
    Array<double, 2> a({n, n});
    std::vector<double> diagonal(n, 2.0), off(n - 1, -1.0);
    for (index i = 0; i < n; ++i) {
        a(i, i) = 2;
        if (i > 0) {
            a(i, i - 1) = -1;
            a(i - 1, i) = -1;
        }
    }
    const Eigen all = symmetric_eigen(a);
    const Eigen some = tridiagonal_eigen(diagonal, off, 3, 6);
    for (index k = 0; k < n; ++k) {
        EXPECT_NEAR(all.values[k], 2 - 2 * std::cos(std::numbers::pi * (k + 1) / (n + 1)), 1e-13);
    }
    for (index k = 0; k < 4; ++k) {
        EXPECT_NEAR(some.values[k], all.values[k + 3], 1e-13);
        for (index i = 0; i < n; ++i) {
            double image = 0;
            for (index j = 0; j < n; ++j) {
                image += a(i, j) * some.vectors(j, k);
            }
            EXPECT_NEAR(image, some.values[k] * some.vectors(i, k), 1e-13);
        }
    }
}

TEST(SymmetricEigen, finds_some_pairs_as_it_finds_all) {
    auto b = random_matrix(30, 30, 9);
    const auto a = naive_product(transpose(b), b);
    const Eigen all = symmetric_eigen(a);
    for (const auto& [first, last] : {std::pair<index, index>{25, 29}, {0, 2}, {5, 25}}) {  // few, few, most
        const Eigen some = symmetric_eigen(a, first, last);
        ASSERT_EQ(std::ssize(some.values), last - first + 1);
        for (index k = 0; k <= last - first; ++k) {
            EXPECT_NEAR(some.values[k], all.values[first + k], 1e-11);
            double along = 0;
            for (index i = 0; i < 30; ++i) {
                along += some.vectors(i, k) * all.vectors(i, first + k);
            }
            EXPECT_NEAR(std::abs(along), 1, 1e-9);
        }
    }
    EXPECT_THROW(symmetric_eigen(a, 3, 30), InvalidInput);
}

TEST(SymmetricEigen, reads_the_lower_triangle_only) {
    Array<double, 2> a({2, 2});
    a(0, 0) = 2;
    a(1, 0) = 1;
    a(1, 1) = 2;
    a(0, 1) = 77;
    const Eigen pairs = symmetric_eigen(a);
    EXPECT_NEAR(pairs.values[0], 1, 1e-14);
    EXPECT_NEAR(pairs.values[1], 3, 1e-14);
}

TEST(Solve, inverts_multiplication) {
    const auto a = random_matrix(8, 8, 7), x = random_matrix(8, 3, 8);
    EXPECT_LT(largest_difference(solve(a, naive_product(a, x)), x), 1e-11);  // condition of about 100
}

TEST(Solve, refuses_a_singular_matrix_and_names_it) {
    Array<double, 2> a({2, 2}), b({2, 1});
    a(0, 0) = a(0, 1) = a(1, 0) = a(1, 1) = 1;
    try {
        solve(a, b);
        FAIL();
    } catch (const NumericalError& e) {
        EXPECT_NE(std::string(e.what()).find("shape (2, 2) is singular"), std::string::npos) << e.what();
    }
}

TEST(Solve, refuses_numbers_that_are_not_finite) {
    Array<double, 2> a({2, 2}), b({2, 1});
    a(1, 0) = std::numeric_limits<double>::quiet_NaN();
    try {
        solve(a, b);
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_STREQ(e.what(), "solve: a matrix must be finite; got nan at (1, 0)");
    }
}

// Penrose's four conditions, on a matrix of rank 2.
TEST(PseudoInverse, satisfies_the_conditions_of_penrose) {
    const auto a = naive_product(random_matrix(6, 2, 9), random_matrix(2, 4, 10));
    Array<double, 2> p = pseudo_inverse(a, 1e-12);
    auto ap = naive_product(a, p), pa = naive_product(p, a);
    EXPECT_LT(largest_difference(naive_product(ap, a), a), 1e-13);
    EXPECT_LT(largest_difference(naive_product(pa, p), p), 1e-13);
    EXPECT_LT(largest_difference(ap, transpose(ap)), 1e-13);
    EXPECT_LT(largest_difference(pa, transpose(pa)), 1e-13);
}

TEST(Blas, names_itself) { EXPECT_EQ(blas_description().rfind("OpenBLAS ", 0), 0U) << blas_description(); }

}  // namespace ranvier::numerics
