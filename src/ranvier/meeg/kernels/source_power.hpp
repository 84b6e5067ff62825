#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// Power and phases of z = a · x for complex samples x of many trials, tile by tile in registers; z is never stored. A
/// tile has `rows` rows of a and `columns` samples; its sums have shape (rows, 3, columns): Σ |z|², Re Σ z / |z| and
/// Im Σ z / |z|. Trials are added in their order, whatever a tile's neighbours are.
struct SourcePowerKernels {
    int rows, columns;
    /// Samples [0, n) of k rows of complex numbers into a panel (k, 2 · columns), real parts before imaginary ones, each
    /// row times a factor; spare columns are zero.
    void (*pack)(index k, index n, const double* const* rows, double factor, double* panel);
    /// @param a       tiles of shape (k, rows)
    /// @param panels  one for each trial, `step` numbers apart
    void (*power)(index tiles, index k, const double* a, index trials, const double* panels, index step, double* sums);
    /// The same with phases. Where |z| is 0, its phase adds 0.
    void (*power_and_phases)(index tiles, index k, const double* a, index trials, const double* panels, index step,
                             double* sums);
};

RANVIER_EACH_ISA(extern const SourcePowerKernels source_power_kernels;)
inline const SourcePowerKernels& chosen_source_power_kernels() { return RANVIER_CHOSEN(source_power_kernels); }

}  // namespace ranvier::meeg
