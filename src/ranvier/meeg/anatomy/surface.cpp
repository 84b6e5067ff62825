#include "ranvier/meeg/anatomy/surface.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/kernels/conductors.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

namespace {

Point point(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }
std::size_t at(index k) { return static_cast<std::size_t>(k); }

}  // namespace

std::string surface_name(int id) {
    switch (id) {
        case surface_id::inner_skull: return "inner skull";
        case surface_id::csf: return "CSF";
        case surface_id::outer_skull: return "outer skull";
        case surface_id::head: return "outer skin";
        case surface_id::left_hemisphere: return "left hemisphere";
        case surface_id::right_hemisphere: return "right hemisphere";
        case surface_id::helmet: return "MEG helmet";
        default: return "surface " + text_of(id);
    }
}

void check_triangles(View<const double, 2> points, View<const std::int32_t, 2> triangles) {
    const index n = points.extent(0);
    require(n == 0 || points.extent(1) == 3,
            [&] { return "points must have 3 coordinates; got " + text_of(points.extent(1)); });
    require(triangles.extent(0) == 0 || triangles.extent(1) == 3,
            [&] { return "triangles must have 3 corners; got " + text_of(triangles.extent(1)); });
    for (index k = 0; k < n; ++k) {
        require(std::isfinite(points(k, 0)) && std::isfinite(points(k, 1)) && std::isfinite(points(k, 2)),
                [&] { return "points must have finite coordinates; point " + text_of(k) + " has others"; });
    }
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            require(triangles(t, c) >= 0 && triangles(t, c) < n, [&] {
                return "corners of triangles must be among the " + text_of(n) + " points, counted from 0; triangle " +
                       text_of(t) + " has point " + text_of(triangles(t, c));
            });
        }
    }
}

void check(const Surface& surface) {
    check_triangles(surface.points, surface.triangles);
    require(surface.normals.empty() || surface.normals.extents() == surface.points.extents(), [&] {
        return "a surface must have one normal for each of its " + text_of(surface.n_points()) + " points; got " +
               text_of(surface.normals.extent(0));
    });
}

TriangleGeometry triangle_geometry(View<const double, 2> points, View<const std::int32_t, 2> triangles) {
    const index n = triangles.extent(0);
    TriangleGeometry made{Array<double, 2>({n, 3}), Array<double, 2>({n, 3}), std::vector<double>(at(n))};
    for (index t = 0; t < n; ++t) {
        const Point a = point(points, triangles(t, 0)), b = point(points, triangles(t, 1)),
                    c = point(points, triangles(t, 2));
        const Point normal = cross(minus(b, a), minus(c, a));
        const double size = norm(normal);
        made.areas[at(t)] = size / 2;
        for (index k = 0; k < 3; ++k) {
            made.centroids(t, k) = (a[at(k)] + b[at(k)] + c[at(k)]) / 3;
            made.normals(t, k) = size > 0 ? normal[at(k)] / size : normal[at(k)];
        }
    }
    return made;
}

Array<double, 2> vertex_normals(View<const double, 2> points, View<const std::int32_t, 2> triangles) {
    const TriangleGeometry geometry = triangle_geometry(points, triangles);
    Array<double, 2> made({points.extent(0), 3});
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index corner = 0; corner < 3; ++corner) {
            for (index k = 0; k < 3; ++k) {
                made(triangles(t, corner), k) += geometry.normals(t, k);
            }
        }
    }
    for (index p = 0; p < made.extent(0); ++p) {
        const Point normal = point(made, p);
        const double size = norm(normal);
        for (index k = 0; size > 0 && k < 3; ++k) {
            made(p, k) /= size;
        }
    }
    return made;
}

Neighbours neighbour_triangles(index n_points, View<const std::int32_t, 2> triangles) {
    Neighbours made;
    made.starts.assign(at(n_points) + 1, 0);
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            ++made.starts[at(triangles(t, c)) + 1];
        }
    }
    for (index p = 0; p < n_points; ++p) {
        made.starts[at(p) + 1] += made.starts[at(p)];
    }
    std::vector<index> next = made.starts;
    made.list.resize(at(made.starts.back()));
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            made.list[at(next[at(triangles(t, c))]++)] = static_cast<std::int32_t>(t);
        }
    }
    return made;
}

std::vector<index> defects(const Surface& surface) {
    const Neighbours around = neighbour_triangles(surface.n_points(), surface.triangles);
    std::vector<index> found;
    for (index p = 0; p < surface.n_points(); ++p) {
        if (around.of(p).size() < 3) {
            found.push_back(p);
        }
    }
    return found;
}

Neighbours neighbour_points(index n_points, View<const std::int32_t, 2> triangles) {
    const Neighbours around = neighbour_triangles(n_points, triangles);
    Neighbours made;
    std::vector<std::int32_t> found;
    for (index p = 0; p < n_points; ++p) {
        found.clear();
        if (around.of(p).size() >= 3) {
            for (const std::int32_t t : around.of(p)) {
                for (index c = 0; c < 3; ++c) {
                    if (triangles(t, c) != p) {
                        found.push_back(triangles(t, c));
                    }
                }
            }
        }
        std::sort(found.begin(), found.end());
        made.list.insert(made.list.end(), found.begin(), std::unique(found.begin(), found.end()));
        made.starts.push_back(std::ssize(made.list));
    }
    return made;
}

std::vector<double> solid_angles(const Surface& surface, View<const double, 2> points) {
    constexpr index block = 64;  // points that are looked from at once
    std::vector<double> corners;
    for (index t = 0; t < surface.n_triangles(); ++t) {
        for (index c = 0; c < 3; ++c) {
            const Point corner = point(surface.points, surface.triangles(t, c));
            corners.insert(corners.end(), corner.begin(), corner.end());
        }
    }
    std::vector<double> made(at(points.extent(0)));
    const ConductorKernels& kernels = chosen_conductor_kernels();
    parallel_for((points.extent(0) + block - 1) / block, [&](index b) {
        const index first = b * block, count = std::min(block, points.extent(0) - first);
        Array<double, 2> places({3, block});
        for (index i = 0; i < block; ++i) {
            for (index k = 0; k < 3; ++k) {
                places(k, i) = points(first + std::min(i, count - 1), k);
            }
        }
        std::array<double, block> halves;
        kernels.half_angles(block, places.data(), block, surface.n_triangles(), corners.data(), halves.data());
        for (index i = 0; i < count; ++i) {
            made[at(first + i)] = halves[at(i)] / (2 * std::numbers::pi);
        }
    });
    return made;
}

double closure(const Surface& surface) {
    require(surface.n_points() > 0, "a surface must have points");
    Array<double, 2> centre({1, 3});
    for (index p = 0; p < surface.n_points(); ++p) {
        for (index k = 0; k < 3; ++k) {
            centre(0, k) += surface.points(p, k) / static_cast<double>(surface.n_points());
        }
    }
    return solid_angles(surface, centre)[0];
}

void check_closed(const Surface& surface) {
    const double whole = closure(surface);
    require(std::abs(whole - 1) <= 1e-5, [&] {
        return "surface " + surface_name(surface.id) +
               " must be closed, with triangles counter-clockwise from outside: its centre sees " + text_of(whole) +
               " of 4π around it, and should see 1";
    });
}

}  // namespace ranvier::meeg
