#pragma once

#include "ranvier/numerics/kernels/lanes.hpp"

/// Discrete Fourier transforms of 2, 3, 4, 5, 7 and 8 points in registers, in place, natural order.
namespace ranvier::numerics::RANVIER_ISA {

template <bool inverse>
RANVIER_INLINE void butterfly_4(CVec& a, CVec& b, CVec& c, CVec& d) {
    const CVec sum = a + c, difference = a - c, other = b + d, turned = quarter_turn<inverse>(b - d);
    a = sum + other;
    c = sum - other;
    b = difference + turned;
    d = difference - turned;
}

template <int radix>
struct Circle;
template <>
struct Circle<3> {
    static constexpr double c[] = {1, -0.5};
    static constexpr double s[] = {0, 0.86602540378443864676};
};
template <>
struct Circle<5> {
    static constexpr double c[] = {1, 0.30901699437494742410, -0.80901699437494742410};
    static constexpr double s[] = {0, 0.95105651629515357212, 0.58778525229247312917};
};
template <>
struct Circle<7> {
    static constexpr double c[] = {1, 0.62348980185873353053, -0.22252093395631440429, -0.90096886790241912624};
    static constexpr double s[] = {0, 0.78183148246802980871, 0.97492791218182360702, 0.43388373911755812048};
};

/// cos and sin of 2π jk / radix from the half circle's table
template <int radix>
constexpr double cosine_of(int jk) {
    const int q = jk % radix;
    return Circle<radix>::c[q <= radix / 2 ? q : radix - q];
}
template <int radix>
constexpr double sine_of(int jk) {
    const int q = jk % radix;
    return q <= radix / 2 ? Circle<radix>::s[q] : -Circle<radix>::s[radix - q];
}

/// Odd radix: sums and differences of the pairs j, radix − j halve the work.
template <int radix, bool inverse>
RANVIER_INLINE void butterfly_odd(CVec* a) {
    constexpr int h = radix / 2;
    CVec sum[h + 1], difference[h + 1];
    const CVec zeroth = a[0];
    CVec total = a[0];
    RANVIER_UNROLL
    for (int j = 1; j <= h; ++j) {
        sum[j] = a[j] + a[radix - j];
        difference[j] = a[j] - a[radix - j];
        total = total + sum[j];
    }
    a[0] = total;
    RANVIER_UNROLL
    for (int k = 1; k <= h; ++k) {
        CVec even = zeroth, odd{Vec{}, Vec{}};
        RANVIER_UNROLL
        for (int j = 1; j <= h; ++j) {
            const double c = cosine_of<radix>(j * k), s = sine_of<radix>(j * k);
            even.r += c * sum[j].r;
            even.i += c * sum[j].i;
            odd.r += s * difference[j].r;
            odd.i += s * difference[j].i;
        }
        const CVec turned = quarter_turn<inverse>(odd);
        a[k] = even + turned;
        a[radix - k] = even - turned;
    }
}

template <bool inverse>
RANVIER_INLINE void butterfly_8(CVec* a) {
    butterfly_4<inverse>(a[0], a[2], a[4], a[6]);
    butterfly_4<inverse>(a[1], a[3], a[5], a[7]);
    constexpr double h = 0.70710678118654752440;  // cos 45°
    const CVec x = a[3], y = quarter_turn<inverse>(a[7]);
    const CVec odd_1 = h * (x + quarter_turn<inverse>(x)), odd_2 = quarter_turn<inverse>(a[5]);
    const CVec odd_3 = h * (y + quarter_turn<inverse>(y));
    const CVec odd_0 = a[1], even_0 = a[0], even_1 = a[2], even_2 = a[4], even_3 = a[6];
    a[0] = even_0 + odd_0;
    a[4] = even_0 - odd_0;
    a[1] = even_1 + odd_1;
    a[5] = even_1 - odd_1;
    a[2] = even_2 + odd_2;
    a[6] = even_2 - odd_2;
    a[3] = even_3 + odd_3;
    a[7] = even_3 - odd_3;
}

template <int radix, bool inverse>
RANVIER_INLINE void butterfly(CVec* a) {
    if constexpr (radix == 2) {
        const CVec t = a[0];
        a[0] = t + a[1];
        a[1] = t - a[1];
    } else if constexpr (radix == 4) {
        butterfly_4<inverse>(a[0], a[1], a[2], a[3]);
    } else if constexpr (radix == 8) {
        butterfly_8<inverse>(a);
    } else {
        butterfly_odd<radix, inverse>(a);
    }
}

}  // namespace ranvier::numerics::RANVIER_ISA
