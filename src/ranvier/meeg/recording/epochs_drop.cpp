// Choosing epochs: by limits, by number, by name, or to equal counts.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/nearest.hpp"

namespace ranvier::meeg {

namespace {

void check_numbers(const Epochs& epochs, const std::vector<index>& which) {
    for (const index k : which) {
        require(k >= 0 && k < epochs.n_epochs(), [&] {
            return "there are " + text_of(epochs.n_epochs()) + " epochs, numbered from 0; got " + text_of(k);
        });
    }
}

/// Keeps the epochs at `which`, which ascend, data included; the log is the caller's.
void keep(Epochs& epochs, const std::vector<index>& which) {
    keep_entries(epochs, which);
    if (!epochs.preloaded) {
        return;
    }
    const index size = epochs.data.extent(1) * epochs.data.extent(2);
    if (epochs.data.memory().use_count() > 1) {  // somebody looks at the samples: they stay where they are
        epochs.data = Array<double, 3>(epochs.data);
    }
    for (std::size_t k = 0; k < which.size(); ++k) {
        const index to = static_cast<index>(k);
        if (which[k] != to) {
            std::copy_n(epochs.data.data() + which[k] * size, size, epochs.data.data() + to * size);
        }
    }
    epochs.data.shrink(static_cast<index>(which.size()));
}

std::vector<std::string>& log_of(Epochs& epochs, index k) {
    return epochs.drop_log[static_cast<std::size_t>(epochs.selection[static_cast<std::size_t>(k)])];
}

/// Limits that are at least as strict as before, with those of types not named again.
Thresholds stricter(const Info& info, Thresholds limits, const Thresholds& before, bool flat) {
    const std::string what = flat ? "flat" : "reject";
    check_thresholds(info, limits, what);
    for (const auto& [type, limit] : limits) {
        const double* old = before.find(type);
        require(old == nullptr || (flat ? limit >= *old : limit <= *old), [&, type = type, limit = limit] {
            return "a " + what + " limit must be at least as strict as before, since dropped epochs don't come back; " +
                   std::string(name(type)) + " had " + formatted("%g before", *old) + formatted(" and %g now", limit);
        });
    }
    for (const auto& [type, limit] : before) {
        if (limits.find(type) == nullptr) {
            limits[type] = limit;
        }
    }
    return limits;
}

}  // namespace

std::vector<bool> nearest(const std::vector<index>& t_shorter, const std::vector<index>& t_longer) {
    std::vector<bool> kept(t_longer.size(), true);
    const std::size_t m = t_shorter.size();
    if (m < 2) {
        kept.assign(t_longer.size(), false);
        if (m == 1) {
            std::size_t best = 0;
            for (std::size_t k = 1; k < t_longer.size(); ++k) {
                if (std::abs(t_longer[k] - t_shorter[0]) < std::abs(t_longer[best] - t_shorter[0])) {
                    best = k;
                }
            }
            kept[best] = true;
        }
        return kept;
    }
    for (std::size_t left = t_longer.size(); left > m; --left) {
        std::size_t best = t_longer.size();
        index best_score = 0;
        for (std::size_t out = 0; out < t_longer.size(); ++out) {
            if (!kept[out]) {
                continue;
            }
            index score = 0;
            std::size_t place = 0;
            for (std::size_t k = 0; k < t_longer.size(); ++k) {
                if (kept[k] && k != out) {
                    score += place < m ? 2 * std::abs(t_longer[k] - t_shorter[place])
                                       : std::abs(t_longer[k] - t_shorter[m - 1]);
                    ++place;
                }
            }
            if (best == t_longer.size() || score < best_score) {
                best = out;
                best_score = score;
            }
        }
        kept[best] = false;
    }
    return kept;
}

void check_thresholds(const Info& info, const Thresholds& limits, const std::string& what) {
    for (const auto& [type, limit] : limits) {
        require(limit >= 0, [&, type = type, limit = limit] {
            return what + " limits must be >= 0; got " + formatted("%g", limit) + " for " + std::string(name(type));
        });
        require(!pick_types(info, {type}, false).empty(), [&, type = type] {
            return "there is no channel of type " + std::string(name(type)) + " to which the " + what +
                   " limit could apply";
        });
    }
}

void keep_entries(Epochs& epochs, const std::vector<index>& which) {
    epochs.events = taken(epochs.events, which);
    epochs.selection = taken(epochs.selection, which);
    if (!epochs.metadata.empty()) {
        epochs.metadata = taken(epochs.metadata, which);
    }
}

void drop_bad(Epochs& epochs, const Thresholds& reject, const Thresholds& flat) {
    auto high = stricter(epochs.info, reject, epochs.options.reject, false);
    auto low = stricter(epochs.info, flat, epochs.options.flat, true);
    epochs.options.reject = std::move(high);
    epochs.options.flat = std::move(low);
    epochs.dropped_bad = false;
    drop_bad(epochs);
}

void drop(Epochs& epochs, const std::vector<index>& which, const std::vector<std::string>& reasons) {
    check_numbers(epochs, which);
    const std::set<index> gone(which.begin(), which.end());
    for (const index k : gone) {
        log_of(epochs, k) = reasons;
    }
    std::vector<index> kept = counted(epochs.n_epochs());
    std::erase_if(kept, [&](index k) { return gone.contains(k); });
    keep(epochs, kept);
}

Epochs subset(const Epochs& epochs, const std::vector<index>& which) {
    check_numbers(epochs, which);
    Epochs part;
    part.info = epochs.info;
    part.event_id = epochs.event_id;
    part.drop_log = epochs.drop_log;
    part.tmin = epochs.tmin;
    part.n_times = epochs.n_times;
    part.options = epochs.options;
    part.raw = epochs.raw;
    part.preloaded = epochs.preloaded;
    part.dropped_bad = epochs.dropped_bad;
    part.cut = epochs.cut;
    part.annotations = epochs.annotations;
    part.raw_sfreq = epochs.raw_sfreq;
    part.events = epochs.events;
    part.selection = epochs.selection;
    part.metadata = epochs.metadata;
    const std::set<index> chosen(which.begin(), which.end());
    for (index k = 0; k < epochs.n_epochs(); ++k) {
        if (!chosen.contains(k)) {
            log_of(part, k) = {"IGNORED"};
        }
    }
    keep_entries(part, which);
    std::set<int> codes;
    for (const auto& event : part.events) {
        codes.insert(event.id);
    }
    std::erase_if(part.event_id, [&](const auto& entry) { return !codes.contains(entry.second); });
    if (epochs.preloaded) {
        const index size = epochs.data.extent(1) * epochs.data.extent(2);
        part.data = Array<double, 3>({static_cast<index>(which.size()), epochs.data.extent(1), epochs.data.extent(2)});
        parallel_for(static_cast<index>(which.size()), [&](index k) {
            std::copy_n(epochs.data.data() + which[static_cast<std::size_t>(k)] * size, size,
                        part.data.data() + k * size);
        });
    }
    return part;
}

std::vector<index> matching(const Epochs& epochs, const std::vector<std::string>& keys) {
    std::set<int> codes;
    for (const auto& found : matching_names(epochs.event_id, keys)) {
        for (const auto& [name, code] : epochs.event_id) {
            if (name == found) {
                codes.insert(code);
            }
        }
    }
    std::vector<index> which = counted(epochs.n_epochs());
    std::erase_if(which, [&](index k) { return !codes.contains(epochs.events[static_cast<std::size_t>(k)].id); });
    return which;
}

std::vector<index> equalize_event_counts(Epochs& epochs, std::vector<std::vector<std::string>> groups,
                                         const std::string& method, std::uint64_t seed) {
    require(method == "mintime" || method == "truncate" || method == "random",
            [&] { return "method must be 'mintime', 'truncate' or 'random'; got '" + method + "'"; });
    drop_bad(epochs);
    const auto& ids = epochs.event_id;
    const auto is_name = [&](const std::string& text) {
        return std::any_of(ids.begin(), ids.end(), [&](const auto& entry) { return entry.first == text; });
    };
    if (groups.empty()) {
        for (const auto& [name, code] : ids) {
            groups.push_back({name});
        }
    }
    std::vector<std::vector<index>> members;
    std::set<index> seen;
    for (const auto& group : groups) {
        const auto names = std::count_if(group.begin(), group.end(), is_name);
        const std::string list = quoted(group);
        require(names == 0 || names == static_cast<std::ptrdiff_t>(group.size()),
                [&] { return "a group must hold names of events or tags, not both; got " + list; });
        // All tags of a group must match, but any of its names.
        auto which = matching(epochs, names > 0 ? group : std::vector<std::string>{joined(group, "/")});
        for (const index k : which) {
            require(seen.insert(k).second, [&] {
                return "groups must not share epochs; epoch " + text_of(k) + " belongs to " + list +
                       " and to a group before";
            });
        }
        members.push_back(std::move(which));
    }
    const auto& smallest = *std::min_element(members.begin(), members.end(),
                                             [](const auto& a, const auto& b) { return a.size() < b.size(); });
    const auto samples_of = [&](const std::vector<index>& which) {
        std::vector<index> samples;
        std::ranges::transform(taken(epochs.events, which), std::back_inserter(samples), &Event::sample);
        return samples;
    };
    std::vector<index> dropped;
    for (std::size_t g = 0; g < members.size(); ++g) {
        std::vector<bool> kept(members[g].size(), false);
        if (method == "mintime") {
            kept = nearest(samples_of(smallest), samples_of(members[g]));
        } else if (method == "truncate") {
            std::fill_n(kept.begin(), smallest.size(), true);
        } else {
            RandomStream stream(seed, static_cast<std::uint32_t>(g));
            std::vector<std::size_t> order(members[g].size());
            std::iota(order.begin(), order.end(), 0);
            for (std::size_t k = 0; k < smallest.size(); ++k) {  // Fisher–Yates, as far as needed
                std::swap(order[k], order[k + stream.below(order.size() - k)]);
                kept[order[k]] = true;
            }
        }
        for (std::size_t k = 0; k < kept.size(); ++k) {
            if (!kept[k]) {
                dropped.push_back(members[g][k]);
            }
        }
    }
    drop(epochs, dropped, {"EQUALIZED_COUNT"});
    return dropped;
}

Drops count_drops(const std::vector<std::vector<std::string>>& drop_log) {
    Drops drops;
    std::map<std::string, index> counts;
    for (const auto& reasons : drop_log) {
        if (std::ranges::find(reasons, "IGNORED") != reasons.end()) {
            continue;
        }
        ++drops.given;
        drops.dropped += reasons.empty() ? 0 : 1;
        for (const std::string& reason : reasons) {
            ++counts[reason];
        }
    }
    drops.reasons.assign(counts.begin(), counts.end());
    std::ranges::stable_sort(drops.reasons, std::greater{}, [](const auto& r) { return r.second; });
    return drops;
}

std::string drop_summary(const std::vector<std::vector<std::string>>& drop_log) {
    const auto [given, dropped, reasons] = count_drops(drop_log);
    std::string text = text_of(dropped) + " of " + text_of(given) + " epochs were dropped";
    for (std::size_t k = 0; k < reasons.size() && k < 5; ++k) {
        text += (k == 0 ? ": " : ", ") + reasons[k].first + " " + text_of(reasons[k].second) + "×";
    }
    return text + (reasons.size() > 5 ? " …" : "");
}

std::vector<std::vector<index>> annotations_per_epoch(const Epochs& epochs) {
    std::vector<std::vector<index>> found(epochs.events.size());
    const auto& items = epochs.annotations ? epochs.annotations->items : std::vector<Annotation>{};
    const double before = epochs.tmin, after = epochs.tmax();
    for (std::size_t e = 0; e < found.size(); ++e) {
        const double zero = static_cast<double>(epochs.events[e].sample) / epochs.raw_sfreq;
        for (std::size_t k = 0; k < items.size(); ++k) {
            const double begin = items[k].onset, end = begin + items[k].duration;
            // One without length counts at the first sample too.
            if (begin <= zero + after && (end > zero + before || begin >= zero + before)) {
                found[e].push_back(static_cast<index>(k));
            }
        }
    }
    return found;
}

void reset_drop_log(Epochs& epochs) {
    epochs.selection = counted(epochs.n_epochs());
    epochs.drop_log.assign(epochs.events.size(), {});
}

}  // namespace ranvier::meeg
