#include "ranvier/meeg/recording/epochs.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

namespace {

std::string text(double value) { return formatted("%g", value); }

void check_numbers_in_log(const std::vector<index>& numbers, const std::vector<Reasons>& log) {
    for (const index number : numbers) {
        require(number >= 0 && number < std::ssize(log), [&] {
            return "the numbers of the epochs must lie within the drop log's " + text_of(log.size()) +
                   " entries; got " + text_of(number);
        });
    }
}

/// Events whose code is asked for; the log says "IGNORED" of the others.
void select_events(Epochs& epochs, const Events& events, const EventIds& event_id) {
    epochs.event_id = event_id;
    if (event_id.empty()) {
        epochs.event_id = ids_by_code(events);
    }
    std::set<std::string> names;
    std::set<int> codes;
    for (const auto& [name, code] : epochs.event_id) {
        require(names.insert(name).second,
                [name = name] { return "the names of events must differ; '" + name + "' occurs twice"; });
        require(codes.insert(code).second,
                [code = code] { return "the codes of events must differ; " + text_of(code) + " has two names"; });
        const bool found =
            std::any_of(events.begin(), events.end(), [code = code](const auto& e) { return e.id == code; });
        require(found, [&, name = name, code = code] {
            return "no event has code " + text_of(code) + " ('" + name + "') among the " + text_of(events.size()) +
                   " events";
        });
    }
    epochs.drop_log.assign(events.size(), {});
    for (std::size_t k = 0; k < events.size(); ++k) {
        if (codes.contains(events[k].id)) {
            epochs.events.push_back(events[k]);
            epochs.selection.push_back(static_cast<index>(k));
        } else {
            epochs.drop_log[k].push_back("IGNORED");
        }
    }
    require(!epochs.events.empty(),
            [&] { return "no event has one of the codes asked for, among the " + text_of(events.size()) + " events"; });
}

/// A code for events of several names at once: that of the joint name if there is one, else a free one.
int merged_code(EventIds& event_id, const Events& events, const std::set<int>& codes) {
    std::set<std::string> parts;
    for (const int code : codes) {
        parts.insert(std::ranges::find(event_id, code, &EventIds::value_type::second)->first);
    }
    const std::string joint = joined({parts.begin(), parts.end()}, "/");
    for (const auto& [name, code] : event_id) {
        const auto tags = split(name, '/');
        if (name == joint || std::set<std::string>(tags.begin(), tags.end()) == parts) {
            return code;
        }
    }
    std::set<int> taken;
    for (const auto& [name, code] : event_id) {
        taken.insert(code);
    }
    for (const auto& event : events) {
        taken.insert(event.before);
        taken.insert(event.id);
    }
    int code = 1;
    if (*taken.begin() <= 1) {  // the first gap, as MNE-Python chooses
        code = *taken.begin() + 1;
        while (taken.contains(code)) {
            ++code;
        }
    }
    event_id.emplace_back(joint, code);
    return code;
}

void handle_repeated(Epochs& epochs, const EpochsOptions& o) {
    std::map<index, std::vector<std::size_t>> at;
    for (std::size_t k = 0; k < epochs.events.size(); ++k) {
        at[epochs.events[k].sample].push_back(k);
    }
    if (at.size() == epochs.events.size()) {
        return;
    }
    if (o.event_repeated == Repeated::error) {
        const auto twice =
            std::find_if(at.begin(), at.end(), [](const auto& entry) { return entry.second.size() > 1; });
        throw Conflict("events must lie on different samples; sample " + text_of(twice->first) + " has " +
                       text_of(twice->second.size()) + "; set event_repeated to 'drop' or 'merge'");
    }
    const bool merge = o.event_repeated == Repeated::merge;
    const Events before = epochs.events;
    std::set<std::size_t> gone;
    for (const auto& [sample, who] : at) {
        if (who.size() > 1 && merge) {
            std::set<int> codes, priors;
            for (const auto k : who) {
                codes.insert(before[k].id);
                priors.insert(before[k].before);
            }
            auto& event = epochs.events[who[0]];
            event.before = priors.size() == 1 ? *priors.begin() : 0;
            event.id = codes.size() == 1 ? *codes.begin() : merged_code(epochs.event_id, before, codes);
        }
        gone.insert(who.begin() + 1, who.end());
    }
    std::vector<std::pair<Event, index>> kept;
    for (std::size_t k = 0; k < epochs.events.size(); ++k) {
        if (gone.contains(k)) {
            epochs.drop_log[static_cast<std::size_t>(epochs.selection[k])].push_back(merge ? "MERGE DUPLICATE"
                                                                                           : "DROP DUPLICATE");
        } else {
            kept.emplace_back(epochs.events[k], epochs.selection[k]);
        }
    }
    if (!merge) {
        std::stable_sort(kept.begin(), kept.end(),
                         [](const auto& a, const auto& b) { return a.first.sample < b.first.sample; });
    }
    epochs.events.clear();
    epochs.selection.clear();
    std::set<int> present;
    for (const auto& [event, number] : kept) {
        epochs.events.push_back(event);
        epochs.selection.push_back(number);
        present.insert({event.before, event.id});
    }
    std::erase_if(epochs.event_id, [&](const auto& entry) { return !present.contains(entry.second); });
}

/// Interval of rejection, snapped to the epoch where it means its ends.
void check_reject_interval(Epochs& epochs) {
    auto& o = epochs.options;
    const auto times = epochs.times();
    if (o.reject_tmin) {
        if (is_close(*o.reject_tmin, o.tmin)) {
            o.reject_tmin = times.front();
        }
        require(*o.reject_tmin >= o.tmin || *o.reject_tmin >= times.front(), [&] {
            return "reject_tmin must be >= tmin = " + text(o.tmin) + " s; got " + text(*o.reject_tmin) + " s";
        });
    }
    if (o.reject_tmax) {
        if (is_close(*o.reject_tmax, o.tmax)) {
            o.reject_tmax = times.back();
        }
        require(*o.reject_tmax <= o.tmax || *o.reject_tmax <= times.back(), [&] {
            return "reject_tmax must be <= tmax = " + text(o.tmax) + " s; got " + text(*o.reject_tmax) + " s";
        });
    }
    require(!o.reject_tmin || !o.reject_tmax || *o.reject_tmin < *o.reject_tmax, [&] {
        return "reject_tmin must be < reject_tmax; got " + text(*o.reject_tmin) + " s and " + text(*o.reject_tmax) +
               " s";
    });
}

/// Fills in the missing ends of the baseline, and checks it.
void settle_baseline(Epochs& epochs) {
    if (!epochs.options.baseline) {
        return;
    }
    auto& baseline = *epochs.options.baseline;
    const auto times = epochs.times();
    baseline_range(times, epochs.info.sfreq, baseline.tmin, baseline.tmax);
    baseline = {baseline.tmin.value_or(times.front()), baseline.tmax.value_or(times.back())};
}

void warn_of_order(const Events& events) {
    if (std::ranges::adjacent_find(events, std::greater_equal{}, &Event::sample) != events.end()) {
        warn("the events are not in the order of time; neither will the epochs be");
    }
}

void tell_of_outside(const Events& events, const Raw& raw, Outside what) {
    const index first_sample = raw.first_samp, end_sample = first_sample + raw.n_samples();
    const auto outside = std::ranges::count_if(
        events, [&](const Event& event) { return event.sample < first_sample || event.sample >= end_sample; });
    if (outside == 0 || what == Outside::ignore) {
        return;
    }
    const std::string text = text_of(outside) + " events lie outside of the recording's samples " +
                             text_of(first_sample) + " … " + text_of(end_sample - 1) +
                             ", so their epochs can't be cut; were they found at another sampling rate, or without "
                             "first_samp?";
    require(what == Outside::warn, text + " Leave them out, or pass on_outside=\"warn\"");
    warn(text);
}

}  // namespace

