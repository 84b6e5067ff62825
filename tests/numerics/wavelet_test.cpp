#include "ranvier/numerics/wavelet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

namespace {

constexpr double pi = std::numbers::pi;

Array<double, 3> cube(const nlohmann::json& values) {
    Array<double, 3> a({std::ssize(values), std::ssize(values[0]), std::ssize(values[0][0])});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            for (index k = 0; k < a.extent(2); ++k) {
                a(i, j, k) = values[i][j][k];
            }
        }
    }
    return a;
}

Array<double, 3> noise(index epochs, index channels, index n, std::uint64_t seed) {
    Array<double, 3> x({epochs, channels, n});
    RandomStream stream(seed);
    for (index i = 0; i < x.size(); ++i) {
        x.data()[i] = stream.normal();
    }
    return x;
}

double largest_difference(const Array<double, 3>& a, const Array<double, 3>& b) {
    EXPECT_EQ(a.extents(), b.extents());
    double worst = 0;
    for (index i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(a.data()[i] - b.data()[i]));
    }
    return worst;
}

double largest(const Array<double, 3>& a) {
    double worst = 0;
    for (index i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(a.data()[i]));
    }
    return worst;
}

struct PowerItc {
    Array<double, 3> power, itc;
};

PowerItc average_of(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets,
                    index decim) {
    const Array<double, 3>::Extents shape{x.extent(1), std::ssize(wavelets), (x.extent(2) + decim - 1) / decim};
    PowerItc result{Array<double, 3>(shape), Array<double, 3>(shape)};
    morlet_average(x, wavelets, decim, result.power, result.itc);
    return result;
}

bool same_bits(const Array<double, 3>& a, const Array<double, 3>& b) {
    return a.extents() == b.extents() &&
           std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

}  // namespace

// mne.time_frequency.morlet and tfr_array_morlet, version in spectra.json.
TEST(Morlet, agrees_with_mne) {
    for (const auto& c : reference("spectra")["morlet"]) {
        const std::vector<double> freqs = c["freqs"], n_cycles = c["n_cycles"];
        const auto wavelets = morlet(100, freqs, n_cycles, c["zero_mean"]);
        ASSERT_EQ(wavelets.size(), freqs.size());
        for (std::size_t f = 0; f < freqs.size(); ++f) {
            const std::vector<double> re = c["wavelets"][f][0], im = c["wavelets"][f][1];
            ASSERT_EQ(wavelets[f].size(), re.size());
            for (std::size_t j = 0; j < re.size(); ++j) {
                EXPECT_NEAR(wavelets[f][j].real(), re[j], 1e-14);
                EXPECT_NEAR(wavelets[f][j].imag(), im[j], 1e-14);
            }
        }
        const auto x = cube(c["x"]), power = cube(c["power"]);
        const PowerItc result = average_of(x, wavelets, c["decim"]);
        EXPECT_LT(largest_difference(result.power, power), 1e-9 * largest(power));
        EXPECT_LT(largest_difference(result.itc, cube(c["itc"])), 1e-9);
        Array<double, 4> each({2, 2, std::ssize(freqs), power.extent(2)});
        morlet_power(x.view().slice(0, 0, 2), wavelets, c["decim"], each);
        for (index e = 0; e < 2; ++e) {
            const auto expected = cube(c["each"][e]);
            for (index i = 0; i < expected.size(); ++i) {
                EXPECT_NEAR(each.view()[e].data()[i], expected.data()[i], 1e-9 * largest(expected));
            }
        }
    }
}

// A cosine of amplitude a and phase φ excites a wavelet of its own frequency with a/2 e^{i(ωt+φ)} Σ|w| in the middle:
// the other half of the cosine lies at −f, where only the cut tails of the wavelet (e^{−12.5} of its height) answer.
TEST(Morlet, a_cosine_gives_the_power_of_the_wavelets_gain_and_full_coherence) {
    const std::vector<double> freqs{20}, cycles{7};
    const auto wavelets = morlet(200, freqs, cycles);
    double gain = 0;
    for (const auto& w : wavelets[0]) {
        gain += std::abs(w);
    }
    Array<double, 3> x({5, 1, 400});
    for (index e = 0; e < 5; ++e) {
        for (index t = 0; t < 400; ++t) {
            x(e, 0, t) = 3 * std::cos(2 * pi * 20 * t / 200.0 + 0.4);
        }
    }
    const PowerItc result = average_of(x, wavelets, 1);
    EXPECT_NEAR(result.power(0, 0, 200), 1.5 * 1.5 * gain * gain, 1e-6 * gain * gain);
    EXPECT_NEAR(result.itc(0, 0, 200), 1, 1e-14);
}

// Phases spread evenly over the circle cancel.
TEST(Morlet, evenly_spread_phases_have_no_coherence) {
    const std::vector<double> freqs{20}, cycles{7};
    Array<double, 3> x({12, 1, 400});
    for (index e = 0; e < 12; ++e) {
        for (index t = 0; t < 400; ++t) {
            x(e, 0, t) = std::cos(2 * pi * 20 * t / 200.0 + 2 * pi * e / 12.0);
        }
    }
    EXPECT_LT(average_of(x, morlet(200, freqs, cycles), 1).itc(0, 0, 200), 1e-8);
}

