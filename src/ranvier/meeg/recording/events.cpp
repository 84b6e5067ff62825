#include "ranvier/meeg/recording/events.hpp"

#include <algorithm>
#include <cmath>

#include <set>
#include <tuple>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

namespace {

struct Step {
    index sample;
    std::int64_t before, after;
};

std::vector<std::string> stim_channels(const Info& info) {
    for (const char* name : {"STI101", "STI 014"}) {
        if (named(info.channels, name)) {
            return {name};
        }
    }
    return taken(channel_names(info), pick_types(info, {ChannelType::stim}));
}

/// The trigger as whole numbers >= 0.
std::vector<std::int64_t> trigger_values(std::span<const double> data, bool uint_cast, const std::string& name) {
    std::vector<std::int64_t> values(data.size());
    bool negative = false;
    for (std::size_t k = 0; k < data.size(); ++k) {
        require(std::abs(data[k]) < 9e18, [&] {  // false for NaN too
            return "a trigger must be a number that fits 64 bits; got " + text_of(data[k]) + " at sample " +
                   text_of(k) + " of channel '" + name + "'";
        });
        values[k] = static_cast<std::int64_t>(data[k]);
        if (uint_cast) {
            values[k] &= 0xffff;
        }
        negative = negative || values[k] < 0;
    }
    if (negative) {
        warn("channel '" + name + "' has negative triggers; their absolute value is used (uint_cast=True undoes a " +
             "Neuromag channel whose 16th bit is set)");
        for (auto& value : values) {
            value = std::abs(value);
        }
    }
    return values;
}

/// Changes of value; those within `merge` samples of the next are joined with it. The end of the data counts as a
/// change to 0.
std::vector<Step> steps(const std::vector<std::int64_t>& values, index first_samp, index merge) {
    std::vector<Step> all;
    for (std::size_t k = 1; k < values.size(); ++k) {
        if (values[k] != values[k - 1]) {
            all.push_back({first_samp + static_cast<index>(k), values[k - 1], values[k]});
        }
    }
    if (all.empty()) {
        return all;
    }
    if (all.back().after != 0) {
        all.push_back({first_samp + static_cast<index>(values.size()), all.back().after, 0});
    }
    if (merge <= 0) {
        return all;
    }
    std::vector<Step> merged;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (k + 1 < all.size() && all[k + 1].sample - all[k].sample <= merge) {
            continue;  // lives on in the next one
        }
        Step step = all[k];
        if (k > 0 && all[k].sample - all[k - 1].sample <= merge) {
            step.before = all[k - 1].before;
        }
        if (step.before != step.after) {
            merged.push_back(step);
        }
    }
    return merged;
}

