#include "ranvier/meeg/sensors/spherical_spline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::vector<Point> unit_vectors(View<const double, 2> points, const char* what) {
    require(points.extent(1) == 3, [&] { return std::string(what) + " must have shape (n, 3)"; });
    std::vector<Point> out;
    for (index k = 0; k < points.extent(0); ++k) {
        const Point p{points(k, 0), points(k, 1), points(k, 2)};
        const double length = norm(p);
        require(length > 0 && std::isfinite(length),
                [&] { return std::string(what) + ": point " + text_of(k) + " must have a direction from the centre"; });
        out.push_back({p[0] / length, p[1] / length, p[2] / length});
    }
    return out;
}

}  // namespace

SphericalSpline::SphericalSpline(double m, int terms) {
    for (int n = 1; n <= terms; ++n) {
        terms_.push_back({(2.0 * n + 1) / (std::pow(n, m) * std::pow(n + 1.0, m) * 4 * std::numbers::pi),
                          (2.0 * n + 1) / (n + 1.0), (n + 1.0) / (n + 2.0)});
    }
}

double SphericalSpline::operator()(double x) const {
    double later = 0, latest = 0;  // b_{n+1}, b_{n+2} of Clenshaw's recurrence
    for (auto term = terms_.rbegin(); term != terms_.rend(); ++term) {
        const double now = term->factor + term->later * x * later - term->latest * latest;
        latest = later;
        later = now;
    }
    return x * later - latest / 2;  // P_0 has no part of its own
}

void SphericalSpline::operator()(std::span<const double> x, std::span<double> out) const {
    constexpr std::size_t lanes = 8;  // places beside each other, which compilers turn into vectors
    for (std::size_t first = 0; first < x.size(); first += lanes) {
        const std::size_t count = std::min(lanes, x.size() - first);
        double at[lanes] = {}, later[lanes] = {}, latest[lanes] = {};
        std::copy_n(x.data() + first, count, at);
        for (auto term = terms_.rbegin(); term != terms_.rend(); ++term) {
            for (std::size_t l = 0; l < lanes; ++l) {
                const double now = term->factor + term->later * at[l] * later[l] - term->latest * latest[l];
                latest[l] = later[l];
                later[l] = now;
            }
        }
        for (std::size_t l = 0; l < count; ++l) {
            out[first + l] = at[l] * later[l] - latest[l] / 2;
        }
    }
}

Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to, double regularization) {
    const std::vector<Point> sources = unit_vectors(from, "from"), goals = unit_vectors(to, "to");
    const index n = std::ssize(sources), m = std::ssize(goals);
    const SphericalSpline spline;
    // The spline's weights and its constant solve [G + λI, 1; 1ᵀ, 0].
    Array<double, 2> system({n + 1, n + 1});
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < n; ++k) {
            system(i, k) = spline(dot(sources[static_cast<std::size_t>(i)], sources[static_cast<std::size_t>(k)]));
        }
        system(i, i) += regularization;
        system(i, n) = system(n, i) = 1;
    }
    const Array<double, 2> inverse =
        numerics::pseudo_inverse(system, static_cast<double>(n + 1) * std::numeric_limits<double>::epsilon());
    Array<double, 2> out({m, n});
    std::vector<double> splines(sources.size());
    for (index i = 0; i < m; ++i) {
        for (std::size_t k = 0; k < sources.size(); ++k) {
            splines[k] = spline(dot(goals[static_cast<std::size_t>(i)], sources[k]));
        }
        for (index j = 0; j < n; ++j) {
            double sum = inverse(n, j);
            for (index k = 0; k < n; ++k) {
                sum += splines[static_cast<std::size_t>(k)] * inverse(k, j);
            }
            out(i, j) = sum;
        }
    }
    return out;
}

Array<double, 2> spherical_spline_matrix(const std::vector<Point>& from, const std::vector<Point>& to,
                                         const Point& centre, double regularization) {
    const auto about = [&](const std::vector<Point>& points) {
        Array<double, 2> out({std::ssize(points), 3});
        for (index k = 0; k < std::ssize(points); ++k) {
            std::ranges::copy(minus(points[static_cast<std::size_t>(k)], centre), out.view().row(k).begin());
        }
        return out;
    };
    return spherical_spline_matrix(about(from), about(to), regularization);
}

}  // namespace ranvier::meeg
