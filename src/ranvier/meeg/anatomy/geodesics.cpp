#include "ranvier/meeg/anatomy/geodesics.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
std::size_t at(index k) { return static_cast<std::size_t>(k); }

struct Step {
    double distance;
    index source, point;
    bool operator>(const Step& other) const {
        return std::tie(distance, source, point) > std::tie(other.distance, other.source, other.point);
    }
};

/// As reached(), into memory that is used again. Points that are touched are listed, to be cleared.
void search(const numerics::SparseMatrix& edges, std::span<const index> sources, double limit, Reached& found,
            std::vector<index>& touched) {
    std::priority_queue<Step, std::vector<Step>, std::greater<>> next;
    const auto offer = [&](const Step& step) {
        double& best = found.distances[at(step.point)];
        index& source = found.sources[at(step.point)];
        if (step.distance < best || (step.distance == best && step.source < source)) {
            if (source < 0) {
                touched.push_back(step.point);
            }
            best = step.distance;
            source = step.source;
            next.push(step);
        }
    };
    for (const index source : sources) {
        offer({0, source, source});
    }
    while (!next.empty()) {
        const Step step = next.top();
        next.pop();
        if (step.distance > found.distances[at(step.point)] || step.source != found.sources[at(step.point)]) {
            continue;  // a better way was found since
        }
        const auto points = edges.columns_in(step.point);
        const auto lengths = edges.values_in(step.point);
        for (std::size_t k = 0; k < points.size(); ++k) {
            const double distance = step.distance + lengths[k];
            if (distance <= limit) {
                offer({distance, step.source, points[k]});
            }
        }
    }
}

Reached unreached(index n) { return {std::vector<double>(at(n), infinite), std::vector<index>(at(n), -1)}; }

/// Rows of distances from each vertex to the others within the limit; zeros, which stand for none, are left out.
numerics::SparseMatrix distances_between(const numerics::SparseMatrix& edges, const std::vector<index>& vertices,
                                         double limit) {
    std::vector<std::vector<double>> rows(vertices.size());
    std::vector<std::vector<std::int32_t>> columns(vertices.size());
    const index block = 16;  // searches that share memory
    const index n = std::ssize(vertices);
    parallel_for((n + block - 1) / block, [&](index b) {
        Reached found = unreached(edges.rows);
        std::vector<index> touched;
        for (index k = b * block; k < std::min(n, (b + 1) * block); ++k) {
            search(edges, {&vertices[at(k)], 1}, limit, found, touched);
            for (const index v : vertices) {
                const double distance = found.distances[at(v)];
                if (distance > 0 && distance < infinite) {
                    columns[at(k)].push_back(static_cast<std::int32_t>(v));
                    rows[at(k)].push_back(distance);
                }
            }
            for (const index p : touched) {
                found.distances[at(p)] = infinite;
                found.sources[at(p)] = -1;
            }
            touched.clear();
        }
    });
    numerics::SparseMatrix made{edges.rows, edges.rows, {0}, {}, {}};
    std::size_t total = 0;
    for (const auto& row : rows) {
        total += row.size();
    }
    made.values.reserve(total);
    made.column_of.reserve(total);
    index next = 0;
    for (index p = 0; p < edges.rows; ++p) {
        if (next < n && vertices[at(next)] == p) {
            made.values.insert(made.values.end(), rows[at(next)].begin(), rows[at(next)].end());
            made.column_of.insert(made.column_of.end(), columns[at(next)].begin(), columns[at(next)].end());
            rows[at(next)] = {};
            columns[at(next)] = {};
            ++next;
        }
        made.starts.push_back(std::ssize(made.values));
    }
    return made;
}

}  // namespace

numerics::SparseMatrix edge_lengths(View<const double, 2> points, View<const std::int32_t, 2> triangles) {
    check_triangles(points, triangles);
    std::vector<std::pair<std::int32_t, std::int32_t>> edges;
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            const std::int32_t a = triangles(t, c), b = triangles(t, (c + 1) % 3);
            if (a != b) {
                edges.emplace_back(a, b);
                edges.emplace_back(b, a);
            }
        }
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    const index n = points.extent(0);
    numerics::SparseMatrix made{n, n, {}, {}, {}};
    made.starts.assign(at(n) + 1, 0);
    for (const auto& [a, b] : edges) {
        ++made.starts[at(a) + 1];
        made.column_of.push_back(b);
        made.values.push_back(
            norm({points(a, 0) - points(b, 0), points(a, 1) - points(b, 1), points(a, 2) - points(b, 2)}));
    }
    for (index p = 0; p < n; ++p) {
        made.starts[at(p) + 1] += made.starts[at(p)];
    }
    return made;
}

Reached reached(const numerics::SparseMatrix& edges, std::span<const index> sources, double limit) {
    for (const index source : sources) {
        require(source >= 0 && source < edges.rows, [&] {
            return "vertices must be among the " + text_of(edges.rows) + " points of the surface; got " +
                   text_of(source);
        });
    }
    Reached found = unreached(edges.rows);
    std::vector<index> touched;
    search(edges, sources, limit, found, touched);
    return found;
}

void add_distances(SourceSpaces& spaces, double limit) {
    require(limit >= 0, [&] { return "dist_limit must be >= 0 m; got " + text_of(limit); });
    for (const SourceSpace& space : spaces.spaces) {
        require(space.kind == SourceSpaceKind::surface && !space.triangles.empty(),
                "distances are along surfaces: all source spaces must have triangles");
        require(!space.vertices.empty(), "a source space must use vertices to have distances between them");
    }
    struct Made {
        Reached nearest;
        std::optional<numerics::SparseMatrix> distances;
    };
    std::vector<Made> made;
    bool all_reached = true;
    for (const SourceSpace& space : spaces.spaces) {
        const auto edges = edge_lengths(space.points, space.triangles);
        Made& one = made.emplace_back();
        one.nearest = reached(edges, space.vertices, limit == 0 ? infinite : limit);
        all_reached = all_reached && std::find(one.nearest.sources.begin(), one.nearest.sources.end(), -1) ==
                                         one.nearest.sources.end();
        if (limit > 0) {
            one.distances = distances_between(edges, space.vertices, limit);
        }
    }
    for (std::size_t k = 0; k < made.size(); ++k) {
        SourceSpace& space = spaces.spaces[k];
        space.distances = std::move(made[k].distances);
        space.distance_limit = limit;
        if (all_reached) {
            space.nearest = std::move(made[k].nearest.sources);
            space.nearest_distances = std::move(made[k].nearest.distances);
        }
    }
}

}  // namespace ranvier::meeg
