#include "ranvier/numerics/iir_prototypes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ranvier::numerics {

namespace {

constexpr Real pi = std::numbers::pi_v<Real>;

/// 10^(dB/10) − 1: how far the square of a gain is from 1, exact for small ripples.
Real power_beyond_1(Real decibel) { return std::expm1(std::numbers::ln10_v<Real> / 10 * decibel); }

/// The leading gain with which the filter's gain at s = 0 is this.
Real leading_gain(const ZerosPolesGain& filter, Real at_zero) {
    return at_zero / gain_at_zero({filter.zeros, filter.poles, 1});
}

/// Poles on the left half of the unit circle.
ZerosPolesGain butterworth_prototype(int order) {
    ZerosPolesGain filter;
    for (int m = -order + 1; m < order; m += 2) {
        filter.poles.push_back(m == 0 ? Complex(-1) : -std::exp(Complex(0, pi * m / (2 * order))));
    }
    return filter;
}

ZerosPolesGain chebyshev1_prototype(int order, Real pass_ripple) {
    const Real ripple = power_beyond_1(pass_ripple);
    const Real mu = std::asinh(1 / std::sqrt(ripple)) / order;
    ZerosPolesGain filter;
    for (int m = -order + 1; m < order; m += 2) {
        filter.poles.push_back(-std::sinh(Complex(mu, pi * m / (2 * order))));
    }
    filter.gain = leading_gain(filter, order % 2 == 0 ? 1 / std::sqrt(1 + ripple) : 1);
    return filter;
}

ZerosPolesGain chebyshev2_prototype(int order, Real stop_attenuation) {
    const Real mu = std::asinh(std::sqrt(power_beyond_1(stop_attenuation))) / order;
    ZerosPolesGain filter;
    for (int m = -order + 1; m < order; m += 2) {
        const Real angle = pi * m / (2 * order);
        if (m != 0) {
            filter.zeros.emplace_back(0, 1 / std::sin(angle));
        }
        filter.poles.push_back(Real(1) / -Complex(std::sinh(mu) * std::cos(angle), std::cosh(mu) * std::sin(angle)));
    }
    filter.gain = leading_gain(filter, 1);
    return filter;
}

}  // namespace

Real complete_integral(Real complement) {
    Real a = 1, b = complement;
    while (std::abs(a - b) > 1e-19L * a) {
        const Real mean = 0.5L * (a + b);
        b = std::sqrt(a * b);
        if (mean == a) {
            break;
        }
        a = mean;
    }
    return pi / (a + b);
}

