#include "ranvier/dynamics/branch_point.hpp"

#include <cmath>
#include <numbers>

#include "ranvier/numerics/linalg.hpp"

namespace ranvier::dynamics {

namespace {

/// f and its derivatives at z, rows scaled once for all: A = ∂f/∂z, shape (n, n + 1).
struct Derivatives {
    Dense<double> A;
    Vector f;
};

class BranchPointSystem {
public:
    BranchPointSystem(Curve& curve, const std::array<const Vector*, 2>& around)
        : curve_(curve), row_scale_(static_cast<std::size_t>(curve.n()), 0.0) {
        for (const Vector* z : around) {
            const Dense<double> m = curve.derivatives(*z);
            for (index i = 0; i < n(); ++i) {
                for (index j = 0; j <= n(); ++j) {
                    row_scale_[static_cast<std::size_t>(i)] =
                        std::max(row_scale_[static_cast<std::size_t>(i)], std::abs(m[i][j]));
                }
            }
        }
        for (double& s : row_scale_) {
            s = s > 0 ? 1 / s : 1;
        }
    }

    index n() const { return curve_.n(); }

    Derivatives at(const Vector& z) {
        const Dense<double> m = curve_.derivatives(z);
        Derivatives d{Dense<double>(n(), n() + 1), Vector(static_cast<std::size_t>(n()))};
        for (index i = 0; i < n(); ++i) {
            const double s = row_scale_[static_cast<std::size_t>(i)];
            for (index j = 0; j <= n(); ++j) {
                d.A[i][j] = m[i][j] * s;
            }
            d.f[static_cast<std::size_t>(i)] = m[i][n() + 1] * s;
        }
        return d;
    }

    /// ∂(Aᵀw)/∂z = w·f″, shape (n + 1, n + 1), by central differences.
    Dense<double> curvature(const Vector& z, const Vector& w) {
        constexpr double h = 1e-5;  // in scaled units
        Dense<double> H(n() + 1, n() + 1);
        for (index k = 0; k <= n(); ++k) {
            Vector ahead = z, behind = z;
            ahead[static_cast<std::size_t>(k)] += h * curve_.unit()[static_cast<std::size_t>(k)];
            behind[static_cast<std::size_t>(k)] -= h * curve_.unit()[static_cast<std::size_t>(k)];
            const Dense<double> A = at(ahead).A, B = at(behind).A;
            for (index j = 0; j <= n(); ++j) {
                double sum = 0;
                for (index i = 0; i < n(); ++i) {
                    sum += w[static_cast<std::size_t>(i)] * (A[i][j] - B[i][j]);
                }
                H[j][k] = sum / (2 * h);
            }
        }
        return H;
    }

