#include "ranvier/numerics/window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

// scipy.signal, version in design.json; sums of a few cosines and Bessel functions differ in the last digits.
TEST(Window, agrees_with_scipy) {
    for (const auto& c : reference("design")["windows"]) {
        const auto w = window(c["name"], c["n"], c["symmetric"], c["beta"]);
        const std::vector<double> expected = c["w"];
        ASSERT_EQ(w.size(), expected.size());
        for (std::size_t j = 0; j < w.size(); ++j) {
            EXPECT_NEAR(w[j], expected[j], 1e-14) << c["name"] << " " << c["n"] << " " << c["symmetric"];
        }
    }
}

// A triangle over n samples whose zeros lie one half (even n) or one sample (odd n) outside.
TEST(Window, the_ends_of_a_triangle_are_not_zero) {
    EXPECT_THAT(window("triang", 4), testing::ElementsAre(0.25, 0.75, 0.75, 0.25));
    EXPECT_THAT(window("triang", 3), testing::ElementsAre(0.5, 1.0, 0.5));
    EXPECT_THAT(window("triang", 3, false), testing::ElementsAre(0.25, 0.75, 0.75));
}

TEST(Window, a_periodic_one_is_a_longer_symmetric_one_without_its_end) {
    auto longer = window("hann", 10);
    longer.pop_back();
    EXPECT_EQ(window("hann", 9, false), longer);
}

TEST(Window, suggests_a_name_for_a_typo) {
    try {
        window("haming", 8);
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_NE(std::string(e.what()).find("got 'haming'; did you mean 'hamming'"), std::string::npos) << e.what();
    }
    EXPECT_THROW(window("hann", 0), InvalidInput);
}

// scipy.signal.windows.dpss with norm=2 and MNE's rule for low_bias; versions in design.json.
TEST(Dpss, agrees_with_scipy_in_value_sign_and_ratio) {
    for (const auto& c : reference("design")["tapers"]) {
        const Tapers t = dpss(c["n"], c["half_nbw"], c["k"], false, c["symmetric"]);
        const std::vector<std::vector<double>> expected = c["tapers"];
        const std::vector<double> ratios = c["ratios"];
        ASSERT_EQ(t.tapers.extent(0), std::ssize(expected));
        ASSERT_EQ(t.tapers.extent(1), c["n"].get<index>());
        for (index k = 0; k < std::ssize(expected); ++k) {
            EXPECT_NEAR(t.ratios[k], ratios[k], 1e-10) << c["n"] << " order " << k;
            for (index j = 0; j < std::ssize(expected[k]); ++j) {
                EXPECT_NEAR(t.tapers(k, j), expected[k][j], 1e-10) << c["n"] << " order " << k << " at " << j;
            }
        }
        EXPECT_EQ(std::ssize(dpss(c["n"], c["half_nbw"], c["k"], true, c["symmetric"]).ratios),
                  c["n_low_bias"].get<index>());
    }
}

TEST(Dpss, tapers_are_orthonormal_and_ratios_fall) {
    const Tapers t = dpss(200, 4, 8);
    for (index a = 0; a < 8; ++a) {
        for (index b = 0; b <= a; ++b) {
            double dot = 0;
            for (index j = 0; j < 200; ++j) {
                dot += t.tapers(a, j) * t.tapers(b, j);
            }
            EXPECT_NEAR(dot, a == b, 1e-12);
        }
        EXPECT_GT(t.ratios[a], 0);
        EXPECT_LT(t.ratios[a], 1 + 1e-12);
        if (a > 0) {
            EXPECT_LT(t.ratios[a], t.ratios[a - 1] + 1e-12);
        }
    }
}

TEST(Dpss, keeps_the_best_taper_where_none_has_low_bias) {
    const Tapers t = dpss(50, 0.5, 1, true);
    ASSERT_EQ(t.ratios.size(), 1U);
    EXPECT_LT(t.ratios[0], 0.9);
}

TEST(Dpss, of_one_sample_is_one) {
    const Tapers t = dpss(1, 4, 8);
    ASSERT_EQ(t.ratios.size(), 1U);
    EXPECT_EQ(t.tapers(0, 0), 1);
}

TEST(Dpss, refuses_a_band_wider_than_the_spectrum) {
    EXPECT_THROW(dpss(8, 4, 4), InvalidInput);
    EXPECT_THROW(dpss(8, 0, 4), InvalidInput);
    EXPECT_THROW(dpss(8, 2, 9), InvalidInput);
}

}  // namespace ranvier::numerics
