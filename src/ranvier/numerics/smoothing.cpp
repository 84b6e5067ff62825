#include "ranvier/numerics/smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft.hpp"

namespace ranvier::numerics {

namespace {

/// Polynomials of degrees 0 … order, orthonormal on 2 · half + 1 points: shape (order + 1, points). Each is t times the
/// one before, made orthogonal to all before, twice over, so that rounding does not grow with the order.
Array<double, 2> orthonormal_polynomials(index half, index order) {
    const index points = 2 * half + 1;
    Array<double, 2> p({order + 1, points});
    for (index k = 0; k <= order; ++k) {
        const auto row = p.view().row(k);
        for (index j = 0; j < points; ++j) {
            const double t = half == 0 ? 0 : static_cast<double>(j - half) / static_cast<double>(half);
            row[j] = k == 0 ? 1 : t * p(k - 1, j);
        }
        for (int pass = 0; pass < 2; ++pass) {
            for (index before = 0; before < k; ++before) {
                double overlap = 0;
                for (index j = 0; j < points; ++j) {
                    overlap += row[j] * p(before, j);
                }
                for (index j = 0; j < points; ++j) {
                    row[j] -= overlap * p(before, j);
                }
            }
        }
        double energy = 0;
        for (const double value : row) {
            energy += value * value;
        }
        for (double& value : row) {
            value /= std::sqrt(energy);
        }
    }
    return p;
}

}  // namespace

void savgol_filter(View<double, 2> x, index window, index order) {
    const index n = x.extent(1), half = window / 2;
    require(window >= 1 && window % 2 == 1, "savgol_filter: window must be an odd number of samples; got ", window);
    require(order >= 0 && order < window, "savgol_filter: order must be in [0, ", window,
            "), below the samples of a window; got ", order);
    require(window <= n, "savgol_filter: rows must have at least the ", window, " samples of a window; got ", n);
    const Array<double, 2> p = orthonormal_polynomials(half, order);
    // Row i: the weights of a window's samples in the value of its polynomial at sample i.
    Array<double, 2> weights({window, window});
    for (index k = 0; k <= order; ++k) {
        for (index i = 0; i < window; ++i) {
            for (index j = 0; j < window; ++j) {
                weights(i, j) += p(k, i) * p(k, j);
            }
        }
    }
    parallel_for(x.extent(0), [&](index r) {
        std::vector<double> row(n), smooth(n);
        for (index t = 0; t < n; ++t) {
            row[t] = x(r, t);
        }
        for (index j = 0; j < window; ++j) {
            const double weight = weights(half, j);
            const double* from = row.data() + j;
            double* to = smooth.data() + half;
            for (index t = 0; t < n - window + 1; ++t) {
                to[t] += weight * from[t];
            }
        }
        for (index i = 0; i < half; ++i) {
            double first = 0, last = 0;
            for (index j = 0; j < window; ++j) {
                first += weights(i, j) * row[j];
                last += weights(half + 1 + i, j) * row[n - window + j];
            }
            smooth[i] = first;
            smooth[n - half + i] = last;
        }
        for (index t = 0; t < n; ++t) {
            x(r, t) = smooth[t];
        }
    });
}

namespace {

/// x := f(x, H[x]) with the Hilbert transform H of each row.
template <class Function>
void with_hilbert(View<double, 2> x, index n_fft, Function f) {
    const index rows = x.extent(0), n = x.extent(1);
    require(n_fft >= n, "n_fft must be at least the ", n, " samples of a row; got ", n_fft);
    if (rows == 0 || n == 0) {
        return;
    }
    constexpr index together = 16;  // rows whose spectra are in memory at a time
    Array<double, 2> padded({std::min(rows, together), n_fft});
    Array<std::complex<double>, 2> spectra({padded.extent(0), n_fft / 2 + 1});
    for (index first = 0; first < rows; first += together) {
        const index count = std::min(rows - first, together);
        const View<double, 2> some = padded.view().slice(0, 0, count);
        const View<std::complex<double>, 2> bins = spectra.view().slice(0, 0, count);
        for (index r = 0; r < count; ++r) {
            for (index t = 0; t < n_fft; ++t) {
                some(r, t) = t < n ? x(first + r, t) : 0;
            }
        }
        rfft(some, bins);
        for (index r = 0; r < count; ++r) {
            // The mean, and the Nyquist frequency of an even length, have no phase to turn.
            bins(r, 0) = 0;
            for (index k = 1; k < bins.extent(1); ++k) {
                const std::complex<double> bin = bins(r, k);
                bins(r, k) = 2 * k == n_fft ? std::complex<double>(0) : std::complex<double>(bin.imag(), -bin.real());
            }
        }
        irfft(bins, some);
        for (index r = 0; r < count; ++r) {
            for (index t = 0; t < n; ++t) {
                x(first + r, t) = f(x(first + r, t), some(r, t));
            }
        }
    }
}

}  // namespace

void envelope(View<double, 2> x, index n_fft) {
    with_hilbert(x, n_fft, [](double a, double b) { return std::sqrt(a * a + b * b); });
}

void hilbert(View<double, 2> x, index n_fft) {
    with_hilbert(x, n_fft, [](double, double b) { return b; });
}

}  // namespace ranvier::numerics
