#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/dynamics/conservation.hpp"
#include "ranvier/dynamics/flow.hpp"
#include "ranvier/numerics/dense.hpp"
#include "ranvier/numerics/general_eigen.hpp"

/// The curve f(x, parameter) = 0: its points, tangents and test functions. What follows it is in equilibria.cpp.
namespace ranvier::dynamics {

using numerics::Dense;
using Vector = std::vector<double>;

inline double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

inline Vector scaled(Vector v, double factor) {
    for (double& x : v) {
        x *= factor;
    }
    return v;
}

/// A point on a branch: z = (x, parameter) in SI, with what is known about it.
struct CurvePoint {
    Vector z;
    Vector tangent;   ///< in scaled units, of length 1
    double fold = 0;  ///< test functions: each crosses zero at its bifurcation
    double branch = 0;
    double hopf = 0;
    std::vector<std::complex<double>> eigenvalues;
    bool stable = false;
    int unstable = 0;  ///< eigenvalues with a positive real part, those of conserved sums aside
    int spirals = 0;   ///< of these, those that are not real
    int neutral = 0;   ///< whose real part is 0 to rounding
    /// Real parts nearest to 0 of those that are real and of the others; NaN where there are none.
    double nearest_real = std::numeric_limits<double>::quiet_NaN(), nearest_pair = nearest_real;
};

/// Curves f(x, parameter) = 0 in scaled units.
class Curve {
public:
    /// @param zeros  how many eigenvalues of the flow as it is stated are 0 everywhere; `flow` is pinned in their place
    Curve(const Flow& stated, const Flow& flow, index zeros, std::span<const double> p, index parameter,
          std::array<double, 2> range)
        : stated_(stated),
          flow_(flow),
          zeros_(zeros),
          p_(p.begin(), p.end()),
          parameter_(parameter),
          unit_(static_cast<std::size_t>(flow.n()) + 1) {
        for (index i = 0; i < flow.n(); ++i) {
            unit_[i] = flow.size_of(i);
        }
        unit_.back() = range[1] - range[0];
    }

    index n() const { return flow_.n(); }
    const Vector& unit() const { return unit_; }
    void set_unit(Vector unit) { unit_ = std::move(unit); }

    /// Makes the units of states at least as large as the states at z.
    void enlarge_units(const Vector& z) {
        for (std::size_t i = 0; i + 1 < z.size(); ++i) {
            unit_[i] = std::max(unit_[i], std::abs(z[i]));
        }
    }

    /// z + step·direction, where the direction is scaled.
    Vector moved(Vector z, double step, const Vector& direction) const {
        for (std::size_t i = 0; i < z.size(); ++i) {
            z[i] += step * direction[i] * unit_[i];
        }
        return z;
    }

    std::span<const double> parameters(double value) {
        p_[parameter_] = value;
        return p_;
    }

    /// [∂f/∂x ∂f/∂parameter | f], the derivatives in scaled units, shape (n + 1, n + 2); the last row is free for a
    /// condition.
    Dense<double> derivatives(const Vector& z) {
        const index size = n();
        const auto p = parameters(z.back());
        Dense<double> J(size, size), m(size + 1, size + 2);
        Vector f(size), fp(size);
        flow_.rhs(0, z.data(), p.data(), f.data());
        state_derivatives(flow_, 0, z.data(), p.data(), J.values.data());
        parameter_derivative(flow_, 0, z.data(), p.data(), parameter_, unit_.back(), fp.data());
        for (index i = 0; i < size; ++i) {
            const auto row = static_cast<std::size_t>(i);
            for (index j = 0; j < size; ++j) {
                m[i][j] = J[i][j] * unit_[j];
            }
            m[i][size] = fp[row] * unit_.back();
            m[i][size + 1] = f[row];
        }
        return m;
    }

    /// The same with equilibrated rows, which make determinants at different points comparable.
    Dense<double> matrix(const Vector& z) {
        const index size = n();
        Dense<double> m = derivatives(z);
        for (index i = 0; i < size; ++i) {
            double largest = 0;
            for (index j = 0; j <= size; ++j) {
                largest = std::max(largest, std::abs(m[i][j]));
            }
            for (index j = 0; largest > 0 && j < size + 2; ++j) {
                m[i][j] /= largest;
            }
        }
        return m;
    }

