#include "ranvier/numerics/pchip.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "ranvier/base/error.hpp"

namespace ranvier::numerics {
namespace {

TEST(Pchip, GoesThroughItsPointsAndAlongALine) {
    const std::vector<double> x{0, 1, 3, 4}, y{2, 4, 8, 10}, at{0, 0.5, 1, 2.25, 3.5, 4};
    const auto out = pchip(x, y, at);
    for (std::size_t k = 0; k < at.size(); ++k) {
        EXPECT_NEAR(out[k], 2 + 2 * at[k], 1e-14);
    }
    EXPECT_DOUBLE_EQ(pchip(std::vector<double>{0, 2}, std::vector<double>{0, 1}, std::vector<double>{0.5})[0], 0.25);
}

TEST(Pchip, StaysBetweenNeighboursWhereASplineWouldOvershoot) {
    const std::vector<double> x{0, 1, 2, 3, 4}, y{0, 0, 0, 1, 1};
    std::vector<double> at;
    for (int k = 0; k <= 400; ++k) {
        at.push_back(0.01 * k);
    }
    double before = 0;
    for (const double v : pchip(x, y, at)) {
        EXPECT_GE(v, before - 1e-15);
        EXPECT_LE(v, 1.0);
        before = v;
    }
}

TEST(Pchip, HasTheSlopesOfItsPaperAtAnInnerPoint) {
    // Equal spacing: the slope is the harmonic mean of 1 and 3, 3/2, so that half a step on the cubic of Hermite gives
    // y = (y0 + y1) / 2 + (d0 − d1) / 8; the end has (3 · 3 − 1) / 2 = 4.
    const std::vector<double> x{0, 1, 2}, y{0, 1, 4}, at{1.5};
    EXPECT_NEAR(pchip(x, y, at)[0], 2.5 + (1.5 - 4) / 8, 1e-14);
}

TEST(Pchip, WeighsTheSlopesOfUnequalSpacingsAsItsPaperDoes) {
    // Spacings 1, 2, 4 of slopes 1, 2, 3. Inner points: (w1 + w2) / (w1 / before + w2 / behind), w1 = 2 h + h of
    // before, w2 = h + 2 h of before, h that behind: 9 / (5/1 + 4/2), 18 / (10/2 + 8/3). Ends: ((2 h0 + h1) s0 − h0 s1)
    // / (h0 + h1).
    const std::vector<double> x{0, 1, 3, 7}, y{0, 1, 5, 17}, at{0.5, 2, 5};
    const double d[] = {(4 * 1 - 1 * 2) / 3.0, 9 / 7.0, 18 / (5 + 8 / 3.0), (10 * 3 - 4 * 2) / 6.0};
    const auto out = pchip(x, y, at);
    for (std::size_t k = 0; k < 3; ++k) {
        const double h = x[k + 1] - x[k];
        EXPECT_NEAR(out[k], (y[k] + y[k + 1]) / 2 + h * (d[k] - d[k + 1]) / 8, 1e-13) << k;
    }
}

TEST(Pchip, RefusesPointsOutOfOrder) {
    const std::vector<double> one{1}, two{1, 1};
    EXPECT_THROW(pchip(one, one, one), InvalidInput);
    EXPECT_THROW(pchip(two, two, one), InvalidInput);
    EXPECT_THROW(pchip(std::vector<double>{1, 2}, one, one), InvalidInput);
}

}  // namespace
}  // namespace ranvier::numerics
