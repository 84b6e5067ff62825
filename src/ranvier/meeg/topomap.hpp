#pragma once

#include <vector>

#include "ranvier/meeg/info.hpp"

namespace ranvier::meeg {

/// Interpolates scattered values over a square image of the head (Clough–Tocher-like smooth surface with border
/// points, or the spherical spline; see topomap.cpp).
///
/// @param positions  2-D places, shape (channels, 2), as layout_positions gives them
/// @param values     shape (channels)
/// @param pixels     image size
/// @param extent     half width of the image in head radii
/// @return           image, shape (pixels, pixels), row 0 at the back of the head, NaN nowhere
Array<double, 2> topographic_image(View<const double, 2> positions, std::span<const double> values, index pixels,
                                   double extent = 1.0);

/// Replaces the bad EEG channels by spherical-spline interpolation of the good ones.
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6; stiffness 4, 50 terms, as MNE-Python
Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to, double regularization);

}  // namespace ranvier::meeg