    /// Newton's method in the hyperplane through `guess` across `normal` (scaled). Nothing where it fails; `steps`
    /// tells how many it took.
    std::optional<Vector> corrected(Vector z, const Vector& normal, int& steps) {
        const index size = n();
        for (steps = 0; steps < 12; ++steps) {
            Dense<double> m = matrix(z);
            for (index j = 0; j <= size; ++j) {
                m[size][j] = normal[j];
            }
            m[size][size + 1] = 0;
            if (!std::all_of(m.values.begin(), m.values.end(), [](double v) { return std::isfinite(v); })) {
                return {};
            }
            Vector step(static_cast<std::size_t>(size) + 1);
            if (eliminate(m, size + 1, size + 1) == 0) {
                return {};
            }
            double largest = 0;
            for (index i = size + 1; i-- > 0;) {
                double sum = m[i][size + 1];
                for (index j = i + 1; j <= size; ++j) {
                    sum -= m[i][j] * step[j];
                }
                step[i] = sum / m[i][i];
                largest = std::max(largest, std::abs(step[i]));
            }
            if (!std::isfinite(largest) || largest > 1e3) {
                return {};
            }
            for (std::size_t i = 0; i < z.size(); ++i) {
                z[i] -= step[i] * unit_[i];
            }
            if (largest < 1e-12 || (largest < 1e-10 && steps > 4)) {
                return z;
            }
        }
        return {};
    }

    /// Unit tangent along `direction` (scaled); nothing where it is not defined.
    std::optional<Vector> tangent(const Vector& z, const Vector& direction) {
        const index size = n();
        const Dense<double> whole = matrix(z);
        Dense<double> m(size + 1, size + 1);
        for (index i = 0; i < size; ++i) {
            std::copy(whole[i], whole[i] + size + 1, m[i]);
        }
        std::copy(direction.begin(), direction.end(), m[size]);
        Vector t(static_cast<std::size_t>(size) + 1);
        t.back() = 1;
        if (!solved(m, t.data())) {
            return {};
        }
        const double length = std::sqrt(dot(t, t));
        for (double& v : t) {
            v /= length;
        }
        return std::isfinite(length) ? std::optional(t) : std::nullopt;
    }

    /// The test functions at a point on the curve.
    std::optional<CurvePoint> described(Vector z, const Vector& direction) {
        const index size = n();
        CurvePoint point;
        const auto t = tangent(z, direction);
        if (!t) {
            return {};
        }
        point.tangent = *t;
        point.fold = t->back();
        const Dense<double> whole = matrix(z);
        Dense<double> m(size + 1, size + 1);
        for (index i = 0; i < size; ++i) {
            std::copy(whole[i], whole[i] + size + 1, m[i]);
        }
        std::copy(t->begin(), t->end(), m[size]);
        point.branch = eliminate(m, size + 1, size + 1);
        for (index i = 0; i <= size; ++i) {
            point.branch *= std::abs(m[i][i]);
        }
        Array<double, 2> J({size, size});
        state_derivatives(stated_, 0, z.data(), parameters(z.back()).data(), J.data());
        point.eigenvalues = numerics::general_eigen(J).values;
        const auto telling = dynamics::telling(point.eigenvalues, zeros_);
        point.stable = std::ranges::all_of(telling, [](auto l) { return l.real() < 0; });
        double largest = 0;
        for (const auto& l : telling) {
            largest = std::max(largest, std::abs(l));
        }
        for (const auto& l : telling) {
            double& nearest = l.imag() == 0 ? point.nearest_real : point.nearest_pair;
            nearest = !(std::abs(l.real()) >= std::abs(nearest)) ? l.real() : nearest;
            point.neutral += std::abs(l.real()) <= 1e-10 * largest ? 1 : 0;
            point.unstable += l.real() > 1e-10 * largest ? 1 : 0;
            point.spirals += l.real() > 1e-10 * largest && l.imag() != 0 ? 1 : 0;
        }
        // Π (λᵢ + λⱼ), the determinant of the bialternate product, in terms of size ≤ 1.
        std::complex<double> product = 1;
        for (std::size_t i = 0; i < telling.size(); ++i) {
            for (std::size_t j = i + 1; j < telling.size(); ++j) {
                const auto a = telling[i], b = telling[j];
                product *= (a + b) / std::max(std::abs(a) + std::abs(b), 1e-300);
            }
        }
        point.hopf = product.real();
        point.z = std::move(z);
        return point;
    }

    const Flow& flow() const { return flow_; }

private:
    const Flow &stated_, &flow_;
    index zeros_;
    Vector p_;
    index parameter_;
    Vector unit_;
};

}  // namespace ranvier::dynamics
