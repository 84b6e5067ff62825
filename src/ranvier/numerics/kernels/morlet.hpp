#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// Circular convolution of one row per lane with one wavelet after another, in permuted order.
struct WaveletConvolution {
    Passes passes;       ///< of a length >= n + half of the longest wavelet
    index n;             ///< samples of a row
    index decim, n_out;  ///< every decim-th of them is wanted: n_out of them
};

struct MorletKernels {
    int lanes;
    /// spectrum: 2 · passes.n · lanes doubles, 64-byte aligned
    void (*spectrum)(const WaveletConvolution&, const double* const* rows, double* spectrum);
    /// power += |z|², phase += z / |z| of the first `count` lanes, z the convolution with `kernel` (a spectrum in
    /// permuted order over its length). power: shape (n_out, lanes); phase: (n_out, 2, lanes), or null; work as large
    /// as spectrum.
    void (*accumulate)(const WaveletConvolution&, const double* spectrum, const Twiddle* kernel, int count,
                       double* power, double* phase, double* work);
    /// |z|² of every row
    void (*power)(const WaveletConvolution&, const double* spectrum, const Twiddle* kernel, double* const* out,
                  int count, double* work);
    /// z of every row, real and imaginary parts in turns
    void (*values)(const WaveletConvolution&, const double* spectrum, const Twiddle* kernel, double* const* out,
                   int count, double* work);
};

RANVIER_EACH_ISA(extern const MorletKernels morlet_kernels;)
inline const MorletKernels& chosen_morlet_kernels() { return RANVIER_CHOSEN(morlet_kernels); }

}  // namespace ranvier::numerics
