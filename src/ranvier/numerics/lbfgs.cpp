#include "ranvier/numerics/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ranvier::numerics {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largest(const std::vector<double>& a) {
    double top = 0;
    for (double v : a) {
        top = std::max(top, std::abs(v));
    }
    return top;
}

}  // namespace

void LbfgsPairs::add(std::vector<double> s, std::vector<double> y) {
    const double rho = 1 / dot(s, y);
    pairs_.push_back({std::move(s), std::move(y), rho});
    if (pairs_.size() > memory_) {
        pairs_.pop_front();
    }
}

double LbfgsPairs::scale() const {
    const Pair& last = pairs_.back();
    return 1 / (last.rho * dot(last.y, last.y));
}

std::vector<double> LbfgsPairs::direction(std::vector<double> q, FunctionRef<void(std::vector<double>&)> first) const {
    std::vector<double> alpha(pairs_.size());
    for (std::size_t k = pairs_.size(); k-- > 0;) {
        alpha[k] = pairs_[k].rho * dot(pairs_[k].s, q);
        for (std::size_t i = 0; i < q.size(); ++i) {
            q[i] -= alpha[k] * pairs_[k].y[i];
        }
    }
    first(q);
    for (std::size_t k = 0; k < pairs_.size(); ++k) {
        const double beta = pairs_[k].rho * dot(pairs_[k].y, q);
        for (std::size_t i = 0; i < q.size(); ++i) {
            q[i] += (alpha[k] - beta) * pairs_[k].s[i];
        }
    }
    for (double& v : q) {
        v = -v;
    }
    return q;
}

LbfgsResult minimise_lbfgs(std::vector<double>& x, const LbfgsOptions& o,
                           FunctionRef<double(const std::vector<double>&, std::vector<double>&)> f,
                           FunctionRef<void(double)> each) {
    LbfgsResult result;
    std::vector<double> g(x.size()), next(x.size()), next_g(x.size());
    result.f = f(x, g);
    ++result.evaluations;
    LbfgsPairs pairs(o.memory);
    const auto scaled = [&](std::vector<double>& q) {
        const double scale = pairs.empty() ? 1 / std::max(1.0, std::sqrt(dot(g, g))) : pairs.scale();
        for (double& v : q) {
            v *= scale;
        }
    };
    while (result.iterations < o.max_iterations && result.evaluations < o.max_evaluations) {
        check_interrupt();
        if (largest(g) <= o.gradient_tolerance) {
            result.converged = true;
            break;
        }
        std::vector<double> p = pairs.direction(g, scaled);
        double slope = dot(p, g);
        if (!(slope < 0)) {  // rounding spoilt the pairs: begin again from steepest descent
            pairs.clear();
            p = pairs.direction(g, scaled);
            slope = dot(p, g);
        }
        double low = 0, high = INFINITY, step = 1, value = 0;
        bool found = false, level = false;
        for (int trial = 0; trial < 50 && result.evaluations < o.max_evaluations; ++trial) {
            for (std::size_t i = 0; i < x.size(); ++i) {
                next[i] = x[i] + step * p[i];
            }
            value = f(next, next_g);
            ++result.evaluations;
            const double next_slope = dot(next_g, p);
            // So near the minimum that rounding hides the fall of f: slopes alone judge (Hager & Zhang 2005,
            // doi:10.1137/030601880, the approximate Wolfe conditions).
            level = std::abs(value - result.f) <= 1e-14 * std::max(1.0, std::abs(result.f)) &&
                    next_slope >= 0.9 * slope && next_slope <= -0.9998 * slope && largest(next_g) < largest(g);
            if (level) {
                break;
            }
            if (!(value <= result.f + 1e-4 * step * slope)) {
                high = step;
            } else if (next_slope < 0.9 * slope) {
                low = step;
                found = true;  // lower already: good enough if trials run out
            } else {
                found = true;
                break;
            }
            step = std::isfinite(high) ? 0.5 * (low + high) : 2 * low;
        }
        if (!level && (!found || !(value < result.f))) {
            result.converged = largest(g) <= 1e3 * o.gradient_tolerance;
            break;
        }
        std::vector<double> moved(x.size()), turned(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            moved[i] = next[i] - x[i];
            turned[i] = next_g[i] - g[i];
        }
        const double change = result.f - value;
        x.swap(next);
        g.swap(next_g);
        if (dot(moved, turned) > 1e-12 * dot(turned, turned)) {
            pairs.add(std::move(moved), std::move(turned));
        }
        const double scale = std::max({std::abs(result.f), std::abs(value), 1.0});
        result.f = value;
        ++result.iterations;
        each(value);
        if (!level && change <= o.change_tolerance * scale) {
            result.converged = true;
            break;
        }
    }
    return result;
}

}  // namespace ranvier::numerics
