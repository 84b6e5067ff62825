#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// A stretch of a recording with a name; descriptions that begin with "bad" (any case) mark data to reject.
struct Annotation {
    double onset = 0;     ///< [s]; on which clock: see Annotations
    double duration = 0;  // [s]
    std::string description;
    std::vector<std::string> channels;  ///< empty: all
    std::string extras = {};            ///< what else is known about it, a JSON object; or empty
    bool operator==(const Annotation&) const = default;
};

/// Annotations sorted by onset, then duration.
///
/// The clock of the onsets: while they stand alone, seconds after `orig_time`, or after the first sample where there
/// is none. Those of a Raw (set_annotations puts them there) have orig_time == info.meas_date and count from the
/// acquisition's sample 0 in either case, so the first sample lies at first_samp / sfreq.
struct Annotations {
    std::vector<Annotation> items;
    std::optional<MeasurementDate> orig_time;
};

void sort(Annotations& annotations);
/// Keeps what overlaps [tmin, tmax], cut to it. Times fall on the microsecond grid of calendar times.
/// @param tmin, tmax  [s], on the clock of the onsets
/// @throws InvalidInput  tmin > tmax
Annotations cropped(const Annotations& annotations, double tmin, double tmax);
}  // namespace ranvier::meeg
