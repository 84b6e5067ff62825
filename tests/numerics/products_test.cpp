#include "ranvier/numerics/products.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "ranvier/base/parallel.hpp"

namespace ranvier::numerics {
namespace {

/// Numbers of no pattern in [−1, 1].
Array<double, 2> numbers(index rows, index columns, double seed) {
    Array<double, 2> a({rows, columns});
    for (index i = 0; i < a.size(); ++i) {
        const double x = std::sin(static_cast<double>(i + 1) * 12.9898 + seed) * 43758.5453;
        a.data()[i] = 2 * (x - std::floor(x)) - 1;
    }
    return a;
}

/// a · x, with samples cut into blocks.
Array<double, 2> product(const Array<double, 2>& a, const Array<double, 2>& x, index block) {
    const PackedMatrix packed(a);
    SamplePanels in(x.extent(0), block), out(a.extent(0), block);
    Array<double, 2> result({a.extent(0), x.extent(1)});
    for (index at = 0; at < x.extent(1); at += block) {
        std::vector<const double*> from;
        std::vector<double*> to;
        for (index k = 0; k < x.extent(0); ++k) {
            from.push_back(&x(k, at));
        }
        for (index k = 0; k < a.extent(0); ++k) {
            to.push_back(&result(k, at));
        }
        in.take(from, std::min(block, x.extent(1) - at));
        packed.multiply(in, out);
        out.give(to);
    }
    return result;
}

TEST(PackedMatrix, MultipliesAsTheDefinitionSaysForEveryShape) {
    for (const auto& [m, k, n] : {std::array<index, 3>{1, 1, 1}, {7, 3, 25}, {8, 8, 24}, {80, 306, 100}, {13, 1, 5}}) {
        const auto a = numbers(m, k, 1), x = numbers(k, n, 2);
        const auto result = product(a, x, 48);
        for (index i = 0; i < m; ++i) {
            for (index t = 0; t < n; ++t) {
                double sum = 0;
                for (index j = 0; j < k; ++j) {
                    sum += a(i, j) * x(j, t);
                }
                ASSERT_NEAR(result(i, t), sum, 1e-15 * static_cast<double>(k)) << m << ' ' << k << ' ' << i << ' ' << t;
            }
        }
    }
}

TEST(PackedMatrix, GivesTheSameBitsHoweverSamplesAreCut) {
    const auto a = numbers(19, 41, 3), x = numbers(41, 333, 4);
    const auto whole = product(a, x, 333);
    for (const index block : {1, 7, 24, 100}) {
        const auto cut = product(a, x, block);
        EXPECT_TRUE(std::equal(cut.data(), cut.data() + cut.size(), whole.data())) << block;
    }
}

TEST(PackedMatrix, KeepsNaNAndInfinityInTheirSamples) {
    const auto a = numbers(9, 5, 5);
    auto x = numbers(5, 60, 6);
    x(2, 31) = std::numeric_limits<double>::quiet_NaN();
    x(4, 7) = std::numeric_limits<double>::infinity();
    const auto result = product(a, x, 60);
    for (index i = 0; i < 9; ++i) {
        for (index t = 0; t < 60; ++t) {
            EXPECT_EQ(std::isfinite(result(i, t)), t != 31 && t != 7);
        }
    }
}

TEST(SamplePanels, AreMixedSampleBySample) {
    const auto x = numbers(3, 50, 7), y = numbers(3, 50, 8);
    SamplePanels a(3, 50), b(3, 50);
    const auto rows = [](const Array<double, 2>& v) { return std::vector{&v(0, 0), &v(1, 0), &v(2, 0)}; };
    a.take(rows(x), 50);
    b.take(rows(y), 50);
    std::vector<double> shares;
    for (int t = 0; t < 50; ++t) {
        shares.push_back(t / 49.0);
    }
    EXPECT_TRUE(a.finite());
    a.mix(b, shares);
    Array<double, 2> out({3, 50});
    a.give(std::vector{&out(0, 0), &out(1, 0), &out(2, 0)});
    for (index k = 0; k < 3; ++k) {
        for (index t = 0; t < 50; ++t) {
            const double share = shares[static_cast<std::size_t>(t)];
            EXPECT_NEAR(out(k, t), share * x(k, t) + (1 - share) * y(k, t), 1e-15);
        }
    }
}

TEST(SamplePanels, TellWhetherTheyAreFinite) {
    auto x = numbers(3, 50, 9);
    SamplePanels a(3, 50);
    for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
        x(1, 49) = odd;
        a.take(std::vector<const double*>{&x(0, 0), &x(1, 0), &x(2, 0)}, 50);
        EXPECT_FALSE(a.finite());
    }
}

TEST(AddProduct, IsThatOfTheDefinitionOnAnyNumberOfThreads) {
    for (const auto& [m, k, n] : {std::array<index, 3>{1, 1, 1}, {5, 8, 25}, {300, 16, 50}, {129, 320, 97}}) {
        const auto a = numbers(m, k, 11), b = numbers(k, n, 12), bt = [&] {
            Array<double, 2> out({n, k});
            for (index i = 0; i < k; ++i) {
                for (index t = 0; t < n; ++t) {
                    out(t, i) = b(i, t);
                }
            }
            return out;
        }();
        const auto before = numbers(m, n, 13);
        SamplePanels panels(k, n), transposed(k, n);
        std::vector<const double*> rows;
        for (index i = 0; i < k; ++i) {
            rows.push_back(&b(i, 0));
        }
        panels.take(rows, n);
        auto c = before;
        add_product(-2, a, panels, c);
        for (index i = 0; i < m; ++i) {
            for (index t = 0; t < n; ++t) {
                double sum = 0;
                for (index j = 0; j < k; ++j) {
                    sum += a(i, j) * b(j, t);
                }
                ASSERT_NEAR(c(i, t), before(i, t) - 2 * sum, 1e-15 * static_cast<double>(k + 1)) << i << ' ' << t;
            }
        }
        if (k % 8 == 0) {
            transposed.take_transposed(bt);
            auto again = before;
            const ThreadLimit alone(1);
            add_product(-2, a, transposed, again);
            EXPECT_TRUE(std::ranges::equal(std::span(c.data(), static_cast<std::size_t>(m * n)),
                                           std::span(again.data(), static_cast<std::size_t>(m * n))));
        }
    }
}

TEST(SampleProducts, AreThoseOfTheDefinitionWithTheirSums) {
    for (const auto& [channels, n] : {std::pair<index, index>{1, 5}, {8, 300}, {26, 259}, {60, 1000}, {204, 64}}) {
        const auto x = numbers(channels, n, 10);
        SampleProducts products(channels);
        for (index at = 0; at < n; at += 300) {
            products.add(x.view().slice(1, at, std::min(n, at + 300)));
        }
        Array<double, 2> lower({channels, channels});
        products.lower(lower);
        for (index i = 0; i < channels; ++i) {
            double total = 0;
            for (index t = 0; t < n; ++t) {
                total += x(i, t);
            }
            EXPECT_NEAR(products.sums()[static_cast<std::size_t>(i)], total, 1e-15 * static_cast<double>(n));
            for (index j = 0; j <= i; ++j) {
                double sum = 0;
                for (index t = 0; t < n; ++t) {
                    sum += x(i, t) * x(j, t);
                }
                ASSERT_NEAR(lower(i, j), sum, 1e-15 * static_cast<double>(n)) << channels << ' ' << i << ' ' << j;
            }
        }
    }
}

}  // namespace
}  // namespace ranvier::numerics
