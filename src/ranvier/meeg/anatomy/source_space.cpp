#include "ranvier/meeg/anatomy/source_space.hpp"

#include <algorithm>
#include <numeric>

#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

namespace {
std::size_t at(index k) { return static_cast<std::size_t>(k); }
}  // namespace

void check(const SourceSpace& space) {
    const index n = space.n_points();
    check_triangles(space.points, space.triangles);
    check_triangles(space.points, space.use_triangles);
    require(space.normals.extents() == space.points.extents(), [&] {
        return "a source space must have one normal for each of its " + text_of(n) + " points; got " +
               text_of(space.normals.extent(0));
    });
    for (std::size_t k = 0; k < space.vertices.size(); ++k) {
        require(
            space.vertices[k] >= 0 && space.vertices[k] < n && (k == 0 || space.vertices[k] > space.vertices[k - 1]),
            [&] {
                return "vertices in use must rise and be among the " + text_of(n) + " points; number " + text_of(k) +
                       " of them is " + text_of(space.vertices[k]);
            });
    }
    require(space.nearest.size() == space.nearest_distances.size() &&
                (space.nearest.empty() || std::ssize(space.nearest) == n),
            [&] {
                return "a source space must have one nearest vertex and its distance for each of its " + text_of(n) +
                       " points; got " + text_of(space.nearest.size()) + " and " +
                       text_of(space.nearest_distances.size());
            });
    for (const index nearest : space.nearest) {
        require(nearest >= 0 && nearest < n, [&] {
            return "nearest vertices must be among the " + text_of(n) + " points; got " + text_of(nearest);
        });
    }
    if (space.distances) {
        numerics::check(*space.distances);
        require(space.distances->rows == n && space.distances->columns == n,
                "distances must be a matrix of all points by all points");
    }
}

std::vector<std::int64_t> in_use(const SourceSpace& space) {
    std::vector<std::int64_t> made(at(space.n_points()));
    for (const index v : space.vertices) {
        made[at(v)] = 1;
    }
    return made;
}

Patches patches(const SourceSpace& space) {
    require(!space.nearest.empty(),
            "patches need the vertex in use that is nearest to each point: use "
            "add_source_space_distances() or setup_source_space(add_dist=\"patch\")");
    std::vector<index> order(space.nearest.size());
    std::iota(order.begin(), order.end(), index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](index a, index b) { return space.nearest[at(a)] < space.nearest[at(b)]; });
    Patches made;
    std::vector<index> centres;
    for (const index p : order) {
        if (centres.empty() || centres.back() != space.nearest[at(p)]) {
            centres.push_back(space.nearest[at(p)]);
            made.points.emplace_back();
        }
        made.points.back().push_back(p);
    }
    for (const index v : space.vertices) {
        const auto found = std::lower_bound(centres.begin(), centres.end() - 1, v);
        made.of_vertex.push_back(found - centres.begin());
    }
    return made;
}

}  // namespace ranvier::meeg
