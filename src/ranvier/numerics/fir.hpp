#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// How a signal goes on beyond its ends while it is filtered.
enum class Padding {
    reflect_limited,  ///< odd reflection about the end sample as far as the signal reaches, then zeros
    edge,             ///< the end sample repeated
    reflect,          ///< odd reflection; the signal must be long enough
    zero
};

/// Convolves every row with `h`, in place, centred (zero phase for symmetric h of odd length) or causal.
///
/// Overlap-save with a real negacyclic transform; a block fits the L2 cache, so memory grows by a few blocks per
/// thread only. Rows with NaN become NaN where the filter reaches them — by whole blocks, as any FFT convolution does.
///
/// @param x        shape (rows, n)
/// @param h        taps, odd length where `centred`
/// @param twice    forward and backward (squares the magnitude response)
void fir_filter(View<double, 2> x, std::span<const double> h, Padding padding = Padding::reflect_limited,
                bool centred = true, bool twice = false);

}  // namespace ranvier::numerics
