#include "ranvier/learn/kernels/rows.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::learn::RANVIER_ISA {

using namespace ranvier::RANVIER_ISA;

namespace {

/// As many numbers as a vector of doubles holds, in double precision.
template <class T>
RANVIER_INLINE Vec<double> load_double(const T* p) {
    if constexpr (sizeof(T) == 8) {
        return load(p);
    } else {
        return __builtin_convertvector(load<T, lanes<double>>(p), Vec<double>);
    }
}

template <class T>
double dot(index n, const T* a, const double* b) {
    constexpr int width = lanes<double>;
    Vec<double> sums[4] = {};
    index i = 0;
    for (; i + 4 * width <= n; i += 4 * width) {
        RANVIER_UNROLL
        for (int v = 0; v < 4; ++v) {
            sums[v] += load_double(a + i + v * width) * load(b + i + v * width);
        }
    }
    for (; i + width <= n; i += width) {
        sums[0] += load_double(a + i) * load(b + i);
    }
    double rest = 0;
    for (; i < n; ++i) {
        rest += static_cast<double>(a[i]) * b[i];
    }
    return sum<double>((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest;
}

template <class T>
void both_ways(index n, const T* a, index stride, const double* factors, const double* s, double* h, double* sums) {
    constexpr int width = lanes<double>, R = 4;
    Vec<double> total[R] = {}, factor[R];
    RANVIER_UNROLL
    for (int r = 0; r < R; ++r) {
        factor[r] = broadcast<double>(factors[r]);
    }
    index j = 0;
    for (; j + width <= n; j += width) {
        const Vec<double> state = load(s + j);
        Vec<double> field = load(h + j);
        RANVIER_UNROLL
        for (int r = 0; r < R; ++r) {
            const Vec<double> x = load_double(a + r * stride + j);
            total[r] += x * state;
            field += x * factor[r];
        }
        store(h + j, field);
    }
    for (int r = 0; r < R; ++r) {
        double rest = 0;
        for (index i = j; i < n; ++i) {
            const double x = static_cast<double>(a[r * stride + i]);
            rest += x * s[i];
            h[i] += x * factors[r];
        }
        sums[r] += sum<double>(total[r]) + rest;
    }
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

extern const RowKernels<double> row_kernels_f64{dot<double>, add<double>, both_ways<double>};
extern const RowKernels<float> row_kernels_f32{dot<float>, add<float>, both_ways<float>};

}  // namespace ranvier::learn::RANVIER_ISA
