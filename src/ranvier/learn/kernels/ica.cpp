#include "ranvier/learn/kernels/ica.hpp"

#include "ranvier/learn/kernels/functions.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

template <class F>
RANVIER_INLINE void contrast(index m, index n, index ld, const double* u, double* g, double* slopes, F f) {
    constexpr int width = lanes<double>;
    for (index i = 0; i < m; ++i) {
        Vec<double> total{};
        for (index j = 0; j < n; j += width) {
            Vec<double> slope;
            store(g + i * ld + j, f(load(u + i * ld + j), slope));
            total += slope;
        }
        slopes[i] += sum<double>(total);
    }
}

void logcosh(index m, index n, index ld, const double* u, double* g, double* slopes) {
    contrast(m, n, ld, u, g, slopes, [](Vec<double> x, Vec<double>& slope) {
        const Vec<double> y = tanh<double>(x);
        slope = 1.0 - y * y;
        return y;
    });
}

void gauss(index m, index n, index ld, const double* u, double* g, double* slopes) {
    contrast(m, n, ld, u, g, slopes, [](Vec<double> x, Vec<double>& slope) {
        const Vec<double> square = x * x;
        const Vec<double> e = exp<double>(-0.5 * square);
        slope = (1.0 - square) * e;
        return x * e;
    });
}

void cube(index m, index n, index ld, const double* u, double* g, double* slopes) {
    contrast(m, n, ld, u, g, slopes, [](Vec<double> x, Vec<double>& slope) {
        slope = 3.0 * x * x;
        return x * x * x;
    });
}

/// log(1 + t) for t in [0, 1], error below 1e-15: 2 artanh(t / (2 + t)), whose argument is at most 1/3.
RANVIER_INLINE Vec<double> log_one_plus(Vec<double> t) {
    const Vec<double> z = t / (2.0 + t), square = z * z;
    Vec<double> p{};
    RANVIER_UNROLL
    for (int k = 15; k >= 0; --k) {
        p = p * square + 1.0 / (2 * k + 1);
    }
    return 2.0 * z * p;
}

double logcosh_sum(index m, index n, index ld, const double* u) {
    constexpr int width = lanes<double>;
    double total = 0;
    for (index i = 0; i < m; ++i) {
        Vec<double> sums{};
        for (index j = 0; j < n; j += width) {
            const Vec<double> x = load(u + i * ld + j);
            const Vec<double> size = x < 0 ? -x : x;
            sums += size + log_one_plus(exp<double>(-2.0 * size));
        }
        total += sum<double>(sums);
    }
    return total;
}

void natural_step(index m, index ld, const double* bias, double factor, const double* weights, double own, double* u,
                  double* v, double* sums) {
    constexpr int width = lanes<double>;
    for (index j = 0; j < ld; j += width) {
        const Vec<double> b = load(bias + j), w = load(weights + j);
        Vec<double> total = load(sums + j);
        for (index i = 0; i < m; ++i) {
            const Vec<double> x = load(u + i * ld + j) + b;
            const Vec<double> y = tanh<double>(factor * x);
            store(u + i * ld + j, x);
            store(v + i * ld + j, w * y + own * x);
            total += y;
        }
        store(sums + j, total);
    }
}

void powers(index m, index ld, const double* u, double* sums) {
    constexpr int width = lanes<double>;
    for (index j = 0; j < ld; j += width) {
        Vec<double> total[4];
        for (int q = 0; q < 4; ++q) {
            total[q] = load(sums + q * ld + j);
        }
        for (index i = 0; i < m; ++i) {
            const Vec<double> x = load(u + i * ld + j), square = x * x;
            total[0] += x;
            total[1] += square;
            total[2] += square * x;
            total[3] += square * square;
        }
        for (int q = 0; q < 4; ++q) {
            store(sums + q * ld + j, total[q]);
        }
    }
}

}  // namespace

extern const IcaKernels ica_kernels_f64{logcosh, gauss, cube, logcosh_sum, natural_step, powers};

}  // namespace ranvier::learn::RANVIER_ISA
