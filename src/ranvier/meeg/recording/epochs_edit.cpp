// Changing epochs as a whole: baseline, times, channels, joining.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

namespace {

void require_loaded(const Epochs& epochs, const char* what) {
    require(epochs.preloaded, [&] { return std::string(what) + " needs loaded epochs; load them first"; });
}

/// Keeps samples `begin`, begin + step … of every row.
void keep_times(Epochs& epochs, index begin, index n, index step) {
    Array<double, 3> kept({epochs.n_epochs(), epochs.data.extent(1), n});
    parallel_for(epochs.n_epochs(), [&](index k) {
        const auto from = std::as_const(epochs.data).view()[k];
        const auto to = kept.view()[k];
        for (index c = 0; c < from.extent(0); ++c) {
            const double* x = from.row(c).data() + begin;
            double* y = to.row(c).data();
            for (index t = 0; t < n; ++t) {
                y[t] = x[t * step];
            }
        }
    });
    epochs.data = std::move(kept);
    epochs.n_times = n;
}

}  // namespace

void apply_baseline(Epochs& epochs, std::optional<Baseline> baseline) {
    if (!baseline) {
        require(!epochs.preloaded || !epochs.options.baseline,
                "a baseline can't be removed from loaded epochs: what was subtracted is gone");
        epochs.options.baseline.reset();
        return;
    }
    const auto times = epochs.times();
    const auto [first, last] = baseline_range(times, epochs.info.sfreq, baseline->tmin, baseline->tmax);
    epochs.options.baseline = {baseline->tmin.value_or(times.front()), baseline->tmax.value_or(times.back())};
    if (!epochs.preloaded) {
        return;
    }
    const auto channels = baseline_channels(epochs.info);
    const auto begin = static_cast<std::size_t>(first), length = static_cast<std::size_t>(last - first);
    parallel_for(epochs.n_epochs(), [&](index k) {
        const auto epoch = epochs.data.view()[k];
        for (const index c : channels) {
            const auto x = epoch.row(c);
            const double m = mean(x.subspan(begin, length));
            for (double& value : x) {
                value -= m;
            }
        }
    });
}

void crop(Epochs& epochs, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax) {
    require_loaded(epochs, "crop");
    const auto times = epochs.times();
    const auto [begin, end] = crop_range(times, epochs.info.sfreq, tmin, tmax, include_tmax);
    keep_times(epochs, begin, end - begin, 1);
    epochs.tmin = times[static_cast<std::size_t>(begin)];
    const double last = times[static_cast<std::size_t>(end - 1)];
    auto& o = epochs.options;
    if (o.reject_tmin && *o.reject_tmin < epochs.tmin) {
        o.reject_tmin = epochs.tmin;
    }
    if (o.reject_tmax && *o.reject_tmax > last) {
        o.reject_tmax = last;
    }
}

void decimate(Epochs& epochs, int decim, int offset) {
    // A decimation of what was decimated counts from the same samples: those a multiple of both from time 0.
    const bool lazy = !epochs.preloaded;
    const double sfreq = lazy ? epochs.info.sfreq * static_cast<double>(epochs.cut.step) : epochs.info.sfreq;
    const index length = lazy ? epochs.cut.length : epochs.n_times;
    const auto times = lazy ? time_axis(static_cast<double>(epochs.cut.first) / sfreq, length, sfreq) : epochs.times();
    decimation_start(epochs.info, times, decim, offset);  // which checks decim and offset
    const index step = (lazy ? epochs.cut.step : 1) * decim;
    const auto to_zero = static_cast<index>(std::nearbyint(-times.front() * sfreq));
    const index begin = (to_zero % step + step) % step + offset;
    const index n = begin < length ? (length - begin + step - 1) / step : 0;
    require(n > 0, [&] { return "decim = " + text_of(decim) + " leaves none of " + text_of(length) + " samples"; });

    if (lazy) {
        epochs.cut.step = step;
        epochs.cut.offset = begin;
        epochs.n_times = n;
    } else if (decim > 1) {
        keep_times(epochs, begin, n, step);
    }
    epochs.tmin = times[static_cast<std::size_t>(begin)];
    epochs.info.sfreq /= decim;
}

void shift_time(Epochs& epochs, double tshift, bool relative) {
    require_loaded(epochs, "shift_time");
    epochs.tmin = tshift + (relative ? epochs.tmin : 0);
}

void pick(Epochs& epochs, const std::vector<index>& picks) {
    if (!epochs.preloaded && epochs.options.proj != Projecting::no && !epochs.info.projections.empty()) {
        load(epochs);
    }
    auto data = epochs.preloaded ? data_of(epochs, picks) : Array<double, 3>();
    pick_channels(epochs.info, picks);
    if (epochs.preloaded) {
        epochs.dropped_bad = true;  // the limits may be of channels that go
        epochs.data = std::move(data);
    } else {
        epochs.cut.picks = taken(epochs.cut.picks, picks);
    }
    for (auto* limits : {&epochs.options.reject, &epochs.options.flat}) {
        Thresholds left;
        for (const auto& [type, limit] : *limits) {
            if (!pick_types(epochs.info, {type}, false).empty()) {
                left[type] = limit;
            }
        }
        *limits = left;
    }
}

