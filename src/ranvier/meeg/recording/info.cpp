#include "ranvier/meeg/recording/info.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"

namespace ranvier::meeg {

namespace {

/// Throws InvalidInput where a name occurs twice.
void check_unique(const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const auto [place, fresh] = seen.emplace(names[k], k);
        require(fresh, [&, &place = place] {
            return "channel names must differ; '" + names[k] + "' names channels " + text_of(place->second) + " and " +
                   text_of(k);
        });
    }
}

std::string text(double value) { return formatted("%g", value); }

}  // namespace

Info create_info(const std::vector<std::string>& names, double sfreq, const std::vector<ChannelType>& types) {
    require(names.size() == types.size(), [&] {
        return "there must be one channel type per name; got " + text_of(names.size()) + " names and " +
               text_of(types.size()) + " types";
    });
    require(std::isfinite(sfreq) && sfreq > 0, [&] { return "sfreq must be > 0 Hz; got " + text(sfreq) + " Hz"; });
    check_unique(names);
    Info info;
    info.sfreq = sfreq;
    info.lowpass = sfreq / 2;
    info.channels.reserve(names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
        auto channel = make_channel(names[k], types[k]);
        channel.scanno = channel.logno = static_cast<int>(k) + 1;
        info.channels.push_back(std::move(channel));
    }
    return info;
}

Info create_info(const std::vector<std::string>& names, double sfreq, ChannelType type) {
    return create_info(names, sfreq, std::vector<ChannelType>(names.size(), type));
}

std::vector<std::string> channel_names(const Info& info) { return names_of(info.channels); }

index channel_index(const Info& info, std::string_view name) {
    const auto found = std::ranges::find(info.channels, name, &Channel::name);
    if (found != info.channels.end()) {
        return found - info.channels.begin();
    }
    throw InvalidInput("there is no channel '" + std::string(name) + "' among the " + text_of(info.channels.size()) +
                       " channels" + did_you_mean(name, channel_names(info)));
}

std::vector<index> channel_indices(const Info& info, const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, index> places;
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        places.emplace(info.channels[k].name, static_cast<index>(k));
    }
    std::vector<index> result;
    std::unordered_set<index> seen;
    for (const auto& name : names) {
        const auto place = places.find(name);
        const index at = place != places.end() ? place->second : channel_index(info, name);  // which throws
        require(seen.insert(at).second, [&] { return "channel '" + name + "' must be named once; it is named twice"; });
        result.push_back(at);
    }
    return result;
}

bool is_bad(const Info& info, index channel) {
    const auto& name = info.channels[static_cast<std::size_t>(channel)].name;
    return std::find(info.bads.begin(), info.bads.end(), name) != info.bads.end();
}

std::vector<std::string> unique_channel_names(std::vector<std::string> names) {
    std::unordered_map<std::string, int> count;
    for (const auto& name : names) {
        ++count[name];
    }
    std::unordered_set<std::string> taken(names.begin(), names.end());
    std::unordered_map<std::string, int> next;
    for (auto& name : names) {
        if (count[name] == 1) {
            continue;
        }
        const std::string stem = name;
        name = stem + "-" + text_of(next[stem]++);
        for (char letter = 'a'; letter <= 'z' && taken.contains(name); ++letter) {
            name = stem + "-" + letter;
        }
        require(taken.insert(name).second, [&] {
            return "channels that are called the same need a number or one letter behind it; all those behind '" +
                   stem + "' are names already, so rename some";
        });
    }
    return names;
}

void check_picks(const Info& info, const std::vector<index>& picks, std::string_view whole) {
    for (const index pick : picks) {
        require(pick >= 0 && pick < info.n_channels(), [&] {
            return std::string(whole) + " must lie in 0 … " + text_of(info.n_channels() - 1) + "; got " + text_of(pick);
        });
    }
}

