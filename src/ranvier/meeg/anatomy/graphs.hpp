#pragma once

#include <array>
#include <vector>

#include "ranvier/meeg/anatomy/surface.hpp"
#include "ranvier/numerics/sparse.hpp"

/// Which points are neighbours, as graphs.
namespace ranvier::meeg {

/// How many times triangles go along the edge between two points, either way.
numerics::SparseMatrix edge_counts(index n_points, View<const std::int32_t, 2> triangles);

/// Entries of a graph, in their order; all are 1.
struct GraphEntries {
    std::vector<std::int64_t> rows, columns;
};
/// A graph at several times, point by point joined to itself one time earlier and later. Nodes are counted time by
/// time.
GraphEntries over_times(const GraphEntries& graph, index n_points, index n_times);
/// The six neighbours of points on a grid that are used, and each point itself; by their position among those used.
/// Pairs along x come first, then along y, then along z, and those the other way round; then each itself.
/// @param used  numbers of points, x fastest, rising
GraphEntries grid_graph(const std::array<int, 3>& shape, const std::vector<index>& used);

/// Pairs of points of two lists that are at most a distance apart, by rows.
GraphEntries near_pairs(View<const double, 2> a, View<const double, 2> b, double distance);

}  // namespace ranvier::meeg