Events events_on(std::span<const double> data, index first_samp, double sfreq, const std::string& name,
                 const FindEventsOptions& o) {
    const auto values = trigger_values(data, o.uint_cast, name);
    if (values.empty()) {
        return {};
    }
    const double min_samples = o.min_duration * sfreq;
    index merge = static_cast<index>(min_samples);
    if (merge > 0 && static_cast<double>(merge) == min_samples) {
        --merge;
    }
    auto list = steps(values, first_samp, merge);
    if (values[0] != 0) {
        if (o.initial_event) {
            list.insert(list.begin(), {first_samp, 0, values[0]});
        } else {
            log(LogLevel::info, "channel '" + name + "' begins with value " + text_of(values[0]) +
                                    "; initial_event=True makes that an event");
        }
    }
    if (o.mask) {
        const std::int64_t mask = o.mask_type == "and" ? *o.mask : ~static_cast<std::int64_t>(*o.mask);
        for (auto& step : list) {
            step.before &= mask;
            step.after &= mask;
        }
        std::erase_if(list, [](const Step& step) { return step.before == step.after; });
    }
    std::vector<std::size_t> onsets, offsets;
    for (std::size_t k = 0; k < list.size(); ++k) {
        const auto [sample, before, after] = list[k];
        const bool rising = o.consecutive == Consecutive::increasing, any = o.consecutive == Consecutive::yes;
        const bool onset = rising ? after > before : any ? after > 0 : before == 0;
        const bool offset = rising ? (onset || after == 0) && before > 0 : any ? before > 0 : after == 0;
        if (onset) {
            onsets.push_back(k);
        }
        if (offset) {
            offsets.push_back(k);
        }
    }
    if (onsets.empty() || offsets.empty()) {
        return {};
    }
    if (onsets.front() > offsets.front()) {  // an end whose beginning lies before the data
        offsets.erase(offsets.begin());
    }
    if (offsets.empty() || onsets.back() > offsets.back()) {  // a beginning whose end lies behind them
        onsets.pop_back();
    }
    const auto event = [&](std::size_t k) {
        return Event{list[k].sample, static_cast<int>(list[k].before), static_cast<int>(list[k].after)};
    };
    Events events;
    if (o.output == Output::offset) {
        require(onsets.size() == offsets.size(), [&] {
            return "with output='offset' each event must end once; channel '" + name + "' has " +
                   text_of(onsets.size()) + " beginnings and " + text_of(offsets.size()) +
                   " ends; use consecutive=True";
        });
        for (std::size_t k = 0; k < onsets.size(); ++k) {
            const auto end = event(offsets[k]);
            events.push_back({end.sample - 1, end.id, event(onsets[k]).id});
        }
    } else {
        std::set<std::size_t> places(onsets.begin(), onsets.end());
        if (o.output == Output::step) {
            places.insert(offsets.begin(), offsets.end());
        }
        std::ranges::transform(places, std::back_inserter(events), event);
    }
    index short_ones = 0;
    for (std::size_t k = 1; k < events.size(); ++k) {
        short_ones += events[k].sample - events[k - 1].sample < o.shortest_event ? 1 : 0;
    }
    require(short_ones == 0, [&] {
        return text_of(short_ones) + " events on channel '" + name +
               "' are shorter than shortest_event = " + text_of(o.shortest_event) +
               " samples; set min_duration to skip such glitches, or shortest_event "
               "to accept them";
    });
    return events;
}

}  // namespace

EventIds ids_by_code(const Events& events) {
    std::set<int> codes;
    std::ranges::transform(events, std::inserter(codes, codes.end()), &Event::id);
    EventIds ids;
    for (const int code : codes) {
        ids.emplace_back(text_of(code), code);
    }
    return ids;
}

