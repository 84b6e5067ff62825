#include "ranvier/numerics/delaunay.hpp"

#include <algorithm>
#include <cmath>

namespace ranvier::numerics {
namespace {

using Point = std::array<double, 2>;
using Triangle = std::array<std::size_t, 3>;

double twice_area(const Point& a, const Point& b, const Point& c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/// Whether `p` lies inside the circle through a, b, c, which run counterclockwise.
bool in_circle(const Point& a, const Point& b, const Point& c, const Point& p) {
    const double ax = a[0] - p[0], ay = a[1] - p[1], bx = b[0] - p[0], by = b[1] - p[1], cx = c[0] - p[0],
                 cy = c[1] - p[1];
    const double aa = ax * ax + ay * ay, bb = bx * bx + by * by, cc = cx * cx + cy * cy;
    return ax * (by * cc - bb * cy) - ay * (bx * cc - bb * cx) + aa * (bx * cy - by * cx) > 0;
}

}  // namespace

std::vector<Triangle> delaunay_triangles(const std::vector<Point>& given) {
    const std::size_t n = given.size();
    if (n < 3) {
        return {};
    }
    Point low = given[0], high = given[0];
    for (const Point& p : given) {
        for (std::size_t k = 0; k < 2; ++k) {
            low[k] = std::min(low[k], p[k]);
            high[k] = std::max(high[k], p[k]);
        }
    }
    const double size = std::max(high[0] - low[0], high[1] - low[1]);
    // Points are moved by far less than can be seen and far more than rounding, so that no four are on one circle.
    std::vector<Point> points = given;
    for (std::size_t k = 0; k < n; ++k) {
        const double number = static_cast<double>(k);
        points[k][0] += 1e-8 * size * std::sin(12.9898 * number + 1);
        points[k][1] += 1e-8 * size * std::sin(78.233 * number + 2);
    }
    const double x = (low[0] + high[0]) / 2, y = (low[1] + high[1]) / 2, far = 1e3 * size;
    points.insert(points.end(), {{x - far, y - far}, {x + far, y - far}, {x, y + far}});  // a triangle around all

    std::vector<Triangle> triangles{{n, n + 1, n + 2}};
    for (std::size_t k = 0; k < n; ++k) {
        std::vector<Triangle> kept;
        std::vector<std::array<std::size_t, 2>> edges;
        for (const Triangle& t : triangles) {
            if (!in_circle(points[t[0]], points[t[1]], points[t[2]], points[k])) {
                kept.push_back(t);
                continue;
            }
            for (std::size_t i = 0; i < 3; ++i) {
                // An edge between two triangles that go is seen from both sides and goes as well.
                const std::array<std::size_t, 2> edge{t[i], t[(i + 1) % 3]}, other{edge[1], edge[0]};
                if (const auto reverse = std::ranges::find(edges, other); reverse != edges.end()) {
                    edges.erase(reverse);
                } else {
                    edges.push_back(edge);
                }
            }
        }
        for (const auto& [a, b] : edges) {
            kept.push_back({a, b, k});
        }
        triangles = std::move(kept);
    }
    std::erase_if(triangles, [&](const Triangle& t) {
        return std::ranges::any_of(t, [&](std::size_t corner) { return corner >= n; }) ||
               twice_area(given[t[0]], given[t[1]], given[t[2]]) <= 1e-10 * size * size;
    });
    return triangles;
}

}  // namespace ranvier::numerics
