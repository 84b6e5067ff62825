#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/points.hpp"

/// Contacts of depth electrodes, which stand in rows.
namespace ranvier::meeg {

/// A row of contacts, one after the other.
struct Shaft {
    std::vector<index> contacts;  ///< numbers of points
    std::vector<double> along;    ///< where they are on the row, rising; [1]
};

/// The rows in which points stand: each from a point through its nearest neighbour, with all that are nearer than 2 mm
/// to the line that the median of their distances makes, up to a gap of more than twice the median. A point that stands
/// in no row is one alone.
/// @param points  [m]
/// @cost  O(n²) for each row, and O(c²) for its c contacts
std::vector<Shaft> shafts(const std::vector<Point>& points);

/// The matrix that maps values at `from` to those at `to` by the cubic spline without a knot at the second and the last
/// but one point; beyond the ends it stays what it is there.
/// @param from  rising, four or more
/// @return      shape (to, from)
/// @source  de Boor 1978, A Practical Guide to Splines, chapters IX and XIII
Array<double, 2> cubic_spline_matrix(std::span<const double> from, std::span<const double> to);

}  // namespace ranvier::meeg