Events find_events(const Raw& raw, const FindEventsOptions& options) {
    const auto names = options.stim_channel.empty() ? stim_channels(raw.info) : options.stim_channel;
    require(!names.empty(), [&] {
        return std::string("there must be a channel of type stim to find events; there is none") +
               (raw.annotations.items.empty() ? "; name one as stim_channel"
                                              : "; the recording has annotations: use events_from_annotations");
    });
    Events events;
    for (const index pick : channel_indices(raw.info, names)) {
        const auto data = samples(raw, {pick}, 0, raw.n_samples());
        const auto found = events_on(data.view().row(0), raw.first_samp, raw.info.sfreq,
                                     raw.info.channels[static_cast<std::size_t>(pick)].name, options);
        events.insert(events.end(), found.begin(), found.end());
    }
    const auto key = [](const Event& e) { return std::tuple(e.sample, e.before, e.id); };
    std::stable_sort(events.begin(), events.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    const auto last = std::unique(events.begin(), events.end());
    if (last != events.end()) {
        warn(text_of(events.end() - last) + " events occur on several trigger channels and count once");
        events.erase(last, events.end());
    }
    return events;
}

std::pair<Events, EventIds> events_from_annotations(const Raw& raw, const std::optional<EventIds>& ids,
                                                    double chunk_duration, bool bads_and_edges, bool use_rounding,
                                                    double tol) {
    const auto& items = raw.annotations.items;
    if (items.empty()) {
        return {{}, ids.value_or(EventIds{})};
    }
    std::set<std::string> descriptions;
    for (const auto& item : items) {
        const std::string head = lower_case(item.description.substr(0, 4));
        if (bads_and_edges || !(head.starts_with("bad") || head == "edge")) {
            descriptions.insert(item.description);
        }
    }
    EventIds codes;
    std::map<std::string, int> code_of;
    for (const auto& description : descriptions) {
        int code = static_cast<int>(codes.size()) + 1;
        if (ids) {
            const auto found = std::ranges::find(*ids, description, &EventIds::value_type::first);
            if (found == ids->end()) {
                continue;
            }
            code = found->second;
        }
        codes.emplace_back(description, code);
        code_of[description] = code;
    }
    require(!codes.empty() || bads_and_edges, [&] {
        std::set<std::string> all;
        for (const auto& item : items) {
            all.insert(item.description);
        }
        return "no annotation has one of the descriptions asked for; there are " + quoted({all.begin(), all.end()});
    });

    // With a date the first sample's time falls on the microsecond grid of dates; else onsets hold first_samp already.
    const bool dated = raw.annotations.orig_time.has_value();
    const double delta = dated ? -static_cast<double>(microseconds(raw.first_time())) / 1e6 : 0;
    const auto sample_of = [&](double onset) {
        const double at = (onset + delta) * raw.info.sfreq;
        return static_cast<index>(use_rounding ? std::nearbyint(at) : at) + (dated ? raw.first_samp : 0);
    };
    Events events;
    for (const auto& item : items) {
        const auto code = code_of.find(item.description);
        if (code == code_of.end()) {
            continue;
        }
        if (chunk_duration <= 0) {
            events.push_back({sample_of(item.onset), 0, code->second});
            continue;
        }
        const double end = item.onset + item.duration;
        const index count = static_cast<index>(std::ceil((end - item.onset) / chunk_duration));
        const double step = (item.onset + chunk_duration) - item.onset;  // as NumPy's ranges, so that ties round alike
        for (index k = 0; k < count; ++k) {
            const double onset = item.onset + static_cast<double>(k) * step;
            if (end - onset >= chunk_duration - tol) {
                events.push_back({sample_of(onset), 0, code->second});
            }
        }
    }
    return {events, codes};
}

Annotations annotations_from_events(const Events& events, double sfreq, const EventIds& names, index first_samp,
                                    std::optional<MeasurementDate> orig_time) {
    Annotations annotations;
    annotations.orig_time = orig_time;
    for (const auto& event : events) {
        const auto name = std::ranges::find(names, event.id, &EventIds::value_type::second);
        if (name != names.end()) {
            annotations.items.push_back({static_cast<double>(event.sample - first_samp) / sfreq, 0, name->first, {}});
        }
    }
    require(!annotations.items.empty(), "no event has one of the codes that are named; there is nothing to annotate");
    sort(annotations);
    return annotations;
}

std::vector<std::string> matching_names(const EventIds& names, const std::vector<std::string>& keys) {
    const auto tags = [](const std::string& text) {
        const auto parts = split(text, '/');
        return std::set(parts.begin(), parts.end());
    };
    std::set<std::string> found;
    for (const auto& key : keys) {
        const auto wanted = tags(key);
        for (const auto& [name, code] : names) {
            const auto has = tags(name);
            if (std::includes(has.begin(), has.end(), wanted.begin(), wanted.end())) {
                found.insert(name);
            }
        }
    }
    require(!found.empty(), [&] {
        std::vector<std::string> known;
        for (const auto& [name, code] : names) {
            known.push_back(name);
        }
        const std::string key = keys.empty() ? "" : keys.back();
        return "no event is named '" + key + "'" + did_you_mean(key, known) + "; there are " + quoted(known);
    });
    return {found.begin(), found.end()};
}

}  // namespace ranvier::meeg
