#pragma once

#include <string>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/fir.hpp"

namespace ranvier::numerics {

/// Resampling by the discrete Fourier transform: pad, transform, cut or extend the spectrum, transform back, cut.
/// `pad_left`, `pad_right` in samples of the input; the number of output samples is extent(1) of `out`; `new_length` is
/// the length of the padded output and `skip` how many of it are dropped at the left.
struct FourierResampling {
    index pad_left = 0, pad_right = 0;
    index new_length = 0;
    index skip = 0;
    Padding padding = Padding::edge;
    std::string window = "boxcar";  ///< applied over the spectrum
};
void fourier_resample(View<const double, 2> x, View<double, 2> out, const FourierResampling& plan);

/// Polyphase resampling by up/down with a Kaiser (β 5) low-pass, as scipy's resample_poly.
/// out has extent ceil(n · up / down).
void polyphase_resample(View<const double, 2> x, View<double, 2> out, index up, index down,
                        Padding padding = Padding::reflect_limited);

}  // namespace ranvier::numerics
