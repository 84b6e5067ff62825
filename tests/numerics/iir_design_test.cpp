#include "ranvier/numerics/iir_design.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>

#include "ranvier/numerics/filter_response.hpp"
#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

namespace {

const std::map<std::string, BandType> band_types{{"lowpass", BandType::lowpass},
                                                 {"highpass", BandType::highpass},
                                                 {"bandpass", BandType::bandpass},
                                                 {"bandstop", BandType::bandstop}};

}  // namespace

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

// Where its two bands end an elliptic filter loses exactly what was asked: at its edge, at 0 of even orders the ripple,
// at half the sampling rate of even orders the attenuation. 1e-6: steep edges of order 10 amplify rounding.
TEST(IirDesign, elliptic_filters_lose_in_both_bands_what_was_asked) {
    const std::vector<double> edge{40};
    for (const int order : {2, 3, 4, 7, 10}) {
        for (const double ripple : {1e-3, 1.0, 3.0}) {
            for (const double attenuation : {20.0, 40.0, 100.0}) {
                const auto s =
                    iir_design({IirFamily::elliptic, order, ripple, attenuation}, edge, BandType::lowpass, 600);
                const auto loss = [&](double f) { return -20 * std::log10(amplitude_at(s, f, 600)); };
                EXPECT_NEAR(loss(0), order % 2 == 0 ? ripple : 0, 1e-9);
                EXPECT_NEAR(loss(40), ripple, 1e-6) << order;
                if (order % 2 == 0) {
                    EXPECT_NEAR(loss(300), attenuation, 1e-6) << order;
                } else {
                    EXPECT_GT(loss(300), 200);
                }
            }
        }
    }
}

TEST(IirDesign, ripples_below_rounding_and_attenuations_beyond_it_are_designed) {
    const std::vector<double> low{40}, band{20, 40};
    for (const IirFamily family : {IirFamily::chebyshev1, IirFamily::chebyshev2, IirFamily::elliptic}) {
        for (const double ripple : {1e-100, 1e-17, 1e-16, 1e-3, 1.0, 100.0, 999.0}) {
            for (const double attenuation : {1e-16, 20.0, 150.0, 320.0, 1000.0}) {
                if (family == IirFamily::elliptic && attenuation <= ripple) {
                    continue;
                }
                for (const int order : {1, 2, 3, 8, 25}) {
                    for (const auto& [name, type] : band_types) {
                        const auto& edges = name.starts_with("band") ? band : low;
                        for (const Section& s : iir_design({family, order, ripple, attenuation}, edges, type, 600)) {
                            for (const double coefficient : s) {
                                ASSERT_TRUE(std::isfinite(coefficient)) << name << " " << order << " " << ripple;
                            }
                            ASSERT_LE(std::abs(s[5]), 1 + 1e-15);  // two poles, of 999 dB on the circle
                        }
                    }
                }
            }
        }
    }
    // What is flat to rounding passes all, and the attenuation is there.
    const auto flat = iir_design({IirFamily::elliptic, 4, 1e-17, 40}, low, BandType::lowpass, 600);
    EXPECT_NEAR(amplitude_at(flat, 0, 600), 1, 1e-13);
    EXPECT_NEAR(amplitude_at(flat, 39, 600), 1, 1e-13);
    EXPECT_NEAR(20 * std::log10(amplitude_at(flat, 300, 600)), -40, 1e-6);
    const auto first = iir_design({IirFamily::chebyshev1, 3, 1e-16}, low, BandType::lowpass, 600);
    EXPECT_NEAR(amplitude_at(first, 40, 600), 1, 1e-13);
    EXPECT_LT(amplitude_at(first, 299.9, 600), 0.9);
}

