#include "ranvier/meeg/artefacts/annotate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/smoothing.hpp"

namespace ranvier::meeg {

namespace {

using Mask = std::vector<char>;

/// Runs [begin, end) of what is marked.
std::vector<std::pair<index, index>> runs(const Mask& mask) {
    std::vector<std::pair<index, index>> out;
    const auto n = std::ssize(mask);
    for (index k = 0; k < n; ++k) {
        const index begin = k;
        while (k < n && mask[static_cast<std::size_t>(k)]) {
            ++k;
        }
        if (k > begin) {
            out.emplace_back(begin, k);
        }
    }
    return out;
}

/// Annotations of their own, whose onsets [s] count from the first sample.
class Standing {
public:
    explicit Standing(const Raw& raw) : shift_(raw.info.meas_date ? raw.first_time() : 0) {
        annotations.orig_time = raw.info.meas_date;
    }
    void add(double onset, double duration, const char* description, std::vector<std::string> channels = {}) {
        annotations.items.push_back({onset + shift_, duration, description, std::move(channels)});
    }
    Annotations annotations;

private:
    double shift_;
};

/// The stretches of a mask over all samples, each up to the sample behind it.
void add_runs(Standing& to, const Raw& raw, const Mask& mask, const char* description,
              const std::vector<std::string>& channels = {}) {
    for (const auto& [begin, end] : runs(mask)) {
        const double onset = raw.time(begin);
        to.add(onset, raw.time(std::min(end, raw.n_samples() - 1)) - onset, description, channels);
    }
}

}  // namespace

Fields AmplitudeOptions::fields() {
    using O = AmplitudeOptions;
    return {
        "annotate_amplitude",
        {field("peak", &O::peak, "limits by channel type of the difference of neighbours: what reaches it is marked"),
         field("flat", &O::flat, "limits by channel type of the difference of neighbours: what is no larger is marked"),
         field("bad_percent", &O::bad_percent, "from this share of the time on a channel is called bad instead")
             .in("%")
             .at_least(0)
             .at_most(100),
         field("min_duration", &O::min_duration, "shorter stretches do not count").in("s").at_least(0),
         field("picks", &O::picks, "numbers of channels; none: good data channels")}};
}

AmplitudeFound annotate_amplitude(const Raw& raw, const AmplitudeOptions& options) {
    check_settings(options);
    require(!options.peak.empty() || !options.flat.empty(), "peak or flat must be given; got neither");
    for (const auto& [word, limits] : {std::pair("peak", &options.peak), std::pair("flat", &options.flat)}) {
        for (const auto& [type, limit] : *limits) {
            require(limit >= 0, word, " must be >= 0; got ", limit, " for '", name(type), "'");
        }
    }
    const index n = raw.n_samples();
    require(options.min_duration < raw.duration(), "min_duration must be shorter than the recording, ", raw.duration(),
            " s; got ", options.min_duration, " s");
    const index shortest = sample_count(std::nearbyint(options.min_duration * raw.info.sfreq));
    const auto pieces = kept_pieces(raw, {"bad_acq_skip"});
    std::vector<index> at;  // sample of each that is kept
    for (const auto& [start, stop] : pieces) {
        for (index k = start; k < stop; ++k) {
            at.push_back(k);
        }
    }
    std::vector<index> picks = options.picks.empty() ? pick_data(raw.info) : options.picks;
    std::erase_if(picks, [&](index c) {
        const auto& channel = raw.info.channels[static_cast<std::size_t>(c)];
        return std::ranges::find(raw.info.bads, channel.name) != raw.info.bads.end();
    });
    const auto limited = [&](index c) {
        const ChannelType type = raw.info.channels[static_cast<std::size_t>(c)].type();
        return options.peak.find(type) != nullptr || options.flat.find(type) != nullptr;
    };
    require(picks.empty() || std::ranges::any_of(picks, limited),
            "peak and flat have limits for none of the channels that are judged; give picks, or limits for their types");
    Mask flat(static_cast<std::size_t>(std::max<index>(n - 1, 0))), peak = flat;
    AmplitudeFound found;
    // Some channels at once, 256 MiB, as a file is read from end to end for each lot.
    const index lot = std::max<index>(1, (index{1} << 25) / std::max<index>(n, 1));
    Array<double, 2> some;
    for (index p = 0; p < std::ssize(picks); ++p) {
        if (p % lot == 0) {
            const auto first = picks.begin() + p;
            some = samples(raw, {first, first + std::min(lot, std::ssize(picks) - p)}, 0, n);
        }
        const auto& channel = raw.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(p)])];
        const ChannelType type = channel.type();
        const auto row = some.view().row(p % lot);
        bool bad = false;
        const auto look = [&](const Thresholds& limits, Mask& all, const auto& beyond) {
            const double* limit = limits.find(type);
            if (limit == nullptr) {
                return;
            }
            Mask mask(at.empty() ? 0 : at.size() - 1);
            for (std::size_t k = 0; k < mask.size(); ++k) {
                mask[k] = beyond(std::abs(row[at[k + 1]] - row[at[k]]), *limit);
            }
            index count = 0;
            const auto stretches = runs(mask);
            for (const auto& [begin, end] : stretches) {
                count += end - begin >= shortest ? end - begin : 0;
            }
            const double share = 100 * static_cast<double>(count + (count > 0)) / static_cast<double>(n);
            if (share >= options.bad_percent) {
                bad = true;
                return;
            }
            for (const auto& [begin, end] : stretches) {
                for (index k = begin; k < end && end - begin >= shortest; ++k) {
                    all[static_cast<std::size_t>(at[static_cast<std::size_t>(k)])] = 1;
                }
            }
        };
        look(options.flat, flat, std::less_equal());
        look(options.peak, peak, std::greater_equal());
        if (bad) {
            found.bads.push_back(channel.name);
        }
    }
    Standing standing(raw);
    for (const auto& [mask, description] : {std::pair(&flat, "BAD_flat"), std::pair(&peak, "BAD_peak")}) {
        for (const auto& [begin, end] : runs(*mask)) {
            standing.add(raw.time(begin), raw.time(end - begin), description);
        }
    }
    sort(standing.annotations);
    found.annotations = std::move(standing.annotations);
    return found;
}

