#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/raw.hpp"

namespace ranvier::meeg {

/// Places of electrodes and landmarks on a head.
struct Montage {
    std::vector<std::pair<std::string, std::array<double, 3>>> positions;  // [m]
    std::vector<DigPoint> fiducials;    ///< nasion, LPA, RPA in `coord_frame`
    std::vector<DigPoint> extra;        ///< HPI coils and head-shape points
    int coord_frame = frame::unknown;
};

/// "standard_1005", "standard_1020", "biosemi64" … ; @throws InvalidInput  unknown; the message lists the names
Montage make_standard_montage(const std::string& name, std::optional<double> head_size = {});
std::vector<std::string> standard_montage_names();

enum class OnMissing { raise, warn, ignore };
/// Gives EEG-like channels (EEG, sEEG, ECoG, DBS) their places, turned into head coordinates by the fiducials, and
/// fills info.dig.
/// @throws InvalidInput  a channel has no place in the montage (OnMissing::raise), or two names differ by case only
void set_montage(Info& info, const Montage& montage, OnMissing on_missing = OnMissing::raise, bool match_case = true);

/// 2-D places for drawing: azimuthal equidistant projection around the vertex; 1 is the head's equator, +y the nose,
/// +x the right ear; NaN where a channel has no place. shape (channels, 2)
Array<double, 2> layout_positions(const Info& info, const std::vector<index>& picks);

}  // namespace ranvier::meeg
