#include "ranvier/dynamics/fixed_points.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/dynamics/conservation.hpp"
#include "ranvier/numerics/dense.hpp"
#include "ranvier/numerics/general_eigen.hpp"

namespace ranvier::dynamics {

namespace {

using numerics::Dense;

constexpr double zero_part = 1e-9;  // of the largest eigenvalue: below it a real part counts as 0

double size(const Flow& flow, const double* x, index i) { return std::max(std::abs(x[i]), flow.size_of(i)); }

/// Distance in sizes of the states.
double distance(const Flow& flow, const double* a, const double* b) {
    double sum = 0;
    for (index i = 0; i < flow.n(); ++i) {
        const double d = (a[i] - b[i]) / size(flow, a, i);
        sum += d * d;
    }
    return std::sqrt(sum);
}

double length(const Flow& flow, const double* x, const double* step) {
    double sum = 0;
    for (index i = 0; i < flow.n(); ++i) {
        const double d = step[i] / size(flow, x, i);
        sum += d * d;
    }
    return std::sqrt(sum);
}

bool finite(const double* x, index n) {
    return std::all_of(x, x + n, [](double v) { return std::isfinite(v); });
}

/// How much longer the Newton step becomes when the roots are divided out: f·Π(1/|x − r|² + 1).
double deflation_factor(const Flow& flow, const double* x, const double* step,
                        std::span<const std::vector<double>> roots) {
    double slope = 0;  // ∂ log Π / ∂x · step
    for (const auto& root : roots) {
        double square = 0, along = 0;
        for (index i = 0; i < flow.n(); ++i) {
            const double s = flow.size_of(i), d = (x[i] - root[i]) / s;
            square += d * d;
            along += d * step[i] / s;
        }
        slope += square > 0 ? -2 * along / (square * (1 + square)) : 0;
    }
    const double divisor = 1 - slope;
    return std::abs(divisor) > 1e-8 ? 1 / divisor : 1e8;
}

}  // namespace

std::string_view name(Kind kind) {
    constexpr std::string_view names[] = {"stable node", "stable focus", "unstable node", "unstable focus",
                                          "saddle",      "saddle-focus", "centre",        "degenerate"};
    return names[static_cast<std::size_t>(kind)];
}

Kind kind(std::span<const std::complex<double>> eigenvalues) {
    double largest = 0;
    for (const auto& l : eigenvalues) {
        largest = std::max(largest, std::abs(l));
    }
    const double least = zero_part * largest;
    bool positive = false, negative = false, imaginary = false, complex = false;
    for (const auto& l : eigenvalues) {
        if (std::abs(l) <= least) {
            return Kind::degenerate;
        }
        positive |= l.real() > least;
        negative |= l.real() < -least;
        imaginary |= std::abs(l.real()) <= least;
        complex |= std::abs(l.imag()) > least;
    }
    if (imaginary) {
        return Kind::centre;
    }
    if (positive && negative) {
        return complex ? Kind::saddle_focus : Kind::saddle;
    }
    if (positive) {
        return complex ? Kind::unstable_focus : Kind::unstable_node;
    }
    return complex ? Kind::stable_focus : Kind::stable_node;
}

bool newton(const Flow& flow, const double* p, double* x, std::span<const std::vector<double>> roots) {
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    std::vector<double> step(count), next(count), simple(count);
    Dense<double> J(n, n);
    double damping = 1;
    for (int iteration = 0; iteration < 60; ++iteration) {
        flow.rhs(0, x, p, step.data());
        state_derivatives(flow, 0, x, p, J.values.data());
        if (!finite(step.data(), n) || !finite(J.values.data(), n * n) || !solved(J, step.data())) {
            return false;
        }
        for (double& s : step) {
            s = -s;
        }
        const double whole = length(flow, x, step.data());
        if (!std::isfinite(whole)) {
            return false;
        }
        if (whole < 1e-13) {
            return true;
        }
        const double stretch = roots.empty() ? 1 : deflation_factor(flow, x, step.data(), roots);
        damping = std::min(1.0, 4 * damping);
        if (!roots.empty()) {
            damping = std::min(
                1.0, 10 / (std::abs(stretch) * whole));  // no monotonicity test: a deflated step may increase f
        }
        for (;; damping /= 2) {
            if (damping < 1e-6) {
                return whole < 1e-11;  // at the level of rounding no step improves it
            }
            for (std::size_t i = 0; i < count; ++i) {
                next[i] = x[i] + damping * stretch * step[i];
            }
            if (!roots.empty()) {
                break;
            }
            flow.rhs(0, next.data(), p, simple.data());
            if (!finite(simple.data(), n) || !solved(J, simple.data())) {
                continue;
            }
            // Steps of rounding size need no test.
            if (whole < 1e-9 || length(flow, x, simple.data()) <= (1 - damping / 4) * whole) {
                break;
            }
        }
        std::copy(next.begin(), next.end(), x);
        if (damping == 1 && stretch == 1 && whole < 1e-12) {
            return true;
        }
    }
    return false;
}

FixedPoint described(const Flow& flow, std::span<const double> p, std::vector<double> x,
                     const Array<double, 2>& conserved) {
    const index n = flow.n();
    Array<double, 2> J({n, n});
    state_derivatives(flow, 0, x.data(), p.data(), J.data());
    auto eigen = numerics::general_eigen(J, true);
    FixedPoint point;
    point.x = std::move(x);
    if (conserved.size() > 0) {
        point.conserved = conserved;
    }
    point.kind = kind(telling(eigen.values, conserved.extent(0)));
    point.stable = point.kind == Kind::stable_node || point.kind == Kind::stable_focus;
    point.eigenvalues = std::move(eigen.values);
    point.eigenvectors = std::move(eigen.vectors);
    return point;
}

namespace {

/// Newton's method, and where that fails a walk along the flow; nothing is conserved.
std::vector<double> rest_near(const Flow& flow, std::span<const double> p, std::span<const double> guess) {
    const index n = flow.n();
    std::vector<double> x(guess.begin(), guess.end());
    if (newton(flow, p.data(), x.data())) {
        return x;
    }
    // Implicit Euler steps of growing length: (1/h − J) Δx = f.
    x.assign(guess.begin(), guess.end());
    std::vector<double> f(x.size()), next(x.size());
    Dense<double> J(n, n);
    double h = 0;
    for (int iteration = 0; iteration < 2000; ++iteration) {
        flow.rhs(0, x.data(), p.data(), f.data());
        state_derivatives(flow, 0, x.data(), p.data(), J.values.data());
        if (h == 0) {
            h = 0.1 / std::max(length(flow, x.data(), f.data()), 1e-300);
        }
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                J[i][j] = (i == j ? 1 / h : 0) - J[i][j];
            }
        }
        if (!finite(f.data(), n) || !solved(J, f.data()) || !finite(f.data(), n)) {
            break;
        }
        const double moved = length(flow, x.data(), f.data());
        if (moved > 0.3) {
            h *= 0.5;
            continue;
        }
        for (index i = 0; i < n; ++i) {
            x[i] += f[i];
        }
        h *= moved < 0.1 ? 1.5 : 1;
        if (moved < 1e-3) {
            next = x;
            if (newton(flow, p.data(), next.data()) && distance(flow, x.data(), next.data()) < 1) {
                return next;
            }
        }
    }
    throw NumericalError(
        "no equilibrium was found from the given state: Newton's method and a walk along the flow both "
        "fail. Start nearer to one, or search a box with fixed_points");
}

}  // namespace