double& Thresholds::operator[](ChannelType type) {
    const auto found = std::ranges::find(entries_, type, &Entry::first);
    return found == entries_.end() ? entries_.emplace_back(type, 0.0).second : found->second;
}

const double* Thresholds::find(ChannelType type) const {
    const auto found = std::ranges::find(entries_, type, &Entry::first);
    return found == entries_.end() ? nullptr : &found->second;
}

Fields EpochsOptions::fields() {
    using O = EpochsOptions;
    return {"epochs",
            {field("tmin", &O::tmin, "begin of the pieces, from the event").in("s"),
             field("tmax", &O::tmax, "end of the pieces, from the event").in("s"),
             field("baseline", &O::baseline,
                   "interval whose mean is subtracted; None as an end: the end of the piece, None as a whole: nothing")
                 .in("s"),
             field("reject", &O::reject, "peak-to-peak limits by channel type above which a piece is dropped"),
             field("flat", &O::flat, "peak-to-peak limits by channel type below which a piece is dropped"),
             field("reject_tmin", &O::reject_tmin, "begin of what reject and flat look at").in("s"),
             field("reject_tmax", &O::reject_tmax, "end of what reject and flat look at").in("s"),
             field("picks", &O::picks, "numbers of channels; none: all"),
             field("proj", &O::proj,
                   "whether projections are applied; 'delayed': later, by apply_proj(), while reject and flat look at "
                   "projected data")
                 .where("True, False or 'delayed'",
                        [](const Value& v) {
                            Projecting asked;
                            return ranvier::detail::FieldType<Projecting>::write(asked, v);
                        }),
             field("decim", &O::decim, "keep every so many samples").at_least(1),
             field("detrend", &O::detrend, "what is subtracted from data channels: 0 the mean, 1 a line")
                 .at_least(0)
                 .at_most(1),
             field("reject_by_annotation", &O::reject_by_annotation,
                   "whether pieces that overlap with an annotation 'bad…' are dropped"),
             field("event_repeated", &O::event_repeated,
                   "what to do where two events have one sample; 'merge' makes them one with a name of both",
                   {{"error", Repeated::error}, {"drop", Repeated::drop}, {"merge", Repeated::merge}}),
             field("on_outside", &O::on_outside, "what to do where events lie outside of the recording",
                   {{"raise", Outside::raise}, {"warn", Outside::warn}, {"ignore", Outside::ignore}})}};
}

