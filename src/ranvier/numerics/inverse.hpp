#pragma once

#include <string>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// Replaces a square matrix of thousands of rows by its inverse, on threads(): Gauss–Jordan elimination in blocks of
/// columns, with row pivoting. For well-conditioned matrices it is as exact as a solution by L U.
/// @param task  what progress is shown as
/// @throws InvalidInput    not square, or not finite
/// @throws NumericalError  a pivot is below the rounding of the matrix: singular
/// @cost  2 n³ operations
void invert(Array<double, 2>& a, const std::string& task = "Inverting a matrix");

}  // namespace ranvier::numerics
