#pragma once

#include <span>

#include "ranvier/base/value.hpp"
#include "ranvier/meeg/maxwell/maxwell_filter.hpp"

/// What is made ready once, before samples are looked at.
namespace ranvier::meeg {

/// Is a setting an origin, three numbers, or none (which is chosen)?
bool three_numbers_or_none(const Value& value);

struct Preparation {
    Info info;                                 ///< coil types and directions as they truly are
    Sensors sensors;                           ///< and the origin in head coordinates
    Point origin;                              ///< as given or fitted, in the frame that was asked for
    std::vector<bool> good;                    ///< of sensors.picks
    std::vector<CrossTalk::Entry> cross_talk;  ///< rows and columns count sensors.picks; empty: none
    CrossTalk cross_talk_of;                   ///< as it goes into the history
    /// Of the history: channel numbers and coils; what their directions and numbers are, shape (channels, 14).
    std::vector<std::array<int, 2>> calibrated_channels;
    Array<double, 2> calibration;
    Array<double, 2> reconstruction;  ///< inner moments to samples of all picks, at the destination
    SpaceOptions spaces;
};

/// @param st_only  samples are not made anew, so that a filter in space may have been applied
Preparation prepared(const Raw& raw, const ExpansionOptions& options, const std::optional<Transform>& destination,
                     bool st_only, bool temporal);

/// Matches cross-talk with the preparation's sensors.
/// @throws InvalidInput  a sensor is not in the matrix. Warns of channels that are no sensors.
void add_cross_talk(Preparation& prepared, const CrossTalk& given);

/// The history with a record of what was done before the others, as FIFF's tags.
struct MaxwellRecord {
    const Preparation* prepared = nullptr;
    std::vector<index> moments;  ///< used ones
    index n_all = 0;
    std::string coord_frame;
    bool st_only = false;
    std::optional<double> st_duration, st_correlation;
};
void add_to_history(Info& info, const MaxwellRecord& record);

/// Which steps the history of an Info says were done.
struct MaxwellDone {
    bool separated = false, temporal = false, calibrated = false, cross_talk = false;
};
MaxwellDone maxwell_done(const Info& info);

/// @param k     number of the sensor among those of the preparation
/// @param time  of the first sample [s]
/// @throws InvalidInput  a sample of a sensor is not finite
void require_finite(const Preparation& prepared, index k, std::span<const double> samples, double time);

/// The samples of good sensors without cross-talk, shape (good, samples), of samples of all picks.
/// @throws InvalidInput  one is not finite
void take_good(const Preparation& prepared, const std::vector<bool>& good, View<const double, 2> all, double time,
               View<double, 2> out);

}  // namespace ranvier::meeg
