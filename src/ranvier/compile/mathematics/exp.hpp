#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#include "ranvier/compile/mathematics/tables.hpp"

namespace ranvier::compile::mathematics {

// Written for any lane type F (lanes.hpp says which operations it has), so that interpreter and machine code compute
// the same bits. Subnormal arguments count as zero, subnormal results become zero.

/// How a scalar is laid out, and ln 2 in two parts.
template <class T>
struct Format;

template <>
struct Format<double> {
    static constexpr int mantissa = 52;
    static constexpr std::int64_t bias = 1023;
    static constexpr std::int64_t sign = std::int64_t{1} << 63;
    static constexpr double magic = 0x1.8p52;  ///< adding it rounds to whole numbers, which then are the low bits
    static constexpr double log2e = 0x1.71547652b82fep0;
    static constexpr double ln2 = 0x1.62e42fefa39efp-1;
    static constexpr double ln2_rest = 0x1.abc9e3b39803fp-56;
    static constexpr double ln2_short = 0x1.62e42feep-1;  ///< its products with exponents are exact
    static constexpr double ln2_short_rest = 0x1.a39ef35793c76p-33;
    static constexpr double exp_low = -708.3;
    static constexpr double exp_high = 709.9;
};

template <>
struct Format<float> {
    static constexpr int mantissa = 23;
    static constexpr std::int64_t bias = 127;
    static constexpr std::int64_t sign = std::int64_t{1} << 31;
    static constexpr float magic = 0x1.8p23F;
    static constexpr float log2e = 0x1.715476p0F;
    static constexpr float ln2 = 0x1.62e43p-1F;
    static constexpr float ln2_rest = -0x1.05c61p-29F;
    static constexpr float ln2_short = 0x1.62e3p-1F;
    static constexpr float ln2_short_rest = 0x1.2fefa2p-17F;
    static constexpr float exp_low = -87.2F;
    static constexpr float exp_high = 88.9F;
};

/// A value and what rounding left over.
template <class F>
struct Sum {
    F high, low;
};

/// a + b exactly, where |a| ≥ |b| or a = 0. @source  Dekker 1971, doi:10.1007/BF01397083
template <class F>
Sum<F> exact_sum(F a, F b) {
    const F high = a + b;
    return {high, (a - high) + b};
}

/// a·b exactly.
template <class F>
Sum<F> exact_product(F a, F b) {
    const F high = a * b;
    return {high, fma(a, b, -high)};
}

template <class F, std::size_t N, std::size_t... I>
std::array<F, sizeof...(I)> pairs_of_terms(const std::array<F, N>& c, F x, std::index_sequence<I...>) {
    return {(2 * I + 1 < N ? fma(c[std::min(2 * I + 1, N - 1)], x, c[2 * I]) : c[2 * I])...};
}

/// c[0] + c[1] x + …: pairs of terms side by side, then pairs of pairs, so that few steps wait for each other.
/// @source  Estrin 1960, doi:10.1145/1460361.1460365
template <class F, std::size_t N>
F polynomial(const std::array<F, N>& c, F x) {
    if constexpr (N <= 3) {
        F sum = c[N - 1];
        for (std::size_t i = N - 1; i-- > 0;) {
            sum = fma(sum, x, c[i]);
        }
        return sum;
    } else {
        return polynomial(pairs_of_terms(c, x, std::make_index_sequence<(N + 1) / 2>()), x * x);
    }
}
template <class F, class T, std::size_t N>
F polynomial(const T (&c)[N], F x) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return polynomial(std::array<F, N>{x.constant(c[I])...}, x);
    }
    (std::make_index_sequence<N>());
}

/// The smaller (larger) of x and a bound; x itself where it is NaN.
template <class F>
F at_most(F x, typename F::Scalar bound) {
    return select(x.constant(bound) < x, x.constant(bound), x);
}
template <class F>
F at_least(F x, typename F::Scalar bound) {
    return select(x.constant(bound) > x, x.constant(bound), x);
}

/// e^x − 1 = scale·(1 + r)(…): the whole number n nearest to x/ln 2 makes scale = 2^(n − shift), and
/// r + r_low = x − n ln 2.
template <class F>
struct ExpReduction {
    F r, r_low, scale;
};

template <class F>
ExpReduction<F> exp_reduction(F x, int shift, bool with_rest) {
    using T = typename F::Scalar;
    using S = Format<T>;
    const F magic = x.constant(S::magic + static_cast<T>(S::bias - shift));
    const F t = fma(x, x.constant(S::log2e), magic);
    const F n = t - magic;
    const F r = fma(n, x.constant(-S::ln2), x);  // exact
    const F scale = from_bits(bits(t) << S::mantissa);
    if (!with_rest) {
        return {fma(n, x.constant(-S::ln2_rest), r), r, scale};
    }
    const F rest = n * x.constant(S::ln2_rest);
    const F sum = r - rest;
    return {sum, (r - sum) - rest, scale};
}

/// e^(x + x_low)·2^−shift for x from exp_low (and below: 0) to exp_high + shift·ln 2 (and above: ∞ once it is scaled
/// back).
template <class F>
F exp_scaled(F x, int shift) {
    using T = typename F::Scalar;
    using S = Format<T>;
    x = at_least(at_most(x, S::exp_high + static_cast<T>(shift - 1) * S::ln2), S::exp_low);
    const ExpReduction<F> e = exp_reduction(x, shift, false);
    const F q = polynomial(table::Coefficients<T>::exp, e.r);
    return fma(fma(e.r * e.r, q, e.r), e.scale, e.scale);
}

