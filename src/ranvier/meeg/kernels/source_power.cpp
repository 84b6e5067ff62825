#include "ranvier/meeg/kernels/source_power.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;
using V = Vec<double>;
using Bits = Ints<double>;

// Two vectors of real and two of imaginary parts; with as many rows, sums and what they are made of fill the registers.
constexpr int vectors = 2;
constexpr int columns = vectors * width;
#if defined(RANVIER_ISA_avx512)
constexpr int rows = 6;
#else
constexpr int rows = 3;
#endif

/// 1 / √p, to two units of the last place: a first guess from the exponent, and four of Newton's steps. Finite for 0.
RANVIER_INLINE V inverse_root(V p) {
    const Bits bits = reinterpret_cast<const Bits&>(p);
    const Bits guess = 0x5fe6eb50c7b537a9LL - (bits >> 1);
    V y = reinterpret_cast<const V&>(guess);
    const V half = broadcast(0.5) * p;
    RANVIER_UNROLL
    for (int step = 0; step < 4; ++step) {
        y *= broadcast(1.5) - half * y * y;
    }
    return y;
}

template <bool phases>
RANVIER_INLINE void tile(index k, const double* a, const double* panel, double* sums) {
    V z[rows][2 * vectors] = {};
    for (index i = 0; i < k; ++i, a += rows, panel += 2 * columns) {
        V left[rows];
        RANVIER_UNROLL
        for (int r = 0; r < rows; ++r) {
            left[r] = broadcast(a[r]);
        }
        RANVIER_UNROLL
        for (int v = 0; v < 2 * vectors; ++v) {
            const V right = load(panel + v * width);
            RANVIER_UNROLL
            for (int r = 0; r < rows; ++r) {
                z[r][v] += left[r] * right;
            }
        }
    }
    RANVIER_UNROLL
    for (int r = 0; r < rows; ++r) {
        RANVIER_UNROLL
        for (int v = 0; v < vectors; ++v) {
            const V re = z[r][v], im = z[r][vectors + v], p = re * re + im * im;
            double* to = sums + r * 3 * columns + v * width;
            store(to, load(to) + p);
            if constexpr (phases) {
                const V inverse = inverse_root(p);
                store(to + columns, load(to + columns) + re * inverse);
                store(to + 2 * columns, load(to + 2 * columns) + im * inverse);
            }
        }
    }
}

template <bool phases>
void accumulate(index tiles, index k, const double* a, index trials, const double* panels, index step, double* sums) {
    for (index trial = 0; trial < trials; ++trial) {
        const double* panel = panels + trial * step;
        for (index t = 0; t < tiles; ++t) {
            tile<phases>(k, a + t * k * rows, panel, sums + t * rows * 3 * columns);
        }
    }
}

void pack(index k, index n, const double* const* from, double factor, double* panel) {
    for (index r = 0; r < k; ++r, panel += 2 * columns) {
        const double* row = from[r];
        for (index t = 0; t < n; ++t) {
            panel[t] = factor * row[2 * t];
            panel[columns + t] = factor * row[2 * t + 1];
        }
        for (index t = n; t < columns; ++t) {
            panel[t] = panel[columns + t] = 0;
        }
    }
}

}  // namespace

extern const SourcePowerKernels source_power_kernels{rows, columns, pack, accumulate<false>, accumulate<true>};

}  // namespace ranvier::meeg::RANVIER_ISA
