#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace ranvier::numerics {

/// Delaunay's triangulation of points in the plane: no point lies inside the circle through a triangle's corners. Where
/// four points are on one circle, one of the two choices is taken, always the same.
///
/// @param points  no two at one place
/// @return        corners of the triangles as numbers of points, counterclockwise; none for points on one line
/// @cost          O(n²)
/// @source        Bowyer 1981, doi:10.1093/comjnl/24.2.162; Watson 1981, doi:10.1093/comjnl/24.2.167
std::vector<std::array<std::size_t, 3>> delaunay_triangles(const std::vector<std::array<double, 2>>& points);

}  // namespace ranvier::numerics
