#include "ranvier/meeg/anatomy/decimation.hpp"

#include <algorithm>
#include <numeric>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

/// Directions from the origin.
Array<double, 2> directions(const Surface& sphere) {
    Array<double, 2> made = sphere.points;
    for (index p = 0; p < made.extent(0); ++p) {
        const double size = norm({made(p, 0), made(p, 1), made(p, 2)});
        for (index k = 0; size > 0 && k < 3; ++k) {
            made(p, k) /= size;
        }
    }
    return made;
}

/// Uses points that are marked and have a normal: those without any triangle can't be sources.
void use(SourceSpace& space, const std::vector<bool>& marked) {
    space.vertices.clear();
    for (index p = 0; p < space.n_points(); ++p) {
        const bool has_normal = space.normals(p, 0) != 0 || space.normals(p, 1) != 0 || space.normals(p, 2) != 0;
        if (marked[at(p)] && has_normal) {
            space.vertices.push_back(p);
        }
    }
}

}  // namespace

SourceSpace whole_surface(const Surface& surface) {
    check(surface);
    SourceSpace space;
    space.id = surface.id;
    space.frame = surface.frame;
    space.points = surface.points;
    space.triangles = surface.triangles;
    space.normals = vertex_normals(surface.points, surface.triangles);
    use(space, std::vector<bool>(at(space.n_points()), true));
    return space;
}

void use_nearest(SourceSpace& space, const Surface& sphere, const Surface& sampling) {
    require(sphere.n_points() == space.n_points(), [&] {
        return "the sphere must have the points of the surface, " + text_of(space.n_points()) + "; it has " +
               text_of(sphere.n_points());
    });
    const NearestPoints tree(directions(sphere));
    const Array<double, 2> wanted = directions(sampling);
    const Neighbours around = neighbour_points(space.n_points(), space.triangles);
    std::vector<bool> taken(at(space.n_points()), false);
    std::vector<std::int32_t> chosen;
    for (index k = 0; k < wanted.extent(0); ++k) {
        index p = tree.nearest({wanted(k, 0), wanted(k, 1), wanted(k, 2)}).point;
        if (taken[at(p)]) {
            const auto near = around.of(p);
            const auto free = std::find_if(near.rbegin(), near.rend(), [&](std::int32_t q) { return !taken[at(q)]; });
            require(free != near.rend(), [&] {
                return "the surface is too coarse for this spacing: no point near to number " + text_of(k) + " of " +
                       text_of(wanted.extent(0)) + " is free; use a smaller grade";
            });
            p = *free;
        }
        taken[at(p)] = true;
        chosen.push_back(static_cast<std::int32_t>(p));
    }
    use(space, taken);
    space.use_triangles = sampling.triangles;
    for (index k = 0; k < space.use_triangles.size(); ++k) {
        space.use_triangles.data()[k] = chosen[at(sampling.triangles.data()[k])];
    }
}

void use_spaced(SourceSpace& space, int steps) {
    require(steps >= 2, [&] { return "spacing must be >= 2; got " + text_of(steps); });
    const index n = space.n_points();
    const Neighbours around = neighbour_points(n, space.triangles);
    std::vector<int> away(at(n), 10000);  // known steps to a used point
    const auto tell_neighbours = [&](index p) {
        for (const std::int32_t q : around.of(p)) {
            away[at(q)] = std::min(away[at(q)], away[at(p)] + 1);
        }
    };
    for (index p = 0; p < n; ++p) {
        for (const std::int32_t q : around.of(p)) {
            away[at(p)] = std::min(away[at(p)], away[at(q)] + 1);
        }
        away[at(p)] = away[at(p)] >= steps ? 0 : away[at(p)];
        tell_neighbours(p);
    }
    if (steps == 2) {  // gaps are filled
        for (index p = n - 1; p >= 0; --p) {
            for (const std::int32_t q : around.of(p)) {
                away[at(p)] = std::min(away[at(p)], away[at(q)] + 1);
                away[at(q)] = std::min(away[at(q)], away[at(p)] + 1);
            }
        }
        for (index p = 0; p < n; ++p) {
            if (away[at(p)] > 0) {
                const auto near = around.of(p);
                if (std::count_if(near.begin(), near.end(), [&](std::int32_t q) { return away[at(q)] == 0; }) <= 2) {
                    away[at(p)] = 0;
                }
                tell_neighbours(p);
            }
        }
    }
    std::vector<bool> marked(at(n));
    std::transform(away.begin(), away.end(), marked.begin(), [](int d) { return d == 0; });
    use(space, marked);
    space.use_triangles = {};
}

}  // namespace ranvier::meeg
