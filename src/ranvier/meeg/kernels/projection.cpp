#include "ranvier/meeg/kernels/projection.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;

/// The samples behind the last full vector are worked on as a vector of which the rest is zero.
RANVIER_INLINE Vec<double> load_some(const double* p, index count) {
    double part[width] = {};
    for (index l = 0; l < count; ++l) {
        part[l] = p[l];
    }
    return load(part);
}
RANVIER_INLINE void store_some(double* p, index count, Vec<double> v) {
    double part[width];
    store(part, v);
    for (index l = 0; l < count; ++l) {
        p[l] = part[l];
    }
}

template <int some>
RANVIER_INLINE void gather_some(index n, const double* factors, const double* row, const double* later,
                                double* const* components) {
    Vec<double> f[some];
    for (int k = 0; k < some; ++k) {
        f[k] = broadcast(factors[k]);
    }
    index t = 0;
    for (; t + width <= n; t += width) {
        __builtin_prefetch(later + t);
        const Vec<double> x = load(row + t);
        for (int k = 0; k < some; ++k) {
            store(components[k] + t, load(components[k] + t) + f[k] * x);
        }
    }
    if (t < n) {
        const Vec<double> x = load_some(row + t, n - t);
        for (int k = 0; k < some; ++k) {
            store_some(components[k] + t, n - t, load_some(components[k] + t, n - t) + f[k] * x);
        }
    }
}

template <int some>
RANVIER_INLINE void remove_some(index n, const double* factors, const double* const* components, double* row) {
    Vec<double> f[some];
    for (int k = 0; k < some; ++k) {
        f[k] = broadcast(factors[k]);
    }
    index t = 0;
    for (; t + width <= n; t += width) {
        Vec<double> x = load(row + t);
        for (int k = 0; k < some; ++k) {
            x -= f[k] * load(components[k] + t);
        }
        store(row + t, x);
    }
    if (t < n) {
        Vec<double> x = load_some(row + t, n - t);
        for (int k = 0; k < some; ++k) {
            x -= f[k] * load_some(components[k] + t, n - t);
        }
        store_some(row + t, n - t, x);
    }
}

void gather(index n, index count, const double* factors, const double* row, const double* later,
            double* const* components) {
    index k = 0;
    for (; k + 2 <= count; k += 2) {
        gather_some<2>(n, factors + k, row, later, components + k);
    }
    if (k < count) {
        gather_some<1>(n, factors + k, row, later, components + k);
    }
}

void remove(index n, index count, const double* factors, const double* const* components, double* row) {
    index k = 0;
    for (; k + 2 <= count; k += 2) {
        remove_some<2>(n, factors + k, components + k, row);
    }
    if (k < count) {
        remove_some<1>(n, factors + k, components + k, row);
    }
}

}  // namespace

extern const ProjectionKernels projection_kernels{gather, remove};

}  // namespace ranvier::meeg::RANVIER_ISA