void subtract_evoked(Epochs& epochs, const std::optional<Evoked>& evoked) {
    load(epochs);
    const Evoked mean_response = evoked ? *evoked : average(epochs);
    require(same_times(epochs.times(), mean_response.times()), "the evoked to subtract must have the epochs' times");
    const auto names = channel_names(mean_response.info);
    std::vector<std::pair<index, index>> pairs;
    for (index c = 0; c < epochs.info.n_channels(); ++c) {
        const auto& channel = epochs.info.channels[static_cast<std::size_t>(c)];
        const auto found = std::find(names.begin(), names.end(), channel.name);
        if (found != names.end()) {
            pairs.emplace_back(c, found - names.begin());
        } else {
            require(!is_data(channel.type()), [&] {
                return "the evoked to subtract must have all data channels of the epochs; it lacks '" + channel.name +
                       "'";
            });
        }
    }
    parallel_for(epochs.n_epochs(), [&](index k) {
        const auto epoch = epochs.data.view()[k];
        for (const auto& [c, from] : pairs) {
            const auto x = epoch.row(c);
            const auto m = mean_response.data.view().row(from);
            for (std::size_t t = 0; t < x.size(); ++t) {
                x[t] -= m[t];
            }
        }
    });
}

Epochs concatenated(std::vector<Epochs> list, bool add_offset) {
    require(!list.empty(), "there must be epochs to concatenate; got none");
    for (auto& epochs : list) {
        load(epochs);
        drop_bad(epochs);
    }
    Epochs result = subset(list[0], {});
    result.event_id = list[0].event_id;
    result.drop_log.clear();
    if (std::ranges::any_of(list, [](const auto& e) { return e.annotations && !e.annotations->items.empty(); })) {
        warn("concatenated epochs have no annotations: those of several recordings have no clock in common");
    }
    result.annotations.reset();
    const auto names = channel_names(result.info);
    const auto times = list[0].times();
    const auto shift = static_cast<index>((10 + list[0].tmax()) * result.info.sfreq);
    index n = 0, offset = 0;
    for (std::size_t k = 0; k < list.size(); ++k) {
        const auto& epochs = list[k];
        const auto place = "epochs number " + text_of(k);
        require(channel_names(epochs.info) == names, [&] {
            return "epochs to concatenate must have the same channels in the same order; " + place +
                   " and the first differ";
        });
        require(std::ranges::equal(times, epochs.times(), is_close),
                [&] { return "epochs to concatenate must have the same times; " + place + " and the first differ"; });
        require(epochs.options.baseline == list[0].options.baseline, [&] {
            return "epochs to concatenate must have the same baseline; " + place + " and the first differ";
        });
        for (const auto& [name, code] : epochs.event_id) {
            bool known = false;
            for (const auto& [other, other_code] : result.event_id) {
                require((name == other) == (code == other_code),
                        [&, name = name, code = code, other = other, other_code = other_code] {
                            return "a name must have one code in all epochs to concatenate; '" + name + "' is " +
                                   text_of(code) + " in number " + text_of(k) + ", and '" + other + "' is " +
                                   text_of(other_code) + " before";
                        });
                known = known || name == other;
            }
            if (!known) {
                result.event_id.emplace_back(name, code);
            }
        }
        if (epochs.events.empty()) {
            warn(place + " to concatenate are empty");
        }
        index last = 0;
        for (auto event : epochs.events) {
            last = std::max(last, event.sample);
            event.sample += offset;
            result.events.push_back(event);
        }
        if (add_offset && (k == 0 || !epochs.events.empty())) {
            offset += last + shift;
        }
        for (const index number : epochs.selection) {
            result.selection.push_back(std::ssize(result.drop_log) + number);
        }
        result.drop_log.insert(result.drop_log.end(), epochs.drop_log.begin(), epochs.drop_log.end());
        result.metadata.insert(result.metadata.end(), epochs.metadata.begin(), epochs.metadata.end());
        n += epochs.n_epochs();
    }
    if (std::ranges::any_of(result.events, [](const Event& e) { return e.sample > INT32_MAX; })) {
        warn("events of concatenated epochs came to lie beyond sample " + text_of(INT32_MAX) +
             ", the last that files can name; their samples now count from 1, without a meaning in time");
        for (std::size_t k = 0; k < result.events.size(); ++k) {
            result.events[k].sample = static_cast<index>(k) + 1;
        }
    }
    require(result.metadata.empty() || static_cast<index>(result.metadata.size()) == n,
            "either all or none of the epochs to concatenate must have metadata");
    result.data = Array<double, 3>({n, result.info.n_channels(), result.n_times});
    double* to = result.data.data();
    for (const auto& epochs : list) {
        to = std::copy_n(epochs.data.data(), epochs.data.size(), to);
    }
    return result;
}

}  // namespace ranvier::meeg
