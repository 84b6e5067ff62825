#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// Over n samples of a channel that takes part in `count` components.
struct ProjectionKernels {
    /// components[k] += factors[k] · row. @param later  a row that will be read soon
    void (*gather)(index n, index count, const double* factors, const double* row, const double* later,
                   double* const* components);
    /// row −= Σ factors[k] · components[k]
    void (*remove)(index n, index count, const double* factors, const double* const* components, double* row);
};

RANVIER_EACH_ISA(extern const ProjectionKernels projection_kernels;)
inline const ProjectionKernels& chosen_projection_kernels() { return RANVIER_CHOSEN(projection_kernels); }

}  // namespace ranvier::meeg
