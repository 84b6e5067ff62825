#include "ranvier/numerics/spectrum.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/numerics/window.hpp"
#include "tests/numerics/reference_json.hpp"

namespace ranvier::numerics {

namespace {

using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = std::numbers::pi;

Array<double, 2> matrix(const nlohmann::json& rows) {
    Array<double, 2> a({std::ssize(rows), std::ssize(rows[0])});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            a(i, j) = rows[i][j].is_null() ? nan : rows[i][j].get<double>();
        }
    }
    return a;
}

Array<double, 2> noise(index rows, index n, std::uint64_t seed) {
    Array<double, 2> x({rows, n});
    RandomStream stream(seed);
    for (index i = 0; i < x.size(); ++i) {
        x.data()[i] = stream.normal();
    }
    return x;
}

/// Each row agrees to 1e-9 of its own largest value, whatever the scale of its neighbours.
void expect_rows_near(View<const double, 2> a, View<const double, 2> expected, const std::string& what) {
    ASSERT_EQ(a.extents(), expected.extents()) << what;
    for (index i = 0; i < a.extent(0); ++i) {
        double largest = 0;
        for (index k = 0; k < a.extent(1); ++k) {
            largest = std::max(largest, std::abs(expected(i, k)));
        }
        for (index k = 0; k < a.extent(1); ++k) {
            if (std::isnan(expected(i, k))) {
                EXPECT_TRUE(std::isnan(a(i, k))) << what << " row " << i << " bin " << k;
            } else {
                EXPECT_NEAR(a(i, k), expected(i, k), 1e-9 * largest) << what << " row " << i << " bin " << k;
            }
        }
    }
}

bool same_bits(View<const double, 2> a, View<const double, 2> b) {
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < a.extent(1); ++k) {
            if (std::memcmp(&a(i, k), &b(i, k), sizeof(double)) != 0) {
                return false;
            }
        }
    }
    return a.extents() == b.extents();
}

std::string message_of(const auto& body) {
    try {
        body();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "(no error)";
}

Array<double, 2> welch_of(View<const double, 2> x, const Welch& plan, double sfreq = 100) {
    Array<double, 2> out({x.extent(0), plan.n_fft / 2 + 1});
    welch(x, sfreq, plan, out);
    return out;
}

Array<double, 2> multitaper_of(View<const double, 2> x, const Multitaper& plan, double sfreq = 100, index k = 8) {
    const Tapers t = dpss(x.extent(1), 4, k, true, false);
    Array<double, 2> out({x.extent(0), (plan.last > 0 ? plan.last : x.extent(1) / 2 + 1) - plan.first});
    multitaper(x, sfreq, t.tapers, t.ratios, plan, out);
    return out;
}

}  // namespace

// mne.time_frequency.psd_array_welch, version in spectra.json.
TEST(Welch, agrees_with_mne) {
    int number = 0;
    for (const auto& c : reference("spectra")["welch"]) {
        Welch plan;
        plan.n_fft = c["n_fft"];
        plan.n_per_seg = c["n_per_seg"];
        plan.n_overlap = c["n_overlap"];
        plan.window = c["window"];
        plan.median = c["median"];
        plan.remove_dc = c["remove_dc"];
        expect_rows_near(welch_of(matrix(c["x"]), plan), matrix(c["psd"]), "case " + std::to_string(number++));
    }
}

// A sine of amplitude a in the middle of a bin has a peak density a² (Σw)² / (2 sfreq Σw²); with a boxcar: a² n / 2
// sfreq.
TEST(Welch, a_sine_has_its_power_at_its_frequency) {
    const double sfreq = 256, a = 3;
    Array<double, 2> x({1, 1024});
    for (index t = 0; t < 1024; ++t) {
        x(0, t) = a * std::sin(2 * pi * 16 * t / sfreq);
    }
    Welch plan;
    plan.window = "boxcar";
    const auto psd = welch_of(x, plan, sfreq);
    EXPECT_NEAR(psd(0, 16), a * a / 2, 1e-12);  // bins are 1 Hz wide
    for (index k = 0; k < 129; ++k) {
        if (k != 16) {
            EXPECT_NEAR(psd(0, k), 0, 1e-20);
        }
    }
}

