#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/recording/raw.hpp"
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

/// The matrix that maps values at `from` to values at `to`, both projected to the unit sphere around the origin.
///
/// @param from, to        shape (n, 3), (m, 3)
/// @param regularization  added to the diagonal of the spline's matrix
/// @return                shape (m, n)
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6; stiffness 4, 50 terms, as MNE-Python
Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to,
                                         double regularization = 1e-5);
/// The same of points projected to the sphere around `centre`.
Array<double, 2> spherical_spline_matrix(const std::vector<Point>& from, const std::vector<Point>& to,
                                         const Point& centre);

struct InterpolationOptions {
    bool reset_bads = true;                       // what was interpolated counts as good from now on
    std::optional<std::array<double, 3>> origin;  // centre of the sphere [m]; none: of the one fitted to the head
    std::vector<std::string> exclude;             // channels left as they are, and out of account
    /// What to do where a channel has no place: refuse, or fill it with NaN where it is bad and do without it where it
    /// is good, with a warning or without.
    OnMissing on_bad_position = OnMissing::raise;
    static Fields fields() {
        using O = InterpolationOptions;
        return {"interpolate_bads",
                {field("reset_bads", &O::reset_bads, "whether what was interpolated counts as good from now on"),
                 field("origin", &O::origin, "centre of the sphere in head coordinates; 'auto': fitted to the head")
                     .in("m")
                     .none_is("auto"),
                 field("exclude", &O::exclude, "channels that are left as they are, and not interpolated from"),
                 field("on_bad_position", &O::on_bad_position,
                       "what to do where a channel has no place; but for 'raise' it becomes NaN where it is bad and is "
                       "done without where it is good",
                       {{"raise", OnMissing::raise}, {"warn", OnMissing::warn}, {"ignore", OnMissing::ignore}})}};
    }
};

/// Replaces the bad EEG channels by spherical-spline interpolation of the good ones, around the centre of the sphere
/// fitted to the digitised head. Bad channels of other types keep their data and stay bad.
///
/// @throws InvalidInput  not in memory, no good channel, a channel without position, or no digitisation to fit
void interpolate_bads(Raw& raw, const InterpolationOptions& options = {});
void interpolate_bads(Epochs& epochs, const InterpolationOptions& options = {});
void interpolate_bads(Evoked& evoked, const InterpolationOptions& options = {});

}  // namespace ranvier::meeg
