#include "ranvier/numerics/resample.hpp"
#include "tests/places.hpp"

#include <fftw3.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

namespace {

Array<double, 2> random_rows(index rows, index n) {
    Array<double, 2> x({rows, n});
    for (index i = 0; i < rows; ++i) {
        RandomStream stream(5, 0, static_cast<std::uint32_t>(i));
        for (index j = 0; j < n; ++j) {
            x(i, j) = stream.normal();
        }
    }
    return x;
}

double extended(std::span<const double> x, index t, Padding padding) {
    const index n = static_cast<index>(x.size());
    if (t >= 0 && t < n) {
        return x[t];
    }
    const double end = t < 0 ? x[0] : x[n - 1];
    const index mirror = t < 0 ? -t : 2 * (n - 1) - t;
    switch (padding) {
        case Padding::zero: return 0;
        case Padding::edge: return end;
        case Padding::mirror: return n == 1 ? x[0] : extended(x, t < 0 ? -t : mirror, padding);  // until it is inside
        default: return mirror >= 0 && mirror < n ? 2 * end - x[mirror] : 0;
    }
}

/// The definition, with FFTW (a test oracle) for the two transforms.
std::vector<double> resampled(std::span<const double> x, const FourierResampling& plan) {
    const index length = plan.pad_left + static_cast<index>(x.size()) + plan.pad_right, target = plan.new_length;
    std::vector<double> in(length), out(target);
    std::vector<std::complex<double>> spectrum(std::max(length, target) / 2 + 1);
    const auto bins = reinterpret_cast<fftw_complex*>(spectrum.data());
    fftw_plan forward = fftw_plan_dft_r2c_1d(static_cast<int>(length), in.data(), bins, FFTW_ESTIMATE);
    for (index t = 0; t < length; ++t) {
        in[t] = extended(x, t - plan.pad_left, plan.padding);
    }
    fftw_execute(forward);
    fftw_destroy_plan(forward);
    const std::vector<double> w = window(plan.window, length, false);
    for (index f = 0; f <= length / 2; ++f) {
        const double a = w[(f + length / 2) % length], b = w[(length - f + length / 2) % length];
        spectrum[f] *= f == 0 ? a : (a + b) / 2;
    }
    const index shorter = std::min(length, target);
    if (shorter % 2 == 0 && target != length) {
        spectrum[shorter / 2] *= target < length ? 2 : 0.5;
    }
    if (target % 2 == 0) {
        spectrum[target / 2] = spectrum[target / 2].real();
    }
    spectrum[0] = spectrum[0].real();
    fftw_plan inverse = fftw_plan_dft_c2r_1d(static_cast<int>(target), bins, out.data(), FFTW_ESTIMATE);
    // FFTW may use the arrays as scratch while planning only with FFTW_MEASURE, so the spectrum still stands.
    fftw_execute(inverse);
    fftw_destroy_plan(inverse);
    for (double& sample : out) {
        sample /= static_cast<double>(length);
    }
    return out;
}

/// Largest difference of a from b[skip …] over the largest value of all b.
double relative_error(std::span<const double> a, std::span<const double> b, index skip = 0) {
    double error = 0, most = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        error = std::isnan(a[k]) ? INFINITY : std::max(error, std::abs(a[k] - b[k + skip]));
    }
    for (double value : b) {
        most = std::max(most, std::abs(value));
    }
    return most > 0 ? error / most : error;
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
    return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

void expect_definition(index n, const FourierResampling& plan, index n_out) {
    const auto x = random_rows(3, n);
    Array<double, 2> out({3, n_out});
    fourier_resample(x, out, plan);
    for (index row : {0, 2}) {
        const auto expected = resampled(x.view().row(row), plan);
        // Two transforms of up to 2^18 points: some 1e-15 of the largest value; a factor of ten is left over.
        ASSERT_LE(relative_error(out.view().row(row), expected, plan.skip), 1e-14)
            << "n = " << n << ", pads " << plan.pad_left << " " << plan.pad_right << ", new length " << plan.new_length
            << ", " << plan.window;
    }
}

}  // namespace

