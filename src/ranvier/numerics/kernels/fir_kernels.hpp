#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/padding.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// Overlap-save with blocks of N = 2 · half samples. Output t is Σ_k h_k x(t + after − k), so a block of outputs reads
/// `before` samples more at its left and `after` at its right, before + after = taps − 1.
struct Convolution {
    index half;
    index before, after;
    Passes passes;            ///< of `half`, permuted
    const Twiddle* twist;     ///< e^{πij / N}, j < half
    const Twiddle* spectrum;  ///< of the taps, twisted, over `half`; shape (half), permuted
    Padding padding;
};

struct FirKernels {
    int lanes;
    /// Filters `lanes` rows of n samples in place; the first `count` are written. `work` holds
    /// fir_work(convolution, lanes) doubles, 64-byte aligned.
    void (*filter_rows)(const Convolution&, double* const* rows, int count, index n, double* work);
};

inline index fir_work(const Convolution& c, int lanes) {
    return (2 * c.half + c.before + 2 * c.after + 4 * lanes) * lanes;
}

RANVIER_EACH_ISA(extern const FirKernels fir_kernels;)
inline const FirKernels& chosen_fir_kernels() { return RANVIER_CHOSEN(fir_kernels); }

}  // namespace ranvier::numerics
