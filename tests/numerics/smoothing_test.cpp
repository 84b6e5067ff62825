#include "ranvier/numerics/smoothing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

namespace {

Array<double, 2> noise(index rows, index n) {
    Array<double, 2> x({rows, n});
    RandomStream stream(11, 0);
    for (index i = 0; i < rows * n; ++i) {
        x.data()[i] = stream.normal();
    }
    return x;
}

}  // namespace

// Polynomials up to the order fit themselves, at the ends too.
TEST(SavgolFilter, leaves_polynomials_of_its_order_as_they_are) {
    Array<double, 2> x({6, 60});
    for (index k = 0; k < 6; ++k) {
        for (index t = 0; t < 60; ++t) {
            x(k, t) = std::pow(static_cast<double>(t - 20) / 20, static_cast<double>(k));
        }
    }
    Array<double, 2> smooth = x;
    savgol_filter(smooth, 21, 5);
    for (index i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(smooth.data()[i], x.data()[i], 1e-12);
    }
}

// The well-known weights of five points and order 2: (−3, 12, 17, 12, −3) / 35.
TEST(SavgolFilter, has_the_published_weights) {
    Array<double, 2> x({1, 11});
    x(0, 5) = 35;
    savgol_filter(x, 5, 2);
    const double expected[11] = {0, 0, 0, -3, 12, 17, 12, -3, 0, 0, 0};
    for (index t = 0; t < 11; ++t) {
        EXPECT_NEAR(x(0, t), expected[t], 1e-12) << t;
    }
}

TEST(SavgolFilter, refuses_windows_that_do_not_fit) {
    Array<double, 2> x({1, 10});
    EXPECT_THROW(savgol_filter(x, 4, 2), InvalidInput);
    EXPECT_THROW(savgol_filter(x, 5, 5), InvalidInput);
    try {
        savgol_filter(x, 11, 5);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "savgol_filter: rows must have at least the 11 samples of a window; got 10");
    }
}

// |A cos + i A sin| = A where the tone has whole periods.
TEST(Envelope, of_a_tone_is_its_amplitude) {
    Array<double, 2> x({2, 250});
    for (index t = 0; t < 250; ++t) {
        x(0, t) = 3 * std::cos(2 * std::numbers::pi * 7 * static_cast<double>(t) / 250);
        x(1, t) = 0.5 * std::sin(2 * std::numbers::pi * 90 * static_cast<double>(t) / 250);
    }
    envelope(x, 250);
    for (index t = 0; t < 250; ++t) {
        EXPECT_NEAR(x(0, t), 3, 1e-12);
        EXPECT_NEAR(x(1, t), 0.5, 1e-12);
    }
    EXPECT_THROW(envelope(x, 249), InvalidInput);
}

TEST(Smoothing, has_the_same_bits_with_1_2_and_8_threads_and_a_nan_stays_in_its_row) {
    const auto x = noise(40, 333);
    Array<double, 2> first, spoilt = x;
    spoilt(3, 100) = std::numeric_limits<double>::quiet_NaN();
    for (const int threads : {1, 2, 8}) {
        const ThreadLimit bound(threads);
        Array<double, 2> y = x;
        savgol_filter(y, 15, 5);
        envelope(y, 360);
        if (first.empty()) {
            first = y;
        }
        EXPECT_EQ(std::memcmp(y.data(), first.data(), sizeof(double) * static_cast<std::size_t>(y.size())), 0);
    }
    savgol_filter(spoilt, 15, 5);
    envelope(spoilt, 360);
    for (index r = 0; r < 40; ++r) {
        EXPECT_EQ(std::isnan(spoilt(r, 200)), r == 3) << r;
        EXPECT_EQ(std::memcmp(&spoilt(r, 0), &first(r, 0), sizeof(double) * 333) == 0, r != 3) << r;
    }
}

}  // namespace ranvier::numerics
