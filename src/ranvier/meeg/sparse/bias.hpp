#pragma once

#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Factors that give time courses back what the penalty took from their amplitudes:
///
///   min_D  ½ ‖M − G D X‖²,   D ≥ 1, one factor for each position
///
/// @param G  gain of the rows of X, shape (sensors, positions · n_orient)
/// @return   a factor for each row of X
/// @source   Gramfort et al. 2013, doi:10.1016/j.neuroimage.2012.12.051
std::vector<double> bias_factors(View<const double, 2> M, View<const double, 2> G, View<const double, 2> X,
                                 index n_orient = 1);

}  // namespace ranvier::meeg
