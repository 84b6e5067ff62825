#include "ranvier/compile/ode/turning_points.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace ranvier::compile {

namespace {

constexpr double resolved = 1e-7;  ///< the share of the last two coefficients in a function that a polynomial meets
constexpr double rounding = 1e-14;
constexpr int deepest = 6;  ///< halvings of a step

using Series = std::vector<double>;  ///< c0/2 + Σ c_k T_k(s), s in [−1, 1]

double value(const Series& c, double s) {
    double next = 0, after = 0;
    for (std::size_t k = c.size(); k-- > 1;) {
        const double now = 2 * s * next - after + c[k];
        after = next;
        next = now;
    }
    return s * next - after + c[0] / 2;
}

Series derivative(const Series& c) {
    Series d(c.size(), 0.0);
    for (std::size_t k = c.size() - 1; k-- > 0;) {
        d[k] = (k + 2 < d.size() ? d[k + 2] : 0) + 2 * static_cast<double>(k + 1) * c[k + 1];
    }
    d.pop_back();
    return d;
}

/// The zeros where the series changes its sign: one between two neighbouring zeros of its derivative at most.
std::vector<double> zeros(const Series& c) {
    if (c.size() < 2) {
        return {};
    }
    std::vector<double> turns = zeros(derivative(c)), found;
    turns.insert(turns.begin(), -1);
    turns.push_back(1);
    for (std::size_t k = 1; k < turns.size(); ++k) {
        double low = turns[k - 1], high = turns[k];
        const bool rises = value(c, low) < 0;
        if (rises != (value(c, high) >= 0)) {
            continue;
        }
        for (int halving = 0; halving < 40; ++halving) {  // to 1e-12, as near as a turn need be known
            const double middle = low + (high - low) / 2;
            ((value(c, middle) < 0) == rises ? low : high) = middle;
        }
        found.push_back(low + (high - low) / 2);
    }
    return found;
}

/// cos(π m/n), m = 0 … 2n − 1.
const std::vector<double>& cosines(int n) {
    thread_local std::map<int, std::vector<double>> tables;
    std::vector<double>& table = tables[n];
    for (int m = static_cast<int>(table.size()); m < 2 * n; ++m) {
        table.push_back(std::cos(std::numbers::pi * m / n));
    }
    return table;
}

class Search {
public:
    Search(const std::function<double(double)>& g, int degree)
        : g_(g), intervals_(std::max(8, (degree + 5) / 2 * 2)), cosines_(cosines(intervals_)) {}

    void stretch(TurningPoint a, TurningPoint b, int depth) {
        const int n = intervals_;
        std::vector<TurningPoint> at(static_cast<std::size_t>(n) + 1);
        at.front() = a;
        at.back() = b;
        double least = std::min(a.g, b.g), most = std::max(a.g, b.g);
        for (int j = 1; j < n; ++j) {
            const double s = -cosines_[static_cast<std::size_t>(j)];
            const double t = a.t + (b.t - a.t) * (1 + s) / 2;
            const double g = g_(t);
            at[static_cast<std::size_t>(j)] = {t, g};
            least = std::min(least, g);
            most = std::max(most, g);
            if (!std::isfinite(g)) {
                return add(b);
            }
        }
        // A polynomial leaves the range of its values in Chebyshev points by less than their width; others, not met
        // yet, are given ten times that.
        if (std::abs(most + least) > 20 * (most - least)) {
            return add(b);
        }
        Series c(static_cast<std::size_t>(n) + 1, 0.0);
        double size = 0;
        for (int k = 0; k <= n; ++k) {
            for (int j = 0; j <= n; ++j) {
                const double weight = j == 0 || j == n ? 0.5 : 1;  // point j is cos(π (n − j)/n)
                c[static_cast<std::size_t>(k)] += 2.0 / n * weight * at[static_cast<std::size_t>(j)].g *
                                                  cosines_[static_cast<std::size_t>(k * (n - j) % (2 * n))];
            }
            size = std::max(size, std::abs(c[static_cast<std::size_t>(k)]));
        }
        c.back() /= 2;
        if (std::max(std::abs(c.back()), std::abs(c[c.size() - 2])) > resolved * size) {
            if (depth < deepest) {
                const TurningPoint middle = at[static_cast<std::size_t>(n / 2)];
                stretch(a, middle, depth + 1);
                return stretch(middle, b, depth + 1);
            }
            std::for_each(at.begin() + 1, at.end(), [&](const TurningPoint& p) { add(p); });
            return;
        }
        while (c.size() > 1 && std::abs(c.back()) <= rounding * size) {
            c.pop_back();
        }
        for (const double s : zeros(derivative(c))) {
            const double t = a.t + (b.t - a.t) * (1 + s) / 2;
            add({t, g_(t)});
        }
        add(b);
    }

    void add(TurningPoint p) { found.push_back(p); }

    std::vector<TurningPoint> found;

private:
    const std::function<double(double)>& g_;
    int intervals_;  ///< even
    const std::vector<double>& cosines_;
};

}  // namespace

std::vector<TurningPoint> turning_points(const std::function<double(double)>& g, double a, double b, double ga,
                                         double gb, int degree) {
    Search search(g, degree);
    search.add({a, ga});
    if (std::isfinite(ga) && std::isfinite(gb)) {
        search.stretch({a, ga}, {b, gb}, 0);
    } else {
        search.add({b, gb});
    }
    return std::move(search.found);
}

}  // namespace ranvier::compile
