#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

/// Loops over rows of a weight matrix, for perceptrons and for Hopfield memories. Sums are kept in double precision.
template <class T>
struct RowKernels {
    /// Σ a_i b_i over n
    double (*dot)(index n, const T* a, const double* b);
    /// y += factor · a
    void (*add)(index n, double factor, const T* a, double* y);
    /// For four rows a_r, `stride` apart: sums[r] += Σ_j a_r,j s_j and h_j += Σ_r factors[r] a_r,j over n. Of a
    /// symmetric matrix that is all that the rows say, read once.
    void (*both_ways)(index n, const T* a, index stride, const double* factors, const double* s, double* h,
                      double* sums);
};

RANVIER_EACH_ISA(extern const RowKernels<double> row_kernels_f64; extern const RowKernels<float> row_kernels_f32;)
template <class T>
const RowKernels<T>& row_kernels() {
    if constexpr (sizeof(T) == 8) {
        return RANVIER_CHOSEN(row_kernels_f64);
    } else {
        return RANVIER_CHOSEN(row_kernels_f32);
    }
}

}  // namespace ranvier::learn
