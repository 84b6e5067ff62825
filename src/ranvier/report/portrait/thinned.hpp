#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::report {

/// Which columns of a curve a picture needs: the ends, jumps (two columns of equal `at`), and every column that a
/// straight line between its kept neighbours would miss by more than `tolerance` of a row's size.
///
/// @param at    ascending, shape (k): along what the line is straight
/// @param rows  shape (n, k), finite
/// @param size  of each row, > 0, shape (n)
/// @source  Ramer 1972, doi:10.1016/S0146-664X(72)80017-0; Douglas & Peucker 1973, doi:10.3138/FM57-6770-U75U-7727
std::vector<index> thinned_columns(std::span<const double> at, const View<const double, 2>& rows,
                                   std::span<const double> size, double tolerance);

}  // namespace ranvier::report