Annotations annotate_nan(const Raw& raw) {
    const index n = raw.n_samples(), channels = raw.info.n_channels(), block = 1 << 16;
    std::vector<Mask> masks(static_cast<std::size_t>(channels), Mask(static_cast<std::size_t>(n)));
    for (index start = 0; start < n; start += block) {
        const Array<double, 2> x = samples(raw, pick_all(raw.info), start, std::min(n, start + block));
        for (index c = 0; c < channels; ++c) {
            for (index k = 0; k < x.extent(1); ++k) {
                masks[static_cast<std::size_t>(c)][static_cast<std::size_t>(start + k)] = std::isnan(x(c, k));
            }
        }
    }
    Standing standing(raw);
    for (index c = 0; c < channels; ++c) {
        const auto k = static_cast<std::size_t>(c);
        add_runs(standing, raw, masks[k], "BAD_NAN", {raw.info.channels[k].name});
    }
    sort(standing.annotations);
    return std::move(standing.annotations);
}

Fields BreakOptions::fields() {
    using O = BreakOptions;
    return {
        "annotate_break",
        {field("min_break_duration", &O::min_break_duration, "shortest time without anything that is a break").in("s"),
         field("t_start_after_previous", &O::t_start_after_previous, "how long after the last thing it is marked from")
             .in("s"),
         field("t_stop_before_next", &O::t_stop_before_next, "how long before the next thing it is marked to").in("s"),
         field("ignore", &O::ignore, "annotations that begin with one of these words, in any case, do not count")}};
}

Annotations annotate_break(const Raw& raw, const std::optional<Events>& events, const BreakOptions& options) {
    check_settings(options);
    const double shortest = options.min_break_duration - options.t_start_after_previous - options.t_stop_before_next;
    require(shortest > 0,
            "min_break_duration must be longer than t_start_after_previous and t_stop_before_next together; got ",
            options.min_break_duration, " s");
    std::vector<std::pair<double, double>> busy;  // [s], from the first sample
    if (events) {
        for (const Event& event : *events) {
            const double t = static_cast<double>(event.sample - raw.first_samp) / raw.info.sfreq;
            busy.emplace_back(t, t);
        }
    } else {
        for (const Annotation& item : raw.annotations.items) {
            const std::string description = lower_case(item.description);
            if (std::ranges::none_of(options.ignore, [&](const std::string& word) {
                    return description.starts_with(lower_case(word));
                })) {
                const double onset = item.onset - raw.first_time();
                busy.emplace_back(onset, onset + item.duration);
            }
        }
    }
    require(!busy.empty(),
            events ? "events must hold at least one event"
                   : "there is no annotation to look between but those in ignore; give events, or annotate first");
    std::ranges::sort(busy);
    Standing standing(raw);
    double previous = -std::numeric_limits<double>::infinity(), total = 0;
    const double end = raw.time(raw.n_samples() - 1);
    const auto mark = [&](double from, double to) {
        standing.add(from, to - from, "BAD_break");
        total += to - from;
    };
    for (const auto& [start, stop] : busy) {
        const bool first = !std::isfinite(previous);
        if (start - (first ? 0 : previous) >= options.min_break_duration) {
            mark(first ? 0 : previous + options.t_start_after_previous, start - options.t_stop_before_next);
        }
        previous = std::max(previous, stop);
    }
    if (end - previous >= options.min_break_duration) {
        mark(previous + options.t_start_after_previous, end);
    }
    log(LogLevel::info, text_of(standing.annotations.items.size()) + " breaks of " +
                            text_of(options.min_break_duration) + " s or more were found, together " +
                            formatted("%.1f", total) + " s");
    return std::move(standing.annotations);
}

