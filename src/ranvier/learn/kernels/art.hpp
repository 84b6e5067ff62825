#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

/// Categories lie in blocks of eight: weight k of category c is at weights[(c / 8 · width + k) · 8 + c mod 8]. Where a
/// block has room for more categories, weights of −1 keep it from being chosen.
constexpr std::ptrdiff_t art_block = 8;

struct ArtKernels {
    /// overlap_c = Σ_k min(input_k, w_ck) and choice_c = overlap_c / (alpha + size_c) of all categories of `blocks`
    /// blocks, for each of `samples` rows of inputs; results `stride` apart.
    void (*meet)(index width, index blocks, index samples, const double* weights, const double* inputs,
                 const double* size, double alpha, index stride, double* overlap, double* choice);
    /// The category of largest choice ≥ 0 (of equals the first) among those whose overlap is at least `least`; −1:
    /// none.
    index (*best)(index blocks, const double* overlap, const double* choice, double least);
};

RANVIER_EACH_ISA(extern const ArtKernels art_kernels_f64;)
inline const ArtKernels& art_kernels() { return RANVIER_CHOSEN(art_kernels_f64); }

}  // namespace ranvier::learn