namespace {

/// Carlson's integral ½ ∫ dt / √((t + x)(t + y)(t + z)) from 0 on.
/// @source  Carlson 1995, Numerical computation of real or complex elliptic integrals, doi:10.1007/BF02198293
Real carlson(Real x, Real y, Real z) {
    Real mean = (x + y + z) / 3;
    while (std::max({std::abs(x - mean), std::abs(y - mean), std::abs(z - mean)}) > 5e-4L * mean) {
        const Real shift = std::sqrt(x * y) + std::sqrt(y * z) + std::sqrt(z * x);
        x = (x + shift) / 4;
        y = (y + shift) / 4;
        z = (z + shift) / 4;
        mean = (x + y + z) / 3;
    }
    const Real X = 1 - x / mean, Y = 1 - y / mean, Z = -X - Y;
    const Real e2 = X * Y - Z * Z, e3 = X * Y * Z;
    return (1 - e2 / 10 + e3 / 14 + e2 * e2 / 24 - 3 * e2 * e3 / 44) / std::sqrt(mean);
}

/// A modulus² and what it lacks to 1, each exact where it is small.
struct Modulus {
    Real m, complement;
};

/// Jacobi's elliptic functions between 0 and the quarter period.  @source  Abramowitz & Stegun 1964, 16.4
struct Jacobi {
    Real sn, cn, dn;
};
Jacobi jacobi(Real u, const Modulus& modulus) {
    std::vector<Real> ratios;
    Real a = 1, b = std::sqrt(modulus.complement), c = std::sqrt(modulus.m), scale = 1;
    while (std::abs(c) > 1e-20L && ratios.size() < 20) {
        const Real next = 0.5L * (a + b);
        c = 0.5L * (a - b);
        b = std::sqrt(a * b);
        a = next;
        scale *= 2;
        ratios.push_back(c / a);
    }
    Real angle = scale * a * u;
    for (std::size_t k = ratios.size(); k-- > 0;) {
        angle = 0.5L * (angle + std::asin(ratios[k] * std::sin(angle)));
    }
    const Real sn = std::sin(angle), cn = std::abs(std::cos(angle));
    return {sn, cn, std::sqrt(cn * cn + modulus.complement * sn * sn)};
}

/// The modulus of a ratio of periods K'/K, by the nome of itself or of its complement, whichever is the smaller.
Modulus modulus_of(Real ratio) {
    const Real nome = std::exp(-pi * std::max(ratio, 1 / ratio));
    Real above = 0, below = 1;
    for (int n = 0; n <= 7; ++n) {
        above += std::pow(nome, n * (n + 1));
        below += 2 * std::pow(nome, (n + 1) * (n + 1));
    }
    const Real small = 16 * nome * std::pow(above / below, 4);
    return ratio >= 1 ? Modulus{small, 1 - small} : Modulus{1 - small, small};
}

ZerosPolesGain elliptic_prototype(int order, Real pass_ripple, Real stop_attenuation) {
    const Real ripple = power_beyond_1(pass_ripple), stop = power_beyond_1(stop_attenuation);
    ZerosPolesGain filter;
    if (order == 1) {
        filter.poles = {-1 / std::sqrt(ripple)};
        filter.gain = leading_gain(filter, 1);
        return filter;
    }
    const Real m1 = ripple / stop, quarter1 = complete_integral(std::sqrt((stop - ripple) / stop));
    const Modulus k = modulus_of(complete_integral(std::sqrt(m1)) / quarter1 / order);
    const Real quarter = complete_integral(std::sqrt(k.complement));
    // F(arctan(1/√ripple), modulus² 1 − m1), by Carlson's integral without a difference that rounds
    const Real v0 = quarter * carlson(ripple, ripple + m1, 1 + ripple) / (order * quarter1);
    const Jacobi v = jacobi(v0, {k.complement, k.m});
    for (int j = 1 - order % 2; j < order; j += 2) {
        const Jacobi u = jacobi(j * quarter / order, k);
        const Real below = v.cn * v.cn + k.m * u.sn * u.sn * v.sn * v.sn;  // 1 − dn²(u) sn²(v)
        const Complex pole = -Complex(u.cn * u.dn * v.sn * v.cn, u.sn * v.dn) / below;
        const std::size_t copies = j == 0 ? 1 : 2;
        for (std::size_t copy = 0; copy < copies; ++copy) {
            const Real sign = copy == 0 ? 1 : -1;
            filter.poles.emplace_back(pole.real(), j == 0 ? 0 : sign * pole.imag());
            if (j != 0) {
                filter.zeros.emplace_back(0, sign / (std::sqrt(k.m) * u.sn));
            }
        }
    }
    filter.gain = leading_gain(filter, order % 2 == 0 ? 1 / std::sqrt(1 + ripple) : 1);
    return filter;
}

/// Roots of the reverse Bessel polynomial, scaled so that their product has size 1, by Aberth's iteration from those
/// of the Butterworth filter, which are near.
ZerosPolesGain bessel_prototype(int order) {
    Real last = 1;  // the polynomial's constant, (2n)! / (2ⁿ n!) = 1 · 3 · 5 …
    for (int k = 1; k <= order; ++k) {
        last *= static_cast<Real>(2 * k - 1);
    }
    const Real scale = std::pow(last, 1.0L / static_cast<Real>(order));
    std::vector<Complex> roots;
    for (const Complex& pole : butterworth_prototype(order).poles) {
        roots.emplace_back(pole.real() * (1 + 0.1L * std::abs(pole.real())), pole.imag());
    }
    for (int step = 0; step < 200; ++step) {
        Real largest = 0;
        for (std::size_t k = 0; k < roots.size(); ++k) {
            const Complex s = roots[k] * scale;
            Complex before = 1, value = s + 1.0L, slope_before = 0, slope = 1;  // θₙ = (2n − 1) θₙ₋₁ + s² θₙ₋₂
            for (int n = 2; n <= order; ++n) {
                const Real factor = static_cast<Real>(2 * n - 1);
                const Complex next = factor * value + s * s * before;
                const Complex slope_next = factor * slope + 2.0L * s * before + s * s * slope_before;
                before = value;
                value = next;
                slope_before = slope;
                slope = slope_next;
            }
            const Complex newton = value / slope / scale;
            Complex others = 0;
            for (std::size_t other = 0; other < roots.size(); ++other) {
                if (other != k) {
                    others += 1.0L / (roots[k] - roots[other]);
                }
            }
            const Complex change = newton / (1.0L - newton * others);
            roots[k] -= change;
            largest = std::max(largest, std::abs(change));
        }
        if (largest < 1e-17L) {
            break;
        }
    }
    ZerosPolesGain filter;
    for (const Complex& pole : roots) {
        filter.poles.push_back(std::abs(pole.imag()) < 1e-14L ? Complex(pole.real()) : pole);
    }
    return filter;
}

}  // namespace

Real gain_at_zero(const ZerosPolesGain& filter) {
    Complex above = 1, below = 1;
    for (const Complex& z : filter.zeros) {
        above *= -z;
    }
    for (const Complex& p : filter.poles) {
        below *= -p;
    }
    return filter.gain * std::real(above / below);
}

ZerosPolesGain prototype(const IirDesign& design) {
    switch (design.family) {
        case IirFamily::chebyshev1: return chebyshev1_prototype(design.order, design.pass_ripple);
        case IirFamily::chebyshev2: return chebyshev2_prototype(design.order, design.stop_attenuation);
        case IirFamily::elliptic: return elliptic_prototype(design.order, design.pass_ripple, design.stop_attenuation);
        case IirFamily::bessel: return bessel_prototype(design.order);
        default: return butterworth_prototype(design.order);
    }
}

}  // namespace ranvier::numerics
