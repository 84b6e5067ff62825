#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/sensors/coils.hpp"

/// What is known of one MEG system beyond its drawing.
namespace ranvier::meeg {

/// Where coils really are and how exact they are.
struct FineCalibration {
    std::vector<std::string> names;            ///< of channels
    std::vector<std::array<double, 12>> locs;  ///< as Channel::loc; places are not used, only directions [1]
    /// Of magnetometers: by how much their values are too small (one number). Of gradiometers: how much of the field
    /// along x, or along x, y and z, they take up, as magnetometers with `mag_scale` would (one or three numbers).
    std::vector<std::vector<double>> numbers;
};

/// A sparse matrix as its entries that are not zero, row by row.
struct CrossTalk {
    std::vector<std::string> names;
    struct Entry {
        index row, column;
        double value;
    };
    std::vector<Entry> entries;    ///< samples without cross-talk = matrix · samples, sorted by row, then column
    std::vector<PreservedTag> of;  ///< who made it and when, for the history of what is processed
};
/// Of entries in any order; several of one place are summed.
/// @throws InvalidInput  an entry that lies outside of a matrix over the names, or is not finite
CrossTalk cross_talk_of(std::vector<std::string> names, std::vector<CrossTalk::Entry> entries);

/// What a recording itself holds of its system, as those of newer MEGIN systems do. None where it holds nothing.
/// @throws InvalidInput  what it holds is damaged
std::optional<FineCalibration> own_calibration(const Info& info);
std::optional<CrossTalk> own_cross_talk(const Info& info);

/// A calibration without spaces in its names, numbered by the channels `picks` of an Info: at[k] is the entry of pick
/// k.
/// @throws InvalidInput  a channel is missing. Warns of entries that are no channel's.
std::vector<std::size_t> entries_of(const FineCalibration& calibration, const Info& info,
                                    const std::vector<index>& picks);

/// @throws InvalidInput  what a calibration says of a channel can't be: a gain divides, and directions have a length
void check_entry(const FineCalibration& calibration, std::size_t entry, bool magnetometer);

/// Magnetometers at some places that each look along one of the coils' directions there: 0, x; 1, y; 2, z.
CoilSet points_along(index direction, const std::vector<std::array<double, 12>>& locs);

/// Turns coils as a calibration says; where it gives only the normal truly, the others are turned along. Returns the
/// directions [ex, ey, ez] that each channel then has, and the calibration's loc as it goes into the history.
struct TurnedCoil {
    std::array<double, 12> loc;         ///< of the channel
    std::array<double, 12> calibrated;  ///< as the file has it, with ex and ey that are orthogonal to ez
    double angle;                       ///< between old and new normal [rad]
};
TurnedCoil turned(const std::array<double, 12>& channel, const std::array<double, 12>& calibrated);

std::string without_spaces(const std::string& name);

}  // namespace ranvier::meeg
