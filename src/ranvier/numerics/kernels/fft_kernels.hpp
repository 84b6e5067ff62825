#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// A real transform of length n: for even n a complex one of length n / 2 and a split, else a complex one of length n.
struct RealTransform {
    index n;
    Transform complex;
    const Twiddle* split;  ///< n even: e^{−2πik/n}, k = 0 … n / 4
};

/// `rows` are `lanes` pointers, of which the first `count` are written; complex numbers are (re, im) pairs of doubles.
/// `work` holds 2 · capacity · lanes complex numbers, 64-byte aligned.
struct FftKernels {
    int lanes;
    void (*complex_rows)(const Transform&, bool inverse, const double* const* in, double* const* out, int count,
                         double* work);
    void (*real_rows)(const RealTransform&, const double* const* in, double* const* out, int count, double* work);
    void (*real_inverse_rows)(const RealTransform&, const double* const* in, double* const* out, int count,
                              double* work);
    /// One signal, natural order out (permuted = false, any radix) or permuted order out; `work` as above for `n`.
    void (*single)(const Passes&, bool permuted, Twiddle* data, double* work);
};

RANVIER_EACH_ISA(extern const FftKernels fft_kernels;)
inline const FftKernels& chosen_fft_kernels() { return RANVIER_CHOSEN(fft_kernels); }

}  // namespace ranvier::numerics