// With a boxcar and one segment Parseval's theorem holds: the sum of the density times the bin width is the variance.
TEST(Welch, the_integral_of_the_density_is_the_variance) {
    for (index n : {64, 65, 67}) {
        const auto x = noise(2, n, 3);
        Welch plan;
        plan.n_fft = n;
        plan.window = "boxcar";
        const auto psd = welch_of(x, plan, 50);
        for (index i = 0; i < 2; ++i) {
            double mean = 0, square = 0, integral = 0;
            for (index t = 0; t < n; ++t) {
                mean += x(i, t) / n;
            }
            for (index t = 0; t < n; ++t) {
                square += (x(i, t) - mean) * (x(i, t) - mean) / n;
            }
            for (index k = 0; k <= n / 2; ++k) {
                integral += psd(i, k) * 50 / n;
            }
            EXPECT_NEAR(integral, square, 1e-13 * n);
            EXPECT_NEAR(psd(i, 0), 0, 1e-25);
        }
    }
}

TEST(Welch, constant_rows_have_no_power_and_nan_stays_in_its_row) {
    auto x = noise(20, 100, 5);
    for (index t = 0; t < 100; ++t) {
        x(1, t) = 0;
        x(2, t) = 2;
    }
    x(3, 50) = nan;
    x(4, 20) = std::numeric_limits<double>::infinity();
    Welch plan;
    plan.n_fft = 50;
    const auto psd = welch_of(x, plan);
    for (index k = 0; k < 26; ++k) {
        EXPECT_EQ(psd(1, k), 0);
        EXPECT_EQ(psd(2, k), 0);
        EXPECT_TRUE(std::isnan(psd(3, k)));
        EXPECT_TRUE(std::isnan(psd(4, k)));
        for (index i : {0, 5, 19}) {
            EXPECT_TRUE(std::isfinite(psd(i, k)));
        }
    }
    auto all_bad = noise(2, 100, 5);
    std::fill_n(all_bad.data(), all_bad.size(), nan);
    EXPECT_TRUE(std::isnan(welch_of(all_bad, plan)(1, 3)));
}

TEST(Welch, a_row_has_the_same_bits_alone_and_beside_any_neighbours) {
    auto x = noise(21, 130, 6);
    for (index t = 0; t < 130; ++t) {
        x(7, t) *= 1e12;
    }
    for (bool median : {false, true}) {
        Welch plan;
        plan.n_fft = 40;
        plan.n_overlap = 10;
        plan.median = median;
        const auto all = welch_of(x, plan);
        for (index i : {0, 6, 8, 20}) {
            EXPECT_TRUE(same_bits(welch_of(x.view().slice(0, i, i + 1), plan), all.view().slice(0, i, i + 1)));
        }
    }
}

TEST(Welch, has_the_same_bits_on_any_number_of_threads) {
    const auto x = noise(50, 130, 7);
    for (bool median : {false, true}) {
        Welch plan;
        plan.n_fft = 40;
        plan.median = median;
        const ThreadLimit one(1);
        const auto expected = welch_of(x, plan);
        for (int n : {2, 8}) {
            const ThreadLimit limit(n);
            EXPECT_TRUE(same_bits(welch_of(x, plan), expected));
        }
    }
}

TEST(Welch, reads_strided_rows) {
    auto x = noise(60, 9, 8);
    const View<double, 2> turned(x.data(), {9, 60}, {1, 9});
    Array<double, 2> copy({9, 60});
    for (index i = 0; i < 9; ++i) {
        for (index t = 0; t < 60; ++t) {
            copy(i, t) = x(t, i);
        }
    }
    Welch plan;
    plan.n_fft = 30;
    EXPECT_TRUE(same_bits(welch_of(turned, plan), welch_of(copy, plan)));
}

