#pragma once

#include <vector>

#include "ranvier/meeg/anatomy/surface.hpp"

namespace ranvier::meeg {

/// The summed areas of triangles whose corners are all among some points, in the square of the points' unit.
double area_of(const Surface& surface, const std::vector<index>& points);

/// Cuts a region of a sphere into parts of equal length along its longest direction, which lies in the plane that
/// touches the sphere below the region's centre; parts are counted from low to high y.
/// @param region  places of its points, shape (points, 3)
/// @param normal  of that plane
/// @return        the part of each point, 0 to n_parts − 1
/// @throws InvalidInput  fewer than two parts, or no two places that differ
std::vector<int> parts_along(View<const double, 2> region, const std::array<double, 3>& normal, int n_parts);

/// Which of some points hang together along edges: numbers of parts, counted in the order of their first points.
std::vector<int> connected_parts(const Surface& surface, const std::vector<index>& points);

}  // namespace ranvier::meeg
