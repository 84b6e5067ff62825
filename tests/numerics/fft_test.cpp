#include "ranvier/numerics/fft.hpp"

#include <fftw3.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::numerics {

using Complex = std::complex<double>;

namespace {

Array<Complex, 2> random_complex(index rows, index n, std::uint32_t seed = 1) {
    Array<Complex, 2> x({rows, n});
    for (index i = 0; i < rows; ++i) {
        RandomStream stream(seed, 0, static_cast<std::uint32_t>(i));
        for (index j = 0; j < n; ++j) {
            const double re = stream.normal();
            x(i, j) = {re, stream.normal()};
        }
    }
    return x;
}

Array<double, 2> random_real(index rows, index n, std::uint32_t seed = 1) {
    Array<double, 2> x({rows, n});
    for (index i = 0; i < rows; ++i) {
        RandomStream stream(seed, 0, static_cast<std::uint32_t>(i));
        for (index j = 0; j < n; ++j) {
            x(i, j) = stream.normal();
        }
    }
    return x;
}

/// FFTW as the oracle: forward transform of one row.
std::vector<Complex> fftw_forward(const Complex* x, index n) {
    std::vector<Complex> in(x, x + n), out(n);
    fftw_plan plan = fftw_plan_dft_1d(static_cast<int>(n), reinterpret_cast<fftw_complex*>(in.data()),
                                      reinterpret_cast<fftw_complex*>(out.data()), FFTW_FORWARD, FFTW_ESTIMATE);
    fftw_execute(plan);
    fftw_destroy_plan(plan);
    return out;
}

std::vector<Complex> fftw_forward(const double* x, index n) {
    std::vector<Complex> in(x, x + n);
    return fftw_forward(in.data(), n);
}

/// Rounding of a fast transform grows as log n; 1e-14 leaves a factor of about thirty over what is seen.
double tolerance(index n) { return 1e-14 * std::max(1.0, std::log2(static_cast<double>(n))); }

template <class A, class B>
double relative_error(const A* a, const B* b, index n) {
    double error = 0, most = 0;
    for (index k = 0; k < n; ++k) {
        error = std::max(error, std::abs(a[k] - b[k]));
        most = std::max(most, std::abs(b[k]));
        if (!(std::abs(a[k] - b[k]) <= 1e300)) {
            return 1e300;
        }
    }
    return most > 0 ? error / most : error;
}

void expect_agreement_with_fftw(index n) {
    const auto x = random_real(1, n, static_cast<std::uint32_t>(n));
    const auto z = random_complex(1, n, static_cast<std::uint32_t>(n));
    Array<Complex, 2> spectrum({1, n / 2 + 1}), transformed({1, n}), back({1, n});
    Array<double, 2> round({1, n});
    rfft(x, spectrum);
    ASSERT_LE(relative_error(spectrum.data(), fftw_forward(x.data(), n).data(), n / 2 + 1), tolerance(n)) << n;
    irfft(spectrum, round);
    ASSERT_LE(relative_error(round.data(), x.data(), n), tolerance(n)) << n;
    fft(z, transformed);
    ASSERT_LE(relative_error(transformed.data(), fftw_forward(z.data(), n).data(), n), tolerance(n)) << n;
    ifft(transformed, back);
    ASSERT_LE(relative_error(back.data(), z.data(), n), tolerance(n)) << n;
}

template <class T>
bool same_bits(const T* a, const T* b, index n) {
    return std::memcmp(a, b, sizeof(T) * static_cast<std::size_t>(n)) == 0;
}

// Methods and passes of every kind: powers of two, odd smooth, generic odd radices, Rader, Bluestein, and products.
const index lengths_of_every_kind[] = {1, 2, 3, 16, 30, 105, 128, 211, 262, 421, 524, 1001, 1155, 1283, 2026, 3600};

}  // namespace

TEST(Fft, agrees_with_fftw_for_every_length_to_4096) {
    for (index n = 1; n <= 4096; ++n) {
        expect_agreement_with_fftw(n);
    }
}

TEST(Fft, agrees_with_fftw_for_large_primes_and_awkward_products) {
    for (index n : {65537, 104729, 87381, 2 * 65537, 99991, 3 * 33331, 131072, 180000}) {
        expect_agreement_with_fftw(n);
    }
}

TEST(Fft, the_transform_of_an_impulse_is_a_pure_oscillation) {
    for (index n : lengths_of_every_kind) {
        Array<Complex, 2> x({1, n}), out({1, n});
        const index at = n > 5 ? 5 : n - 1;
        x(0, at) = 1;
        fft(x, out);
        for (index k = 0; k < n; ++k) {
            const double angle = -2 * M_PI * static_cast<double>(at * k % n) / static_cast<double>(n);
            ASSERT_NEAR(std::abs(out(0, k) - std::polar(1.0, angle)), 0, 5e-15) << n << " " << k;
        }
    }
}

