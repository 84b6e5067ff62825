#include "ranvier/learn/kernels/rows.hpp"

#include "ranvier/learn/kernels/vectors.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

typedef float HalfFloats __attribute__((vector_size(vector_bytes / 2), aligned(4), may_alias));

/// As many numbers as a vector of doubles holds, in double precision.
template <class T>
RANVIER_INLINE Vec<double> load_double(const T* p) {
    if constexpr (sizeof(T) == 8) {
        return load(p);
    } else {
        return __builtin_convertvector(*reinterpret_cast<const HalfFloats*>(p), Vec<double>);
    }
}

/// The sums of n products for each of R vectors; how many there are changes nothing about the order of any sum.
template <class T, int R>
RANVIER_INLINE void dots(index n, const T* a, const double* const* b, double* out) {
    constexpr int width = lanes<double>;
    Vec<double> sums[R][4] = {};
    index i = 0;
    for (; i + 4 * width <= n; i += 4 * width) {
        RANVIER_UNROLL
        for (int v = 0; v < 4; ++v) {
            const Vec<double> x = load_double(a + i + v * width);
            RANVIER_UNROLL
            for (int j = 0; j < R; ++j) {
                sums[j][v] += x * load(b[j] + i + v * width);
            }
        }
    }
    for (; i + width <= n; i += width) {
        const Vec<double> x = load_double(a + i);
        RANVIER_UNROLL
        for (int j = 0; j < R; ++j) {
            sums[j][0] += x * load(b[j] + i);
        }
    }
    for (int j = 0; j < R; ++j) {
        double rest = 0;
        for (index k = i; k < n; ++k) {
            rest += static_cast<double>(a[k]) * b[j][k];
        }
        out[j] = sum<double>((sums[j][0] + sums[j][1]) + (sums[j][2] + sums[j][3])) + rest;
    }
}

template <class T>
double dot(index n, const T* a, const double* b) {
    double result;
    dots<T, 1>(n, a, &b, &result);
    return result;
}

template <class T>
void dot4(index n, const T* a, const double* const* b, double* out) {
    dots<T, 4>(n, a, b, out);
}

template <class T>
void add(index n, double factor, const T* a, double* y) {
    constexpr int width = lanes<double>;
    index i = 0;
    for (; i + 4 * width <= n; i += 4 * width) {
        RANVIER_UNROLL
        for (int v = 0; v < 4; ++v) {
            store(y + i + v * width, load(y + i + v * width) + factor * load_double(a + i + v * width));
        }
    }
    for (; i < n; ++i) {
        y[i] += factor * static_cast<double>(a[i]);
    }
}

}  // namespace

extern const RowKernels<double> row_kernels_f64{dot<double>, add<double>, dot4<double>};
extern const RowKernels<float> row_kernels_f32{dot<float>, add<float>, dot4<float>};

}  // namespace ranvier::learn::RANVIER_ISA