    /// A, with `rows` ≥ n rows, of which those beyond n are zero.
    Array<double, 2> padded(const Vector& z, index rows) {
        const Dense<double> A = at(z).A;
        Array<double, 2> all({rows, n() + 1});
        std::copy(A.values.begin(), A.values.end(), all.data());
        return all;
    }

private:
    Curve& curve_;
    Vector row_scale_;
};

}  // namespace

std::vector<Vector> directions_out(Curve& curve, const Vector& z, const std::array<const Vector*, 2>& around) {
    BranchPointSystem system(curve, around);
    const index n = curve.n();
    const auto f = numerics::svd(system.padded(z, n + 1));  // with a row of zeros: the whole of V
    std::vector<Vector> kernel;
    for (index k = 0; k <= n; ++k) {
        if (f.s[static_cast<std::size_t>(k)] < 1e-3) {  // of what it is a hundredth of the units away
            kernel.emplace_back();
            for (index j = 0; j <= n; ++j) {
                kernel.back().push_back(f.Vt(k, j));
            }
        }
    }
    std::vector<Vector> out;
    const auto add = [&](const std::vector<double>& parts) {
        Vector sum(static_cast<std::size_t>(n + 1));
        const double length = std::sqrt(dot(parts, parts));
        for (std::size_t k = 0; k < parts.size(); ++k) {
            for (std::size_t j = 0; j < sum.size(); ++j) {
                sum[j] += parts[k] / length * kernel[k][j];
            }
        }
        out.push_back(std::move(sum));
    };
    if (kernel.size() == 2) {
        constexpr int angles = 16;
        for (int k = 0; k < angles; ++k) {
            const double angle = std::numbers::pi * (k + 0.25) / angles;
            add({std::cos(angle), std::sin(angle)});
        }
    } else if (kernel.size() > 2 && kernel.size() < 6) {
        // Towards the middles of the faces, edges and corners of a cube.
        const auto all = static_cast<int>(std::lround(std::pow(3, static_cast<double>(kernel.size()))));
        for (int code = all / 2 + 1; code < all; ++code) {
            std::vector<double> parts;
            for (int rest = code; parts.size() < kernel.size(); rest /= 3) {
                parts.push_back(rest % 3 - 1);
            }
            add(parts);
        }
    }
    return out;
}

std::optional<BranchPoint> branch_point(Curve& curve, const Vector& guess, const std::array<const Vector*, 2>& around) {
    BranchPointSystem system(curve, around);
    const index n = curve.n(), size = 2 * n + 2;
    Vector z = guess, w(static_cast<std::size_t>(n));
    const auto first = numerics::svd(system.padded(z, n));
    for (index i = 0; i < n; ++i) {
        w[static_cast<std::size_t>(i)] = first.U(i, n - 1);
    }
    double b = 0;
    bool converged = false;
    for (int iteration = 0; iteration < 30 && !converged; ++iteration) {
        const auto [A, f] = system.at(z);
        const Dense<double> H = system.curvature(z, w);
        Dense<double> m(size, size);
        Vector step(static_cast<std::size_t>(size));
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j <= n; ++j) {
                m[i][j] = A[i][j];
                m[n + j][n + 1 + i] = A[i][j];
                step[static_cast<std::size_t>(n + j)] += A[i][j] * w[static_cast<std::size_t>(i)];
            }
            m[i][n + 1 + i] = b;
            m[i][size - 1] = w[static_cast<std::size_t>(i)];
            m[size - 1][n + 1 + i] = 2 * w[static_cast<std::size_t>(i)];
            step[static_cast<std::size_t>(i)] = f[static_cast<std::size_t>(i)] + b * w[static_cast<std::size_t>(i)];
        }
        for (index j = 0; j <= n; ++j) {
            std::copy(H[j], H[j] + n + 1, m[n + j]);
        }
        step.back() = dot(w, w) - 1;
        if (!std::all_of(m.values.begin(), m.values.end(), [](double v) { return std::isfinite(v); }) ||
            !numerics::solved(m, step.data())) {
            return {};
        }
        double moved = 0, away = 0;
        for (index j = 0; j <= n; ++j) {
            const auto at = static_cast<std::size_t>(j);
            z[at] -= step[at] * curve.unit()[at];
            moved = std::max(moved, std::abs(step[at]));
            away = std::max(away, std::abs(z[at] - guess[at]) / curve.unit()[at]);
        }
        for (index i = 0; i < n; ++i) {
            w[static_cast<std::size_t>(i)] -= step[static_cast<std::size_t>(n + 1 + i)];
        }
        b -= step.back();
        if (!std::isfinite(moved) || away > 0.2) {
            return {};
        }
        converged = moved < 1e-11;
    }
    if (!converged || std::abs(b) > 1e-9) {
        return {};
    }
    // On the kernel, spanned by u and v, the tangents are the zeros of a α² + 2 b α β + c β².
    const auto f = numerics::svd(system.padded(z, n + 1));  // with a row of zeros: the whole of V
    Vector u(static_cast<std::size_t>(n + 1)), v = u;
    for (index j = 0; j <= n; ++j) {
        u[static_cast<std::size_t>(j)] = f.Vt(n - 1, j);
        v[static_cast<std::size_t>(j)] = f.Vt(n, j);
    }
    const Dense<double> H = system.curvature(z, w);
    const auto form = [&](const Vector& left, const Vector& right) {
        double sum = 0;
        for (index i = 0; i <= n; ++i) {
            for (index j = 0; j <= n; ++j) {
                sum += left[static_cast<std::size_t>(i)] * H[i][j] * right[static_cast<std::size_t>(j)];
            }
        }
        return sum;
    };
    const double uu = form(u, u), uv = form(u, v), vv = form(v, v);
    const double discriminant = uv * uv - uu * vv;
    if (!(discriminant > 1e-14 * (uu * uu + uv * uv + vv * vv))) {
        return {};
    }
    const double q = -(uv + std::copysign(std::sqrt(discriminant), uv));
    BranchPoint point{std::move(z), {}};
    for (const auto& [k, alpha, beta] : {std::tuple(0, q, uu), std::tuple(1, vv, q)}) {
        Vector& t = point.tangents[static_cast<std::size_t>(k)];
        t.resize(u.size());
        for (std::size_t j = 0; j < t.size(); ++j) {
            t[j] = (alpha * u[j] + beta * v[j]) / std::hypot(alpha, beta);
        }
    }
    return point;
}

}  // namespace ranvier::dynamics
