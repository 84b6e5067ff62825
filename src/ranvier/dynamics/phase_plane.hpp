#pragma once

#include <array>
#include <span>
#include <vector>

#include "ranvier/dynamics/flow.hpp"

namespace ranvier::dynamics {

/// A rectangle in the plane of two states; the others rest at `others`.
struct Plane {
    index x = 0, y = 1;  ///< which states
    std::array<double, 2> x_range{}, y_range{};
    std::vector<double> others;  ///< shape (n); elements x and y are not used. Empty: the flow's x0
};

using Polyline = std::vector<std::array<double, 2>>;

/// Where dx/dt of one state vanishes in a plane: marching squares on a grid, then each point polished along its
/// edge of the grid by bracketing root search.
///
/// @param state       whose derivative
/// @param resolution  number of cells along each axis, 2 … 4096
/// @return            connected pieces; a closed one ends where it began. Accurate to 1e-14 of the edge
/// @throws InvalidInput  a plane that does not fit the flow
/// @cost              O(resolution²) evaluations
std::vector<Polyline> nullcline(const Flow& flow, std::span<const double> p, const Plane& plane, index state,
                                index resolution = 128);

/// Equidistant places of a grid on a plane, and what the other states are there.
struct PlaneGrid {
    std::vector<double> x, y;  ///< shapes (columns), (rows)
    std::vector<double> rest;  ///< shape (n); elements of the plane's states are to be set
};
/// @throws InvalidInput  a plane that does not fit the flow, fewer than 2 rows or columns
PlaneGrid plane_grid(const Flow& flow, std::span<const double> p, const Plane& plane, index columns, index rows);

/// dx/dt and dy/dt on a grid, rows along y. NaN where the flow has no value.
struct VectorField {
    std::vector<double> x, y;  ///< positions, shapes (columns), (rows)
    Array<double, 2> dx, dy;   ///< shape (rows, columns)
};
VectorField vector_field(const Flow& flow, std::span<const double> p, const Plane& plane, index columns = 21,
                         index rows = 21);

}  // namespace ranvier::dynamics
