#include "ranvier/numerics/wide_svd.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::numerics {
namespace {

/// Rows of harmonics, which are orthogonal, times sizes that span fourteen orders, mixed by a rotation of neighbours.
Array<double, 2> graded(index m, index n) {
    Array<double, 2> a({m, n});
    for (index i = 0; i < m; ++i) {
        for (index k = 0; k < n; ++k) {
            const double phase = 2 * M_PI * (static_cast<double>(k) + 0.5) / static_cast<double>(n);
            a(i, k) = std::pow(10.0, -i) * std::sqrt(2.0 / static_cast<double>(n)) *
                      std::cos(static_cast<double>(i + 1) * phase);
        }
    }
    for (index i = 0; i + 1 < m; ++i) {
        for (index k = 0; k < n; ++k) {
            const double x = a(i, k), y = a(i + 1, k);
            a(i, k) = 0.8 * x - 0.6 * y;
            a(i + 1, k) = 0.6 * x + 0.8 * y;
        }
    }
    return a;
}

TEST(WideSvd, SmallSingularValuesKeepWhatRoundingOfTheLargestLeaves) {
    const auto parts = wide_svd(graded(14, 30000));
    for (index i = 0; i < 14; ++i) {
        EXPECT_NEAR(parts.s[static_cast<std::size_t>(i)], std::pow(10.0, -i), 3e-15) << i;
    }
}

TEST(WideSvd, ItsPartsMakeTheMatrixAgain) {
    for (const index n : {14, 100, 4095, 9001}) {
        const auto a = graded(14, n);
        const auto parts = wide_svd(a);
        for (index i = 0; i < 14; ++i) {
            for (index k = 0; k < n; k += 7) {
                double sum = 0;
                for (index c = 0; c < 14; ++c) {
                    sum += parts.U(i, c) * parts.s[static_cast<std::size_t>(c)] * parts.V(k, c);
                }
                EXPECT_NEAR(sum, a(i, k), 1e-14);
            }
        }
    }
}

TEST(WideSvd, ItsBitsAreTheSameOnAnyNumberOfThreads) {
    const auto a = graded(14, 30000);
    const ThreadLimit one(1);
    const auto alone = wide_svd(a);
    const ThreadLimit several(2);
    const auto together = wide_svd(a);
    EXPECT_EQ(alone.s, together.s);
    for (index k = 0; k < alone.V.size(); ++k) {
        ASSERT_EQ(alone.V.data()[k], together.V.data()[k]);
    }
}

// Scales of rows that span six orders, as of coils and electrodes, are lost nowhere.
TEST(WideSvd, AProductIsTakenApartWithoutBeingFormed) {
    const index m = 9, k = 7, n = 9001;
    auto a = graded(m, n);
    Array<double, 2> left({k, m}), product({k, n});
    std::vector<double> scale(static_cast<std::size_t>(n));
    std::vector<const double*> rows;
    for (index i = 0; i < m; ++i) {
        rows.push_back(a.data() + i * n);
        for (index j = 0; j < k; ++j) {
            left(j, i) = std::cos(static_cast<double>(3 * j + i)) * std::pow(10.0, static_cast<double>(i % 7));
        }
    }
    for (index c = 0; c < n; ++c) {
        scale[static_cast<std::size_t>(c)] = 1.5 + std::sin(static_cast<double>(c));
        for (index j = 0; j < k; ++j) {
            for (index i = 0; i < m; ++i) {
                product(j, c) += left(j, i) * a(i, c) * scale[static_cast<std::size_t>(c)];
            }
        }
    }
    const auto parts = wide_svd(left, rows, scale, k + 2), formed = wide_svd(product);
    ASSERT_EQ(parts.V.extent(1), k + 2);
    for (index c = 0; c < k; ++c) {
        EXPECT_NEAR(parts.s[static_cast<std::size_t>(c)], formed.s[static_cast<std::size_t>(c)], 1e-14 * formed.s[0]);
    }
    for (index j = 0; j < k; ++j) {
        for (index i = 0; i < n; i += 7) {
            double sum = 0;
            for (index c = 0; c < k; ++c) {
                sum += parts.U(j, c) * parts.s[static_cast<std::size_t>(c)] * parts.V(i, c);
            }
            EXPECT_NEAR(sum, product(j, i), 1e-13 * formed.s[0]);
        }
    }
}

TEST(WideSvd, OfFewerColumnsThanRowsItHasAsManySingularValues) {
    Array<double, 2> a({3, 2});
    a(0, 0) = 3;
    a(2, 1) = -4;
    const auto parts = wide_svd(a);
    ASSERT_EQ(parts.s.size(), 3u);
    EXPECT_NEAR(parts.s[0], 4, 1e-15);
    EXPECT_NEAR(parts.s[1], 3, 1e-15);
    EXPECT_EQ(parts.s[2], 0);
    EXPECT_NEAR(parts.U(2, 0) * parts.s[0] * parts.V(1, 0), -4, 1e-14);
    EXPECT_EQ(parts.V(0, 2), 0);
}

TEST(WideSvd, WhatDoesNotFitAndInfiniteNumbersAreRefused) {
    const double row = 1;
    const double* const rows[] = {&row};
    EXPECT_THROW(wide_svd(Array<double, 2>({2, 1}), rows, std::vector<double>{1.0}), InvalidInput);
    auto a = graded(3, 10);
    a(1, 5) = NAN;
    EXPECT_THROW(wide_svd(a), InvalidInput);
}

}  // namespace
}  // namespace ranvier::numerics
