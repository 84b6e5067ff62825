#include "ranvier/numerics/pchip.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"

namespace ranvier::numerics {

namespace {

bool same_way(double a, double b) { return (a > 0 && b > 0) || (a < 0 && b < 0); }

/// The slope at an end by three points, cut so that the shape is kept.
/// @param h0, m0  length and slope of the piece at the end; h1, m1 of its neighbour
double end_slope(double h0, double h1, double m0, double m1) {
    const double d = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
    if (!same_way(d, m0)) {
        return 0;
    }
    return !same_way(m0, m1) && std::abs(d) > 3 * std::abs(m0) ? 3 * m0 : d;
}

}  // namespace

std::vector<double> pchip(std::span<const double> x, std::span<const double> y, std::span<const double> at) {
    const std::size_t n = x.size();
    require(n >= 2 && y.size() == n, "a curve needs two points or more, and a y for each x; got ", n, " and ",
            y.size());
    std::vector<double> h(n - 1), m(n - 1), d(n);
    for (std::size_t k = 0; k + 1 < n; ++k) {
        h[k] = x[k + 1] - x[k];
        require(h[k] > 0, "x must rise; x[", k + 1, "] does not");
        m[k] = (y[k + 1] - y[k]) / h[k];
    }
    if (n == 2) {
        d[0] = d[1] = m[0];
    } else {
        d[0] = end_slope(h[0], h[1], m[0], m[1]);
        d[n - 1] = end_slope(h[n - 2], h[n - 3], m[n - 2], m[n - 3]);
        for (std::size_t k = 1; k + 1 < n; ++k) {
            if (same_way(m[k - 1], m[k])) {
                const double left = 2 * h[k] + h[k - 1], right = h[k] + 2 * h[k - 1];
                d[k] = (left + right) / (left / m[k - 1] + right / m[k]);
            }
        }
    }
    std::vector<double> out;
    out.reserve(at.size());
    for (const double to : at) {
        const auto above = std::upper_bound(x.begin() + 1, x.end() - 1, to);
        const auto k = static_cast<std::size_t>(above - x.begin()) - 1;
        const double t = to - x[k];
        const double bend = (d[k] + d[k + 1] - 2 * m[k]) / h[k];
        out.push_back(y[k] + t * (d[k] + t * ((m[k] - d[k]) / h[k] - bend + t * bend / h[k])));
    }
    return out;
}

}  // namespace ranvier::numerics