std::vector<double> Epochs::times() const { return time_axis(tmin, n_times, info.sfreq); }

Epochs make_epochs(std::shared_ptr<const Raw> raw, const Events& events, const EventIds& event_id,
                   const EpochsOptions& options) {
    ensure(raw != nullptr, "epochs have a recording");
    check(*raw);
    Epochs epochs;
    epochs.options = options;
    auto& o = epochs.options;
    select_events(epochs, events, event_id);
    handle_repeated(epochs, o);
    tell_of_outside(epochs.events, *raw, o.on_outside);
    warn_of_order(epochs.events);

    require(std::isfinite(o.tmin) && std::isfinite(o.tmax) && o.tmin <= o.tmax,
            [&] { return "tmin must be <= tmax; got tmin " + text(o.tmin) + " s and tmax " + text(o.tmax) + " s"; });
    check_settings(o);
    epochs.info = raw->info;
    epochs.cut.picks = o.picks.empty() ? pick_all(raw->info) : o.picks;
    pick_channels(epochs.info, epochs.cut.picks);

    const double sfreq = raw->info.sfreq;
    epochs.annotations = raw->annotations;
    epochs.raw_sfreq = sfreq;
    auto& cut = epochs.cut;
    cut.first = static_cast<index>(std::nearbyint(o.tmin * sfreq));
    cut.length = static_cast<index>(std::nearbyint(o.tmax * sfreq)) - cut.first + 1;
    epochs.tmin = static_cast<double>(cut.first) / sfreq;
    epochs.n_times = cut.length;
    check_reject_interval(epochs);
    epochs.raw = raw;
    decimate(epochs, o.decim);
    settle_baseline(epochs);
    check_thresholds(epochs.info, o.reject, "rejection");
    check_thresholds(epochs.info, o.flat, "flatness");
    if (!raw->info.projections.empty() && all_active(raw->info)) {
        o.proj = Projecting::yes;
    }
    if (o.proj == Projecting::yes) {
        activate_projections(epochs.info);
    } else {
        projector(epochs.info);  // which warns where too few of a projection's channels were chosen
    }
    Cutter(epochs, true);  // which checks what it derives
    epochs.raw = std::move(raw);
    return epochs;
}

Epochs make_epochs(Info info, Array<double, 3> data, Events events, double tmin, EventIds event_id,
                   std::optional<Baseline> baseline, const Thresholds& reject, const Thresholds& flat, Projecting proj,
                   std::optional<double> reject_tmin, std::optional<double> reject_tmax) {
    check(info);
    check_rows(info, data.extent(1));
    require(data.extent(0) == static_cast<index>(events.size()), [&] {
        return "there must be one event per epoch; got " + text_of(events.size()) + " events for " +
               text_of(data.extent(0)) + " epochs";
    });
    require(data.extent(2) > 0, "an epoch must have at least one sample; got 0");
    Epochs epochs;
    epochs.info = std::move(info);
    auto& o = epochs.options;
    o.tmin = tmin;
    o.tmax = tmin + static_cast<double>(data.extent(2) - 1) / epochs.info.sfreq;
    o.baseline = baseline;
    o.reject = reject;
    o.flat = flat;
    o.reject_tmin = reject_tmin;
    o.reject_tmax = reject_tmax;
    o.proj = proj;
    o.reject_by_annotation = false;
    select_events(epochs, events, event_id);
    require(epochs.events.size() == events.size(), [&] {
        return text_of(events.size() - epochs.events.size()) +
               " events have a code that no name has; name all codes, or leave the names out";
    });
    handle_repeated(epochs, o);
    warn_of_order(epochs.events);
    const double sfreq = epochs.info.sfreq;
    epochs.raw_sfreq = sfreq;
    epochs.tmin = std::nearbyint(tmin * sfreq) / sfreq;
    epochs.n_times = data.extent(2);
    epochs.data = std::move(data);
    epochs.preloaded = true;
    check_reject_interval(epochs);
    settle_baseline(epochs);
    check_thresholds(epochs.info, o.reject, "rejection");
    check_thresholds(epochs.info, o.flat, "flatness");
    if (proj == Projecting::yes) {
        project_loaded(epochs);
    } else {
        projector(epochs.info);  // which warns
    }
    if (o.baseline) {
        apply_baseline(epochs, o.baseline);
    }
    drop_bad(epochs);
    return epochs;
}

