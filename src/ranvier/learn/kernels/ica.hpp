#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

/// Over m rows of n numbers (whole vectors), rows `ld` apart.
struct IcaKernels {
    /// g = tanh u; slopes[row] += Σ (1 − g²)
    void (*logcosh)(index m, index n, index ld, const double* u, double* g, double* slopes);
    /// g = u exp(−u²/2); slopes[row] += Σ (1 − u²) exp(−u²/2)
    void (*exp)(index m, index n, index ld, const double* u, double* g, double* slopes);
    /// g = u³; slopes[row] += Σ 3 u²
    void (*cube)(index m, index n, index ld, const double* u, double* g, double* slopes);
    /// Σ (|u| + log(1 + exp(−2|u|)))
    double (*logcosh_sum)(index m, index n, index ld, const double* u);
    /// Rows of samples: u += bias; y = tanh(factor · u); v = weights · y + own · u; sums += Σ y
    void (*natural_step)(index m, index ld, const double* bias, double factor, const double* weights, double own,
                         double* u, double* v, double* sums);
    /// powers (4, ld) += Σ u, u², u³, u⁴ over rows of samples
    void (*powers)(index m, index ld, const double* u, double* powers);
};

RANVIER_EACH_ISA(extern const IcaKernels ica_kernels_f64;)
inline const IcaKernels& ica_kernels() { return RANVIER_CHOSEN(ica_kernels_f64); }

}  // namespace ranvier::learn
