#include "ranvier/numerics/fir_design.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/numerics/filter_response.hpp"
#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

// mne.filter.create_filter, version in design.json; taps are at most 1 and differ by rounding.
TEST(FirDesign, makes_the_taps_that_mne_makes) {
    for (const auto& c : reference("design")["fir"]) {
        const std::vector<double> expected = c["h"], freqs = c["freqs"], gains = c["gains"];
        const auto h = fir_design(std::ssize(expected), freqs, gains, c["sfreq"], c["window"]);
        ASSERT_EQ(h.size(), expected.size());
        for (std::size_t j = 0; j < h.size(); ++j) {
            EXPECT_NEAR(h[j], expected[j], 1e-15);
        }
    }
}

TEST(FirDesign, a_low_pass_has_gain_1_at_0_hz_and_a_half_in_the_middle_of_its_transition) {
    const std::vector<double> freqs{0, 20, 30, 50}, gains{1, 1, 0, 0};
    const auto h = fir_design(67, freqs, gains, 100);
    EXPECT_NEAR(amplitude_at(h, 0, 100), 1, 1e-14);
    EXPECT_NEAR(amplitude_at(h, 25, 100), 0.5, 2e-3);  // ripple of a Hamming window: 0.2 %
    EXPECT_LT(amplitude_at(h, 35, 100), 2e-3);
    for (index j = 0; j < 33; ++j) {
        EXPECT_NEAR(h[j], h[66 - j], 1e-17);
    }
}

TEST(FirDesign, says_how_many_taps_a_transition_needs) {
    const std::vector<double> freqs{0, 20, 21, 50}, gains{1, 1, 0, 0};
    EXPECT_EQ(fir_length(1, 100, "hamming"), 331);
    try {
        fir_design(101, freqs, gains, 100);
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_STREQ(e.what(), "fir_design: 101 taps are too few for the transition of 1 Hz at 20 Hz, which needs 331");
    }
    EXPECT_THROW(fir_design(100, freqs, gains, 100), InvalidInput);
    EXPECT_THROW(fir_design(661, freqs, gains, 101), InvalidInput);
    EXPECT_THROW(fir_design(661, freqs, gains, 100, "kaiser"), InvalidInput);
}

// mne.filter.create_filter(phase="minimum"), version in design.json. The logarithm near zeros of the response amplifies
// rounding of the transforms: 1e-9 of taps of order 0.1.
TEST(MinimumPhase, makes_the_taps_that_mne_makes) {
    const auto c = reference("design")["minimum_phase"];
    const std::vector<double> linear = c["linear"], expected = c["minimum"];
    const auto h = minimum_phase(linear);
    ASSERT_EQ(h.size(), expected.size());
    for (std::size_t j = 0; j < h.size(); ++j) {
        EXPECT_NEAR(h[j], expected[j], 1e-9);
    }
}

// |H| of the half filter is the root of the linear one's, so that its attenuation in dB is half.
TEST(MinimumPhase, halves_the_attenuation_with_half_the_taps) {
    const std::vector<double> freqs{0, 20, 30, 50}, gains{1, 1, 0, 0};
    const auto linear = fir_design(133, freqs, gains, 100);
    const auto h = minimum_phase(linear, true);
    ASSERT_EQ(h.size(), 67u);
    for (double f : {0.0, 5.0, 12.0, 20.0, 25.0}) {
        EXPECT_NEAR(amplitude_at(h, f, 100), std::sqrt(amplitude_at(linear, f, 100)), 1e-3);  // the taps cut off
    }
}

TEST(MinimumPhase, keeps_the_magnitude_and_brings_energy_forward) {
    const std::vector<double> freqs{0, 20, 30, 50}, gains{1, 1, 0, 0};
    const auto linear = fir_design(67, freqs, gains, 100);
    const auto h = minimum_phase(linear);
    double before = 0, after = 0;
    for (std::size_t j = 0; j < 20; ++j) {
        before += linear[j] * linear[j];
        after += h[j] * h[j];
    }
    EXPECT_GT(after, 10 * before);
    for (double f : {0.0, 5.0, 12.0, 20.0, 25.0}) {
        EXPECT_NEAR(amplitude_at(h, f, 100), amplitude_at(linear, f, 100), 1e-3);  // aliasing of the cepstrum
    }
}

}  // namespace ranvier::numerics