void set_log(Epochs& epochs, const std::optional<std::vector<index>>& selection,
             std::optional<std::vector<std::vector<std::string>>> drop_log) {
    const std::size_t n = epochs.drop_log.size();
    const std::vector<index> numbers = selection ? *selection : counted(static_cast<index>(n));
    require(numbers.size() == n, [&] {
        return "selection must have one number per event (" + text_of(n) + "); got " + text_of(numbers.size());
    });
    std::vector<index> sorted = numbers;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    require(twice == sorted.end(),
            [&] { return "numbers of selection must differ; " + text_of(*twice) + " is twice"; });
    if (!drop_log) {
        const index greatest = numbers.empty() ? -1 : *std::ranges::max_element(numbers);
        drop_log.emplace(static_cast<std::size_t>(std::max<index>(greatest + 1, 0)), Reasons{"IGNORED"});
        check_numbers_in_log(numbers, *drop_log);
        for (const index number : numbers) {
            (*drop_log)[static_cast<std::size_t>(number)].clear();
        }
    }
    check_numbers_in_log(numbers, *drop_log);
    for (std::size_t k = 0; k < n; ++k) {
        Reasons& reasons = (*drop_log)[static_cast<std::size_t>(numbers[k])];
        reasons.insert(reasons.end(), epochs.drop_log[k].begin(), epochs.drop_log[k].end());
    }
    epochs.selection = taken(numbers, epochs.selection);
    epochs.drop_log = std::move(*drop_log);
}

void check(const Epochs& epochs) {
    check(epochs.info);
    require(epochs.selection.size() == epochs.events.size(), [&] {
        return "there must be one selected number per event; got " + text_of(epochs.selection.size()) + " for " +
               text_of(epochs.events.size()) + " events";
    });
    require(epochs.metadata.empty() || epochs.metadata.size() == epochs.events.size(), [&] {
        return "there must be one row of metadata per epoch, or none; got " + text_of(epochs.metadata.size()) +
               " for " + text_of(epochs.events.size()) + " epochs";
    });
    check_numbers_in_log(epochs.selection, epochs.drop_log);
    if (epochs.preloaded) {
        const std::array<index, 3> shape{epochs.n_epochs(), epochs.info.n_channels(), epochs.n_times};
        require(epochs.data.extents() == shape, [&] {
            return "the data must have shape " + shape_text(shape) + "; got " + shape_text(epochs.data.extents());
        });
    } else {
        require(epochs.raw != nullptr, "epochs that are not loaded must have a recording");
    }
}

}  // namespace ranvier::meeg

namespace ranvier::detail {

using Ends = std::array<std::optional<double>, 2>;

bool FieldType<meeg::Baseline>::write(meeg::Baseline& to, const Value& v) {
    Ends ends;
    const bool fits = FieldType<Ends>::write(ends, v);
    to = {ends[0], ends[1]};
    return fits;
}
Value FieldType<meeg::Baseline>::read(const meeg::Baseline& v) { return FieldType<Ends>::read({v.tmin, v.tmax}); }

bool FieldType<meeg::Projecting>::write(meeg::Projecting& to, const Value& v) {
    bool yes = false;
    if (v != Value("delayed") && !FieldType<bool>::write(yes, v)) {
        return false;
    }
    to = v == Value("delayed") ? meeg::Projecting::delayed : yes ? meeg::Projecting::yes : meeg::Projecting::no;
    return true;
}
Value FieldType<meeg::Projecting>::read(meeg::Projecting v) {
    return v == meeg::Projecting::delayed ? Value("delayed") : Value(v == meeg::Projecting::yes);
}

bool FieldType<meeg::Thresholds>::write(meeg::Thresholds& to, const Value& v) {
    to = {};
    if (v.is_none()) {
        return true;
    }
    const auto* map = v.as<Value::Map>();
    return map != nullptr && std::all_of(map->begin(), map->end(), [&](const auto& entry) {
               return FieldType<double>::write(to[meeg::channel_type(entry.first)], entry.second);
           });
}
Value FieldType<meeg::Thresholds>::read(const meeg::Thresholds& v) {
    Value::Map map;
    for (const auto& [type, limit] : v) {
        map.emplace_back(meeg::name(type), limit);
    }
    return v.empty() ? Value() : Value(map);
}

}  // namespace ranvier::detail
