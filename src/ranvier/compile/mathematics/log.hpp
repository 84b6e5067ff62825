#pragma once

#include "ranvier/compile/mathematics/exp.hpp"

namespace ranvier::compile::mathematics {

/// x = m·2^k with m in [√½, √2), for normal x > 0.
template <class F>
struct Scaled {
    F m, k;
    typename F::Bits exponent;  ///< k + bias
};

template <class F>
Scaled<F> scaled(F x) {
    using T = typename F::Scalar;
    using S = Format<T>;
    constexpr bool is_double = S::mantissa == 52;
    const auto b = bits(x);
    const auto root_half = b.constant(is_double ? 0x3fe6a09e667f3bcd : 0x3f3504f3);
    const auto one = b.constant(S::bias << S::mantissa);
    const auto exponent = (b - root_half + one) >> S::mantissa;
    const F m = from_bits(b - (exponent << S::mantissa) + one);
    const F two = x.constant(is_double ? T(0x1p52) : T(0x1p23));
    const F k = from_bits(bits(two) | exponent) - x.constant((is_double ? T(0x1p52) : T(0x1p23)) + T(S::bias));
    return {m, k, exponent};
}

/// What logarithms are where x is not positive and finite.
template <class F>
F log_domain(F x, F result) {
    using T = typename F::Scalar;
    const F infinity = x.constant(std::numeric_limits<T>::infinity());
    const F zero = x.constant(0);
    const F outside = select(x == zero, -infinity, x.constant(std::numeric_limits<T>::quiet_NaN()));
    return select(x > zero, select(x < infinity, result, infinity), outside);
}

/// log(m + m_low) + k ln 2, with f = m − 1.
/// @source  the splitting is that of K. C. Ng's log in Sun's fdlibm, 1993
template <class F>
F log_sum(F f, F low, F k) {
    using T = typename F::Scalar;
    using S = Format<T>;
    const F s = f / (f + f.constant(2));
    const F z = s * s;
    const F half_square = f * f * f.constant(T(0.5));
    const F rest = fma(z, polynomial(table::Coefficients<T>::log, z), half_square);
    const F small = fma(s, rest, fma(k, f.constant(S::ln2_short_rest), low));
    return fma(k, f.constant(S::ln2_short), f - (half_square - small));
}

/// ≤ 0.9 ulp
template <class F>
F log(F x) {
    const Scaled<F> s = scaled(x);
    return log_domain(x, log_sum(s.m - x.constant(1), x.constant(0), s.k));
}

/// ≤ 1 ulp
template <class F>
F log1p(F x) {
    using S = Format<typename F::Scalar>;
    const F one = x.constant(1);
    const F u = x + one;
    const F back = u - one;
    const F lost = (one - (u - back)) + (x - back);
    const Scaled<F> s = scaled(u);
    const F result = log_sum(s.m - one, lost / u, s.k);
    (void)S::bias;
    return select(x == x.constant(0), x, log_domain(u, result));
}

/// log x to 2^−65 of itself, as k ln 2 + …; float64.
template <class F>
Sum<F> log_exact(F x, bool base_two = false) {
    const Scaled<F> scale = scaled(x);
    const F f = scale.m - x.constant(1);
    const Sum<F> d = exact_sum(x.constant(2), f);
    const F inverse = x.constant(1) / d.high;
    const F s = f * inverse;
    const F s_low = fma(-s, d.low, fma(-s, d.high, f)) * inverse;
    const Sum<F> z = exact_product(s, s);
    const F z_low = fma(s + s, s_low, z.low);
    // 2s + s z (2/3 + z q(z))
    const F q = polynomial(table::Coefficients<double>::log_exact, z.high);
    const Sum<F> a = exact_sum(x.constant(0x1.5555555555555p-1), z.high * q);
    const F a_low = a.low + x.constant(0x1.5555555555555p-55);
    const Sum<F> b = exact_product(z.high, a.high);
    const F b_low = fma(z.high, a_low, fma(z_low, a.high, b.low));
    const Sum<F> c = exact_product(s, b.high);
    const F c_low = fma(s, b_low, fma(s_low, b.high, c.low));
    const Sum<F> m = exact_sum(s + s, c.high);
    const F m_low = m.low + (c_low + (s_low + s_low));
    if (base_two) {
        const F log2e = x.constant(0x1.71547652b82fep0), log2e_low = x.constant(0x1.777d0ffda0d24p-56);
        const Sum<F> p = exact_product(m.high, log2e);
        const F p_low = fma(m.high, log2e_low, fma(m_low, log2e, p.low));
        const Sum<F> sum = exact_sum(scale.k, p.high);
        return {sum.high, sum.low + p_low};
    }
    using S = Format<double>;
    const Sum<F> sum = exact_sum(scale.k * x.constant(S::ln2_short), m.high);
    const F low = fma(scale.k, x.constant(S::ln2_short_rest), sum.low + m_low);
    return exact_sum(sum.high, low);
}

/// float64; ≤ 0.6 ulp
template <class F>
F log2(F x) {
    const Sum<F> l = log_exact(x, true);
    return log_domain(x, l.high + l.low);
}

/// float64; ≤ 0.6 ulp
template <class F>
F log10(F x) {
    const Sum<F> l = log_exact(x);
    const F inverse = x.constant(0x1.bcb7b1526e50ep-2), inverse_low = x.constant(0x1.95355baaafad3p-57);
    const Sum<F> p = exact_product(l.high, inverse);
    return log_domain(x, p.high + fma(l.high, inverse_low, fma(l.low, inverse, p.low)));
}

/// x^y with the exceptions of C's Annex F; float64; ≤ 1.1 ulp
template <class F>
F pow(F x, F y) {
    const F zero = x.constant(0), one = x.constant(1);
    const F infinity = x.constant(std::numeric_limits<double>::infinity());
    const F nan = x.constant(std::numeric_limits<double>::quiet_NaN());
    const F a = absolute(x);
    Sum<F> l = log_exact(a);
    const auto ordinary = (a > zero) & (a < infinity);
    l.high = select(ordinary, l.high, select(a == zero, -infinity, select(a == infinity, infinity, nan)));
    const F p = y * l.high;
    const F p_low = select(ordinary & (absolute(p) < x.constant(1000)), fma(y, l.low, fma(y, l.high, -p)), zero);
    const F clamped = at_least(at_most(p, 709.9), -708.3);
    const ExpReduction<F> e = exp_reduction(clamped, 1, false);
    const F r = e.r + p_low;
    const F half = fma(fma(r * r, polynomial(table::Coefficients<double>::exp, r), r), e.scale, e.scale);
    const F magnitude = select((a == one) & (y == y), one, half + half);
    const F half_y = y * x.constant(0.5);
    const auto whole = floor(y) == y;
    const auto odd = whole & (floor(half_y) != half_y);
    const auto b = bits(x);
    const F turned = from_bits(bits(magnitude) ^ (b & b.constant(Format<double>::sign)));
    const F result = select(odd, turned, magnitude);
    const auto undefined = (x < zero) & (a < infinity) & !whole;
    return select((x == one) | (y == zero), one, select(undefined, nan, result));
}

}  // namespace ranvier::compile::mathematics
