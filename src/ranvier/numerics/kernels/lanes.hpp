#pragma once

#include "ranvier/numerics/kernels/passes.hpp"

#ifndef RANVIER_ISA
#error "a kernel header: include it from kernels/*.cpp only"
#endif

#define RANVIER_INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define RANVIER_UNROLL _Pragma("clang loop unroll(full)")
#else
#define RANVIER_UNROLL _Pragma("GCC unroll 16")
#endif

/// Vectors of the instruction set, one signal per lane. Lanes never mix, so the result for a signal has the same bits
/// in whichever lane it travels and whatever its neighbours are.
namespace ranvier::numerics::RANVIER_ISA {

#if defined(RANVIER_ISA_avx512)
constexpr int lanes = 8;
#elif defined(RANVIER_ISA_avx2)
constexpr int lanes = 4;
#else
constexpr int lanes = 2;
#endif

typedef double Vec __attribute__((vector_size(8 * lanes), may_alias));
typedef double UnalignedVec __attribute__((vector_size(8 * lanes), aligned(8), may_alias));

/// A complex number of each lane.
struct CVec {
    Vec r, i;
};

RANVIER_INLINE Vec broadcast(double x) { return Vec{} + x; }
RANVIER_INLINE Vec load(const double* p) { return *reinterpret_cast<const UnalignedVec*>(p); }
RANVIER_INLINE void store(double* p, Vec v) { *reinterpret_cast<UnalignedVec*>(p) = v; }

RANVIER_INLINE CVec operator+(CVec a, CVec b) { return {a.r + b.r, a.i + b.i}; }
RANVIER_INLINE CVec operator-(CVec a, CVec b) { return {a.r - b.r, a.i - b.i}; }
RANVIER_INLINE CVec operator*(double s, CVec a) { return {s * a.r, s * a.i}; }
RANVIER_INLINE CVec conj(CVec a) { return {a.r, -a.i}; }
RANVIER_INLINE CVec swapped(CVec a) { return {a.i, a.r}; }
/// a · w
RANVIER_INLINE CVec times(CVec a, Twiddle w) { return {a.r * w.r - a.i * w.i, a.r * w.i + a.i * w.r}; }
/// a · w̄
RANVIER_INLINE CVec times_conj(CVec a, Twiddle w) { return {a.r * w.r + a.i * w.i, a.i * w.r - a.r * w.i}; }
/// a · w of a forward transform, a · w̄ of an inverse one
template <bool inverse>
RANVIER_INLINE CVec twiddled(CVec a, Twiddle w) {
    if constexpr (inverse) {
        return times_conj(a, w);
    } else {
        return times(a, w);
    }
}
/// a · (−i) of a forward transform, a · i of an inverse one
template <bool inverse>
RANVIER_INLINE CVec quarter_turn(CVec a) {
    if constexpr (inverse) {
        return {-a.i, a.r};
    } else {
        return {a.i, -a.r};
    }
}

/// The lanes in reversed order
RANVIER_INLINE Vec reversed(Vec v) {
#if defined(RANVIER_ISA_avx512)
    return __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0);
#elif defined(RANVIER_ISA_avx2)
    return __builtin_shufflevector(v, v, 3, 2, 1, 0);
#else
    return __builtin_shufflevector(v, v, 1, 0);
#endif
}

/// One step of a square transpose: exchanges the off-diagonal blocks of size `step`.
template <int step>
RANVIER_INLINE void transpose_step(Vec* v) {
    RANVIER_UNROLL
    for (int k = 0; k < lanes; ++k) {
        if (!(k & step)) {
            const Vec a = v[k], b = v[k + step];
#if defined(RANVIER_ISA_avx512)
            if constexpr (step == 1) {
                v[k] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
                v[k + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
            } else if constexpr (step == 2) {
                v[k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
                v[k + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
            } else {
                v[k] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
                v[k + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
            }
#elif defined(RANVIER_ISA_avx2)
            if constexpr (step == 1) {
                v[k] = __builtin_shufflevector(a, b, 0, 4, 2, 6);
                v[k + 1] = __builtin_shufflevector(a, b, 1, 5, 3, 7);
            } else {
                v[k] = __builtin_shufflevector(a, b, 0, 1, 4, 5);
                v[k + 2] = __builtin_shufflevector(a, b, 2, 3, 6, 7);
            }
#else
            v[k] = __builtin_shufflevector(a, b, 0, 2);
            v[k + 1] = __builtin_shufflevector(a, b, 1, 3);
#endif
        }
    }
}

/// lanes vectors of one row each <-> lanes vectors of one sample each
RANVIER_INLINE void transpose(Vec* v) {
    transpose_step<1>(v);
    if constexpr (lanes > 2) {
        transpose_step<2>(v);
    }
    if constexpr (lanes > 4) {
        transpose_step<4>(v);
    }
}

// Rows are `lanes` pointers; where there are fewer rows, the spare pointers repeat one of them and only the first
// `count` are written.

/// out[k] = sample at + k of every row, k = 0 … lanes − 1
RANVIER_INLINE void load_rows(const double* const* rows, index at, Vec* out) {
    RANVIER_UNROLL
    for (int lane = 0; lane < lanes; ++lane) {
        out[lane] = load(rows[lane] + at);
    }
    transpose(out);
}

RANVIER_INLINE void store_rows(double* const* rows, int count, index at, Vec* v) {
    transpose(v);
    if (count == lanes) {
        RANVIER_UNROLL
        for (int lane = 0; lane < lanes; ++lane) {
            store(rows[lane] + at, v[lane]);
        }
    } else {
        for (int lane = 0; lane < count; ++lane) {
            store(rows[lane] + at, v[lane]);
        }
    }
}

/// Sample `at` of every row.
RANVIER_INLINE Vec load_sample(const double* const* rows, index at) {
    Vec v{};
    RANVIER_UNROLL
    for (int lane = 0; lane < lanes; ++lane) {
        v[lane] = rows[lane][at];
    }
    return v;
}

RANVIER_INLINE void store_sample(double* const* rows, int count, index at, Vec v) {
    for (int lane = 0; lane < count; ++lane) {
        rows[lane][at] = v[lane];
    }
}

/// out[k] = sample begin + k of every row, k = 0 … n − 1
inline void gather(const double* const* rows, index begin, index n, Vec* out) {
    index k = 0;
    for (; k + lanes <= n; k += lanes) {
        load_rows(rows, begin + k, out + k);
    }
    for (; k < n; ++k) {
        out[k] = load_sample(rows, begin + k);
    }
}

/// The reverse of gather(), for the first `count` rows.
inline void scatter(double* const* rows, int count, index begin, index n, const Vec* v) {
    index k = 0;
    for (; k + lanes <= n; k += lanes) {
        Vec square[lanes];
        RANVIER_UNROLL
        for (int j = 0; j < lanes; ++j) {
            square[j] = v[k + j];
        }
        store_rows(rows, count, begin + k, square);
    }
    for (; k < n; ++k) {
        store_sample(rows, count, begin + k, v[k]);
    }
}

}  // namespace ranvier::numerics::RANVIER_ISA
