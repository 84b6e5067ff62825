#include "ranvier/numerics/iir.hpp"
#include "tests/places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

namespace {

// Butterworth band-pass 1-40 Hz at 600 Hz, as scipy's butter(4, [1, 40], "bandpass", fs=600, output="sos") has it: only
// a realistic example here, the tests hold for any stable sections.
const std::vector<Section> band_pass{
    {0.0010739281487746547, 0.0021478562975493095, 0.0010739281487746547, 1, -1.3553347375795735, 0.4725212317248168},
    {1, 2, 1, 1, -1.5931697323944867, 0.7418503007944717},
    {1, -2, 1, 1, -1.9800425248147197, 0.9801608973821169},
    {1, -2, 1, 1, -1.9921897097831587, 0.9923004157945831}};
// Stable sections without any symmetry of their numerators.
const std::vector<Section> general{{0.3, -0.2, 0.5, 1, -1.2, 0.5},
                                   {1.1, 0.4, -0.3, 1, 0.3, 0.2},
                                   {0.7, 0, 0, 1, -0.9, 0},
                                   {2, -1, 0.25, 1, -0.5, 0.7},
                                   {0.5, 0.1, 0.2, 1, 0.1, -0.3}};

Array<double, 2> random_rows(index rows, index n) {
    Array<double, 2> x({rows, n});
    for (index i = 0; i < rows; ++i) {
        RandomStream stream(11, 0, static_cast<std::uint32_t>(i));
        for (index j = 0; j < n; ++j) {
            x(i, j) = stream.normal();
        }
    }
    return x;
}

/// The difference equation, section after section, from given delays.
std::vector<double> filtered(std::vector<double> x, std::span<const Section> sections,
                             std::vector<std::array<double, 2>> z) {
    for (std::size_t s = 0; s < sections.size(); ++s) {
        const auto& [b0, b1, b2, a0, a1, a2] = sections[s];
        for (double& sample : x) {
            const double y = b0 * sample + z[s][0];
            z[s][0] = b1 * sample - a1 * y + z[s][1];
            z[s][1] = b2 * sample - a2 * y;
            sample = y;
        }
    }
    return x;
}

std::vector<std::array<double, 2>> scaled(std::vector<std::array<double, 2>> z, double factor) {
    for (auto& delays : z) {
        delays[0] *= factor;
        delays[1] *= factor;
    }
    return z;
}

std::vector<double> filtered_both_ways(std::span<const double> x, std::span<const Section> sections, index padlen) {
    const index n = static_cast<index>(x.size());
    std::vector<double> extended;
    for (index k = padlen; k > 0; --k) {
        extended.push_back(2 * x[0] - x[k]);
    }
    extended.insert(extended.end(), x.begin(), x.end());
    for (index k = 1; k <= padlen; ++k) {
        extended.push_back(2 * x[n - 1] - x[n - 1 - k]);
    }
    const auto steady = steady_state(sections);
    for (int direction = 0; direction < 2; ++direction) {
        const double first = extended.front();
        extended = filtered(std::move(extended), sections, scaled(steady, first));
        std::reverse(extended.begin(), extended.end());
    }
    return {extended.begin() + padlen, extended.begin() + padlen + n};
}

double relative_error(std::span<const double> a, std::span<const double> b) {
    double error = 0, most = 1;  // the inputs have unit variance, and some true results are zero
    for (std::size_t k = 0; k < a.size(); ++k) {
        error = std::isnan(a[k]) ? INFINITY : std::max(error, std::abs(a[k] - b[k]));
        most = std::max(most, std::abs(b[k]));
    }
    return error / most;
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
    return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

}  // namespace

// Poles 0.004 from the circle lengthen rounding to some 250 samples; 1e-11 of the maximum leaves a factor of ten.
TEST(SosFiltfilt, equals_the_difference_equation_both_ways) {
    for (const auto& sections : {band_pass, general}) {
        for (std::size_t count = 1; count <= sections.size(); ++count) {
            const std::span<const Section> some(sections.data(), count);
            for (index n : {1, 2, 7, 64, 255, 256, 257, 1000}) {
                const index padlen = std::min<index>(n - 1, 27);
                const auto before = random_rows(3, n);
                auto x = before;
                sos_filtfilt(x, some, padlen);
                for (index row = 0; row < 3; ++row) {
                    ASSERT_LE(
                        relative_error(x.view().row(row), filtered_both_ways(before.view().row(row), some, padlen)),
                        1e-11)
                        << count << " sections, n = " << n;
                }
            }
        }
    }
}

TEST(SosFilter, equals_the_difference_equation_from_rest_and_from_the_steady_state) {
    for (const auto& sections : {band_pass, general}) {
        for (index n : {1, 5, 256, 1000}) {
            const auto before = random_rows(2, n);
            auto rest = before, steady = before;
            sos_filter(rest, sections);
            sos_filter(steady, sections, true);
            for (index row = 0; row < 2; ++row) {
                const auto source = before.view().row(row);
                const std::vector<double> x(source.begin(), source.end());
                const std::vector<std::array<double, 2>> zeros(sections.size());
                EXPECT_LE(relative_error(rest.view().row(row), filtered(x, sections, zeros)), 1e-11);
                EXPECT_LE(
                    relative_error(steady.view().row(row), filtered(x, sections, scaled(steady_state(sections), x[0]))),
                    1e-11);
            }
        }
    }
}

TEST(SosFiltfilt, agrees_with_scipy) {
    std::ifstream file(ranvier::tests::source_folder().string() + "/tests/reference/sosfiltfilt.json");
    ASSERT_TRUE(file.good());
    const auto reference = nlohmann::json::parse(file);
    for (const auto& item : reference["cases"]) {
        const auto sections = item["sos"].get<std::vector<Section>>();
        const auto input = item["x"].get<std::vector<double>>(), output = item["y"].get<std::vector<double>>();
        Array<double, 2> x({1, static_cast<index>(input.size())});
        std::copy(input.begin(), input.end(), x.data());
        sos_filtfilt(x, sections, item["padlen"].get<index>());
        EXPECT_LE(relative_error(x.view().row(0), output), 1e-9) << item["name"];
        const auto zi = item["zi"].get<std::vector<std::array<double, 2>>>();
        const auto steady = steady_state(sections);
        for (std::size_t s = 0; s < zi.size(); ++s) {
            EXPECT_NEAR(steady[s][0], zi[s][0], 1e-9 * std::max(1.0, std::abs(zi[s][0]))) << item["name"];
            EXPECT_NEAR(steady[s][1], zi[s][1], 1e-9 * std::max(1.0, std::abs(zi[s][1]))) << item["name"];
        }
    }
}

TEST(SosFiltfilt, keeps_a_constant_that_a_low_pass_passes) {
    // One section with gain 1 at zero frequency: b0 + b1 + b2 = 1 + a1 + a2.
    const std::vector<Section> low_pass{{0.075, 0.15, 0.075, 1, -1.2, 0.5}};
    Array<double, 2> x({1, 300});
    std::fill_n(x.data(), 300, 4.5);
    sos_filtfilt(x, low_pass, 9);
    for (index t = 0; t < 300; ++t) {
        EXPECT_NEAR(x(0, t), 4.5, 1e-12);
    }
}

TEST(SosFiltfilt, of_a_reversed_signal_is_the_reversed_result_away_from_the_ends) {
    const auto before = random_rows(1, 4000);
    auto x = before, reversed = before;
    std::reverse(reversed.data(), reversed.data() + 4000);
    sos_filtfilt(x, band_pass, 27);
    sos_filtfilt(reversed, band_pass, 27);
    for (index t = 1900; t < 2100; ++t) {  // the ends ring as 0.996^t, which is 5e-4 here
        EXPECT_NEAR(x(0, t), reversed(0, 3999 - t), 1e-2);
    }
}

TEST(SosFiltfilt, a_row_has_the_same_bits_at_any_position_and_with_any_neighbours) {
    for (const auto& sections : {band_pass, general}) {
        const auto before = random_rows(37, 1000);
        auto together = before;
        sos_filtfilt(together, sections, 27);
        for (index row = 0; row < 37; ++row) {
            Array<double, 2> alone({1, 1000});
            std::copy_n(&before(row, 0), 1000, alone.data());
            sos_filtfilt(alone, sections, 27);
            EXPECT_TRUE(same_bits(alone.view().row(0), together.view().row(row))) << row;
        }
    }
}

TEST(SosFiltfilt, has_the_same_bits_with_1_2_and_8_threads) {
    const auto before = random_rows(100, 700);
    auto one = before;
    {
        const ThreadLimit limit(1);
        sos_filtfilt(one, band_pass, 27);
    }
    for (int threads : {2, 8}) {
        const ThreadLimit limit(threads);
        auto many = before;
        sos_filtfilt(many, band_pass, 27);
        EXPECT_TRUE(same_bits({one.data(), 70'000}, {many.data(), 70'000})) << threads;
    }
}

TEST(SosFiltfilt, a_nan_stays_in_its_row) {
    auto clean = random_rows(5, 300), dirty = clean;
    dirty(2, 150) = std::nan("");
    sos_filtfilt(clean, band_pass, 27);
    sos_filtfilt(dirty, band_pass, 27);
    for (index row = 0; row < 5; ++row) {
        if (row != 2) {
            EXPECT_TRUE(same_bits(clean.view().row(row), dirty.view().row(row)));
        }
    }
    EXPECT_TRUE(std::isnan(dirty(2, 10)));
}

TEST(SosFiltfilt, refuses_what_it_cannot_filter) {
    Array<double, 2> x({1, 10});
    const auto message = [&](std::vector<Section> sections, index padlen) {
        try {
            sos_filtfilt(x, sections, padlen);
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message({}, 0), "sos_filtfilt: at least one section is needed");
    EXPECT_EQ(message(general, 10),
              "sos_filtfilt: padlen must be >= 0 and less than the number of samples; got 10 for 10");
    EXPECT_EQ(message({{1, 0, 0, 2, 0, 0}}, 0),
              "sos_filtfilt: a0 must be 1; section 0 has 2.0 (divide the section by it)");
    EXPECT_EQ(message({{1, 0, 1, 1, -1, 0}}, 0),
              "steady_state: section 0 has a pole at 1 (a0 + a1 + a2 = 0), so a step never settles");
}

}  // namespace ranvier::numerics
