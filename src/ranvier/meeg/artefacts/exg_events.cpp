#include "ranvier/meeg/artefacts/exg_events.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/numerics/fir.hpp"

namespace ranvier::meeg {

namespace {

FilterOptions band(std::optional<double> low, std::optional<double> high, const std::string& length) {
    require(!low || !high || *low < *high, "l_freq must be below h_freq; got ", low.value_or(0), " and ",
            high.value_or(0), " Hz");
    FilterOptions options;
    options.l_freq = low;
    options.h_freq = high;
    options.l_trans_bandwidth = options.h_trans_bandwidth = 0.5;
    options.filter_length = length;
    options.phase = "zero-double";
    options.fir_window = "hann";
    options.fir_design = "firwin2";
    return options;
}

/// Filters each of the pieces, which lie one behind the other.
void filter_pieces(std::vector<double>& x, const std::vector<std::pair<index, index>>& pieces, double sfreq,
                   const FilterOptions& options) {
    index longest = 0, at = 0;
    for (const auto& [start, stop] : pieces) {
        longest = std::max(longest, stop - start);
    }
    const FilterPlan plan = filter_plan(sfreq, options, longest);
    for (const auto& [start, stop] : pieces) {
        const index n = stop - start;
        apply_plan(plan, View<double, 2>(x.data() + at, {1, n}), numerics::Padding::reflect_limited);
        at += n;
    }
}

/// The mean over channels of what lies in the pieces, one behind the other. Reads a block at a time.
std::vector<double> gathered(const Raw& raw, const std::vector<index>& channels,
                             const std::vector<std::pair<index, index>>& pieces) {
    constexpr index block = 1 << 14;  // samples
    std::vector<double> mean;
    for (const auto& [start, stop] : pieces) {
        for (index at = start; at < stop; at += block) {
            const Array<double, 2> x = samples(raw, channels, at, std::min(stop, at + block));
            for (index k = 0; k < x.extent(1); ++k) {
                double sum = 0;
                for (index c = 0; c < x.extent(0); ++c) {
                    sum += x(c, k);
                }
                mean.push_back(sum / static_cast<double>(x.extent(0)));
            }
        }
    }
    require(std::ranges::all_of(mean, [](double v) { return std::isfinite(v); }), [&] {
        const std::string one = "'" + raw.info.channels[static_cast<std::size_t>(channels[0])].name + "'";
        return "samples of " + (channels.size() == 1 ? "channel " + one : "the MEG sensors") +
               " are no numbers; annotate them as bad and reject_by_annotation, or choose another channel";
    });
    return mean;
}

/// Numbers on the recording's clock of samples of gathered pieces.
Events events_at(const std::vector<index>& found, const std::vector<std::pair<index, index>>& pieces, const Raw& raw,
                 int id) {
    Events events;
    std::size_t piece = 0;
    index before = 0;  // samples of earlier pieces
    for (const index k : found) {
        while (k - before >= pieces[piece].second - pieces[piece].first) {
            before += pieces[piece].second - pieces[piece].first;
            ++piece;
        }
        events.push_back({raw.first_samp + pieces[piece].first + k - before, 0, id});
    }
    return events;
}

index index_of(const Info& info, const std::string& name) {
    const auto found = std::ranges::find(info.channels, name, &Channel::name);
    require(found != info.channels.end(),
            [&] { return "there is no channel '" + name + "'; there are " + joined(channel_names(info)); });
    return found - info.channels.begin();
}

std::vector<std::pair<index, index>> looked_at(const Raw& raw, bool reject_by_annotation,
                                               const std::vector<std::string>& words) {
    auto pieces =
        reject_by_annotation ? kept_pieces(raw, words) : std::vector<std::pair<index, index>>{{0, raw.n_samples()}};
    require(!pieces.empty(), "everything is annotated as bad; nothing is left to look at");
    return pieces;
}

/// Peaks of windows that begin above `threshold`, without those of unusual power.
std::vector<index> beats_above(double threshold, std::span<const double> size, index window) {
    constexpr double levels = 2.5;  // standard deviations
    std::vector<index> at;
    std::vector<double> power;
    const index last = std::ssize(size) - window;
    for (index k = 0; k < last;) {
        if (!(size[static_cast<std::size_t>(k)] > threshold)) {
            ++k;
            continue;
        }
        const auto part = size.subspan(static_cast<std::size_t>(k), static_cast<std::size_t>(window));
        at.push_back(k + (std::ranges::max_element(part) - part.begin()));
        power.push_back(
            std::sqrt(std::inner_product(part.begin(), part.end(), part.begin(), 0.0) / static_cast<double>(window)));
        k += window;
    }
    const double n = static_cast<double>(power.size());
    const double mean = std::reduce(power.begin(), power.end()) / n;
    double squares = 0;
    for (const double p : power) {
        squares += (p - mean) * (p - mean);
    }
    const double most = mean + levels * std::sqrt(squares / n);
    std::vector<index> usual;
    for (std::size_t k = 0; k < at.size(); ++k) {
        if (power[k] < most) {
            usual.push_back(at[k]);
        }
    }
    return usual;
}

std::vector<index> qrs_peaks(std::span<const double> ecg, double sfreq, const EcgOptions& options) {
    const index window = std::lround(60 * sfreq / 120), second = static_cast<index>(sfreq);
    const auto start = static_cast<index>(sfreq * options.tstart);
    require(start < std::ssize(ecg), "tstart must lie within what is looked at; got ", options.tstart, " s");
    std::vector<double> size(ecg.begin() + start, ecg.end());
    for (double& v : size) {
        v = std::abs(v);
    }
    double largest = 0;  // mean of those of the first seconds
    index seconds = 0;
    for (; seconds < 3 && seconds * second < std::ssize(size); ++seconds) {
        const auto begin = size.begin() + seconds * second;
        largest += *std::max_element(begin, size.end() - begin > second ? begin + second : size.end());
    }
    largest /= static_cast<double>(seconds);

    std::vector<std::vector<index>> tries;
    const index n_tries = options.qrs_threshold ? 1 : 16;
    for (index k = 0; k < n_tries; ++k) {
        const double share = options.qrs_threshold.value_or(0.3 + static_cast<double>(k) * ((0.3 + 0.05) - 0.3));
        auto found = beats_above(largest * share, size, window);
        if (!found.empty()) {
            tries.push_back(std::move(found));
        }
    }
    if (tries.empty()) {
        return {};
    }
    const auto pulse = [&](const std::vector<index>& beats) {
        return 60 * static_cast<double>(beats.size()) / (static_cast<double>(ecg.size()) / sfreq);
    };
    std::vector<double> likely;
    for (const auto& beats : tries) {
        if (const double p = pulse(beats); p >= 40 && p <= 160) {
            likely.push_back(p);
        }
    }
    double ideal = 80;
    if (!likely.empty()) {
        std::ranges::sort(likely);
        const std::size_t middle = likely.size() / 2;
        ideal = likely.size() % 2 == 1 ? likely[middle] : (likely[middle - 1] + likely[middle]) / 2;
    }
    auto best = *std::ranges::min_element(tries, {}, [&](const auto& beats) { return std::abs(pulse(beats) - ideal); });
    for (index& k : best) {
        k += start;
    }
    return best;
}

/// Samples where a signal turns, its ends included; of equal neighbours the first.
std::vector<index> turning_points(std::span<const double> x, double sign) {
    const auto falls = [&](std::size_t k) { return sign * (x[k + 1] - x[k]) <= 0; };
    std::vector<index> turns{0};
    for (std::size_t k = 1; k + 1 < x.size(); ++k) {
        if (falls(k - 1) != falls(k)) {
            turns.push_back(static_cast<index>(k));
        }
    }
    turns.push_back(std::ssize(x) - 1);
    return turns;
}

}  // namespace

Fields ExgOptions::fields() {
    using O = ExgOptions;
    return {
        "exg",
        {field("event_id", &O::event_id, "number of the events that are found"),
         field("l_freq", &O::l_freq, "lower edge of the band that is looked at").in("Hz").at_least(0),
         field("h_freq", &O::h_freq, "upper edge of the band that is looked at").in("Hz").above(0),
         field("filter_length", &O::filter_length, "taps of that filter, or a duration").or_number(),
         field("tstart", &O::tstart, "what is looked at begins here").in("s").at_least(0),
         field("reject_by_annotation", &O::reject_by_annotation, "whether stretches annotated as bad are left out")}};
}

Fields EcgOptions::fields() {
    using O = EcgOptions;
    return {"find_ecg_events",
            with_base<O, ExgOptions>(
                {field("ch_name", &O::ch_name, "the channel; none: the ECG channel, else the mean over MEG sensors"),
                 field("qrs_threshold", &O::qrs_threshold,
                       "share of the largest amplitude in the first seconds; 'auto': one that gives a usual pulse")
                     .above(0)
                     .none_is("auto")})};
}

Fields EogOptions::fields() {
    using O = EogOptions;
    return {
        "find_eog_events",
        with_base<O, ExgOptions>(
            {field("ch_name", &O::ch_name, "the channels; none: all good ones of type EOG")
                 .also(nullptr, Value::List{}),
             field("thresh", &O::thresh, "how far a peak stands out of what surrounds it; none: a quarter of the range")
                 .in("V")})};
}

std::vector<index> find_peaks(std::span<const double> x, std::optional<double> threshold, bool maxima) {
    require(!x.empty(), "a signal without samples has no peaks");
    require(std::ranges::all_of(x, [](double v) { return std::isfinite(v); }), "samples must be numbers");
    const double sign = maxima ? 1 : -1;
    const auto [low, high] = std::ranges::minmax(x);
    const double height = threshold.value_or((high - low) / 4);
    std::vector<index> turns = turning_points(x, sign);
    const auto at = [&](std::size_t k) { return sign * x[static_cast<std::size_t>(turns[k])]; };
    const double least = maxima ? low : -high;
    if (turns.size() <= 2) {  // it only rises, or falls
        const std::size_t end = at(0) >= at(turns.size() - 1) ? 0 : turns.size() - 1;
        return at(end) > least + height ? std::vector{turns[end]} : std::vector<index>{};
    }
    // Peaks and valleys alternate but for the first end, which is a peak, a valley, or neither.
    const auto rises = [&](std::size_t k) { return (at(k + 1) > at(k)) - (at(k + 1) < at(k)); };
    const bool peak_first = rises(0) <= 0;
    if (rises(0) == rises(1)) {
        turns.erase(turns.begin() + (peak_first ? 1 : 0));
    }
    const std::size_t n = turns.size();
    std::vector<index> peaks;
    double candidate = least, left = least, last_peak = 0;  // heights: of a peak to come, of the valley before it
    std::size_t place = 0;
    bool found = false;
    for (std::size_t k = peak_first ? 0 : 1;; k += 2) {  // k is a peak, k + 1 a valley
        if (k >= n) {
            break;
        }
        if (found && (at(k) > last_peak || left < last_peak - height)) {
            candidate = least;
            found = false;
        }
        if (k == n - 1) {
            break;
        }
        if (at(k) > candidate && at(k) > left + height) {
            place = k;
            candidate = at(k);
        }
        const double valley = at(k + 1);
        if (!found && candidate > height + valley) {
            found = true;
            left = valley;
            peaks.push_back(turns[place]);
            last_peak = candidate;
        } else if (valley < left) {
            left = valley;
        }
        if (k + 1 >= n - 1) {
            break;
        }
    }
    if (at(n - 1) > candidate && at(n - 1) > left + height) {
        peaks.push_back(turns[n - 1]);
    } else if (!found && candidate > least) {
        peaks.push_back(turns[place]);
    }
    return peaks;
}

Heartbeats find_ecg_events(const Raw& raw, const EcgOptions& options) {
    check_settings(options);
    Heartbeats beats;
    std::vector<index> channels;
    if (options.ch_name) {
        channels = {index_of(raw.info, *options.ch_name)};
    } else {
        channels = pick_types(raw.info, {ChannelType::ecg});
    }
    if (!channels.empty()) {
        beats.channel = channels[0];
        if (channels.size() > 1) {
            warn("there are " + text_of(channels.size()) + " ECG channels; '" +
                 raw.info.channels[static_cast<std::size_t>(channels[0])].name + "' is taken. ch_name chooses another");
            channels.resize(1);
        }
    } else {
        for (const ChannelType type : {ChannelType::mag, ChannelType::grad}) {
            if (channels.empty()) {
                channels = pick_types(raw.info, {type});
            }
        }
        require(!channels.empty(),
                "there is no ECG channel, and no MEG sensors whose mean could stand for it; name another in ch_name");
    }
    const auto pieces = looked_at(raw, options.reject_by_annotation, {"edge", "bad"});
    std::vector<double> ecg = gathered(raw, channels, pieces);
    const double sfreq = raw.info.sfreq;
    filter_pieces(ecg, pieces, sfreq, band(options.l_freq, options.h_freq, options.filter_length));
    beats.events = events_at(qrs_peaks(ecg, sfreq, options), pieces, raw, options.event_id);
    beats.ecg.assign(static_cast<std::size_t>(raw.n_samples()), std::numeric_limits<double>::quiet_NaN());
    auto from = ecg.begin();
    for (const auto& [start, stop] : pieces) {
        std::copy(from, from + (stop - start), beats.ecg.begin() + start);
        from += stop - start;
    }
    const double minutes = (static_cast<double>(ecg.size()) / sfreq - options.tstart) / 60;
    beats.average_pulse = static_cast<double>(beats.events.size()) / minutes;
    log(LogLevel::info,
        text_of(beats.events.size()) + " heart beats found, " + formatted("%.1f", beats.average_pulse) + " a minute");
    return beats;
}

Events find_eog_events(const Raw& raw, const EogOptions& options) {
    check_settings(options);
    std::vector<index> channels;
    for (const std::string& name : options.ch_name) {
        channels.push_back(index_of(raw.info, name));
    }
    std::ranges::sort(channels);
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());  // clang 14 refuses ranges::unique
    if (options.ch_name.empty()) {
        channels = pick_types(raw.info, {ChannelType::eog});
    }
    require(!channels.empty(), "there is no EOG channel; ch_name may name an EEG channel near the eyes");
    const auto pieces = looked_at(raw, options.reject_by_annotation, {"bad"});
    const double sfreq = raw.info.sfreq;
    std::vector<std::vector<double>> rows;
    for (const index c : channels) {
        rows.push_back(gathered(raw, {c}, pieces));
    }
    const auto n = static_cast<index>(rows[0].size());
    const std::vector<std::pair<index, index>> whole{{0, n}};  // gaps count as neighbours
    std::size_t strongest = 0;
    if (rows.size() > 1) {
        double most = -1;
        for (std::size_t c = 0; c < rows.size(); ++c) {
            std::vector<double> x = rows[c];
            filter_pieces(x, whole, sfreq, band(2, std::min(45.0, sfreq / 2 - 0.75), options.filter_length));
            if (const double power = std::inner_product(x.begin(), x.end(), x.begin(), 0.0); power > most) {
                most = power;
                strongest = c;
            }
        }
    }
    std::vector<double>& x = rows[strongest];
    filter_pieces(x, whole, sfreq, band(options.l_freq, options.h_freq, options.filter_length));
    const double mean = std::reduce(x.begin(), x.end()) / static_cast<double>(n);
    const auto [low, high] = std::ranges::minmax(x);
    const auto start = static_cast<index>(sfreq * options.tstart);
    require(start < n, "tstart must lie within what is looked at; got ", options.tstart, " s");
    auto found = find_peaks(std::span(x).subspan(static_cast<std::size_t>(start)), options.thresh,
                            std::abs(high - mean) > std::abs(low - mean));
    for (index& k : found) {
        k += start;
    }
    log(LogLevel::info, text_of(found.size()) + " EOG events found in channel " +
                            raw.info.channels[static_cast<std::size_t>(channels[strongest])].name);
    return events_at(found, pieces, raw, options.event_id);
}

}  // namespace ranvier::meeg
