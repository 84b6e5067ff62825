#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"

namespace ranvier::meeg {

/// Places of electrodes and landmarks on a head.
struct Montage {
    std::vector<std::pair<std::string, std::array<double, 3>>> positions;  // [m]
    StableVector<DigPoint> fiducials;                                      ///< LPA, nasion, RPA, in frames of their own
    StableVector<DigPoint> extra;                                          ///< HPI coils and head-shape points
    CoordFrame coord_frame = CoordFrame::unknown;                          ///< of `positions`
};

/// A montage that the literature or a maker of caps defines. The names are MNE-Python's of 1.13 ("colin27_1005",
/// "biosemi64", "GSN-HydroCel-128" …) and its earlier "standard_1005", "standard_1020", "standard_alphabetic",
/// "standard_postfixed", "standard_prefixed", "standard_primed" for the Colin-27 head.
///
/// @param head_size  radius [m] to which the positions are scaled (by the median of their norms); without it template
///                   heads keep their size and spherical montages get 0.095 m; 0 keeps the source's own size
/// @throws InvalidInput  unknown name (the message lists near ones), or 0 for a montage that has angles only
Montage make_standard_montage(const std::string& name, std::optional<double> head_size = {});
std::vector<std::string> standard_montage_names();

/// The transform to head coordinates that three fiducials define: x through LPA and RPA to the right, y through the
/// nasion, z upwards.
Transform head_transform(const std::array<double, 3>& nasion, const std::array<double, 3>& lpa,
                         const std::array<double, 3>& rpa, CoordFrame from = CoordFrame::unknown);
std::array<double, 3> applied(const Transform& transform, const std::array<double, 3>& point);
Transform inverse(const Transform& transform);

enum class OnMissing { raise, warn, ignore };
/// Gives EEG-like channels (EEG, sEEG, ECoG, DBS) and fNIRS pairs their places, turned into head coordinates by the
/// fiducials, and fills info.dig. The reference's place is kept where all channels agree on one; else it is that of a
/// position named "REF" or "EEG000", else the origin. A montage without fiducials in another frame than the head's is
/// taken as it is, with a warning.
/// @throws InvalidInput  a channel has no place in the montage (OnMissing::raise), or two names differ by case only
void set_montage(Info& info, const Montage& montage, OnMissing on_missing = OnMissing::raise, bool match_case = true);

/// The 10-05 spelling of a channel name as PhysioNet's EEGMMIDB writes it: "Fc5." → "FC5", "Fp1." → "Fp1", "Cz.." →
/// "Cz".
std::string standardized_name(std::string_view name);

/// 2-D places for drawing: azimuthal equidistant projection around the vertex; 1 is the head's equator, +y the nose,
/// +x the right ear; NaN where a channel has no place. shape (channels, 2)
///
/// The head is a sphere fitted to the head-shape points where there are at least four, else the one of radius 0.095 m
/// around the origin, or else `sphere`; a position's distance from its centre scales its distance on the map, as in
/// MNE-Python. With `from_above` the places are seen from high above instead of being laid out on the sphere.
Array<double, 2> layout_positions(const Info& info, const std::vector<index>& picks,
                                  const std::optional<HeadSphere>& sphere = {}, bool from_above = false);

}  // namespace ranvier::meeg
