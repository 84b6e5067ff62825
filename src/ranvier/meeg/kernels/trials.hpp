#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// Over n numbers of many trials, a trial a row.
struct TrialKernels {
    /// sum += row
    void (*add)(index n, const double* row, double* sum);
    /// Σ (middle − factor · sum)²
    double (*error)(index n, const double* middle, const double* sum, double factor);
    /// Compares and exchanges rows `pairs[2 k]` and `pairs[2 k + 1]`, one pair after the other, so that the lesser
    /// number comes first. n is a whole number of vectors, rows are `ld` apart.
    void (*exchange)(index n, index ld, index n_pairs, const index* pairs, double* rows);
};

RANVIER_EACH_ISA(extern const TrialKernels trial_kernels;)
inline const TrialKernels& chosen_trial_kernels() { return RANVIER_CHOSEN(trial_kernels); }

}  // namespace ranvier::meeg
