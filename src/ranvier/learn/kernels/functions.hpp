#pragma once

#include "ranvier/base/lanes.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// exp and what is made of it, one polynomial per precision.
namespace ranvier::learn::RANVIER_ISA {

using namespace ranvier::RANVIER_ISA;

template <class T>
struct ExpConstants;
template <>
struct ExpConstants<double> {
    static constexpr double log2e = 1.4426950408889634074, round = 6755399441055744.0;  // 1.5 · 2^52
    static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    static constexpr double lowest = -708, highest = 709;
    static constexpr int degree = 13, mantissa = 52;
};
template <>
struct ExpConstants<float> {
    static constexpr float log2e = 1.44269504F, round = 12582912.0F;  // 1.5 · 2^23
    static constexpr float ln2_high = 0.693359375F, ln2_low = -2.12194440e-4F;
    static constexpr float lowest = -87, highest = 88;
    static constexpr int degree = 7, mantissa = 23;
};

/// e^x, error below 2 ulp; the argument is held in the range where the result is a normal number.
template <class T>
RANVIER_INLINE Vec<T> exp(Vec<T> x) {
    using C = ExpConstants<T>;
    constexpr double inverse_factorial[] = {
        1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,       1.0 / 720,
        1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
    const Vec<T> lowest = broadcast<T>(C::lowest), highest = broadcast<T>(C::highest);
    Vec<T> held = x < lowest ? lowest : x;
    held = held > highest ? highest : held;
    const Vec<T> shifted = held * C::log2e + C::round;
    const Vec<T> n = shifted - C::round;
    const Vec<T> r = (held - n * C::ln2_high) - n * C::ln2_low;
    Vec<T> p = broadcast<T>(static_cast<T>(inverse_factorial[C::degree]));
    RANVIER_UNROLL
    for (int k = C::degree - 1; k >= 0; --k) {
        p = p * r + static_cast<T>(inverse_factorial[k]);
    }
    // The low bits of `shifted` are n in two's complement.
    const Ints<T> power = reinterpret_cast<Ints<T>>(shifted) << C::mantissa;
    return reinterpret_cast<Vec<T>>(reinterpret_cast<Ints<T>>(p) + power);
}

/// tanh x, absolute error below 2 ulp of 1.
template <class T>
RANVIER_INLINE Vec<T> tanh(Vec<T> x) {
    const Vec<T> e = exp<T>((x < 0 ? x : -x) * T(2));
    const Vec<T> y = (T(1) - e) / (T(1) + e);
    return x < 0 ? -y : y;
}

template <class T>
RANVIER_INLINE Vec<T> logistic(Vec<T> x) {
    return T(1) / (T(1) + exp<T>(-x));
}

/// The smaller of each pair of numbers.
template <class T>
RANVIER_INLINE Vec<T> smaller(Vec<T> a, Vec<T> b) {
#if defined(RANVIER_ISA_avx512)
    // Compilers make two instructions of a comparison and a choice.
    if constexpr (sizeof(T) == 8) {
        return reinterpret_cast<Vec<T>>(
            _mm512_maskz_min_pd(0xff, reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
    } else {
        return reinterpret_cast<Vec<T>>(
            _mm512_maskz_min_ps(0xffff, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
    }
#else
    return a < b ? a : b;
#endif
}

template <class T>
RANVIER_INLINE Vec<T> square_root(Vec<T> x) {
#if defined(RANVIER_ISA_avx512)
    if constexpr (sizeof(T) == 8) {
        return reinterpret_cast<Vec<T>>(_mm512_maskz_sqrt_pd(0xff, reinterpret_cast<__m512d>(x)));
    } else {
        return reinterpret_cast<Vec<T>>(_mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(x)));
    }
#elif defined(RANVIER_ISA_avx2)
    if constexpr (sizeof(T) == 8) {
        return reinterpret_cast<Vec<T>>(_mm256_sqrt_pd(reinterpret_cast<__m256d>(x)));
    } else {
        return reinterpret_cast<Vec<T>>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
    }
#elif defined(RANVIER_ISA_sse2)
    if constexpr (sizeof(T) == 8) {
        return reinterpret_cast<Vec<T>>(_mm_sqrt_pd(reinterpret_cast<__m128d>(x)));
    } else {
        return reinterpret_cast<Vec<T>>(_mm_sqrt_ps(reinterpret_cast<__m128>(x)));
    }
#else
    Vec<T> y{};
    for (int lane = 0; lane < lanes<T>; ++lane) {
        y[lane] = static_cast<T>(__builtin_sqrt(x[lane]));
    }
    return y;
#endif
}

}  // namespace ranvier::learn::RANVIER_ISA
