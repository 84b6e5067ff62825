#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/info.hpp"

namespace ranvier::meeg {

/// A stretch of a recording with a name; descriptions that begin with "bad" (any case) mark data to reject.
struct Annotation {
    double onset = 0;     ///< [s] from orig_time, or from the first sample where there is none
    double duration = 0;  // [s]
    std::string description;
    std::vector<std::string> channels;  ///< empty: all
    bool operator==(const Annotation&) const = default;
};

/// Annotations sorted by onset, then duration, then description.
struct Annotations {
    std::vector<Annotation> items;
    std::optional<MeasurementDate> orig_time;
};

void sort(Annotations& annotations);
/// Keeps what overlaps [tmin, tmax], cut to it. @param tmin, tmax  [s], on the clock of the onsets
Annotations cropped(const Annotations& annotations, double tmin, double tmax);

}  // namespace ranvier::meeg
