#pragma once

#include <complex>
#include <memory>

#include "ranvier/base/array.hpp"

/// Batched discrete Fourier transforms: many rows at once, one row per vector lane. Any length: mixed radix for smooth
/// lengths, Rader or Bluestein where a large prime divides. Forward is X_k = Σ x_j e^{−2πi jk/n}; inverse divides by n.
namespace ranvier::numerics {

/// @param x    shape (rows, n)
/// @param out  shape (rows, n / 2 + 1)
/// @cost       O(rows · n log n), threads()
void rfft(View<const double, 2> x, View<std::complex<double>, 2> out);
/// @param x    shape (rows, n / 2 + 1)
/// @param out  shape (rows, n); imaginary parts that a real signal can't have (of x_0, and x_{n/2} for even n) are
/// ignored
void irfft(View<const std::complex<double>, 2> x, View<double, 2> out);
/// shape (rows, n) both; may be in place
void fft(View<const std::complex<double>, 2> x, View<std::complex<double>, 2> out);
void ifft(View<const std::complex<double>, 2> x, View<std::complex<double>, 2> out);

/// The smallest length >= n that the fast kernels factor: of 2, 3, 5 and 7, or, with 5 as the largest, what SciPy's
/// next_fast_len gives for real samples.
index fast_length(index n, index largest_factor = 7);

}  // namespace ranvier::numerics