TEST(Fft, is_linear_and_keeps_energy) {
    for (index n : lengths_of_every_kind) {
        auto x = random_complex(3, n);
        for (index j = 0; j < n; ++j) {
            x(2, j) = 2.0 * x(0, j) - Complex(0, 3) * x(1, j);
        }
        Array<Complex, 2> out({3, n});
        fft(x, out);
        double in_energy = 0, out_energy = 0, error = 0, most = 0;
        for (index k = 0; k < n; ++k) {
            in_energy += std::norm(x(0, k));
            out_energy += std::norm(out(0, k)) / static_cast<double>(n);
            error = std::max(error, std::abs(out(2, k) - (2.0 * out(0, k) - Complex(0, 3) * out(1, k))));
            most = std::max(most, std::abs(out(2, k)));
        }
        EXPECT_NEAR(out_energy / in_energy, 1, 1e-13) << n;
        EXPECT_LE(error, 2 * tolerance(n) * most) << n;
    }
}

TEST(Fft, a_row_has_the_same_bits_at_any_position_and_with_any_neighbours) {
    for (index n : lengths_of_every_kind) {
        const auto batch = random_complex(19, n, 3);
        const auto real_batch = random_real(19, n, 4);
        Array<Complex, 2> out({19, n}), inverse({19, n}), spectrum({19, n / 2 + 1}), alone({1, n});
        Array<Complex, 2> half({1, n / 2 + 1});
        Array<double, 2> round({19, n}), round_alone({1, n});
        fft(batch, out);
        ifft(batch, inverse);
        rfft(real_batch, spectrum);
        irfft(spectrum, round);
        for (index row = 0; row < 19; ++row) {
            fft(batch.view().slice(0, row, row + 1), alone);
            EXPECT_TRUE(same_bits(&out(row, 0), alone.data(), n)) << n << " row " << row;
            ifft(batch.view().slice(0, row, row + 1), alone);
            EXPECT_TRUE(same_bits(&inverse(row, 0), alone.data(), n)) << n << " row " << row;
            rfft(real_batch.view().slice(0, row, row + 1), half);
            EXPECT_TRUE(same_bits(&spectrum(row, 0), half.data(), n / 2 + 1)) << n << " row " << row;
            irfft(half, round_alone);
            EXPECT_TRUE(same_bits(&round(row, 0), round_alone.data(), n)) << n << " row " << row;
        }
    }
}

TEST(Fft, has_the_same_bits_with_1_2_and_8_threads) {
    for (index n : {420, 421, 1283, 4096}) {
        const auto x = random_complex(67, n);
        Array<Complex, 2> one({67, n}), many({67, n});
        {
            const ThreadLimit limit(1);
            fft(x, one);
        }
        for (int threads : {2, 8}) {
            const ThreadLimit limit(threads);
            fft(x, many);
            EXPECT_TRUE(same_bits(one.data(), many.data(), one.size())) << n << " " << threads;
        }
    }
}

TEST(Fft, a_nan_stays_in_its_row) {
    auto x = random_real(11, 360);
    Array<Complex, 2> clean({11, 181}), dirty({11, 181});
    rfft(x, clean);
    x(4, 100) = std::nan("");
    rfft(x, dirty);
    for (index row = 0; row < 11; ++row) {
        if (row != 4) {
            EXPECT_TRUE(same_bits(&clean(row, 0), &dirty(row, 0), 181));
        } else {
            EXPECT_TRUE(std::isnan(dirty(row, 17).real()));
        }
    }
}

TEST(Fft, works_in_place_and_on_strided_rows) {
    const index n = 45;
    auto x = random_complex(5, 2 * n);
    const View<Complex, 2> every_other(x.data(), {5, n}, {2 * n, 2});
    Array<Complex, 2> copy({5, n}), out({5, n});
    for (index i = 0; i < 5; ++i) {
        for (index j = 0; j < n; ++j) {
            copy(i, j) = every_other(i, j);
        }
    }
    const auto before = x;
    fft(copy, out);
    fft(every_other, every_other);
    for (index i = 0; i < 5; ++i) {
        for (index j = 0; j < n; ++j) {
            EXPECT_EQ(every_other(i, j), out(i, j));
            EXPECT_EQ(x(i, 2 * j + 1), before(i, 2 * j + 1));
        }
    }
    fft(copy, copy);
    EXPECT_TRUE(same_bits(copy.data(), out.data(), out.size()));
}

TEST(Fft, ignores_imaginary_parts_that_a_real_signal_cannot_have) {
    for (index n : {9, 10}) {
        auto x = random_complex(1, n / 2 + 1);
        Array<double, 2> a({1, n}), b({1, n});
        irfft(x, a);
        x(0, 0) = x(0, 0).real();
        if (n % 2 == 0) {
            x(0, n / 2) = x(0, n / 2).real();
        }
        irfft(x, b);
        EXPECT_TRUE(same_bits(a.data(), b.data(), n));
    }
}

TEST(Fft, refuses_an_output_of_another_shape) {
    Array<double, 2> x({2, 10});
    Array<Complex, 2> out({2, 5});
    try {
        rfft(x, out);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "rfft: out must have shape (2, 6); got (2, 5)");
    }
}

TEST(FastLength, is_the_smallest_product_of_2_3_5_and_7) {
    const auto smooth = [](index n) {
        for (index p : {2, 3, 5, 7}) {
            while (n % p == 0) {
                n /= p;
            }
        }
        return n == 1;
    };
    for (index n = 1; n < 3000; ++n) {
        index expected = n;
        while (!smooth(expected)) {
            ++expected;
        }
        ASSERT_EQ(fast_length(n), expected);
    }
}

}  // namespace ranvier::numerics
