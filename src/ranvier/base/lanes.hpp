#pragma once

#include <type_traits>
#include <utility>

#ifndef RANVIER_ISA
#error "for kernels: include it from kernels/*.cpp only"
#endif

#define RANVIER_INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define RANVIER_UNROLL _Pragma("clang loop unroll(full)")
#else
#define RANVIER_UNROLL _Pragma("GCC unroll 32")
#endif

/// Vectors of the instruction set that a kernel is compiled for.
namespace ranvier::RANVIER_ISA {

#if defined(RANVIER_ISA_avx512)
constexpr int vector_bytes = 64;
#elif defined(RANVIER_ISA_avx2)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

/// Lanes of a full vector.
template <class T>
constexpr int lanes = vector_bytes / static_cast<int>(sizeof(T));

template <class T, int n>
struct VectorOf {
    typedef T Aligned __attribute__((vector_size(n * sizeof(T)), may_alias));
    typedef T Unaligned __attribute__((vector_size(n * sizeof(T)), aligned(alignof(T)), may_alias));
};
template <class T, int n = lanes<T>>
using Vec = typename VectorOf<T, n>::Aligned;
template <class T>
using Int = std::conditional_t<sizeof(T) == 8, long long, int>;
/// What a comparison of vectors gives: per lane, 0 or all bits set.
template <class T>
using Ints = Vec<Int<T>>;

template <class T, int n = lanes<T>>
RANVIER_INLINE Vec<T, n> load(const T* p) {
    return *reinterpret_cast<const typename VectorOf<T, n>::Unaligned*>(p);
}
template <class T, int n = lanes<T>>
RANVIER_INLINE void store(T* p, Vec<T, n> v) {
    *reinterpret_cast<typename VectorOf<T, n>::Unaligned*>(p) = v;
}
template <class T>
RANVIER_INLINE Vec<T> broadcast(T x) {
    return x - Vec<T>{};  // −0 stays −0, so that nothing is left to compute
}

template <class T, int n, int... lane>
RANVIER_INLINE Vec<T, n> reversed(Vec<T, n> v, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(v, v, (n - 1 - lane)...);
}
/// The lanes in reversed order.
template <class T, int n = lanes<T>>
RANVIER_INLINE Vec<T, n> reversed(Vec<T, n> v) {
    return reversed<T, n>(v, std::make_integer_sequence<int, n>{});
}

template <class T, int n, int... lane>
RANVIER_INLINE Vec<T, n / 2> low_half(Vec<T, n> v, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(v, v, lane...);
}
/// The first half of the lanes.
template <class T, int n = lanes<T>>
RANVIER_INLINE Vec<T, n / 2> low_half(Vec<T, n> v) {
    return low_half<T, n>(v, std::make_integer_sequence<int, n / 2>{});
}

/// Exchanges the off-diagonal blocks of size `step` of two rows of a square.
template <class T, int n, int step, int... lane>
RANVIER_INLINE void exchange(Vec<T, n>& upper, Vec<T, n>& lower, std::integer_sequence<int, lane...>) {
    const Vec<T, n> a = upper, b = lower;
    upper = __builtin_shufflevector(a, b, (lane & step ? n + lane - step : lane)...);
    lower = __builtin_shufflevector(a, b, (lane & step ? n + lane : lane + step)...);
}
/// Transposes n vectors of n lanes, in exchanges of ever larger blocks.
template <class T, int n = lanes<T>, int step = 1>
RANVIER_INLINE void transpose(Vec<T, n>* v) {
    RANVIER_UNROLL
    for (int k = 0; k < n; ++k) {
        if (!(k & step)) {
            exchange<T, n, step>(v[k], v[k + step], std::make_integer_sequence<int, n>{});
        }
    }
    if constexpr (2 * step < n) {
        transpose<T, n, 2 * step>(v);
    }
}

/// Sum of the lanes, pairwise from the ends.
template <class T>
RANVIER_INLINE T sum(Vec<T> v) {
    T part[lanes<T>];
    store(part, v);
    for (int half = lanes<T> / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) {
            part[i] += part[i + half];
        }
    }
    return part[0];
}

}  // namespace ranvier::RANVIER_ISA
