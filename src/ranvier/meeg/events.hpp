#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/raw.hpp"

namespace ranvier::meeg {

/// One event: sample number on the acquisition clock (includes first_samp), value before, value after.
struct Event {
    index sample = 0;
    int before = 0;
    int id = 0;
    bool operator==(const Event&) const = default;
};
using Events = std::vector<Event>;
/// Names of event codes, e.g. {"auditory/left", 1}.
using EventIds = std::vector<std::pair<std::string, int>>;

enum class Output { onset, offset, step };
enum class Consecutive { no, yes, increasing };

struct FindEventsOptions {
    std::vector<std::string> stim_channels;  ///< empty: the default ("STI 014", "STI101" …, else all of type stim)
    Output output = Output::onset;
    Consecutive consecutive = Consecutive::increasing;
    double min_duration = 0;    // [s]
    int shortest_event = 2;     // [samples]
    std::optional<int> mask;
    bool mask_and = true;       ///< mask_type "and"; false: "not_and"
    bool uint_cast = false;
    bool initial_event = false;
};
/// Events on trigger channels; the same rules as MNE-Python's `find_events`.
Events find_events(const Raw& raw, const FindEventsOptions& options = {});

/// Events at the onsets of annotations. Without `ids` every description not beginning with "bad"/"edge" gets a number,
/// in alphabetical order from 1. With `chunk_duration` > 0 an event every that many seconds. @return events and ids
std::pair<Events, EventIds> events_from_annotations(const Raw& raw, const std::optional<EventIds>& ids = {},
                                                    double chunk_duration = 0);
/// Annotations at the events: the inverse of the above.
Annotations annotations_from_events(const Events& events, double sfreq, const EventIds& names, index first_samp,
                                    std::optional<MeasurementDate> orig_time);

}  // namespace ranvier::meeg
