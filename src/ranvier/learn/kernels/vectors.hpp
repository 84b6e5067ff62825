#pragma once

#include "ranvier/base/array.hpp"

#ifndef RANVIER_ISA
#error "a kernel header: include it from kernels/*.cpp only"
#endif

#define RANVIER_INLINE inline __attribute__((always_inline))
#if defined(__clang__)
#define RANVIER_UNROLL _Pragma("clang loop unroll(full)")
#else
#define RANVIER_UNROLL _Pragma("GCC unroll 32")
#endif

/// Vectors of the instruction set in both precisions. Lengths are whole vectors: whoever calls pads to 64 bytes.
namespace ranvier::learn::RANVIER_ISA {

#if defined(RANVIER_ISA_avx512)
constexpr int vector_bytes = 64;
#elif defined(RANVIER_ISA_avx2)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class T>
struct Of;
template <>
struct Of<double> {
    typedef double Vec __attribute__((vector_size(vector_bytes), may_alias));
    typedef double Loose __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
    typedef double Half __attribute__((vector_size(vector_bytes / 2), may_alias));
    typedef double LooseHalf __attribute__((vector_size(vector_bytes / 2), aligned(8), may_alias));
    typedef long long Ints __attribute__((vector_size(vector_bytes), may_alias));
    typedef long long Int;
};
template <>
struct Of<float> {
    typedef float Vec __attribute__((vector_size(vector_bytes), may_alias));
    typedef float Loose __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
    typedef float Half __attribute__((vector_size(vector_bytes / 2), may_alias));
    typedef float LooseHalf __attribute__((vector_size(vector_bytes / 2), aligned(4), may_alias));
    typedef int Ints __attribute__((vector_size(vector_bytes), may_alias));
    typedef int Int;
};
template <class T>
using Vec = typename Of<T>::Vec;
template <class T>
using Ints = typename Of<T>::Ints;
template <class T>
constexpr int lanes = vector_bytes / static_cast<int>(sizeof(T));

template <class T>
RANVIER_INLINE Vec<T> load(const T* p) {
    return *reinterpret_cast<const typename Of<T>::Loose*>(p);
}
template <class T>
RANVIER_INLINE void store(T* p, Vec<T> v) {
    *reinterpret_cast<typename Of<T>::Loose*>(p) = v;
}
template <class T>
RANVIER_INLINE Vec<T> all(T x) {
    return x - Vec<T>{};  // −0 stays −0, so that nothing is left to compute
}

/// Whole vectors and halves of them, where code is written for both.
template <class T>
struct Whole {
    using Value = Vec<T>;
    static constexpr int width = lanes<T>;
    static RANVIER_INLINE Value load(const T* p) { return *reinterpret_cast<const typename Of<T>::Loose*>(p); }
    static RANVIER_INLINE void store(T* p, Value v) { *reinterpret_cast<typename Of<T>::Loose*>(p) = v; }
};
constexpr bool has_halves = vector_bytes >= 32;
template <class T>
struct Half {
    using Value = typename Of<T>::Half;
    static constexpr int width = lanes<T> / 2;
    static RANVIER_INLINE Value load(const T* p) { return *reinterpret_cast<const typename Of<T>::LooseHalf*>(p); }
    static RANVIER_INLINE void store(T* p, Value v) { *reinterpret_cast<typename Of<T>::LooseHalf*>(p) = v; }
};

/// The first half of the lanes.
template <class T>
RANVIER_INLINE typename Half<T>::Value low_half(Vec<T> v) {
    if constexpr (lanes<T> == 4) {
        return __builtin_shufflevector(v, v, 0, 1);
    } else if constexpr (lanes<T> == 8) {
        return __builtin_shufflevector(v, v, 0, 1, 2, 3);
    } else {
        return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
    }
}

/// Sum of the lanes, pairwise from the ends.
template <class T>
RANVIER_INLINE T sum(Vec<T> v) {
    T part[lanes<T>];
    store<T>(part, v);
    for (int half = lanes<T> / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) {
            part[i] += part[i + half];
        }
    }
    return part[0];
}

}  // namespace ranvier::learn::RANVIER_ISA
