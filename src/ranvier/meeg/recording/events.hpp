#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/raw.hpp"

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

/// Every code under its own number as name, ascending.
EventIds ids_by_code(const Events& events);

enum class Output { onset, offset, step };
enum class Consecutive { no, yes, increasing };

struct FindEventsOptions {
    std::vector<std::string> stim_channel;
    Output output = Output::onset;
    Consecutive consecutive = Consecutive::increasing;
    double min_duration = 0;
    int shortest_event = 2;
    std::optional<int> mask;
    std::string mask_type = "and";
    bool uint_cast = false;
    bool initial_event = false;
    static Fields fields() {
        using O = FindEventsOptions;
        return {"find_events",
                {field("stim_channel", &O::stim_channel,
                       "the trigger channels; none: 'STI101', else 'STI 014', else all good ones of type stim")
                     .also(nullptr, Value::List{}),
                 field("output", &O::output, "where an event is put: where the value rises, falls back, or both",
                       {{"onset", Output::onset}, {"offset", Output::offset}, {"step", Output::step}}),
                 field("consecutive", &O::consecutive,
                       "whether a change from one value to another without zero between is an event, or where it "
                       "increases",
                       {{"no", Consecutive::no}, {"yes", Consecutive::yes}, {"increasing", Consecutive::increasing}})
                     .also(false, "no")
                     .also(true, "yes"),
                 field("min_duration", &O::min_duration, "shortest event").in("s").at_least(0),
                 field("shortest_event", &O::shortest_event, "shortest event; a shorter one is an error").in("samples"),
                 field("mask", &O::mask, "bits of the values that are kept, or taken out, by mask_type"),
                 field("mask_type", &O::mask_type, "'and' keeps the bits, 'not_and' takes them out")
                     .one_of({"and", "not_and"}),
                 field("uint_cast", &O::uint_cast, "whether values are wrapped to unsigned 16 bit first"),
                 field("initial_event", &O::initial_event, "whether a value at the first sample is an event")}};
    }
};
/// Events on trigger channels; the same rules as MNE-Python's `find_events`. Negative values count as their absolute
/// value, with a warning; fractions are cut off.
/// @throws InvalidInput  no stim channel; a trigger that is no number; two events nearer than `shortest_event`; with
///                       Output::offset, more ends than beginnings
Events find_events(const Raw& raw, const FindEventsOptions& options = {});

/// Events at the onsets of annotations, in the order of the annotations. Without `ids` every description gets a number,
/// in alphabetical order from 1. With `chunk_duration` > 0 an event every that many seconds while a whole chunk (less
/// `tol`) fits into the annotation; their samples are on the same clock as the others. (MNE-Python 1.13 adds first_samp
/// twice there for recordings without meas_date.)
///
/// @param ids             codes of descriptions; what is not in it is left out
/// @param bads_and_edges  take descriptions too that begin with "bad" or "edge", in any case
/// @param tol             [s]
/// @return                events, and the codes of the descriptions that occur
/// @throws InvalidInput  no description is left, unless bads_and_edges
std::pair<Events, EventIds> events_from_annotations(const Raw& raw, const std::optional<EventIds>& ids = {},
                                                    double chunk_duration = 0, bool bads_and_edges = false,
                                                    bool use_rounding = true, double tol = 1e-8);
/// Annotations at the events: the inverse of the above. Events without a name are left out.
/// @throws InvalidInput  no event has a name
Annotations annotations_from_events(const Events& events, double sfreq, const EventIds& names, index first_samp,
                                    std::optional<MeasurementDate> orig_time);

/// Names that contain all "/"-separated tags of one of the keys; sorted.
/// @throws InvalidInput  none does; the message lists the names
std::vector<std::string> matching_names(const EventIds& names, const std::vector<std::string>& keys);

}  // namespace ranvier::meeg
