#pragma once

#include <span>
#include <vector>

namespace ranvier::numerics {

/// Values at `at` of the piecewise cubic through (x, y) that rises where the points rise and falls where they fall.
///
/// @param x   rising, two or more
/// @param at  within x; outside of it the end pieces go on
/// @throws InvalidInput  fewer than two points, x that does not rise, or not one y each
/// @source    Fritsch & Butland 1984, doi:10.1137/0905021
std::vector<double> pchip(std::span<const double> x, std::span<const double> y, std::span<const double> at);

}  // namespace ranvier::numerics
