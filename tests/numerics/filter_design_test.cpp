#include "ranvier/numerics/filter_design.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

namespace {

const std::map<std::string, BandType> band_types{{"lowpass", BandType::lowpass},
                                                 {"highpass", BandType::highpass},
                                                 {"bandpass", BandType::bandpass},
                                                 {"bandstop", BandType::bandstop}};

}  // namespace

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

// Coefficients of order 1 … 2; a section's gain may be as small as 1e-12, hence the relative part.
TEST(Butterworth, has_the_sections_of_scipy_in_their_order) {
    for (const auto& c : reference("design")["butterworth"]) {
        const std::vector<double> edges = c["edges"];
        const auto sections =
            iir_design({IirFamily::butterworth, c["order"]}, edges, band_types.at(c["type"]), c["sfreq"]);
        const std::vector<std::vector<double>> expected = c["sos"];
        ASSERT_EQ(sections.size(), expected.size());
        for (std::size_t s = 0; s < sections.size(); ++s) {
            const double scale = std::max(std::abs(expected[s][0]), std::abs(expected[s][1]));
            for (int k = 0; k < 6; ++k) {
                EXPECT_NEAR(sections[s][k], expected[s][k], 1e-11 * (k < 3 ? scale : 1.0))
                    << c["type"] << " order " << c["order"] << " section " << s << " coefficient " << k;
            }
        }
    }
}

// scipy.signal.iirfilter(rp=3, rs=40); a narrow band's poles lie 1e-3 apart, which takes digits.
TEST(IirDesign, has_the_sections_of_scipy_in_every_family) {
    const std::map<std::string, IirFamily> families{{"cheby1", IirFamily::chebyshev1},
                                                    {"cheby2", IirFamily::chebyshev2},
                                                    {"ellip", IirFamily::elliptic},
                                                    {"bessel", IirFamily::bessel}};
    for (const auto& c : reference("design")["families"]) {
        const std::vector<double> edges = c["edges"];
        const auto sections =
            iir_design({families.at(c["family"]), c["order"], 3, 40}, edges, band_types.at(c["type"]), c["sfreq"]);
        const std::vector<std::vector<double>> expected = c["sos"];
        ASSERT_EQ(sections.size(), expected.size());
        for (std::size_t s = 0; s < sections.size(); ++s) {
            const double scale = std::max(std::abs(expected[s][0]), std::abs(expected[s][1]));
            for (int k = 0; k < 6; ++k) {
                EXPECT_NEAR(sections[s][k], expected[s][k], 1e-10 * (k < 3 ? scale : 1.0))
                    << c["family"] << " " << c["type"] << " order " << c["order"] << " section " << s;
            }
        }
    }
}

TEST(IirDesign, leaves_its_ripple_at_the_edge_and_multiplies_out) {
    const std::vector<double> edge{40};
    const auto sections = iir_design({IirFamily::elliptic, 5, 1, 60}, edge, BandType::lowpass, 600);
    EXPECT_NEAR(20 * std::log10(amplitude_at(sections, 40, 600)), -1, 1e-9);
    const auto [b, a] = transfer_function(sections);
    ASSERT_EQ(b.size(), 6u);
    ASSERT_EQ(a.size(), 6u);
    double above = 0, below = 0;
    for (std::size_t k = 0; k < b.size(); ++k) {
        above += b[k];
        below += a[k];
    }
    EXPECT_NEAR(above / below, amplitude_at(sections, 0, 600), 1e-9);
    EXPECT_THROW(iir_design({IirFamily::elliptic, 5, 0, 60}, edge, BandType::lowpass, 600), InvalidInput);
    EXPECT_THROW(iir_design({IirFamily::elliptic, 5, 70, 60}, edge, BandType::lowpass, 600), InvalidInput);
    EXPECT_THROW(iir_design({IirFamily::bessel, 26}, edge, BandType::lowpass, 600), InvalidInput);
}

TEST(Butterworth, falls_by_3_db_at_its_edges_and_is_flat_where_it_passes) {
    const std::vector<double> band{5, 40}, low{30};
    const auto b = iir_design({.order = 4}, band, BandType::bandpass, 600);
    EXPECT_NEAR(amplitude_at(b, 5, 600), std::sqrt(0.5), 1e-10);
    EXPECT_NEAR(amplitude_at(b, 40, 600), std::sqrt(0.5), 1e-10);
    const auto l = iir_design({.order = 7}, low, BandType::lowpass, 600);
    EXPECT_NEAR(amplitude_at(l, 30, 600), std::sqrt(0.5), 1e-10);
    EXPECT_NEAR(amplitude_at(l, 0, 600), 1, 1e-10);
    EXPECT_NEAR(amplitude_at(l, 300, 600), 0, 1e-10);
    const auto h = iir_design({.order = 3}, low, BandType::highpass, 600);
    EXPECT_NEAR(amplitude_at(h, 300, 600), 1, 1e-10);
    EXPECT_NEAR(amplitude_at(h, 0, 600), 0, 1e-10);
}

TEST(Butterworth, refuses_edges_outside_the_spectrum) {
    const std::vector<double> beyond{300}, falling{40, 5};
    EXPECT_THROW(iir_design({.order = 4}, beyond, BandType::lowpass, 600), InvalidInput);
    EXPECT_THROW(iir_design({.order = 4}, falling, BandType::bandpass, 600), InvalidInput);
    EXPECT_THROW(iir_design({.order = 4}, falling, BandType::lowpass, 600), InvalidInput);
    EXPECT_THROW(iir_design({.order = 0}, beyond, BandType::lowpass, 1000), InvalidInput);
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
