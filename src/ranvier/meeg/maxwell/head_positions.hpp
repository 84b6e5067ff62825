#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"

/// Where the head is over time.
namespace ranvier::meeg {

/// One position of the head from a time on, as MaxFilter writes it.
struct HeadPosition {
    double time = 0;      ///< on the acquisition's clock [s]
    Point quaternion{};   ///< of the rotation from device to head [1]
    Point translation{};  // [m]
    double goodness = 0;  ///< of the fit [1]
    double error = 0;     ///< mean distance of the coils from where they should be [m]
    double velocity = 0;  // [m/s]
};
using HeadPositions = std::vector<HeadPosition>;

Transform device_to_head(const HeadPosition& position);

/// The positions as they hold for the samples of a recording: first the one before the first sample, if need be that of
/// the Info, and the sample from which on each holds, which rises.
struct HeadTrack {
    HeadPositions positions;
    std::vector<index> samples;  ///< the first is 0
    /// Number of the position that holds at a sample.
    index at(index sample) const;
};
/// Positions behind the end are kept, since those before lead to them. Where there are positions, the Info must have
/// one too, which the first may be needed for.
/// @throws InvalidInput  times that do not rise, lie before the recording, or fall on one sample; numbers that are not
///                       finite; rotations that are none. Warns of heads beyond 1 m.
HeadTrack head_track(const Raw& raw, const HeadPositions& positions);

/// The mean of the positions over samples [start, stop), each weighted by how long it holds there.
HeadPosition mean_position(const HeadTrack& track, index start, index stop);

/// The mean position over the samples of recordings that no annotation says "bad" of, from device to head.
/// @throws InvalidInput  numbers of recordings and positions differ, or none holds at a good sample
Transform average_head_position(std::span<const Raw* const> raws, std::span<const HeadPositions> positions);

struct MovementLimits {
    std::optional<double> rotation_velocity;     // [°/s]
    std::optional<double> translation_velocity;  // [m/s]
    std::optional<double> mean_distance;  ///< of any coil from where it is on average, or where the Info says [m]
    bool from_average = true;
};
struct Movement {
    Annotations annotations;     ///< "BAD_mov_rotat_vel", "BAD_mov_trans_vel", "BAD_mov_dist"
    Array<double, 2> distances;  ///< of each coil at each position, shape (positions, coils) [m]; empty without limit
};
/// Stretches in which the head moves fast or is far. @param coils  of the head position indicator, in device
/// coordinates
Movement annotate_movement(const Raw& raw, const HeadPositions& positions, const MovementLimits& limits,
                           const std::vector<Point>& coils);

}  // namespace ranvier::meeg
