#pragma once

#include <cstdint>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

enum class Activation { identity, logistic, tanh, relu };

/// What will be read next: the first `lines` · 64 bytes of each of `count` rows.
struct Coming {
    const void* const* rows = nullptr;
    index count = 0, lines = 0;
};

/// What is done to a product before it is stored: bias + x, and 0 where that is negative.
template <class T>
struct Finish {
    const T* bias = nullptr;  ///< null: nothing is done
    bool rectify = false;
};

/// Rows are padded to 64 bytes; what stands in the padding of weights, gradients and deltas is 0.
template <class T>
struct NetKernels {
    /// c = a · b, plus what c holds where `accumulate`; a(i, p) = rows[i][p], b and c row-major with n of each row
    /// used. For b that fits a cache. What is coming is fetched into the cache meanwhile.
    void (*product)(index m, index n, index k, const T* const* rows, const T* b, index ldb, bool accumulate, T* c,
                    index ldc, Finish<T> finish, Coming coming);
    /// The same with a(i, p) = rows[p][i], and nothing to finish.
    void (*transposed_product)(index m, index n, index k, const T* const* rows, const T* b, index ldb, bool accumulate,
                               T* c, index ldc, Finish<T> finish, Coming coming);
    /// x = f(x + bias), row by row
    void (*activate)(Activation kind, index m, index ld, const T* bias, T* x);
    /// delta *= f'(z), from f(z), row by row; sums[j] += Σ rows of delta
    void (*derive)(Activation kind, index m, index ld, const T* f, T* delta, T* sums);
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