/// ≤ 1 ulp; 0 below e^−708.04 (float32: e^−87.0).
template <class F>
F exp(F x) {
    const F half = exp_scaled(x, 1);
    return half + half;
}

/// (e^x − 1)·2^−16, for x up to 1.009 times where e^x overflows.
template <class F>
Sum<F> expm1_scaled(F x) {
    using T = typename F::Scalar;
    constexpr bool is_double = Format<T>::mantissa == 52;
    x = at_least(at_most(x, is_double ? T(719) : T(98)), is_double ? T(-40) : T(-20));
    const ExpReduction<F> e = exp_reduction(x, 16, true);
    const F q = polynomial(table::Coefficients<T>::exp, e.r);
    const F rest = fma(e.r * e.r, q, e.r_low);
    const Sum<F> whole = exact_sum(e.scale, x.constant(T(-0x1p-16)));
    const Sum<F> sum = exact_sum(whole.high, e.scale * e.r);
    return {sum.high, fma(e.scale, rest, sum.low + whole.low)};
}

/// Below this e^x − 1 rounds to x.
template <class T>
constexpr T tiny = Format<T>::mantissa == 52 ? T(0x1p-54) : T(0x1p-25);

/// ≤ 1.3 ulp
template <class F>
F expm1(F x) {
    using T = typename F::Scalar;
    const Sum<F> e = expm1_scaled(x);
    const F result = (e.high + e.low) * x.constant(T(65536));
    return select(absolute(x) < x.constant(tiny<T>), x, result);
}

/// a/b for a in two parts and b in two: a quotient and one step of correction.
template <class F>
F quotient(Sum<F> a, Sum<F> b) {
    const F inverse = b.high.constant(1) / b.high;
    const F q = a.high * inverse;
    const F rest = fma(-q, b.high, a.high) + fma(-q, b.low, a.low);
    return select(absolute(q) < q.constant(std::numeric_limits<typename F::Scalar>::infinity()), fma(rest, inverse, q),
                  q);
}

/// (e^x − 1)/x from its value where x is neither nearly 0 nor beyond overflow.
template <class F>
F exprel_beyond(F x, F result) {
    using T = typename F::Scalar;
    const F infinity = x.constant(std::numeric_limits<T>::infinity());
    const F large = x.constant(Format<T>::mantissa == 52 ? T(718) : T(97));
    return select(absolute(x) < x.constant(tiny<T>), x.constant(1), select(x > large, infinity, result));
}

/// (e^x − 1)/x, ≤ 1 ulp
template <class F>
F exprel(F x) {
    using T = typename F::Scalar;
    const Sum<F> e = expm1_scaled(x);
    const F result = quotient(exact_sum(e.high, e.low), {x * x.constant(T(0x1p-16)), x.constant(0)});
    const F infinity = x.constant(std::numeric_limits<T>::infinity());
    return exprel_beyond(x, select(x == -infinity, x.constant(0), result));
}

/// (e^x − 1)/x, ≤ 2.5 ulp
template <class F>
F exprel_near(F x) {
    using T = typename F::Scalar;
    constexpr bool is_double = Format<T>::mantissa == 52;
    const ExpReduction<F> e =
        exp_reduction(at_least(at_most(x, is_double ? T(719) : T(98)), is_double ? T(-40) : T(-20)), 16, false);
    const F q = polynomial(table::Coefficients<T>::exp, e.r);
    const F whole = e.scale - x.constant(T(0x1p-16));
    const F scaled = fma(fma(e.r * e.r, q, e.r), e.scale, whole);
    return exprel_beyond(x, scaled / (x * x.constant(T(0x1p-16))));
}

/// `magnitude` with the sign of x turned over where x is negative.
template <class F>
F with_sign_of(F x, F magnitude) {
    const auto b = bits(x);
    return from_bits(bits(magnitude) ^ (b & b.constant(Format<typename F::Scalar>::sign)));
}

/// ≤ 1 ulp
template <class F>
F tanh(F x) {
    using T = typename F::Scalar;
    const F a = at_most(absolute(x), 20);
    const Sum<F> parts = expm1_scaled(a + a);
    const Sum<F> e = exact_sum(parts.high, parts.low);  // e/(e + 2), all times 2^−16
    const F two = x.constant(T(0x1p-15));
    const F below = e.high + two;
    const F back = below - e.high;
    const F below_low = (e.high - (below - back)) + (two - back) + e.low;
    return with_sign_of(x, select(a < x.constant(tiny<T>), a, quotient(e, {below, below_low})));
}

/// float64; ≤ 1.6 ulp
template <class F>
F sinh(F x) {
    const F a = absolute(x);
    const F z = a * a;
    const F small = fma(a * z, polynomial(table::Coefficients<double>::sinh, z), a);
    const F e = exp_scaled(a, 3);
    const F large = fma(e, x.constant(4), x.constant(-0.0625) / e);
    return with_sign_of(x, select(a < x.constant(1), small, large));
}

/// float64; ≤ 1.4 ulp
template <class F>
F cosh(F x) {
    const F e = exp_scaled(absolute(x), 3);
    return fma(e, x.constant(4), x.constant(0.0625) / e);
}

}  // namespace ranvier::compile::mathematics
