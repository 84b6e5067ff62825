#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/fir.hpp"

/// Changing the sampling rate of many rows. A row's result has the same bits at any position of the batch and with any
/// neighbours.
namespace ranvier::numerics {

/// Resampling by the discrete Fourier transform: pad, transform, cut or extend the spectrum, transform back, cut.
/// The transform has length N = pad_left + n + pad_right; `new_length` is M, the length of the padded output, and
/// `skip` how many of its samples are dropped at the left.
struct FourierResampling {
    index pad_left = 0, pad_right = 0;  ///< in samples of the input
    index new_length = 0;
    index skip = 0;
    Padding padding = Padding::edge;
    std::string window = "boxcar";  ///< over the spectrum of N bins, its middle at frequency 0
};

/// Lengths may be any; products of small primes are fast. Where the shorter of N and M is even, its Nyquist bin
/// stands for two bins of the longer: it is doubled on the way down (and made real) and halved on the way up.
/// A NaN or an infinity spoils its whole row.
/// @param x    shape (rows, n)
/// @param out  shape (rows, n_out), skip + n_out <= new_length; not overlapping x
/// @throws InvalidInput  shapes or lengths that do not fit; `reflect` beyond the length of the rows
/// @cost       O(rows · (N log N + M log M)); each thread holds about 8 rows of padded input and output as complex
///             numbers of half the length
/// @source     Bailey 1990, doi:10.1007/BF00162341 (four-step transforms); definition as scipy.signal.resample
void fourier_resample(View<const double, 2> x, View<double, 2> out, const FourierResampling& plan);

/// Polyphase resampling by up / down with a low-pass of 20 · max(up, down) + 1 taps, a sinc with cut-off at the lower
/// Nyquist frequency under a Kaiser window (β = 5) and unit gain at 0, as scipy's resample_poly. scipy's padtype
/// "reflect" is Padding::mirror here.
/// @param x         shape (rows, n)
/// @param out       shape (rows, ceil(n · up / down))
/// @param low_pass  taps instead of that low-pass, at the rate of the input times up / gcd(up, down), of gain 1; number
///                  (taps − 1) / 2 lies on the sample that it makes
/// @throws InvalidInput  another shape; up or down < 1; `reflect` beyond the length of the rows
/// @cost       O(rows · n_out · max(up, down) / up)
void polyphase_resample(View<const double, 2> x, View<double, 2> out, index up, index down,
                        Padding padding = Padding::mirror, std::span<const double> low_pass = {});

/// The low-pass that polyphase_resample uses, of gain 1, under any window.
/// @param up, down  without a common divisor
/// @param window, beta  as window() takes them
std::vector<double> polyphase_low_pass(index up, index down, const std::string& window = "kaiser", double beta = 5);

}  // namespace ranvier::numerics
