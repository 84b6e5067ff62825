#pragma once

#include "ranvier/base/lanes.hpp"

#if defined(RANVIER_ISA_avx512) || defined(RANVIER_ISA_avx2) || defined(RANVIER_ISA_sse2)
#include <immintrin.h>
#endif

/// Functions of vectors of doubles.
namespace ranvier::RANVIER_ISA {

/// 1 / √x for normal x > 0, error ≤ 2 ulp.
RANVIER_INLINE Vec<double> inverse_root(Vec<double> x) {
#if defined(RANVIER_ISA_avx512)
    // 14 bits (the masked form avoids a false warning of GCC 12), then two Newton steps: division and square root
    // together would take as long as what is around them.
    Vec<double> y = reinterpret_cast<Vec<double>>(_mm512_maskz_rsqrt14_pd(0xff, reinterpret_cast<__m512d>(x)));
    const Vec<double> half = 0.5 * x;
    y = y * (1.5 - half * y * y);
    return y * (1.5 - half * y * y);
#elif defined(RANVIER_ISA_avx2)
    return 1.0 / reinterpret_cast<Vec<double>>(_mm256_sqrt_pd(reinterpret_cast<__m256d>(x)));
#elif defined(RANVIER_ISA_sse2)
    return 1.0 / reinterpret_cast<Vec<double>>(_mm_sqrt_pd(reinterpret_cast<__m128d>(x)));
#else
    Vec<double> y{};
    for (int lane = 0; lane < lanes<double>; ++lane) {
        y[lane] = 1.0 / __builtin_sqrt(x[lane]);
    }
    return y;
#endif
}

/// 1 / x for normal x, error ≤ 2 ulp.
RANVIER_INLINE Vec<double> reciprocal(Vec<double> x) {
#if defined(RANVIER_ISA_avx512)
    Vec<double> y = reinterpret_cast<Vec<double>>(_mm512_maskz_rcp14_pd(0xff, reinterpret_cast<__m512d>(x)));
    y = y * (2.0 - x * y);
    return y * (2.0 - x * y);
#else
    return 1.0 / x;
#endif
}

/// The angle of the point (x, y) in (−π, π], error below 1e-15; 0 at the origin.
RANVIER_INLINE Vec<double> angle(Vec<double> y, Vec<double> x) {
    // arctan t / t in powers of t², for t up to tan π/8: interpolated where Chebyshev has his nodes
    constexpr double c[] = {1.0,
                            -0.3333333333333312,
                            0.19999999999940837,
                            -0.14285714279244968,
                            0.11111110744657099,
                            -0.09090896801472813,
                            0.07692045194561481,
                            -0.06662950246036792,
                            0.05846866752275139,
                            -0.05035049795312439,
                            0.03796390316111083,
                            -0.017803896394812564};
    constexpr double pi = 3.14159265358979323846, tan_pi_8 = 0.41421356237309503;
    const Vec<double> a = x < 0 ? -x : x, b = y < 0 ? -y : y;
    const auto steep = b > a;
    const Vec<double> low = steep ? a : b, high = steep ? b : a;
    const auto wide = low > tan_pi_8 * high;  // there arctan t = π/4 + arctan((t − 1) / (t + 1))
    const Vec<double> t = (wide ? low - high : low) / (wide ? low + high : high), square = t * t;
    Vec<double> p = broadcast(c[11]);
    RANVIER_UNROLL
    for (int k = 10; k >= 0; --k) {
        p = p * square + c[k];
    }
    Vec<double> out = (wide ? broadcast(pi / 4) : Vec<double>{}) + t * p;
    out = steep ? pi / 2 - out : out;
    out = x < 0 ? pi - out : out;
    out = y < 0 ? -out : out;
    return high > 0 ? out : Vec<double>{};
}

/// log((sum + part) / (sum − part)) for 0 ≤ part < sum, relative error below 1e-15 where part is small, too.
RANVIER_INLINE Vec<double> log_ratio(Vec<double> sum, Vec<double> part) {
    // artanh z / z in powers of z²
    constexpr double c[] = {1.0,
                            0.33333333333339504,
                            0.199999999969201,
                            0.14285714870654714,
                            0.111110566633344,
                            0.09093652525499932,
                            0.07616196847159054,
                            0.07749672126073177};
    constexpr double log_2 = 0.69314718055994530942;
    const Vec<double> p = sum + part, q = sum - part;
    // The quotient is 2^k m; numbers with the exponents of p and q differ by k when rounded, and |(m − 1)/(m + 1)| ≤
    // 0.2.
    using Bits = Ints<double>;
    const Bits k = (reinterpret_cast<Bits>(p) - reinterpret_cast<Bits>(q) + (1LL << 51)) >> 52;
    const Vec<double> scaled = q * reinterpret_cast<Vec<double>>((k + 1023) << 52);
    const auto near = k == 0;
    const Vec<double> z = (near ? part : p - scaled) / (near ? sum : p + scaled), square = z * z;
    Vec<double> sum_of = broadcast(c[7]);
    RANVIER_UNROLL
    for (int j = 6; j >= 0; --j) {
        sum_of = sum_of * square + c[j];
    }
    return __builtin_convertvector(k, Vec<double>) * log_2 + 2.0 * z * sum_of;
}

}  // namespace ranvier::RANVIER_ISA