void pick_channels(Info& info, const std::vector<index>& picks) {
    require(!picks.empty(), "picks must name at least one channel; got none");
    check_picks(info, picks);
    std::unordered_set<index> seen;
    for (const index pick : picks) {
        require(seen.insert(pick).second, [&] {
            return "picks must differ; channel '" + info.channels[static_cast<std::size_t>(pick)].name +
                   "' is picked twice";
        });
    }
    StableVector<Channel>::List kept;
    std::unordered_set<std::string> names;
    for (const index pick : picks) {
        kept.push_back(info.channels.share(static_cast<std::size_t>(pick)));
        names.insert(kept.back()->name);
    }
    const auto before = channel_names(info);
    const std::unordered_set<std::string> had(before.begin(), before.end());
    info.channels = StableVector<Channel>(std::move(kept));
    std::erase_if(info.bads, [&](const auto& bad) { return !names.contains(bad); });
    erase_if(info.projections, [&](const Projection& p) {
        return std::none_of(p.channels.begin(), p.channels.end(), [&](const auto& c) { return names.contains(c); });
    });
    // A compensation needs all its reference channels (its columns); rows of channels that went are cut.
    const bool compensable = std::all_of(info.compensations.begin(), info.compensations.end(), [&](const auto& c) {
        return std::all_of(c.column_names.begin(), c.column_names.end(),
                           [&](const auto& n) { return names.contains(n) || !had.contains(n); });
    });
    if (!compensable) {
        info.compensations.clear();
    }
    info.compensations = StableVector<Compensation>(info.compensations);  // whoever holds those there keeps all rows
    for (auto& c : info.compensations) {
        auto kept_rows = counted(std::ssize(c.row_names));
        std::erase_if(kept_rows, [&](index k) { return !names.contains(c.row_names[static_cast<std::size_t>(k)]); });
        c.matrix = rows(c.matrix, kept_rows);
        c.row_names = taken(c.row_names, kept_rows);
    }
    const bool electrodes = std::any_of(info.channels.begin(), info.channels.end(),
                                        [](const Channel& c) { return is_electrode(c.type()); });
    if (!electrodes) {
        info.custom_ref_applied = CustomReference::off;
    }
}

void rename_channels(Info& info, const std::vector<std::pair<std::string, std::string>>& old_new) {
    std::unordered_map<std::string, std::string> renamed;
    for (const auto& [before, after] : old_new) {
        channel_index(info, before);  // throws where unknown
        require(!after.empty(),
                [&, &before = before] { return "a channel name must not be empty; got '' for '" + before + "'"; });
        renamed[before] = after;
    }
    const auto apply = [&](std::string& name) {
        if (const auto found = renamed.find(name); found != renamed.end()) {
            name = found->second;
        }
    };
    auto names = channel_names(info);
    std::for_each(names.begin(), names.end(), apply);
    check_unique(names);
    for (std::size_t k = 0; k < names.size(); ++k) {
        info.channels[k].name = names[k];
    }
    std::for_each(info.bads.begin(), info.bads.end(), apply);
    for (auto& p : info.projections) {
        std::for_each(p.channels.begin(), p.channels.end(), apply);
    }
    for (auto& c : info.compensations) {
        std::for_each(c.row_names.begin(), c.row_names.end(), apply);
        std::for_each(c.column_names.begin(), c.column_names.end(), apply);
    }
}

void set_bads(Info& info, std::vector<std::string> bads) {
    std::vector<std::string> missing = bads;
    const std::unordered_set<std::string_view> before(info.bads.begin(), info.bads.end());
    std::erase_if(missing, [&](const auto& bad) { return before.contains(bad) || named(info.channels, bad); });
    require(missing.empty(),
            [&] { return "bad channels must be channels of the recording; there is no [" + quoted(missing) + "]"; });
    info.bads = std::move(bads);
}

void set_channel_types(Info& info, const std::vector<std::pair<std::string, ChannelType>>& types) {
    std::vector<std::pair<index, ChannelType>> changed;
    for (const auto& [name, type] : types) {
        const index at = channel_index(info, name);
        Channel channel = info.channels[static_cast<std::size_t>(at)];
        const ChannelKind before = channel.kind;
        set_type(channel, type);
        for (const auto& p : info.projections) {
            require(channel.kind == before || std::find(p.channels.begin(), p.channels.end(), name) == p.channels.end(),
                    [&, &name = name] {
                        return "the type of channel '" + name + "' can't change while projection '" + p.description +
                               "' holds it; remove the projection first";
                    });
        }
        changed.emplace_back(at, type);
    }
    for (const auto& [at, type] : changed) {
        set_type(info.channels[static_cast<std::size_t>(at)], type);
    }
}

void check(const Info& info) {
    require(std::isfinite(info.sfreq) && info.sfreq > 0,
            [&] { return "sfreq must be > 0 Hz; got " + text(info.sfreq) + " Hz"; });
    const auto names = channel_names(info);
    check_unique(names);
    for (const auto& bad : info.bads) {
        require(std::find(names.begin(), names.end(), bad) != names.end(), [&] {
            return "a bad channel must be one of the channels; '" + bad + "' is not" + did_you_mean(bad, names);
        });
    }
    for (const auto& [bound, value] : {std::pair("highpass", info.highpass), std::pair("lowpass", info.lowpass)}) {
        require(std::isfinite(value) && value >= 0, [bound = bound, value = value] {
            return std::string(bound) + " must be a number >= 0 Hz; got " + text(value) + " Hz";
        });
    }
    for (const auto& p : info.projections) {
        check(p);
    }
}