TEST(Welch, says_what_it_cannot_do) {
    const auto x = noise(2, 100, 9);
    Array<double, 2> out({2, 129});
    Welch plan;
    EXPECT_EQ(message_of([&] { welch(x, 100, plan, out); }),
              "welch: n_per_seg must be in [1, min(n_fft, samples)] = [1, 100]; got 256");
    plan.n_per_seg = 100;
    plan.n_overlap = 100;
    EXPECT_EQ(message_of([&] { welch(x, 100, plan, out); }),
              "welch: n_overlap must be in [0, n_per_seg) = [0, 100); got 100");
    plan.n_overlap = 0;
    EXPECT_THAT(message_of([&] { welch(x, 0, plan, out); }), HasSubstr("sampling rate must be > 0 Hz; got 0"));
    EXPECT_EQ(message_of([&] { welch(x.view().slice(1, 0, 1), 100, plan, out); }),
              "welch: a spectrum needs rows of at least 2 samples; got 1");
    plan.n_fft = 200;
    EXPECT_EQ(message_of([&] { welch(x, 100, plan, out); }), "welch: out must have shape (2, 101); got (2, 129)");
    auto gap = noise(1, 100, 9);
    gap(0, 4) = nan;
    plan.n_fft = plan.n_per_seg = 20;
    plan.n_overlap = 10;
    EXPECT_THAT(message_of([&] { welch_of(gap, plan); }), HasSubstr("got 10 for the 4 samples from 0 on"));
    auto end = noise(1, 100, 9);
    for (index t = 4; t < 100; ++t) {
        end(0, t) = nan;  // one short stretch and nothing else
    }
    EXPECT_THAT(message_of([&] { welch_of(end, plan); }), HasSubstr("got 10 for the 4 samples from 0 on"));
}

// mne.time_frequency.psd_array_multitaper, version in spectra.json.
TEST(MultitaperSpectrum, agrees_with_mne) {
    int number = 0;
    for (const auto& c : reference("spectra")["multitaper"]) {
        const auto x = matrix(c["x"]), expected = matrix(c["psd"]);
        const Tapers t = dpss(x.extent(1), c["half_nbw"], c["k"], c["low_bias"], false);
        Multitaper plan;
        plan.adaptive = c["adaptive"];
        plan.full_normalization = c["full"];
        plan.remove_dc = c["remove_dc"];
        plan.first = c["first"];
        plan.last = c["last"];
        Array<double, 2> out(expected.extents());
        multitaper(x, 100, t.tapers, t.ratios, plan, out);
        expect_rows_near(out, expected, "case " + std::to_string(number++));
    }
}

// White noise of variance 1 has density 2 / sfreq; 7 tapers over 400 rows leave a standard error of 2 %.
TEST(MultitaperSpectrum, white_noise_has_a_flat_density) {
    const auto x = noise(400, 101, 11);
    Multitaper plan;
    plan.full_normalization = true;
    const auto psd = multitaper_of(x, plan, 50);
    for (index k : {5, 20, 45}) {
        double mean = 0;
        for (index i = 0; i < 400; ++i) {
            mean += psd(i, k) / 400;
        }
        EXPECT_NEAR(mean, 2.0 / 50, 0.1 * 2 / 50);
    }
}

// The eigenspectrum of one taper v is 2 |Σ v x e^{−iωt}|², here by its definition.
TEST(MultitaperSpectrum, of_one_taper_is_its_eigenspectrum_for_any_kind_of_length) {
    for (index n : {2, 3, 30, 97, 128, 254, 421, 1018}) {
        const auto x = noise(3, n, 12);
        Array<double, 2> taper({1, n});
        for (index t = 0; t < n; ++t) {
            taper(0, t) = std::sin(pi * (t + 1.0) / (n + 1)) + 0.1;
        }
        const std::vector<double> ratio{0.7};
        Multitaper plan;
        plan.remove_dc = false;
        Array<double, 2> out({3, n / 2 + 1});
        multitaper(x, 1, taper, ratio, plan, out);
        for (index i = 0; i < 3; ++i) {
            for (index k = 0; k <= n / 2; k += std::max<index>(1, n / 6)) {
                double re = 0, im = 0;
                for (index t = 0; t < n; ++t) {
                    const double angle = 2 * pi * static_cast<double>(k * t % n) / static_cast<double>(n);
                    re += x(i, t) * taper(0, t) * std::cos(angle);
                    im += x(i, t) * taper(0, t) * std::sin(angle);
                }
                const double sides = k == 0 || 2 * k == n ? 1 : 2;
                EXPECT_NEAR(out(i, k), sides * (re * re + im * im), 1e-11 * n) << n << " bin " << k;
            }
        }
    }
}

