#pragma once

#include <limits>
#include <span>
#include <vector>

#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// Lengths of the edges of triangles, as a symmetric matrix of all points.
numerics::SparseMatrix edge_lengths(View<const double, 2> points, View<const std::int32_t, 2> triangles);

/// How far points are from the nearest of some sources along edges, and which source that is.
struct Reached {
    std::vector<double> distances;  ///< infinite beyond the limit
    std::vector<index> sources;     ///< of equally near ones the first; −1 beyond the limit
};
/// Dijkstra's algorithm. @throws InvalidInput  a source is no point
/// @cost  O(edges · log(points))
Reached reached(const numerics::SparseMatrix& edges, std::span<const index> sources,
                double limit = std::numeric_limits<double>::infinity());

/// Adds distances between the vertices of each surface along its edges, up to a limit [m], and what is nearest to each
/// point where all are within the limit of a vertex; with a limit of 0 only the latter, without limit.
///
/// Each vertex' distances are found in their own search, in parallel; memory grows with the square of the vertices.
/// @throws InvalidInput  limit < 0, or a source space without surface; then nothing is changed
/// @cost  O(vertices · edges · log(points)); threads()
void add_distances(SourceSpaces& spaces, double limit = std::numeric_limits<double>::infinity());

}  // namespace ranvier::meeg
