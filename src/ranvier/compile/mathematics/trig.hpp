#pragma once

#include "ranvier/compile/mathematics/log.hpp"

namespace ranvier::compile::mathematics {

// float64 only: float32 goes through float64.

/// |x| = (quadrant + 4 k)·π/2 + angle, |angle.high| ≤ π/4.
template <class F>
struct Quadrant {
    Sum<F> angle;
    typename F::Bits quadrant;
};

/// Cody and Waite's reduction below serves up to here. Beyond, more bits of π are needed: payne_hanek_reduction() of
/// the lane type.
constexpr double cody_waite_limit = 1e6;

/// @param a  |x|
template <class F>
Quadrant<F> quadrant(F a) {
    const F magic = a.constant(0x1.8p52);
    const F t = fma(a, a.constant(0x1.45f306dc9c883p-1), magic);
    const F n = t - magic;
    const F r = fma(n, a.constant(-0x1.921fb54442d18p0), a);  // exact
    const Sum<F> w = exact_product(n, a.constant(0x1.1a62633145c07p-54));
    const F high = r - w.high;
    const F back = high - r;
    F low = (r - (high - back)) - (w.high + back);
    low = fma(n, a.constant(0x1.f1976b7ed8fbcp-110), low - w.low);
    Quadrant<F> result{exact_sum(high, low), bits(t)};
    payne_hanek_reduction(a, a >= a.constant(cody_waite_limit), result);
    return result;
}

template <class F>
F sin_near(Sum<F> x) {
    const F z = x.high * x.high;
    const F low = fma(x.low * x.high, x.high * x.high.constant(-0.5), x.low);
    return x.high + fma(z * x.high, polynomial(table::Coefficients<double>::sin, z), low);
}

template <class F>
F cos_near(Sum<F> x) {
    const F z = x.high * x.high;
    const F half = z * x.high.constant(0.5);
    const F w = x.high.constant(1) - half;
    const F rest = fma(z * z, polynomial(table::Coefficients<double>::cos, z), -(x.high * x.low));
    return w + (((x.high.constant(1) - w) - half) + rest);
}

/// `a` where bit `bit` of the quadrant is 0, else `b`.
template <class F>
F by_bit(typename F::Bits quadrant, int bit, F a, F b) {
    const auto one = quadrant.constant(std::int64_t{1} << bit);
    return select((quadrant & one) == one, b, a);
}

/// ≤ 0.8 ulp
template <class F>
F sin(F x) {
    const Quadrant<F> q = quadrant(absolute(x));
    const F result = by_bit(q.quadrant, 0, sin_near(q.angle), cos_near(q.angle));
    return with_sign_of(x, by_bit(q.quadrant, 1, result, -result));
}

/// ≤ 0.8 ulp
template <class F>
F cos(F x) {
    const Quadrant<F> q = quadrant(absolute(x));
    const F result = by_bit(q.quadrant, 0, cos_near(q.angle), sin_near(q.angle));
    return by_bit(q.quadrant + q.quadrant.constant(1), 1, result, -result);
}

/// ≤ 2 ulp
template <class F>
F tan(F x) {
    const Quadrant<F> q = quadrant(absolute(x));
    const F s = sin_near(q.angle), c = cos_near(q.angle);
    return with_sign_of(x, by_bit(q.quadrant, 0, s, -c) / by_bit(q.quadrant, 0, c, s));
}

/// cos 2πu (high) and sin 2πu (low) for 0 ≤ u ≤ 1.
template <class F>
Sum<F> circle(F u) {
    const F magic = u.constant(0x1.8p52);
    const F four = u * u.constant(4);
    const F t = four + magic;
    const F angle = (four - (t - magic)) * u.constant(0x1.921fb54442d18p0);
    const Sum<F> x{angle, u.constant(0)};
    const F s = sin_near(x), c = cos_near(x);
    const auto q = bits(t);
    const F sine = by_bit(q, 0, s, c), cosine = by_bit(q, 0, c, s);
    return {by_bit(q + q.constant(1), 1, cosine, -cosine), by_bit(q, 1, sine, -sine)};
}

/// ½π and π in two parts.
constexpr double half_pi = 0x1.921fb54442d18p0;
constexpr double half_pi_low = 0x1.1a62633145c07p-54;

/// asin of a ≤ ½ is `x + rest`; for larger a the same of √((1 − a)/2).
template <class F>
struct ArcSine {
    F x, rest;
    typename F::Boolean far;
};

template <class F>
ArcSine<F> arc_sine(F a) {
    const auto far = a > a.constant(0.5);
    const F half = (a.constant(1) - a) * a.constant(0.5);
    const F root = square_root(half);
    const F root_low = select(root > a.constant(0), fma(-root, root, half) / (root + root), root);
    const F x = select(far, root, a);
    const F z = select(far, half, a * a);
    const F rest = fma(x * z, polynomial(table::Coefficients<double>::asin, z), select(far, root_low, a.constant(0)));
    return {x, rest, far};
}

/// ≤ 0.8 ulp
template <class F>
F asin(F x) {
    const ArcSine<F> s = arc_sine(absolute(x));
    const Sum<F> d = exact_sum(x.constant(half_pi), -(s.x + s.x));
    const F far = d.high + (d.low - ((s.rest + s.rest) - x.constant(half_pi_low)));
    return with_sign_of(x, select(s.far, far, s.x + s.rest));
}

/// ≤ 0.8 ulp
template <class F>
F acos(F x) {
    const ArcSine<F> s = arc_sine(absolute(x));
    const auto negative = x < x.constant(0);
    const F two = s.x + s.x, rest = s.rest + s.rest;
    // near 0: ½π ∓ asin; near 1: 2 asin √…; near −1: π − 2 asin √…
    const F base = select(s.far, x.constant(2 * half_pi), x.constant(half_pi));
    const F base_low = select(s.far, x.constant(2 * half_pi_low), x.constant(half_pi_low));
    const F signed_x = select(s.far, two, select(negative, -s.x, s.x));
    const F signed_rest = select(s.far, rest, select(negative, -s.rest, s.rest));
    const Sum<F> d = exact_sum(base, -signed_x);
    const F from_base = d.high + (d.low - (signed_rest - base_low));
    return select(s.far & !negative, two + rest, from_base);
}

/// atan of y/x for x, y ≥ 0, one of them positive.
template <class F>
F atan_ratio(F y, F x) {
    const F zero = x.constant(0);
    const auto steep = y > x * x.constant(2.4142135623730951);
    const auto middle = y > x * x.constant(0.41421356237309503);
    const F above = select(steep, -x, select(middle, y - x, y));
    const F below = select(steep, y, select(middle, y + x, x));
    const F u = above / below;
    const F z = u * u;
    const F rest = fma(u * z, polynomial(table::Coefficients<double>::atan, z),
                       select(steep, x.constant(half_pi_low), select(middle, x.constant(half_pi_low / 2), zero)));
    const F base = select(steep, x.constant(half_pi), select(middle, x.constant(half_pi / 2), zero));
    const Sum<F> sum = exact_sum(base, u);
    return sum.high + (sum.low + rest);
}

/// ≤ 1.4 ulp
template <class F>
F atan(F x) {
    return with_sign_of(x, atan_ratio(absolute(x), x.constant(1)));
}

/// With the exceptions of C's Annex F. ≤ 1.7 ulp
template <class F>
F atan2(F y, F x) {
    const F infinity = x.constant(std::numeric_limits<double>::infinity());
    const F zero = x.constant(0), one = x.constant(1);
    F a = absolute(y), b = absolute(x);
    const auto both_infinite = (a == infinity) & (b == infinity);
    const auto both_zero = (a == zero) & (b == zero);
    a = select(both_infinite, one, a);
    b = select(both_infinite | both_zero, one, b);
    // A common factor keeps sums and multiples in range.
    const auto large = (a > x.constant(0x1p1000)) | (b > x.constant(0x1p1000));
    const F factor = select(large, x.constant(0x1p-100), one);
    const F angle = atan_ratio(a * factor, b * factor);
    const auto sign = bits(x) & bits(x).constant(Format<double>::sign);
    const auto negative = sign == sign.constant(Format<double>::sign);
    const F mirrored = x.constant(2 * half_pi) - (angle - x.constant(2 * half_pi_low));
    const F result = select(negative, mirrored, angle);
    return select((x == x) & (y == y), with_sign_of(y, result), x + y);
}

}  // namespace ranvier::compile::mathematics
