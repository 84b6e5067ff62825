#include "ranvier/meeg/priors/depth_prior.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/sparse/estimate.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

Array<double, 2> columns_of_lengths(const std::vector<double>& lengths) {
    Array<double, 2> gain({std::ssize(lengths), std::ssize(lengths)});
    for (index i = 0; i < gain.extent(0); ++i) {
        gain(i, i) = lengths[static_cast<std::size_t>(i)];
    }
    return gain;
}

// Fixed orientations of lengths 1, 2, 10: weights 1, 1/4, 1/100 to the power 1/2 are 1, 1/2, 1/10.
TEST(DepthPrior, FarSourcesWeighMoreByThePowerThatIsAskedFor) {
    const auto gain = columns_of_lengths({1, 2, 10});
    const auto near = [](double x) { return DoubleNear(x, 1e-14); };
    EXPECT_THAT(depth_prior(gain, 1, {.exponent = 0.5, .limit = std::nullopt}),
                ElementsAre(near(1), near(0.5), near(0.1)));
    // At most 3² times the least: the least weight above that is the limit.
    EXPECT_THAT(depth_prior(gain, 1, {.exponent = 1, .limit = 3}), ElementsAre(near(1), near(1), near(0.04)));
    EXPECT_THAT(depth_prior(gain, 1, {.exponent = 1, .limit = 3, .all_channels = true}),
                ElementsAre(near(1), near(1), near(1.0 / 9)));
    // No orientation of the second position is seen: it weighs as the least that is.
    EXPECT_THAT(depth_prior(columns_of_lengths({2, 0}), 1, {.exponent = 1, .limit = std::nullopt}),
                ElementsAre(near(0.25), near(0.25)));
}

TEST(DepthPrior, ThreeColumnsCountByTheirLargestDirectionOrAllTogether) {
    const auto gain = columns_of_lengths({3, 4, 0, 1, 2, 2});
    const auto near = [](double x) { return DoubleNear(x, 1e-14); };
    EXPECT_THAT(depth_prior(gain, 3, {.exponent = 1, .limit = std::nullopt, .spectral = true}),
                ElementsAre(near(1.0 / 16), near(1.0 / 16), near(1.0 / 16), near(0.25), near(0.25), near(0.25)));
    EXPECT_NEAR(depth_prior(gain, 3, {.exponent = 1, .limit = std::nullopt, .spectral = false})[0], 1.0 / 25, 1e-14);
    EXPECT_THROW(depth_prior(gain, 2), InvalidInput);
    EXPECT_THROW(depth_prior(columns_of_lengths({0, 0, 0}), 3), InvalidInput);
}

// Fields at right angles share the goodness of fit as Pythagoras has it.
TEST(SplitGoodnessOfFit, FieldsAtRightAnglesHaveTheirOwnShares) {
    Array<double, 2> gain({3, 2}), X({2, 1}), data({3, 1});
    gain(0, 0) = 2;
    gain(1, 1) = 1;
    X(0, 0) = 1.5;
    X(1, 0) = 4;
    data(0, 0) = 3;
    data(1, 0) = 4;
    data(2, 0) = 5;
    const auto shares = split_goodness_of_fit(data, X, gain);
    EXPECT_NEAR(shares(0, 0), 100.0 * 9 / 50, 1e-12);
    EXPECT_NEAR(shares(1, 0), 100.0 * 16 / 50, 1e-12);
    // Silence explains nothing.
    EXPECT_EQ(split_goodness_of_fit(Array<double, 2>({3, 1}), X, gain)(0, 0), 0);
}

TEST(SlopedWindow, RisesAndFallsAsHalfAHannWindow) {
    const auto window = sloped_window(6, 2, 1);
    for (const auto& [t, expected] : {std::pair{0, 0.0}, {1, 0.75}, {2, 1.0}, {4, 1.0}, {5, 0.0}}) {
        EXPECT_NEAR(window[static_cast<std::size_t>(t)], expected, 1e-15);
    }
    EXPECT_THROW(sloped_window(3, 2, 2), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
