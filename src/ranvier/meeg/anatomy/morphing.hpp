#pragma once

#include <optional>
#include <string>

#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// From values at the points of one sphere to those of another: each of the other's points lies in, or beside, a
/// triangle around the point of the first that is nearest to it, whose corners are weighted as it lies between them.
/// @param from  with triangles; sizes of spheres do not matter
/// @return      shape (points of to, points of from), rows of sum 1
/// @throws InvalidInput  a point of `from` that is nearest has no triangle
/// @cost        O(points · log(points)); threads()
numerics::SparseMatrix morph_map(const Surface& from, View<const double, 2> to);

/// Values of some vertices of a surface, spread over it: in each step, each point gets the mean over itself and those
/// of its neighbours that have one.
struct Spread {
    numerics::SparseMatrix matrix;  ///< shape (points, vertices)
    index missing = 0;              ///< points that have got none
    int steps = 0;
};
/// @param steps  0: none; nothing: until every point has a value, 100 at most
/// @throws InvalidInput  a vertex that is no point or is named twice, steps < 0
Spread spread(index n_points, View<const std::int32_t, 2> triangles, const std::vector<index>& vertices,
              std::optional<int> steps);

/// Morph maps of a pair of subjects, for both hemispheres.
struct MorphMaps {
    std::string from, to;
    numerics::SparseMatrix left, right;
};

}  // namespace ranvier::meeg
