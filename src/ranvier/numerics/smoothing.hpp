#pragma once

#include "ranvier/base/array.hpp"

/// What smooths rows, or what is smooth about them.
namespace ranvier::numerics {

/// Local polynomials, in place: each sample becomes the value there of the polynomial that fits the `window` samples
/// around it best; the first and last (window − 1) / 2 samples are read off the polynomials of the first and last
/// windows. A NaN spoils the windows that hold it.
/// @param x       shape (rows, n), n >= window
/// @param window  odd number of samples, above `order`
/// @param order   of the polynomials, >= 0
/// @throws InvalidInput  lengths or orders that do not fit
/// @cost          O(rows · n · window), threads()
/// @source        Savitzky & Golay 1964, doi:10.1021/ac60214a047; Gram's polynomials: Gorry 1990,
///                doi:10.1021/ac00205a007
void savgol_filter(View<double, 2> x, index window, index order);

/// Magnitude of the analytic signal x + i H[x], in place; H[x] is the Hilbert transform, which turns the phase of each
/// component of the row's spectrum by −90°. A NaN spoils its row.
/// @param x      shape (rows, n)
/// @param n_fft  length >= n to which zeros are appended before the transform and cut off behind it
/// @throws InvalidInput  n_fft < n
/// @cost         O(rows · n_fft log n_fft), threads()
/// @source       Marple 1999, doi:10.1109/78.782222
void envelope(View<double, 2> x, index n_fft);

/// The same's imaginary part, H[x], in place.
void hilbert(View<double, 2> x, index n_fft);

}  // namespace ranvier::numerics
