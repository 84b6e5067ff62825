#include "ranvier/meeg/anatomy/graphs.hpp"

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"

namespace ranvier::meeg {

namespace {
std::size_t at(index k) { return static_cast<std::size_t>(k); }
}  // namespace

numerics::SparseMatrix edge_counts(index n_points, View<const std::int32_t, 2> triangles) {
    std::vector<numerics::SparseEntry> entries;
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            const std::int32_t a = triangles(t, c), b = triangles(t, (c + 1) % 3);
            entries.push_back({a, b, 1});
            entries.push_back({b, a, 1});
        }
    }
    return numerics::sparse(n_points, n_points, entries);
}

GraphEntries over_times(const GraphEntries& graph, index n_points, index n_times) {
    require(n_times >= 1, [&] { return "the number of times must be >= 1; got " + text_of(n_times); });
    GraphEntries made;
    for (index t = 0; t < n_times; ++t) {
        for (std::size_t k = 0; k < graph.rows.size(); ++k) {
            made.rows.push_back(graph.rows[k] + t * n_points);
            made.columns.push_back(graph.columns[k] + t * n_points);
        }
    }
    for (const bool later : {true, false}) {
        for (index node = 0; node < (n_times - 1) * n_points; ++node) {
            made.rows.push_back(later ? node : node + n_points);
            made.columns.push_back(later ? node + n_points : node);
        }
    }
    return made;
}

GraphEntries grid_graph(const std::array<int, 3>& shape, const std::vector<index>& used) {
    const auto [nx, ny, nz] = shape;
    const index n = index{nx} * ny * nz;
    std::vector<index> position(at(n), -1);
    for (std::size_t k = 0; k < used.size(); ++k) {
        require(used[k] >= 0 && used[k] < n, [&] {
            return "points in use must be among the " + text_of(n) + " of the grid; got " + text_of(used[k]);
        });
        position[at(used[k])] = static_cast<index>(k);
    }
    GraphEntries made, back;
    // x is fastest in memory: pairs along it come first, as those along the last axis of an array do.
    for (const index axis : {0, 1, 2}) {
        const index step = axis == 0 ? 1 : axis == 1 ? nx : index{nx} * ny;
        for (const index p : used) {
            const index along = axis == 0 ? p % nx : axis == 1 ? p / nx % ny : p / (index{nx} * ny);
            const index last = shape[at(axis)] - 1;
            if (along < last && position[at(p + step)] >= 0) {
                made.rows.push_back(position[at(p)]);
                made.columns.push_back(position[at(p + step)]);
            }
        }
    }
    back.rows = made.columns;
    back.columns = made.rows;
    made.rows.insert(made.rows.end(), back.rows.begin(), back.rows.end());
    made.columns.insert(made.columns.end(), back.columns.begin(), back.columns.end());
    for (std::size_t k = 0; k < used.size(); ++k) {
        made.rows.push_back(static_cast<std::int64_t>(k));
        made.columns.push_back(static_cast<std::int64_t>(k));
    }
    return made;
}

GraphEntries near_pairs(View<const double, 2> a, View<const double, 2> b, double distance) {
    const NearestPoints tree(b);
    GraphEntries made;
    for (index p = 0; p < a.extent(0); ++p) {
        for (const index q : tree.within({a(p, 0), a(p, 1), a(p, 2)}, distance)) {
            made.rows.push_back(p);
            made.columns.push_back(q);
        }
    }
    return made;
}

}  // namespace ranvier::meeg
