#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

enum class MapInterpolation { spline, linear, nearest };

/// Where the points lie that hold a map beyond its channels: on a ring outside the head, along the channels' hull, or
/// at the corners of a box three times as wide as the channels.
enum class MapSurround { ring, hull, box };

struct MapOptions {
    MapInterpolation interpolation = MapInterpolation::spline;
    MapSurround surround = MapSurround::ring;
    std::optional<double> border;  // value of the surrounding points; none: the mean of the three nearest channels
};

/// Interpolates scattered values over a square image of the head, from the channels and from points that surround them,
/// so that nothing runs away between the outermost channels and the border: with the thin-plate spline, linearly on
/// Delaunay's triangles, or as the value of the nearest channel (which needs no surrounding points).
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
                                   double extent = 1.0, const MapOptions& options = {});

/// Where a map with MapSurround::hull ends: the channels' convex hull, half a distance between neighbours farther out.
/// @return  the corners, counterclockwise, shape (n, 2)
Array<double, 2> map_border(View<const double, 2> positions);

}  // namespace ranvier::meeg
