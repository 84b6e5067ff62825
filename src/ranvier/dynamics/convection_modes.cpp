// Onset and few-mode truncations.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <set>

#include "ranvier/dynamics/convection.hpp"

namespace ranvier::dynamics {

namespace {

constexpr double pi = std::numbers::pi;

struct Mode {
    index m, n;
    bool psi;
};

/// factor · state[a] · state[b]
struct Product {
    index into, a, b;
    double factor;
};

}  // namespace

double convection_growth_rate(double Ra, double Pr, double k, index n) {
    require(k > 0 && Pr > 0 && n >= 1, "convection: wave number, Prandtl number and n must be positive");
    const double q2 = k * k + pi * pi * static_cast<double>(n * n);
    // ψ' = −Pr q² ψ + Pr Ra k/q² θ,  θ' = k ψ − q² θ
    const double half = (Pr + 1) * q2 / 2, determinant = Pr * q2 * q2 - Pr * Ra * k * k / q2;
    return determinant / (-half - std::sqrt(std::max(half * half - determinant, 0.0)));
}

double marginal_rayleigh(double k, double Pr) {
    double low = 0, high = 1;
    while (convection_growth_rate(high, Pr, k) < 0) {
        low = high;
        high *= 2;
    }
    while (high - low > 4e-16 * high) {
        const double middle = (low + high) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        (convection_growth_rate(middle, Pr, k) < 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

Onset convection_onset(double Pr) {
    const double golden = (std::sqrt(5.0) - 1) / 2;
    double a = 0.5, b = 10;
    while (b - a > 1e-3) {
        const double left = b - golden * (b - a), right = a + golden * (b - a);
        (marginal_rayleigh(left, Pr) < marginal_rayleigh(right, Pr) ? b : a) =
            marginal_rayleigh(left, Pr) < marginal_rayleigh(right, Pr) ? right : left;
    }
    // The vertex of a parabola, from points far enough apart that rounding does not matter.
    double k = (a + b) / 2;
    for (int round = 0; round < 4; ++round) {
        const double h = 1e-3, f0 = marginal_rayleigh(k - h, Pr), f1 = marginal_rayleigh(k, Pr),
                     f2 = marginal_rayleigh(k + h, Pr);
        k -= h / 2 * (f2 - f0) / (f2 - 2 * f1 + f0);
    }
    return {marginal_rayleigh(k, Pr), k};
}

LorenzScales lorenz_scales(double Ra, double k) {
    require(k > 0 && Ra > 0, "lorenz_scales: wave number and Rayleigh number must be positive");
    LorenzScales s;
    const double q2 = pi * pi + k * k;
    s.time = q2;
    s.rho = Ra * k * k / (q2 * q2 * q2);
    s.beta = 4 * pi * pi / q2;
    s.a = pi * k / (std::numbers::sqrt2 * q2);
    s.b = s.a * Ra * k / (q2 * q2);
    s.c = pi * s.rho;  // πk b/(a q²)
    return s;
}

Flow galerkin_convection(const std::vector<std::pair<index, index>>& psi,
                         const std::vector<std::pair<index, index>>& theta, double k) {
    require(k > 0 && std::isfinite(k), "galerkin_convection: the wave number must be positive");
    require(!psi.empty() && !theta.empty(), "galerkin_convection: there must be modes of ψ and of θ");
    std::vector<Mode> modes;
    const auto add = [&modes](const std::pair<index, index>& mode, bool is_psi) {
        const index least = is_psi ? 1 : 0;
        require(mode.first >= least && mode.second >= 1 && mode.first <= 64 && mode.second <= 64, [&] {
            return std::string("a mode of ") + (is_psi ? "ψ is (1" : "θ is (0") + " … 64, 1 … 64); got (" +
                   text_of(mode.first) + ", " + text_of(mode.second) + ")";
        });
        modes.push_back({mode.first, mode.second, is_psi});
    };
    for (const auto& mode : psi) {
        add(mode, true);
    }
    for (const auto& mode : theta) {
        add(mode, false);
    }
    Flow flow;
    std::set<std::string> names;
    for (const Mode& mode : modes) {
        flow.states.push_back((mode.psi ? "psi_" : "theta_") + text_of(mode.m) + "_" + text_of(mode.n));
        require(names.insert(flow.states.back()).second,
                [&] { return "galerkin_convection: the mode " + flow.states.back() + " is there twice"; });
    }
    const auto q2 = [k](const Mode& mode) {
        const double kx = k * static_cast<double>(mode.m), kz = pi * static_cast<double>(mode.n);
        return kx * kx + kz * kz;
    };
    // J of two modes: with s, c for sine and cosine, all products of sines and cosines of sums and differences follow
    // from sin a cos b = (sin(a + b) + sin(a − b))/2. In x the ψ-mode is a sine; the other is a sine (vorticity) or a
    // cosine (θ). In z both are sines.
    std::vector<Product> products;
    const auto find = [&](index m, index n, bool is_psi) -> index {
        for (std::size_t i = 0; i < modes.size(); ++i) {
            if (modes[i].m == m && modes[i].n == n && modes[i].psi == is_psi) {
                return static_cast<index>(i);
            }
        }
        return -1;
    };
    for (std::size_t a = 0; a < modes.size(); ++a) {
        if (!modes[a].psi) {
            continue;
        }
        for (std::size_t b = 0; b < modes.size(); ++b) {
            const Mode &A = modes[a], &B = modes[b];
            const double ka = k * static_cast<double>(A.m), kb = k * static_cast<double>(B.m);
            const double za = pi * static_cast<double>(A.n), zb = pi * static_cast<double>(B.n);
            // J = ka zb [cos_a · X_b](x) [sin_a cos_b](z) − za kb [sin_a · X_b'](x) [cos_a sin_b](z), with X_b the
            // other's function of x. Terms: signs of the sums in x (sx) and z (sz).
            for (int sx : {1, -1}) {
                for (int sz : {1, -1}) {
                    const index m = A.m + sx * B.m, n = A.n + sz * B.n;
                    if (n == 0) {
                        continue;
                    }
                    // z: sin_a cos_b → ½ sin(a + sz b) for both sz; cos_a sin_b → ½ sz sin(a + sz b).
                    // x, B a sine (ψ): cos_a sin_b → ½ sx sin(a + sx b); sin_a cos_b → ½ sin(a + sx b).
                    // x, B a cosine (θ): cos_a cos_b → ½ cos(a + sx b); sin_a · (−sin_b) → ½ sx cos(a + sx b).
                    const double first = ka * zb * (B.psi ? sx : 1) / 4.0;
                    const double second = za * kb * sz * (B.psi ? 1 : sx) / 4.0;
                    double factor = first - second;
                    factor *= n < 0 ? -1 : 1;
                    if (B.psi) {
                        if (m == 0) {
                            continue;
                        }
                        factor *= m < 0 ? -1 : 1;
                    }
                    const index into = find(std::abs(m), std::abs(n), B.psi);
                    if (into < 0 || factor == 0) {
                        continue;
                    }
                    // −J for θ; for ψ the vorticity of b is −q²ψ_b, and −J(ψ, ∇²ψ)/(−q²) comes into ψ.
                    const double into_q2 = q2(modes[into]);
                    products.push_back({into, static_cast<index>(a), static_cast<index>(b),
                                        B.psi ? -factor * q2(B) / into_q2 : -factor});
                }
            }
        }
    }
    struct Linear {
        index into, from;
        double factor;
        int kind;  ///< 0: as it is, 1: times Pr, 2: times Pr·Ra
    };
    std::vector<Linear> linear;
    for (std::size_t i = 0; i < modes.size(); ++i) {
        const Mode& mode = modes[i];
        const double kx = k * static_cast<double>(mode.m);
        const auto at = static_cast<index>(i);
        linear.push_back({at, at, -q2(mode), mode.psi ? 1 : 0});
        const index other = find(mode.m, mode.n, !mode.psi);
        if (other >= 0 && mode.m > 0) {
            linear.push_back({at, other, mode.psi ? kx / q2(mode) : kx, mode.psi ? 2 : 0});
        }
    }
    flow.parameters = {"Pr", "Ra"};
    flow.p0 = {10, 28 * marginal_rayleigh(k)};
    flow.x0.assign(modes.size(), 0.0);
    flow.x0[0] = 0.1;
    const auto count = modes.size();
    flow.rhs = [linear, products, count](double, const double* x, const double* p, double* d) {
        std::fill(d, d + count, 0.0);
        const double factors[3] = {1, p[0], p[0] * p[1]};
        for (const Linear& l : linear) {
            d[l.into] += factors[l.kind] * l.factor * x[l.from];
        }
        for (const Product& q : products) {
            d[q.into] += q.factor * x[q.a] * x[q.b];
        }
    };
    flow.jacobian = [linear, products, count](double, const double* x, const double* p, double* J) {
        std::fill(J, J + count * count, 0.0);
        const auto n = static_cast<index>(count);
        const double factors[3] = {1, p[0], p[0] * p[1]};
        for (const Linear& l : linear) {
            J[l.into * n + l.from] += factors[l.kind] * l.factor;
        }
        for (const Product& q : products) {
            J[q.into * n + q.a] += q.factor * x[q.b];
            J[q.into * n + q.b] += q.factor * x[q.a];
        }
    };
    return flow;
}

}  // namespace ranvier::dynamics