FixedPoint fixed_point(const Flow& flow, std::span<const double> p, std::span<const double> guess) {
    check(flow);
    require(static_cast<index>(p.size()) == flow.m() && static_cast<index>(guess.size()) == flow.n(),
            "fixed_point: parameters and guess must be as long as the flow says");
    check_autonomous(flow, "fixed_point");
    const auto conserved = conserved_sums(flow, p, guess);
    auto x = conserved.size() == 0 ? rest_near(flow, p, guess) : rest_near(pinned(flow, conserved, p, guess), p, guess);
    if (flow.fires && flow.fires(x.data(), p.data())) {
        throw NumericalError(
            "the only equilibrium of the equations that was found lies beyond the threshold: the system fires before "
            "it "
            "gets there, and does not rest");
    }
    return described(flow, p, std::move(x), conserved);
}

std::vector<FixedPoint> fixed_points(const Flow& flow, std::span<const double> p, const Box& box, index starts) {
    check(flow);
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    require(static_cast<index>(p.size()) == flow.m(), "fixed_points: one value for each parameter is needed");
    require(box.low.size() == count && box.high.size() == count,
            "fixed_points: the box needs a lower and an upper bound for each state");
    for (std::size_t i = 0; i < count; ++i) {
        require(std::isfinite(box.low[i]) && std::isfinite(box.high[i]) && box.low[i] < box.high[i], [&] {
            return "fixed_points: bounds of '" + flow.states[i] + "' must be finite and ascending; got " +
                   text_of(box.low[i]) + " … " + text_of(box.high[i]);
        });
    }
    if (starts == 0) {
        starts = 64 * (index{1} << std::min<index>(n, 5));
    }
    // Distances are measured in the box here: scale a copy of the flow by it where the flow says nothing.
    check_autonomous(flow, "fixed_points");
    const auto conserved = conserved_sums(flow, p, flow.x0);
    Flow local = conserved.size() == 0 ? flow : pinned(flow, conserved, p, flow.x0);
    if (local.scale.empty()) {
        local.scale.assign(count, 1.0);
    }
    // A Weyl sequence of the roots of the generalised golden ratio: low discrepancy in any dimension.
    double phi = 2;
    for (int k = 0; k < 60; ++k) {
        phi = std::pow(1 + phi, 1.0 / static_cast<double>(n + 1));
    }
    const auto start = [&](index k) {
        std::vector<double> x(count);
        double a = 1;
        for (std::size_t i = 0; i < count; ++i) {
            a /= phi;
            const double u = std::fmod(0.5 + a * static_cast<double>(k + 1), 1.0);
            x[i] = box.low[i] + u * (box.high[i] - box.low[i]);
        }
        return x;
    };
    std::vector<std::vector<double>> roots;
    const auto add = [&](const std::vector<double>& x) {
        for (std::size_t i = 0; i < count; ++i) {
            const double margin = 1e-9 * (box.high[i] - box.low[i]);
            if (!(x[i] >= box.low[i] - margin && x[i] <= box.high[i] + margin)) {
                return false;
            }
        }
        for (const auto& r : roots) {
            if (distance(local, r.data(), x.data()) < 1e-6) {
                return false;
            }
        }
        roots.push_back(x);
        return true;
    };
    const auto search = [&](index searches, const std::vector<std::vector<double>>& known) {
        std::vector<std::vector<double>> found(searches);
        parallel_for(searches, [&](index k) {
            auto x = start(k);
            if (newton(local, p.data(), x.data(), known) && (known.empty() || newton(local, p.data(), x.data()))) {
                found[k] = std::move(x);
            }
        });
        bool new_ones = false;
        for (const auto& x : found) {
            new_ones |= !x.empty() && add(x);
        }
        return new_ones;
    };
    search(starts, {});
    for (int round = 0; round < 10 && !roots.empty(); ++round) {
        const auto known = roots;
        if (!search(std::min<index>(starts, 64), known)) {
            break;
        }
    }
    std::sort(roots.begin(), roots.end());
    std::vector<FixedPoint> points;
    for (auto& x : roots) {
        if (!flow.fires || !flow.fires(x.data(), p.data())) {
            points.push_back(described(flow, p, std::move(x), conserved));
        }
    }
    return points;
}

}  // namespace ranvier::dynamics