TEST(Morlet, wavelets_have_norm_root_two_and_no_mean) {
    const std::vector<double> freqs{8, 20, 33}, cycles{1.5, 4, 7};
    for (const auto& w : morlet(250, freqs, cycles)) {
        double energy = 0;
        std::complex<double> mean = 0;
        for (const auto& value : w) {
            energy += std::norm(value);
            mean += value;
        }
        EXPECT_NEAR(energy, 2, 1e-14);
        EXPECT_LT(std::abs(mean), 1e-4);  // the tails beyond 5 σ are cut: e^{−12.5} of the envelope
        EXPECT_EQ(w.size() % 2, 1U);
    }
}

TEST(Morlet, zero_epochs_have_no_power_and_add_no_phase) {
    const std::vector<double> freqs{20}, cycles{3};
    auto x = noise(4, 2, 60, 3);
    for (index t = 0; t < 60; ++t) {
        x(0, 0, t) = x(2, 0, t) = 0;
        for (index e = 0; e < 4; ++e) {
            x(e, 1, t) = 0;
        }
    }
    const auto wavelets = morlet(100, freqs, cycles);
    const PowerItc result = average_of(x, wavelets, 1);
    Array<double, 3> rest({2, 1, 60});
    for (index t = 0; t < 60; ++t) {
        rest(0, 0, t) = x(1, 0, t);
        rest(1, 0, t) = x(3, 0, t);
    }
    const PowerItc half = average_of(rest, wavelets, 1);
    for (index t = 0; t < 60; ++t) {
        EXPECT_EQ(result.power(1, 0, t), 0);
        EXPECT_EQ(result.itc(1, 0, t), 0);
        EXPECT_NEAR(result.itc(0, 0, t), 0.5 * half.itc(0, 0, t), 1e-14);
    }
}

TEST(Morlet, nan_stays_in_its_channel) {
    const std::vector<double> freqs{20}, cycles{3};
    auto x = noise(9, 3, 60, 4);
    x(8, 1, 30) = std::numeric_limits<double>::quiet_NaN();
    const PowerItc result = average_of(x, morlet(100, freqs, cycles), 1);
    for (index t = 0; t < 60; ++t) {
        EXPECT_TRUE(std::isnan(result.power(1, 0, t)));
        EXPECT_TRUE(std::isnan(result.itc(1, 0, t)));
        EXPECT_TRUE(std::isfinite(result.power(0, 0, t)));
        EXPECT_TRUE(std::isfinite(result.itc(2, 0, t)));
    }
}

TEST(Morlet, has_the_same_bits_on_any_number_of_threads_and_beside_any_channels) {
    const std::vector<double> freqs{12, 15, 20, 25, 30, 40}, cycles{2};
    const auto wavelets = morlet(100, freqs, cycles);
    for (index channels : {2, 17}) {  // few channels share out frequencies too
        auto x = noise(11, channels, 60, 5);
        for (index t = 0; t < 60; ++t) {
            x(3, 0, t) *= 1e12;
        }
        PowerItc expected;
        {
            const ThreadLimit one(1);
            expected = average_of(x, wavelets, 2);
        }
        for (int n : {2, 8}) {
            const ThreadLimit limit(n);
            const PowerItc again = average_of(x, wavelets, 2);
            EXPECT_TRUE(same_bits(again.power, expected.power));
            EXPECT_TRUE(same_bits(again.itc, expected.itc));
        }
        const PowerItc alone = average_of(x.view().slice(1, 1, 2), wavelets, 2);
        EXPECT_EQ(std::memcmp(alone.power.data(), &expected.power(1, 0, 0), 8 * alone.power.size()), 0);
        EXPECT_EQ(std::memcmp(alone.itc.data(), &expected.itc(1, 0, 0), 8 * alone.itc.size()), 0);
    }
}

TEST(Morlet, power_alone_is_the_power_of_both) {
    const std::vector<double> freqs{20, 30}, cycles{3};
    const auto x = noise(10, 3, 60, 6);
    const auto wavelets = morlet(100, freqs, cycles);
    Array<double, 3> power({3, 2, 60});
    morlet_average(x, wavelets, 1, power, {});
    EXPECT_TRUE(same_bits(power, average_of(x, wavelets, 1).power));
}

TEST(Morlet, refuses_what_has_no_meaning) {
    const std::vector<double> freqs{5}, none{0}, cycles{3}, two{3, 4};
    const auto x = noise(2, 1, 60, 7);
    Array<double, 3> power({1, 1, 60});
    try {
        morlet_average(x, morlet(100, freqs, cycles), 1, power, {});
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_STREQ(
            e.what(),
            "morlet_average: a wavelet must not be longer than the signal; got 95 > 60 samples; use longer epochs, "
            "fewer cycles or higher frequencies");
    }
    EXPECT_THROW(morlet(100, none, cycles), InvalidInput);
    EXPECT_THROW(morlet(100, freqs, two), InvalidInput);
    EXPECT_THROW(morlet(0, freqs, cycles), InvalidInput);
    const std::vector<double> high{30};
    EXPECT_THROW(morlet_average(x, morlet(100, high, cycles), 0, power, {}), InvalidInput);
    Array<double, 3> wrong({1, 1, 59});
    EXPECT_THROW(morlet_average(x, morlet(100, high, cycles), 1, wrong, {}), InvalidInput);
}

}  // namespace ranvier::numerics
