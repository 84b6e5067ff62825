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
    /// out[j] = Σ_i a_i b[j]_i for four vectors b at once
    void (*dot4)(index n, const T* a, const double* const* b, double* out);
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
