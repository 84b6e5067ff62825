#include "ranvier/meeg/anatomy/regions.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

std::vector<bool> marked(index n, const std::vector<index>& points) {
    std::vector<bool> marks(at(n), false);
    for (const index p : points) {
        require(p >= 0 && p < n, [&] {
            return "vertices of a label must be among the " + text_of(n) + " of the surface; got " + text_of(p);
        });
        marks[at(p)] = true;
    }
    return marks;
}

}  // namespace

double area_of(const Surface& surface, const std::vector<index>& points) {
    const auto in = marked(surface.n_points(), points);
    const auto areas = triangle_geometry(surface.points, surface.triangles).areas;
    double sum = 0;
    for (index t = 0; t < surface.n_triangles(); ++t) {
        if (in[at(surface.triangles(t, 0))] && in[at(surface.triangles(t, 1))] && in[at(surface.triangles(t, 2))]) {
            sum += areas[at(t)];
        }
    }
    return sum;
}

std::vector<int> parts_along(View<const double, 2> region, const std::array<double, 3>& normal, int n_parts) {
    require(n_parts >= 2, [&] { return "Can't split label into " + text_of(n_parts) + " parts."; });
    const index n = region.extent(0);
    const Point up = scaled(normal, 1 / norm(normal));
    Point centre{};
    for (index p = 0; p < n; ++p) {
        for (std::size_t k = 0; k < 3; ++k) {
            centre[k] += region(p, static_cast<index>(k)) / static_cast<double>(n);
        }
    }
    Array<double, 2> spread({3, 3});  // of what lies in the plane
    for (index p = 0; p < n; ++p) {
        const Point from = minus({region(p, 0), region(p, 1), region(p, 2)}, centre);
        const Point flat = minus(from, scaled(up, dot(from, up)));
        for (index i = 0; i < 3; ++i) {
            for (index j = 0; j < 3; ++j) {
                spread(i, j) += flat[at(i)] * flat[at(j)];
            }
        }
    }
    const numerics::Eigen axes = numerics::symmetric_eigen(spread);
    Point axis{axes.vectors(0, 2), axes.vectors(1, 2), axes.vectors(2, 2)};
    axis = axis[1] < 0 ? scaled(axis, -1) : axis;
    std::vector<double> along;
    for (index p = 0; p < n; ++p) {
        along.push_back(dot({region(p, 0), region(p, 1), region(p, 2)}, axis));
    }
    require(n > 0, "a label must have vertices to be split");
    const auto [low, high] = std::minmax_element(along.begin(), along.end());
    const double first = *low, length = *high - *low;
    require(length > 0, "a label must have vertices at different places to be split");
    std::vector<int> parts;
    for (const double x : along) {
        parts.push_back(std::min(static_cast<int>((x - first) / (length / n_parts)), n_parts - 1));
    }
    return parts;
}

std::vector<int> connected_parts(const Surface& surface, const std::vector<index>& points) {
    const auto in = marked(surface.n_points(), points);
    const Neighbours around = neighbour_triangles(surface.n_points(), surface.triangles);
    std::vector<int> part(at(surface.n_points()), -1);
    int n_parts = 0;
    for (const index first : points) {
        if (part[at(first)] >= 0) {
            continue;
        }
        std::vector<index> next{first};
        part[at(first)] = n_parts;
        while (!next.empty()) {
            const index p = next.back();
            next.pop_back();
            for (const std::int32_t t : around.of(p)) {
                for (index c = 0; c < 3; ++c) {
                    const std::int32_t q = surface.triangles(t, c);
                    if (in[at(q)] && part[at(q)] < 0) {
                        part[at(q)] = n_parts;
                        next.push_back(q);
                    }
                }
            }
        }
        ++n_parts;
    }
    std::vector<int> made;
    for (const index p : points) {
        made.push_back(part[at(p)]);
    }
    return made;
}

}  // namespace ranvier::meeg
