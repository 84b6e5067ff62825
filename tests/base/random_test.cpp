#include "ranvier/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace ranvier;

// Known answers of the Random123 distribution (kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, reproduces_the_published_known_answers) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    const std::uint32_t f = 0xffffffff;
    EXPECT_EQ(philox({f, f, f, f}, {f, f}),
              (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// With n = 1e5 draws the standard error of the mean is 0.0032 and of the variance 0.0045; five of them is a chance
// below 1e-6, and the seed is fixed.
TEST(RandomStream, normal_numbers_have_mean_0_and_variance_1) {
    RandomStream stream(42);
    double sum = 0, square = 0;
    const int n = 100'000;
    for (int k = 0; k < n; ++k) {
        const double x = stream.normal();
        sum += x;
        square += x * x;
    }
    EXPECT_NEAR(sum / n, 0, 0.016);
    EXPECT_NEAR(square / n, 1, 0.0225);
}

TEST(RandomStream, elements_of_one_object_draw_different_numbers) {
    EXPECT_NE(RandomStream(1, 0, 0).uniform(), RandomStream(1, 0, 1).uniform());
    EXPECT_NE(RandomStream(1, 0, 0).uniform(), RandomStream(1, 1, 0).uniform());
    EXPECT_NE(RandomStream(1, 0, 0).uniform(), RandomStream(2, 0, 0).uniform());
    EXPECT_EQ(RandomStream(1, 2, 3).uniform(), RandomStream(1, 2, 3).uniform());
}