// What the sections lose at a frequency, in long double: near a steep edge double can't say it.
static long double exact_loss(const std::vector<Section>& sections, long double f, long double sfreq) {
    const auto back = std::exp(std::complex<long double>(0, -2 * std::numbers::pi_v<long double> * f / sfreq));
    long double loss = 0;
    for (const Section& s : sections) {
        const auto size = [&](int k) {
            return std::abs((long double)s[k] + back * ((long double)s[k + 1] + back * (long double)s[k + 2]));
        };
        loss -= 20 * std::log10(size(0) / size(3));
    }
    return loss;
}

// Of order 30 with 20 dB a pole lies 1e-17 from the circle, which no coefficient in double can say. (By scipy, which
// computes in double, order 30 with 3 and 40 dB loses 3.075 dB at 1 Hz of 600.)
TEST(IirDesign, steep_elliptic_filters_keep_their_edge_or_are_refused) {
    const std::map<std::string, std::vector<std::vector<double>>> edges{{"lowpass", {{1}, {40}}},
                                                                        {"highpass", {{1}, {40}}},
                                                                        {"bandpass", {{1, 2}, {20, 40}}},
                                                                        {"bandstop", {{1, 2}, {20, 40}}}};
    int refused = 0, made = 0;
    for (const auto& [name, type] : band_types) {
        for (const std::vector<double>& edge : edges.at(name)) {
            for (int order = 1; order <= 30; ++order) {
                for (const double ripple : {0.1, 1.0, 3.0}) {
                    for (const double attenuation : {20.0, 40.0, 60.0, 100.0}) {
                        const std::string which = name + " " + std::to_string(order) + " " + std::to_string(ripple) +
                                                  " " + std::to_string(attenuation);
                        try {
                            const auto s =
                                iir_design({IirFamily::elliptic, order, ripple, attenuation}, edge, type, 600);
                            ++made;
                            for (const double f : edge) {
                                EXPECT_LE(std::abs(exact_loss(s, f, 600) - ripple), 0.01L) << which;
                            }
                        } catch (const InvalidInput& error) {
                            ++refused;
                            EXPECT_GE(order, 18) << which;
                            EXPECT_LE(attenuation, 40) << which;
                            const std::string says = error.what();
                            EXPECT_NE(says.find("ask for a lower order or a higher attenuation"), std::string::npos)
                                << says;
                        }
                    }
                }
            }
        }
    }
    EXPECT_GT(made, 15 * refused);
    EXPECT_GT(refused, 0);
    const std::vector<double> low{1};
    EXPECT_NEAR(exact_loss(iir_design({IirFamily::elliptic, 30, 3, 40}, low, BandType::lowpass, 600), 1, 600), 3,
                0.005);
}

TEST(IirDesign, refuses_ripples_that_no_filter_has) {
    const std::vector<double> edge{40};
    const double infinity = std::numeric_limits<double>::infinity();
    const auto refused = [&](IirFamily family, double ripple, double attenuation) {
        try {
            iir_design({family, 3, ripple, attenuation}, edge, BandType::lowpass, 600);
        } catch (const InvalidInput& e) {
            return std::string(e.what());
        }
        return std::string("taken");
    };
    const std::string ripple = "iir_design: the ripple of the pass-band must be in [1e-100, 1000] dB; got ",
                      stop = "iir_design: the attenuation of the stop-band must be in [1e-100, 1000] dB; got ";
    EXPECT_EQ(refused(IirFamily::chebyshev1, infinity, 0), ripple + "inf");
    EXPECT_EQ(refused(IirFamily::chebyshev1, std::nan(""), 0), ripple + "nan");
    EXPECT_EQ(refused(IirFamily::elliptic, 0, 40), ripple + "0.0");
    EXPECT_EQ(refused(IirFamily::elliptic, 1, 4000), stop + "4000.0");
    EXPECT_EQ(refused(IirFamily::chebyshev2, 0, infinity), stop + "inf");
    EXPECT_EQ(refused(IirFamily::elliptic, 70, 60),
              "iir_design: the stop-band must lose more than the pass-band's ripple of 70.0 dB; got 60.0");
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

}  // namespace ranvier::numerics
