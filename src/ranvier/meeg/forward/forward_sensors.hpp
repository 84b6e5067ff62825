#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/sensors/coils.hpp"

namespace ranvier::meeg {

/// Electrodes: each measures the sum of weight · potential over its points.
struct ElectrodeSet {
    std::vector<Point> places;  // [m]
    std::vector<double> weights;
    std::vector<index> first{0};
    index size() const { return static_cast<index>(first.size()) - 1; }
};

/// The electrodes of some channels: minus the potential at their reference where that has a place.
/// @throws InvalidInput  a channel without place
ElectrodeSet electrodes_of(const Info& info, const std::vector<index>& picks);

/// What a forward solution has rows for, in head coordinates.
struct ForwardSensors {
    std::vector<index> meg, eeg;    ///< channels of the info, in its order
    CoilSet coils;                  ///< of the MEG channels and, where they are needed, the reference sensors
    std::vector<Point> centres;     ///< of the coils [m]
    Array<double, 2> compensation;  ///< (MEG channels, coils); empty: the coils are the channels'
    ElectrodeSet electrodes;
    index n_rows() const { return static_cast<index>(meg.size() + eeg.size()); }
};

struct ForwardSensorsOptions {
    bool meg = true, eeg = true;
    bool ignore_ref = false;  ///< leave reference sensors and the compensation by them out
    CoilAccuracy accuracy = CoilAccuracy::accurate;
};
/// Bad channels, too. Of compensated MEG channels, the field at the reference sensors is subtracted as it is from
/// samples.
/// @throws InvalidInput  no MEG or EEG channel, MEG channels without a transform to the head, KIT's reference sensors,
/// or
///                       places in frames that can't be brought to the head's
ForwardSensors forward_sensors(const Info& info, const ForwardSensorsOptions& options = {});

}  // namespace ranvier::meeg
