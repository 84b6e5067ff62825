#pragma once

#include <span>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Interpolates scattered values over a square image of the head: the thin-plate spline through the channels and a ring
/// of points outside the head, each of which has the mean of its nearest channels, so that nothing runs away between
/// the outermost channels and the border.
///
/// @param positions  2-D places, shape (channels, 2), as layout_positions gives them; channels at NaN, or with a value
///                   of NaN, are left out
/// @param values     shape (channels)
/// @param pixels     image size
/// @param extent     half width of the image in head radii
/// @return           image, shape (pixels, pixels), row 0 at the back of the head, NaN nowhere
/// @throws InvalidInput  no channel is left, or two are at one place
/// @cost             O(n³ + pixels² n)
/// @source           Duchon 1977, doi:10.1007/BFb0086566
Array<double, 2> topographic_image(View<const double, 2> positions, std::span<const double> values, index pixels,
                                   double extent = 1.0);

/// The matrix that maps values at `from` to values at `to`, both projected to the unit sphere around the origin.
///
/// @param from, to        shape (n, 3), (m, 3)
/// @param regularization  added to the diagonal of the spline's matrix
/// @return                shape (m, n)
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6; stiffness 4, 50 terms, as MNE-Python
Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to,
                                         double regularization = 1e-5);

/// Replaces the bad EEG channels by spherical-spline interpolation of the good ones, around the centre of the sphere
/// fitted to the digitised head (or `origin` [m]). Bad channels of other types keep their data and stay bad.
///
/// @param reset_bads  what was interpolated counts as good from now on
/// @throws InvalidInput  not in memory, no good channel, a channel without position, or no digitisation to fit
void interpolate_bads(Raw& raw, bool reset_bads = true, std::optional<std::array<double, 3>> origin = {});
void interpolate_bads(Epochs& epochs, bool reset_bads = true, std::optional<std::array<double, 3>> origin = {});
void interpolate_bads(Evoked& evoked, bool reset_bads = true, std::optional<std::array<double, 3>> origin = {});

}  // namespace ranvier::meeg
