#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// One second-order section in transposed direct form II, a0 = 1:
///   y = b0 x + z0,   z0 ← b1 x − a1 y + z1,   z1 ← b2 x − a2 y
struct Biquad {
    double b0, b1, b2, a1, a2;
    double z0, z1;  ///< steady state for a cascade input of 1
};

struct Cascade {
    int count;
    const Biquad* section;
    /// True where the gains are factored out and every numerator is 1, b1, 1: one multiplication less per section.
    bool unit_numerators;
    double gain;  ///< of the whole cascade, applied to its input; used where unit_numerators
};

/// Rows come in groups of `rows`; the first `count` of a group are written.
struct IirKernels {
    int rows;     ///< a multiple of the number of lanes
    index chunk;  ///< samples that filter_rows holds at a time
    /// Forward and backward over n samples, in place, extended by odd reflection over padlen < n samples at each end,
    /// each direction from its steady state. `work` holds rows · (n + 2 · padlen + 2 · sections) doubles.
    void (*filtfilt_rows)(const Cascade&, double* const* rows, int count, index n, index padlen, double* work);
    /// Forward, in place, from rest or from the steady state of the first sample; `work` holds
    /// rows · (chunk + 2 · sections) doubles.
    void (*filter_rows)(const Cascade&, double* const* rows, int count, index n, bool steady, double* work);
};

RANVIER_EACH_ISA(extern const IirKernels iir_kernels;)
inline const IirKernels& chosen_iir_kernels() { return RANVIER_CHOSEN(iir_kernels); }

}  // namespace ranvier::numerics
