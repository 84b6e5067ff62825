#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// Over many sources at once, side by side: what their directions have in common, component by component.
struct DirectionKernels {
    /// out[p][q][s] = Σ_k weights[k]^p x_a[k][s] x_b[k][s], p < 3, of the pairs q of directions a <= b: xx, xy, xz, yy,
    /// yz, zz, or xx alone.
    /// @param per    directions, 1 or 3
    /// @param n      sources, a whole number of vectors
    /// @param x      x_a[k][s] is x[k · row + a · n + s]
    void (*pairs)(index per, index rank, index n, const double* x, index row, const double* weights, double* out);
    /// out[k][a][s] = weights[k] Σ_b turn[a][b][s] x_b[k][s]. @param to, per  directions of out and of x
    /// @param weights  null: all 1
    void (*turned)(index to, index per, index rank, index n, const double* x, index row, const double* turn,
                   const double* weights, double* out);
};

RANVIER_EACH_ISA(extern const DirectionKernels direction_kernels;)
inline const DirectionKernels& chosen_direction_kernels() { return RANVIER_CHOSEN(direction_kernels); }

}  // namespace ranvier::meeg
