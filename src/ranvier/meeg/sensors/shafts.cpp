#include "ranvier/meeg/sensors/shafts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr double off_the_line = 0.002;  // [m]
constexpr double widest_gap = 2;        // in medians of the distances between neighbours
constexpr int rounds = 10;              // of fits of a line; two lines may take turns

const Point& at(const std::vector<Point>& points, index k) { return points[static_cast<std::size_t>(k)]; }

/// Points near the line from a along v.
std::vector<index> near_line(const std::vector<Point>& points, const Point& a, const Point& v) {
    std::vector<index> out;
    for (index k = 0; k < std::ssize(points); ++k) {
        if (norm(cross(minus(at(points, k), a), v)) / norm(v) < off_the_line) {
            out.push_back(k);
        }
    }
    return out;
}

/// The median of each coordinate.
Point median_point(const std::vector<Point>& points) {
    Point out;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        std::vector<double> values;
        for (const Point& point : points) {
            values.push_back(point[axis]);
        }
        out[axis] = median(values);
    }
    return out;
}

Shaft shaft_of(const std::vector<Point>& points, index first) {
    index nearest = first;
    double least = std::numeric_limits<double>::infinity();
    for (index k = 0; k < std::ssize(points); ++k) {
        const double distance = norm(minus(at(points, k), at(points, first)));
        if (k != first && distance > 0 && distance < least) {
            least = distance;
            nearest = k;
        }
    }
    const Shaft alone{{first}, {0.0}};
    if (nearest == first) {
        return alone;
    }
    std::vector<index> row = near_line(points, at(points, first), minus(at(points, nearest), at(points, first)));
    std::vector<index> before;
    Point v, centre;
    for (int round = 0; round < rounds && row != before; ++round) {
        if (row.size() < 2) {
            return alone;
        }
        before = row;
        std::vector<Point> differences, places;
        for (std::size_t i = 0; i < row.size(); ++i) {
            places.push_back(at(points, row[i]));
            for (std::size_t j = i + 1; j < row.size(); ++j) {
                differences.push_back(minus(at(points, row[i]), at(points, row[j])));
            }
        }
        v = median_point(differences);
        centre = median_point(places);
        if (!(norm(v) > 0)) {
            return alone;
        }
        row = near_line(points, centre, v);
    }
    const auto along = [&](index k) { return dot(minus(centre, at(points, k)), v) / dot(v, v); };
    std::ranges::stable_sort(row, {}, along);
    std::vector<double> steps;
    for (std::size_t k = 1; k < row.size(); ++k) {
        steps.push_back(along(row[k]) - along(row[k - 1]));
    }
    if (steps.empty()) {
        return alone;
    }
    const double limit = widest_gap * median(steps);
    Shaft group;
    bool holds_first = false;
    for (std::size_t k = 0; k < row.size(); ++k) {
        if (k > 0 && along(row[k]) - along(row[k - 1]) > limit) {
            if (holds_first) {
                return group;
            }
            group = {};
        }
        group.contacts.push_back(row[k]);
        group.along.push_back(along(row[k]));
        holds_first = holds_first || row[k] == first;
    }
    return holds_first ? group : alone;
}

/// The four cubic B-splines that are not zero at x; knots[span] <= x, by de Boor's recurrence.
std::array<double, 4> cubic_b_splines(std::span<const double> knots, std::size_t span, double x) {
    std::array<double, 4> values{1, 0, 0, 0};
    for (std::size_t degree = 1; degree <= 3; ++degree) {
        double saved = 0;
        for (std::size_t r = 0; r < degree; ++r) {
            const double right = knots[span + r + 1], left = knots[span + r + 1 - degree];
            const double share = values[r] / (right - left);
            values[r] = saved + (right - x) * share;
            saved = (x - left) * share;
        }
        values[degree] = saved;
    }
    return values;
}

}  // namespace

std::vector<Shaft> shafts(const std::vector<Point>& points) {
    std::vector<Shaft> out;
    for (index k = 0; k < std::ssize(points); ++k) {
        const bool known = std::ranges::any_of(
            out, [&](const Shaft& s) { return std::ranges::find(s.contacts, k) != s.contacts.end(); });
        if (!known) {
            out.push_back(shaft_of(points, k));
        }
    }
    return out;
}

Array<double, 2> cubic_spline_matrix(std::span<const double> from, std::span<const double> to) {
    const std::size_t n = from.size();
    require(n >= 4, "a cubic spline needs four points; got ", n);
    for (std::size_t k = 1; k < n; ++k) {
        require(from[k] > from[k - 1], "points of a spline must rise; number ", k, " does not");
    }
    std::vector<double> knots(4, from.front());
    knots.insert(knots.end(), from.begin() + 2, from.end() - 2);
    knots.insert(knots.end(), 4, from.back());
    const auto basis = [&](std::span<const double> places) {
        Array<double, 2> values({static_cast<index>(n), std::ssize(places)});
        for (std::size_t k = 0; k < places.size(); ++k) {
            const double x = std::clamp(places[k], from.front(), from.back());
            std::size_t span = 3;
            while (span + 1 < n && x >= knots[span + 1]) {
                ++span;
            }
            const auto four = cubic_b_splines(knots, span, x);
            for (std::size_t r = 0; r < 4; ++r) {
                values(static_cast<index>(span - 3 + r), static_cast<index>(k)) = four[r];
            }
        }
        return values;
    };
    // Coefficients c solve Bᵀ c = values, so that the map is Eᵀ B⁻ᵀ, the transpose of B⁻¹ E.
    const Array<double, 2> transposed = numerics::solve(basis(from), basis(to));
    Array<double, 2> out({std::ssize(to), static_cast<index>(n)});
    for (index i = 0; i < out.extent(0); ++i) {
        for (index k = 0; k < out.extent(1); ++k) {
            out(i, k) = transposed(k, i);
        }
    }
    return out;
}

}  // namespace ranvier::meeg
