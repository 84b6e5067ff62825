#include "ranvier/numerics/fir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

namespace {

Array<double, 2> random_rows(index rows, index n, std::uint32_t seed = 1) {
    Array<double, 2> x({rows, n});
    for (index i = 0; i < rows; ++i) {
        RandomStream stream(seed, 0, static_cast<std::uint32_t>(i));
        for (index j = 0; j < n; ++j) {
            x(i, j) = stream.normal();
        }
    }
    return x;
}

std::vector<double> random_taps(index taps) {
    RandomStream stream(7, 1);
    std::vector<double> h(static_cast<std::size_t>(taps));
    for (double& tap : h) {
        tap = stream.normal();
    }
    return h;
}

/// Sample t of the row as the padding extends it.
double extended(std::span<const double> x, index t, Padding padding) {
    const index n = static_cast<index>(x.size());
    if (t >= 0 && t < n) {
        return x[t];
    }
    const double end = t < 0 ? x[0] : x[n - 1];
    const index mirror = t < 0 ? -t : 2 * (n - 1) - t;
    switch (padding) {
        case Padding::zero: return 0;
        case Padding::edge: return end;
        case Padding::mirror: {
            index at = t;
            while (n > 1 && (at < 0 || at >= n)) {
                at = at < 0 ? -at : 2 * (n - 1) - at;
            }
            return n > 1 ? x[at] : x[0];
        }
        default: return mirror >= 0 && mirror < n ? 2 * end - x[mirror] : 0;
    }
}

/// The definition, one sum per sample.
double convolved(std::span<const double> x, std::span<const double> h, Padding padding, bool centred, index t) {
    const index taps = static_cast<index>(h.size()), shift = centred ? (taps - 1) / 2 : 0;
    long double sum = 0;
    for (index k = 0; k < taps; ++k) {
        sum += static_cast<long double>(h[k]) * extended(x, t + shift - k, padding);
    }
    return static_cast<double>(sum);
}

/// Largest error of the first rows over the largest value, at every sample of short rows and at some of long ones.
double relative_error(const Array<double, 2>& before, const Array<double, 2>& after, std::span<const double> h,
                      Padding padding, bool centred) {
    const index n = before.extent(1), step = std::max<index>(1, n * static_cast<index>(h.size()) / 400'000);
    double error = 0, most = 0;
    for (index row : {index{0}, before.extent(0) - 1}) {
        for (index t = 0; t < n; t += t < 5 || t + step >= n - 5 ? 1 : step) {
            const double expected = convolved(before.view().row(row), h, padding, centred, t);
            error = std::max(error, std::abs(expected - after(row, t)));
            most = std::max(most, std::abs(expected));
            if (std::isnan(after(row, t))) {
                return std::numeric_limits<double>::infinity();
            }
        }
    }
    return error / most;
}

bool same_bits(const Array<double, 2>& a, const Array<double, 2>& b) {
    return std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

// Rounding of a transform of up to 2^17 points is below 1e-15 of the largest value; a factor of ten is left over.
constexpr double tolerance = 1e-14;

}  // namespace

TEST(FirFilter, equals_the_defining_sum_for_all_lengths_of_rows_and_filters) {
    for (index taps : {1, 3, 7, 33, 257, 1981}) {
        const auto h = random_taps(taps);
        for (index n : {1, 2, 5, 9, 100, 421, 1023, 5000, 30011}) {
            for (Padding padding : {Padding::reflect_limited, Padding::edge, Padding::zero, Padding::mirror}) {
                for (bool centred : {true, false}) {
                    const auto before = random_rows(3, n);
                    auto x = before;
                    fir_filter(x, h, padding, centred);
                    ASSERT_LE(relative_error(before, x, h, padding, centred), tolerance)
                        << taps << " taps, n = " << n << ", padding " << static_cast<int>(padding) << centred;
                }
            }
        }
    }
}

TEST(FirFilter, takes_filters_of_any_length) {
    for (index taps : {2, 8, 4097, 20001}) {
        const auto h = random_taps(taps);
        const auto before = random_rows(2, 60000);
        auto x = before;
        const bool centred = taps % 2 == 1;
        fir_filter(x, h, Padding::reflect_limited, centred);
        EXPECT_LE(relative_error(before, x, h, Padding::reflect_limited, centred), tolerance) << taps;
    }
}

TEST(FirFilter, twice_filters_with_the_squared_magnitude) {
    const auto h = random_taps(31);
    std::vector<double> squared(61);
    for (int j = 0; j < 31; ++j) {
        for (int k = 0; k < 31; ++k) {
            squared[j + 30 - k] += h[j] * h[k];
        }
    }
    const auto before = random_rows(2, 700);
    auto x = before;
    fir_filter(x, h, Padding::reflect_limited, true, true);
    EXPECT_LE(relative_error(before, x, squared, Padding::reflect_limited, true), tolerance);
}

TEST(FirFilter, odd_reflection_keeps_a_straight_line_straight) {
    // A symmetric filter with Σ h = 1 maps a line to itself, and odd reflection continues the line.
    std::vector<double> h{0.1, 0.2, 0.4, 0.2, 0.1};
    Array<double, 2> x({1, 50});
    for (index t = 0; t < 50; ++t) {
        x(0, t) = 3.0 * static_cast<double>(t) - 20;
    }
    fir_filter(x, h, Padding::reflect);
    for (index t = 0; t < 50; ++t) {
        EXPECT_NEAR(x(0, t), 3.0 * static_cast<double>(t) - 20, 1e-12);
    }
}

TEST(FirFilter, a_row_has_the_same_bits_at_any_position_and_with_any_neighbours) {
    const auto h = random_taps(301);
    const auto before = random_rows(13, 3000);
    auto together = before;
    fir_filter(together, h);
    for (index row = 0; row < 13; ++row) {
        Array<double, 2> alone({1, 3000}), expected({1, 3000});
        std::copy_n(&before(row, 0), 3000, alone.data());
        std::copy_n(&together(row, 0), 3000, expected.data());
        fir_filter(alone, h);
        EXPECT_TRUE(same_bits(alone, expected)) << row;
    }
}

TEST(FirFilter, has_the_same_bits_with_1_2_and_8_threads) {
    const auto h = random_taps(301);
    const auto before = random_rows(45, 3000);
    auto one = before;
    {
        const ThreadLimit limit(1);
        fir_filter(one, h);
    }
    for (int threads : {2, 8}) {
        const ThreadLimit limit(threads);
        auto many = before;
        fir_filter(many, h);
        EXPECT_TRUE(same_bits(one, many)) << threads;
    }
}

TEST(FirFilter, a_nan_spoils_exactly_the_blocks_of_its_row_that_read_it) {
    const index n = 9000, taps = 201, at = 4000, half = 100;
    const auto h = random_taps(taps);
    const index outputs = fir_block_length(taps, n) - taps + 1;
    auto clean = random_rows(3, n), dirty = clean;
    dirty(1, at) = std::nan("");
    fir_filter(clean, h);
    fir_filter(dirty, h);
    index spoilt = 0;
    for (index row = 0; row < 3; ++row) {
        for (index t = 0; t < n; ++t) {
            const index first = t / outputs * outputs, last = first + outputs - 1;
            const bool reads_it = row == 1 && first - half <= at && last + half >= at;
            if (reads_it) {
                ASSERT_TRUE(std::isnan(dirty(row, t))) << t;
                ++spoilt;
            } else {
                ASSERT_EQ(dirty(row, t), clean(row, t)) << row << " " << t;
            }
        }
    }
    EXPECT_GT(spoilt, 0);
    EXPECT_LT(spoilt, n / 3);
}

TEST(FirFilter, filters_strided_rows_and_leaves_what_is_between) {
    const auto h = random_taps(21);
    auto wide = random_rows(4, 400);
    const auto before = wide;
    const View<double, 2> every_other(wide.data(), {4, 200}, {400, 2});
    Array<double, 2> copy({4, 200});
    for (index i = 0; i < 4; ++i) {
        for (index j = 0; j < 200; ++j) {
            copy(i, j) = every_other(i, j);
        }
    }
    fir_filter(every_other, h);
    fir_filter(copy, h);
    for (index i = 0; i < 4; ++i) {
        for (index j = 0; j < 200; ++j) {
            EXPECT_EQ(every_other(i, j), copy(i, j));
            EXPECT_EQ(wide(i, 2 * j + 1), before(i, 2 * j + 1));
        }
    }
}

TEST(FirFilter, refuses_what_it_cannot_filter) {
    Array<double, 2> x({1, 10});
    const auto message = [&](std::vector<double> h, Padding padding, bool centred) {
        try {
            fir_filter(x, h, padding, centred);
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message({}, Padding::zero, true), "fir_filter: h must have at least one tap");
    EXPECT_EQ(message({1, 2}, Padding::zero, true),
              "fir_filter: a centred filter must have an odd number of taps; got 2 (append one more, or filter with "
              "centred = false)");
    EXPECT_EQ(message(std::vector<double>(21), Padding::reflect, true),
              "fir_filter: padding by reflection needs rows longer than 10 samples; got 10 (use reflect_limited, or a "
              "shorter filter)");
}

}  // namespace ranvier::numerics