TEST(MultitaperSpectrum, adaptive_weights_lower_the_leakage_of_a_steep_spectrum) {
    auto x = noise(1, 400, 13);
    double level = 0, slope = 0;
    for (index t = 0; t < 400; ++t) {  // twice integrated noise: falls with f⁻⁴
        level += x(0, t);
        slope += level;
        x(0, t) = slope;
    }
    Multitaper fixed, adaptive;
    adaptive.adaptive = true;
    EXPECT_LT(multitaper_of(x, adaptive)(0, 150), multitaper_of(x, fixed)(0, 150));
}

TEST(MultitaperSpectrum, zero_rows_have_no_power_and_nan_stays_in_its_row) {
    auto x = noise(12, 53, 14);
    for (index t = 0; t < 53; ++t) {
        x(1, t) = 0;
    }
    x(2, 7) = nan;
    for (bool adaptive : {false, true}) {
        Multitaper plan;
        plan.adaptive = adaptive;
        const auto psd = multitaper_of(x, plan);
        for (index k = 0; k < 27; ++k) {
            EXPECT_EQ(psd(1, k), 0);
            EXPECT_TRUE(std::isnan(psd(2, k)));
            EXPECT_GT(psd(3, k), 0);
        }
    }
}

TEST(MultitaperSpectrum, a_row_has_the_same_bits_alone_and_beside_any_neighbours_and_on_any_number_of_threads) {
    auto x = noise(37, 53, 15);
    for (index t = 0; t < 53; ++t) {
        x(7, t) *= 1e12;
    }
    for (bool adaptive : {false, true}) {
        Multitaper plan;
        plan.adaptive = adaptive;
        Array<double, 2> expected;
        {
            const ThreadLimit one(1);
            expected = multitaper_of(x, plan);
        }
        for (index i : {0, 6, 8, 36}) {
            EXPECT_TRUE(
                same_bits(multitaper_of(x.view().slice(0, i, i + 1), plan), expected.view().slice(0, i, i + 1)));
        }
        for (int n : {2, 8}) {
            const ThreadLimit limit(n);
            EXPECT_TRUE(same_bits(multitaper_of(x, plan), expected));
        }
    }
}

TEST(MultitaperSpectrum, warns_of_weights_that_did_not_converge) {
    std::string said;
    const LogSink before = set_log_sink([&](LogLevel, const std::string& message) { said = message; });
    Multitaper plan;
    plan.adaptive = true;
    plan.most_iterations = 1;
    multitaper_of(noise(3, 53, 16), plan);
    set_log_sink(before);
    EXPECT_EQ(said, "multitaper: the adaptive weights of 3 rows did not converge in 1 iterations");
}

TEST(MultitaperSpectrum, says_what_it_cannot_do) {
    const auto x = noise(2, 53, 17);
    Multitaper plan;
    plan.adaptive = true;
    EXPECT_THAT(message_of([&] { multitaper_of(x, plan, 100, 2); }), HasSubstr("need at least 3 tapers; got 2"));
    plan.adaptive = false;
    plan.first = 9;
    plan.last = 28;
    EXPECT_EQ(message_of([&] { multitaper_of(x, plan); }),
              "multitaper: bins must be chosen within [0, 27); got [9, 28)");
    EXPECT_THAT(message_of([&] { multitaper_of(x.view().slice(1, 0, 1), Multitaper{}); }),
                HasSubstr("at least 2 samples; got 1"));
}

}  // namespace ranvier::numerics
