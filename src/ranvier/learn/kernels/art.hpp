#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

struct ArtKernels {
    /// overlap_c = Σ_k min(input_k, wt(k, c)), choice_c = overlap_c / (alpha + size_c), for `count` categories (a whole
    /// number of vectors) that are columns of wt, rows `stride` apart
    void (*meet)(index width, index count, index stride, const double* wt, const double* input, const double* size,
                 double alpha, double* overlap, double* choice);
};

RANVIER_EACH_ISA(extern const ArtKernels art_kernels_f64;)
inline const ArtKernels& art_kernels() { return RANVIER_CHOSEN(art_kernels_f64); }

}  // namespace ranvier::learn