TEST(FourierResample, equals_the_definition_for_any_two_lengths) {
    for (index n : {1, 2, 3, 8, 15, 64, 97, 100, 421, 1001}) {
        for (index target : {1, 2, 3, 5, 8, 40, 64, 97, 99, 131, 262, 420, 600, 1009, 2002}) {
            expect_definition(n, {.new_length = target, .skip = 0}, target);
        }
    }
}

TEST(FourierResample, equals_the_definition_with_every_padding_and_window) {
    for (Padding padding :
         {Padding::reflect_limited, Padding::edge, Padding::reflect, Padding::zero, Padding::mirror}) {
        for (const char* name : {"boxcar", "hann", "hamming"}) {
            for (index pad : {0, 1, 7, 50, 99}) {
                for (index target : {60, 75, 333, 400}) {
                    expect_definition(100, {pad, pad + (pad > 0 && pad < 99 ? 1 : 0), target, 11, padding, name}, 40);
                }
            }
        }
    }
    // Pads longer than the signal: reflected as far as it reaches.
    expect_definition(10, {50, 68, 64, 20, Padding::reflect_limited, "boxcar"}, 8);
    expect_definition(10, {50, 68, 64, 20, Padding::edge, "boxcar"}, 8);
}

TEST(FourierResample, equals_the_definition_for_a_long_recording) {
    expect_definition(180'000, {41'072, 41'072, 87'381, 13'691, Padding::reflect_limited, "boxcar"}, 60'000);
    expect_definition(30'011, {0, 0, 10'007, 0, Padding::edge, "boxcar"}, 10'007);  // two primes
}

TEST(FourierResample, equals_the_definition_where_rows_are_transformed_one_by_one) {
    // Lengths N and M that both fall into two middling factors. Even, odd, and with every small prime; down, up and
    // equal.
    for (index n : {1024, 1225, 2187, 2400, 3528, 6561, 16384}) {
        for (index target : {1024, 1155, 1156, 1406, 2331, 2400, 5115, 9991, 16512}) {
            expect_definition(n, {.new_length = target, .skip = 0}, target);
        }
    }
    // Every padding, around ends that fall between vectors; parts of the output; a window.
    for (Padding padding :
         {Padding::reflect_limited, Padding::edge, Padding::reflect, Padding::zero, Padding::mirror}) {
        for (index left : {0, 3, 500, 1100}) {
            const index n = 2400 - left - 700;
            if (padding != Padding::reflect || left < n) {
                for (const char* name : {"boxcar", "hann"}) {
                    expect_definition(n, {left, 700, 1406, 311, padding, name}, 871);
                    expect_definition(n, {left, 700, 1406, 1, padding, name}, 13);
                    expect_definition(n, {left, 700, 2480, 2479, padding, name}, 1);
                }
            }
        }
    }
    // Pads far longer than the signal.
    expect_definition(10, {2000, 390, 2480, 20, Padding::reflect_limited, "boxcar"}, 2000);
    expect_definition(10, {2000, 390, 2480, 20, Padding::mirror, "boxcar"}, 2000);
    expect_definition(1, {2000, 399, 2480, 20, Padding::mirror, "boxcar"}, 2000);
}

TEST(FourierResample, a_sinusoid_below_both_nyquist_frequencies_is_sampled_anew) {
    const index n = 500;
    Array<double, 2> x({1, n});
    const auto wave = [](double t) { return std::sin(2 * M_PI * 13 * t + 0.4); };  // t in [0, 1), 13 periods
    for (index t = 0; t < n; ++t) {
        x(0, t) = wave(static_cast<double>(t) / n);
    }
    for (index target : {50, 333, 1500}) {
        Array<double, 2> out({1, target});
        fourier_resample(x, out, {.new_length = target});
        for (index t = 0; t < target; ++t) {
            ASSERT_NEAR(out(0, t), wave(static_cast<double>(t) / static_cast<double>(target)), 2e-14) << target;
        }
    }
}

TEST(FourierResample, a_row_has_the_same_bits_at_any_position_and_with_any_neighbours) {
    const FourierResampling plan{30, 31, 301, 9, Padding::reflect_limited, "boxcar"};
    const auto x = random_rows(19, 700);
    Array<double, 2> together({19, 280}), alone({1, 280});
    fourier_resample(x, together, plan);
    for (index row = 0; row < 19; ++row) {
        fourier_resample(x.view().slice(0, row, row + 1), alone, plan);
        EXPECT_TRUE(same_bits(alone.view().row(0), together.view().row(row))) << row;
    }
}