Fields MuscleOptions::fields() {
    using O = MuscleOptions;
    return {
        "annotate_muscle_zscore",
        {field("threshold", &O::threshold, "z-score from which on a stretch is marked"),
         field("ch_type", &O::ch_type,
               "type of the channels: 'mag', 'grad' or 'eeg'; none: the first of these that is there"),
         field("min_length_good", &O::min_length_good, "shorter stretches between marked ones are marked too").in("s"),
         field("filter_freq", &O::filter_freq, "band of the muscles").in("Hz")}};
}

MuscleFound annotate_muscle_zscore(const Raw& raw, const MuscleOptions& options) {
    check_settings(options);
    static const std::vector<std::pair<std::string, ChannelType>> types{
        {"mag", ChannelType::mag}, {"grad", ChannelType::grad}, {"eeg", ChannelType::eeg}};
    std::vector<index> picks;
    for (const auto& [name, type] : types) {
        if (picks.empty() && (!options.ch_type || *options.ch_type == name)) {
            picks = pick_types(raw.info, {type}, false);
        }
    }
    require(!picks.empty(), [&] {
        return options.ch_type ? "ch_type must be 'mag', 'grad' or 'eeg', and there; got '" + *options.ch_type + "'"
                               : std::string("there are no magnetometers, gradiometers or EEG channels to look at");
    });
    Raw band = make_raw(part_of(raw.info, picks), samples(raw, picks, 0, raw.n_samples()), raw.first_samp);
    band.annotations = raw.annotations;
    FilterOptions filters;
    filters.l_freq = options.filter_freq[0];
    filters.h_freq = options.filter_freq[1];
    filter(band, filters);
    const index n = band.n_samples(), channels = band.info.n_channels();
    numerics::envelope(band.data, numerics::fast_length(n, 5));

    Mask good(static_cast<std::size_t>(n), 1);
    for (const AnnotationSpan& span : annotation_spans(raw, {"bad"})) {
        std::fill(good.begin() + span.begin, good.begin() + span.end, 0);
    }
    std::vector<index> at;
    for (index k = 0; k < n; ++k) {
        if (good[static_cast<std::size_t>(k)]) {
            at.push_back(k);
        }
    }
    require(!at.empty(), "everything is annotated as bad; nothing is left to look at");
    const auto count = std::ssize(at);
    Array<double, 2> scores({1, count});
    for (index c = 0; c < channels; ++c) {
        double mean = 0, squares = 0;
        for (const index k : at) {
            mean += band.data(c, k);
        }
        mean /= static_cast<double>(count);
        for (const index k : at) {
            squares += (band.data(c, k) - mean) * (band.data(c, k) - mean);
        }
        const double deviation = std::sqrt(squares / static_cast<double>(count));
        require(deviation > 0, [&] {
            return "channel '" + band.info.channels[static_cast<std::size_t>(c)].name +
                   "' is flat in the band of muscles, so it has no z-score; drop it, or choose another ch_type";
        });
        for (index k = 0; k < count; ++k) {
            scores(0, k) += (band.data(c, at[static_cast<std::size_t>(k)]) - mean) / deviation;
        }
    }
    for (index k = 0; k < count; ++k) {
        scores(0, k) /= std::sqrt(static_cast<double>(channels));
    }
    FilterOptions smooth;
    smooth.h_freq = 4;
    filter(scores, raw.info.sfreq, smooth);

    MuscleFound found;
    found.scores.assign(static_cast<std::size_t>(n), std::numeric_limits<double>::quiet_NaN());
    Mask quiet(static_cast<std::size_t>(n), 1);
    for (index k = 0; k < count; ++k) {
        const auto sample = static_cast<std::size_t>(at[static_cast<std::size_t>(k)]);
        found.scores[sample] = scores(0, k);
        quiet[sample] = !(scores(0, k) > options.threshold);
    }
    const double least = options.min_length_good.value_or(0) * raw.info.sfreq;
    for (const auto& [begin, end] : runs(quiet)) {
        if (static_cast<double>(end - begin) < least) {
            std::fill(quiet.begin() + begin, quiet.begin() + end, 0);
        }
    }
    Mask loud(quiet.size());
    std::ranges::transform(quiet, loud.begin(), std::logical_not());
    Standing standing(raw);
    add_runs(standing, raw, loud, "BAD_muscle");
    found.annotations = std::move(standing.annotations);
    return found;
}

}  // namespace ranvier::meeg