std::vector<index> pick_types(const Info& info, const std::vector<ChannelType>& types, bool exclude_bads) {
    const std::unordered_set<std::string_view> bads(info.bads.begin(), info.bads.end());
    std::vector<index> picks = counted(info.n_channels());
    std::erase_if(picks, [&](index k) {
        const auto& channel = info.channels[static_cast<std::size_t>(k)];
        return (exclude_bads && bads.contains(channel.name)) || std::ranges::find(types, channel.type()) == types.end();
    });
    return picks;
}

std::vector<index> pick_data(const Info& info, bool exclude_bads) {
    std::vector<ChannelType> types;
    std::ranges::copy_if(channel_types(), std::back_inserter(types), is_data);
    return pick_types(info, types, exclude_bads);
}

std::vector<index> pick_all(const Info& info, bool exclude_bads) {
    if (exclude_bads) {
        const auto types = channel_types();
        return pick_types(info, {types.begin(), types.end()}, true);
    }
    return counted(info.n_channels());
}

std::vector<index> counted(index n) {
    std::vector<index> numbers(static_cast<std::size_t>(n));
    std::iota(numbers.begin(), numbers.end(), index{0});
    return numbers;
}

void check_rows(const Info& info, index rows) {
    require(rows == info.n_channels(), [&] {
        return "the data must have one row per channel; got " + text_of(rows) + " rows for " +
               text_of(info.n_channels()) + " channels";
    });
}

void check(const Projection& p) {
    require(p.vectors.extent(1) == std::ssize(p.channels), [&] {
        return "the vectors of projection '" + p.description + "' must have one column per channel; got " +
               text_of(p.vectors.extent(1)) + " columns for " + text_of(p.channels.size()) + " channels";
    });
}

std::int64_t microseconds_between(const MeasurementDate& from, const MeasurementDate& to) {
    return (to.seconds - from.seconds) * 1'000'000 + (to.microseconds - from.microseconds);
}

std::int64_t microseconds(double seconds) {
    // Whole seconds apart, so that the fraction keeps its digits however late the time.
    const double whole = std::floor(seconds);
    require(std::abs(whole) < 9e12, [&] { return "a time must lie within 9e12 s; got " + text(seconds) + " s"; });
    return static_cast<std::int64_t>(whole) * 1'000'000 +
           static_cast<std::int64_t>(std::nearbyint((seconds - whole) * 1e6));
}

std::pair<index, index> time_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                   std::optional<double> tmax, bool include_tmax) {
    require(!times.empty(), "a time range needs at least one time; there is none");
    if (!tmax || !std::isfinite(*tmax)) {
        include_tmax = true;
    }
    const double first = tmin && std::isfinite(*tmin) ? *tmin : times.front();
    const double last = tmax && std::isfinite(*tmax) ? *tmax : times.back();
    const double low = std::nearbyint(first * sfreq) / sfreq - 0.5 / sfreq;
    const double high = std::nearbyint(last * sfreq) / sfreq + (include_tmax ? 0.5 : -0.5) / sfreq;
    require(low <= high,
            [&] { return "tmin must be <= tmax; got tmin " + text(first) + " s and tmax " + text(last) + " s"; });
    const auto begin = std::lower_bound(times.begin(), times.end(), low);
    const auto end = std::upper_bound(times.begin(), times.end(), high);
    require(begin < end, [&] {
        return "no sample lies in [" + text(first) + ", " + text(last) + "] s; the data cover [" + text(times.front()) +
               ", " + text(times.back()) + "] s";
    });
    return {begin - times.begin(), end - times.begin()};
}

std::pair<index, index> baseline_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                       std::optional<double> tmax) {
    require(!times.empty(), "a baseline needs at least one time; there is none");
    require(!(!tmin && tmax && *tmax == 0 && times.front() == 0),
            "the baseline (None, 0) is a single sample where the data begin at 0 s; say (0, 0) if that is meant");
    const double low = tmin.value_or(times.front());
    const double high = tmax.value_or(times.back());
    require(low <= high,
            [&] { return "the baseline must begin before it ends; got [" + text(low) + ", " + text(high) + "] s"; });
    require(low >= times.front() - 1 / sfreq && high <= times.back() + 1 / sfreq, [&] {
        return "the baseline must lie within the data, [" + text(times.front()) + ", " + text(times.back()) +
               "] s; got [" + text(low) + ", " + text(high) + "] s";
    });
    const auto begin = std::lower_bound(times.begin(), times.end(), low);
    const auto end = std::upper_bound(times.begin(), times.end(), high);
    require(begin < end, [&] {
        return "no sample lies in the baseline [" + text(low) + ", " + text(high) + "] s; widen it to one sample, " +
               text(1 / sfreq) + " s, at least";
    });
    return {begin - times.begin(), end - times.begin()};
}

}  // namespace ranvier::meeg
