#pragma once

#include <cstdint>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

enum class Activation { identity, logistic, tanh, relu };

/// Rows are padded to 64 bytes; what stands in the padding of weights, gradients and deltas is 0.
template <class T>
struct NetKernels {
    /// c = a · b, plus what c holds where `accumulate`. a(i, p) is at
    /// a + i · row_step + p · column_step; b and c are row-major, n a whole number of vectors. For b that fits a cache.
    void (*product)(index m, index n, index k, const T* a, index row_step, index column_step, const T* b, index ldb,
                    bool accumulate, T* c, index ldc);
    /// x = f(x + bias), row by row
    void (*activate)(Activation kind, index m, index ld, const T* bias, T* x);
    /// delta *= f'(z), from f(z)
    void (*derive)(Activation kind, index count, const T* f, T* delta);
    /// z (m, ld), n of each row used → weight · (softmax(z) − unit vector of label), zero in the padding;
    /// returns Σ weight · −log p(label). weight may be null: 1.
    double (*softmax)(index m, index n, index ld, T* z, const std::int32_t* labels, const T* weight);
    /// rows of z → their softmax
    void (*probabilities)(index m, index n, index ld, T* z);
    /// sums[j] += Σ rows
    void (*column_sums)(index m, index ld, const T* x, T* sums);
    /// g = scale · (Σ_p grads[p] + decay · w); m = b1 m + (1−b1) g; v = b2 v + (1−b2) g²; w −= rate · m / (√v + ε)
    void (*adam)(index count, T* w, T* m, T* v, const T* const* grads, index pieces, T scale, T decay, T b1, T b2,
                 T rate, T epsilon);
    /// v = momentum · v − rate · g; w += v, or w += momentum · v − rate · g (Nesterov)
    void (*momentum)(index count, T* w, T* v, const T* const* grads, index pieces, T scale, T decay, T momentum, T rate,
                     bool nesterov);
};

RANVIER_EACH_ISA(extern const NetKernels<double> net_kernels_f64; extern const NetKernels<float> net_kernels_f32;)
template <class T>
const NetKernels<T>& net_kernels() {
    if constexpr (sizeof(T) == 8) {
        return RANVIER_CHOSEN(net_kernels_f64);
    } else {
        return RANVIER_CHOSEN(net_kernels_f32);
    }
}

}  // namespace ranvier::learn
