#include "ranvier/meeg/maxwell/multipoles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace ranvier::meeg {

namespace {

struct Complex {
    double re, im;
};

constexpr Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
constexpr Complex operator*(double s, Complex a) { return {s * a.re, s * a.im}; }
constexpr Complex operator*(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

/// A triangle of numbers by degree l >= 0 and order 0 <= m <= l.
class Triangle {
public:
    explicit Triangle(int top) : values_(static_cast<std::size_t>((top + 1) * (top + 2) / 2)) {}
    Complex& operator()(int l, int m) { return values_[static_cast<std::size_t>(l * (l + 1) / 2 + m)]; }
    /// The harmonic of order −1, where asked for, is that of order 1 but for a factor; of m > l: zero.
    Complex at(int l, int m) { return l < m || l < 0 ? Complex{0, 0} : (*this)(l, m); }

private:
    std::vector<Complex> values_;
};

/// Regular solid harmonics r^l P_lm(cos θ) e^{imφ}, without the sign (−1)^m.
void regular(Triangle& R, int top, const Point& p) {
    const double r2 = dot(p, p);
    R(0, 0) = {1, 0};
    for (int m = 0; m <= top; ++m) {
        if (m > 0) {
            R(m, m) = (2 * m - 1.0) * (Complex{p[0], p[1]} * R(m - 1, m - 1));
        }
        for (int l = m; l < top; ++l) {
            const Complex before = R.at(l - 1, m);
            R(l + 1, m) = 1.0 / (l + 1 - m) * ((2 * l + 1) * p[2] * R(l, m) + -(l + m) * r2 * before);
        }
    }
}

/// Irregular ones: P_lm(cos θ) e^{imφ} / r^{l+1}, which are the regular ones of the point mirrored at the unit sphere,
/// over r.
void irregular(Triangle& I, int top, const Point& p) {
    const double r2 = dot(p, p);
    regular(I, top, scaled(p, 1 / r2));
    const double over = 1 / std::sqrt(r2);
    for (int l = 0; l <= top; ++l) {
        for (int m = 0; m <= l; ++m) {
            I(l, m) = over * I(l, m);
        }
    }
}

/// μ0 times the norm of the real harmonic, its sign (−1)^m included.
double factor(int l, int m) {
    double ratio = 1;  // (l − m)! / (l + m)!
    for (int k = l - m + 1; k <= l + m; ++k) {
        ratio /= k;
    }
    const double mu_0 = 4e-7 * std::numbers::pi;
    return mu_0 * (m % 2 ? -1 : 1) * std::sqrt((m ? 2 : 1) * (2 * l + 1) / (4 * std::numbers::pi) * ratio);
}

/// Adds −n·∇ of a harmonic to the columns of orders m and −m. @param f  factor(l, m)
void add(double* row, int l, int m, Complex derivative, double f) {
    row[moment_index(l, m)] -= f * derivative.re;
    if (m > 0) {
        row[moment_index(l, -m)] += f * derivative.im;
    }
}

}  // namespace

Array<double, 2> multipole_basis(const CoilSet& coils, const Expansion& expansion) {
    const int in = expansion.int_order, out = expansion.ext_order, top = std::max(in, out);
    const index n_in = n_moments(in);
    Array<double, 2> basis({coils.size(), n_in + n_moments(out)});
    Triangle I(in + 1), R(out), factors(top);  // of the latter: real parts
    for (int l = 1; l <= top; ++l) {
        for (int m = 0; m <= l; ++m) {
            factors(l, m).re = factor(l, m);
        }
    }
    for (index c = 0; c < coils.size(); ++c) {
        double* inner = basis.data() + c * basis.extent(1);
        double* outer = inner + n_in;
        for (index k = coils.first[static_cast<std::size_t>(c)]; k < coils.first[static_cast<std::size_t>(c) + 1];
             ++k) {
            const Point p = minus(coils.places[static_cast<std::size_t>(k)], expansion.origin);
            const Point& n = coils.normals[static_cast<std::size_t>(k)];
            if (!(dot(p, p) > 0)) {
                throw NumericalError(
                    "the fields of multipoles have no value at their origin, where a coil lies: choose "
                    "another origin");
            }
            // n·∇ = ½ [n̄ (∂x + i∂y) + n (∂x − i∂y)] + n_z ∂z with n = n_x + i n_y.
            const Complex along{n[0] / 2, n[1] / 2}, against{n[0] / 2, -n[1] / 2};
            if (in > 0) {
                irregular(I, in + 1, p);
            }
            for (int l = 1; l <= in; ++l) {
                for (int m = 0; m <= l; ++m) {
                    Complex d = -n[2] * (l - m + 1) * I(l + 1, m);
                    if (m == 0) {
                        d.re -= n[0] * I(l + 1, 1).re + n[1] * I(l + 1, 1).im;
                    } else {
                        d = d + -1.0 * (against * I(l + 1, m + 1)) +
                            double((l - m + 1) * (l - m + 2)) * (along * I(l + 1, m - 1));
                    }
                    add(inner, l, m, d, factors(l, m).re);
                }
            }
            if (out > 0) {
                regular(R, out, p);
            }
            for (int l = 1; l <= out; ++l) {
                for (int m = 0; m <= l; ++m) {
                    Complex d = n[2] * (l + m) * R.at(l - 1, m);
                    if (m == 0) {
                        const Complex next = R.at(l - 1, 1);
                        d.re -= n[0] * next.re + n[1] * next.im;
                    } else {
                        d = d + -1.0 * (against * R.at(l - 1, m + 1)) +
                            double((l + m) * (l + m - 1)) * (along * R.at(l - 1, m - 1));
                    }
                    add(outer, l, m, d, factors(l, m).re);
                }
            }
        }
    }
    return basis;
}

}  // namespace ranvier::meeg