TEST(FourierResample, has_the_same_bits_with_1_2_and_8_threads) {
    const FourierResampling plan{30, 31, 301, 9, Padding::reflect_limited, "boxcar"};
    const auto x = random_rows(67, 700);
    Array<double, 2> one({67, 280}), many({67, 280}), poly_one({67, 467}), poly_many({67, 467});
    {
        const ThreadLimit limit(1);
        fourier_resample(x, one, plan);
        polyphase_resample(x, poly_one, 2, 3);
    }
    for (int threads : {2, 8}) {
        const ThreadLimit limit(threads);
        fourier_resample(x, many, plan);
        polyphase_resample(x, poly_many, 2, 3);
        EXPECT_TRUE(same_bits({one.data(), 67 * 280}, {many.data(), 67 * 280}));
        EXPECT_TRUE(same_bits({poly_one.data(), 67 * 467}, {poly_many.data(), 67 * 467}));
    }
}

TEST(FourierResample, a_nan_stays_in_its_row) {
    auto x = random_rows(5, 256);
    x(3, 17) = std::nan("");
    Array<double, 2> out({5, 100});
    fourier_resample(x, out, {.new_length = 100});
    for (index row = 0; row < 5; ++row) {
        for (index t = 0; t < 100; ++t) {
            EXPECT_EQ(std::isnan(out(row, t)), row == 3);
        }
    }
}

TEST(FourierResample, refuses_lengths_that_do_not_fit) {
    Array<double, 2> x({2, 10}), out({2, 6});
    const auto message = [&](const FourierResampling& plan) {
        try {
            fourier_resample(x, out, plan);
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message({.new_length = 5}),
              "fourier_resample: skip + the samples of out must lie within new_length = 5; got 0 + 6");
    EXPECT_EQ(message({.pad_left = -1, .new_length = 6}), "fourier_resample: paddings must be >= 0; got -1 and 0");
    EXPECT_EQ(message({.pad_left = 10, .new_length = 6, .padding = Padding::reflect}),
              "fourier_resample: padding by reflection needs rows longer than 10 samples; got 10 (use "
              "reflect_limited)");
}

TEST(PolyphaseResample, agrees_with_scipy) {
    std::ifstream file(ranvier::tests::source_folder().string() + "/tests/reference/resample_poly.json");
    ASSERT_TRUE(file.good());
    const auto reference = nlohmann::json::parse(file);
    for (const auto& item : reference["cases"]) {
        const auto input = item["x"].get<std::vector<double>>(), output = item["y"].get<std::vector<double>>();
        const std::string name = item["padtype"];
        const index up = item["up"], down = item["down"], n = static_cast<index>(input.size());
        const Padding padding = name == "reflect"    ? Padding::mirror
                                : name == "edge"     ? Padding::edge
                                : name == "constant" ? Padding::zero
                                                     : Padding::reflect;
        if (padding == Padding::reflect && 10 * std::max(up, down) / up + 1 >= n) {
            continue;  // refused here
        }
        Array<double, 2> x({1, n}), out({1, static_cast<index>(output.size())});
        std::copy(input.begin(), input.end(), x.data());
        polyphase_resample(x, out, up, down, padding);
        // Sums of some 60 products.
        EXPECT_LE(relative_error(out.view().row(0), output), 1e-13) << name << " " << n << " " << up << "/" << down;
    }
}

TEST(PolyphaseResample, by_1_is_a_copy_and_refuses_another_shape) {
    const auto x = random_rows(2, 30);
    Array<double, 2> out({2, 30}), wrong({2, 11});
    polyphase_resample(x, out, 4, 4);
    EXPECT_TRUE(same_bits({x.data(), 60}, {out.data(), 60}));
    try {
        polyphase_resample(x, wrong, 1, 3);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "polyphase_resample: out must have shape (2, 10); got (2, 11)");
    }
}

}  // namespace ranvier::numerics
