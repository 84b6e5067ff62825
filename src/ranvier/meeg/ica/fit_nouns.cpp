// What is decomposed: stretches of a recording, epochs.
#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/ica/parts.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

namespace {

/// Every step-th sample.
Samples decimated(const Samples& samples, index step) {
    if (step == 1) {
        return samples;
    }
    return {samples.channels, (samples.n + step - 1) / step, [samples, step](index begin, View<double, 2> out) {
                constexpr index width = 4096;  // samples that are read at once
                Array<double, 2> x({samples.channels, width});
                for (index done = 0; done < out.extent(1);) {
                    const index count = std::min(out.extent(1) - done, std::max<index>(1, width / step));
                    if (step > width) {
                        samples.read((begin + done) * step, out.slice(1, done, done + 1));
                        ++done;
                        continue;
                    }
                    const index read = (count - 1) * step + 1;
                    samples.read((begin + done) * step, x.view().slice(1, 0, read));
                    for (index c = 0; c < samples.channels; ++c) {
                        for (index t = 0; t < count; ++t) {
                            out(c, done + t) = x(c, t * step);
                        }
                    }
                    done += count;
                }
            }};
}

Samples stretches_of(const Samples& samples, const std::vector<std::pair<index, index>>& spans) {
    std::vector<Samples> parts;
    for (const auto& [first, last] : spans) {
        parts.push_back({samples.channels, last - first,
                         [&samples, first = first](index at, View<double, 2> out) { samples.read(first + at, out); }});
    }
    return concatenated(std::move(parts));
}

Samples told(const Samples& samples, Progress& progress) {
    return {samples.channels, samples.n, [&](index begin, View<double, 2> out) {
                samples.read(begin, out);
                progress.advance(out.extent(1));
            }};
}

/// Peak-to-peak limits of each channel.
struct Limits {
    std::vector<double> most, least;
};
Limits limits_of(const Info& info, const Thresholds& reject, const Thresholds& flat) {
    check_thresholds(info, reject, "reject");
    check_thresholds(info, flat, "flat");
    Limits limits;
    for (index c = 0; c < info.n_channels(); ++c) {
        const ChannelType type = info.channels[static_cast<std::size_t>(c)].type();
        const double *most = reject.find(type), *least = flat.find(type);
        const bool judged = !is_bad(info, c);
        limits.most.push_back(most && judged ? *most : INFINITY);
        limits.least.push_back(least && judged ? *least : -INFINITY);
    }
    return limits;
}

/// Sorts pieces of `length` samples into good ones and others; what is left behind the last is in neither.
std::vector<std::pair<index, index>> good_pieces(const Samples& samples, index length, const Limits& limits,
                                                 std::vector<std::pair<index, index>>& dropped) {
    const index pieces = samples.n / length;
    std::vector<char> good(static_cast<std::size_t>(pieces));
    parallel_for(pieces, [&](index piece) {
        Array<double, 2> x({samples.channels, length});
        samples.read(piece * length, x);
        bool all = true;
        for (index c = 0; c < samples.channels && all; ++c) {
            const auto k = static_cast<std::size_t>(c);
            if (limits.most[k] < INFINITY || limits.least[k] > -INFINITY) {
                const double range = peak_to_peak(x.view().row(c));
                all = range <= limits.most[k] && range >= limits.least[k];  // false for NaN
            }
        }
        good[static_cast<std::size_t>(piece)] = all;
    });
    std::vector<std::pair<index, index>> kept;
    for (index piece = 0; piece < pieces; ++piece) {
        const std::pair span(piece * length, (piece + 1) * length);
        const bool keep = good[static_cast<std::size_t>(piece)] != 0;
        (keep ? kept : dropped).push_back(span);
        if (!keep) {
            log(LogLevel::info, "Artifact detected in [" + text_of(span.first) + ", " + text_of(span.second) + "]");
        }
    }
    require(!kept.empty(), "reject and flat must leave something; no clean segment was found among ", pieces,
            ": make their limits more lenient");
    return kept;
}

/// Checks and sets what was decomposed.
std::vector<index> begin_fit(Ica& ica, const Info& info, const IcaFitOptions& options) {
    check_settings(ica.asked);
    check_settings(options);
    require(ica.asked.method != "imported_eeglab",
            "method 'imported_eeglab' says where components come from, and can't find any; choose another");
    std::vector<index> picks = options.picks;
    if (picks.empty()) {
        picks = pick_data(info);
        if (!ica.asked.allow_ref_meg) {
            std::erase_if(picks, [&](index k) {
                return info.channels[static_cast<std::size_t>(k)].type() == ChannelType::ref_meg;
            });
        }
        require(!picks.empty(), "no appropriate channels were found; ICA needs good data channels, or picks");
    }
    check_picks(info, picks);
    const auto data = pick_data(info, false);
    for (const index k : picks) {
        const ChannelType type = info.channels[static_cast<std::size_t>(k)].type();
        const bool fits = type == ChannelType::eog || (type == ChannelType::ref_meg && ica.asked.allow_ref_meg) ||
                          (type != ChannelType::ref_meg && std::ranges::find(data, k) != data.end());
        require(fits, [&] {
            return "ICA takes data and EOG channels" +
                   std::string(type == ChannelType::ref_meg ? ", and with allow_ref_meg=True those of reference" : "") +
                   "; channel '" + info.channels[static_cast<std::size_t>(k)].name + "' is of type " +
                   std::string(name(type));
        });
    }
    if (const auto* count = ica.asked.n_components.as<std::int64_t>()) {
        require(*count <= std::ssize(picks), "n_components must be at most ", picks.size(),
                ", the number of channels; got ", *count);
    }
    if (std::abs(info.highpass) < 1e-8) {
        warn(
            "the data have not been high-pass filtered, and slow drifts spoil components; filter them first, from 1 Hz "
            "on for example");
    }
    ica.info = info;
    ica.info->compensations.clear();
    pick_channels(*ica.info, picks);
    ica.ch_names = channel_names(*ica.info);
    ica.drop_inds.clear();
    ica.not_converged.clear();
    return picks;
}

Parts parts_of(const Samples& samples) {
    return [&samples](const std::string& task, const std::function<void(const Samples&)>& body) {
        Progress progress(task, samples.n);
        body(told(samples, progress));
    };
}

}  // namespace

Fields IcaOptions::fields() {
    using O = IcaOptions;
    return {"ica",
            {field("n_components", &O::n_components,
                   "how many: a number, a share of the variance that principal components explain, or none: 0.999999")
                 .where("None, a whole number above 1 or a share between 0 and 1",
                        [](const Value& v) {
                            const auto* share = v.as<double>();
                            const auto* count = v.as<std::int64_t>();
                            return v.is_none() || (share && *share > 0 && *share < 1) || (count && *count > 1);
                        }),
             field("method", &O::method, "algorithm")
                 .one_of({"fastica", "infomax", "extended-infomax", "picard", "imported_eeglab"}),
             field("max_iter", &O::max_iter, "most passes; 'auto': 1000 for fastica, 500 for the others")
                 .at_least(0)
                 .none_is("auto"),
             field("fit_params", &O::fit_params, "settings of the method, by name"),
             field("allow_ref_meg", &O::allow_ref_meg, "whether reference sensors of MEG may be decomposed"),
             field("random_state", &O::random_state, "seed, from which the numbers come that NumPy would draw")
                 .at_least(0)}};
}

Fields IcaFitOptions::fields() {
    using O = IcaFitOptions;
    return {"fit_ica",
            {field("picks", &O::picks, "numbers of channels; none: good data channels"),
             field("start", &O::start, "first sample").at_least(0),
             field("stop", &O::stop, "sample behind the last").at_least(0),
             field("decim", &O::decim, "every how many-th sample is taken").at_least(1),
             field("reject", &O::reject, "peak-to-peak limits by channel type above which a piece is left out"),
             field("flat", &O::flat, "peak-to-peak limits by channel type below which a piece is left out"),
             field("tstep", &O::tstep, "length of the pieces that reject and flat judge").in("s").above(0),
             field("reject_by_annotation", &O::reject_by_annotation, "whether what annotations call bad is left out")}};
}

Projector applied_projections(const Info& info) {
    Info active = info;
    active.bads.clear();
    active.projections = {};
    for (const Projection& p : info.projections) {
        if (p.active) {
            active.projections.push_back(p);
        }
    }
    Projector p = projector(active);
    if (p.rank > 0) {
        log(LogLevel::info, "Applying projection operator with " + text_of(p.rank) + " vectors");
    }
    return p;
}

void fit(Ica& ica, const Raw& raw, const IcaFitOptions& options, const Covariance* noise,
         const learn::NumberSource& random) {
    const std::vector<index> picks = begin_fit(ica, raw.info, options);
    const index begin = std::min(options.start.value_or(0), raw.n_samples());
    const index end = std::min(options.stop.value_or(raw.n_samples()), raw.n_samples());
    require(begin < end, "start must lie before stop; got ", begin, " and ", end);
    const Samples all{std::ssize(picks), raw.n_samples(),
                      [&](index at, View<double, 2> out) { read_samples(raw, picks, at, out); }};
    std::vector<std::pair<index, index>> spans;
    for (const auto& [first, last] :
         options.reject_by_annotation ? kept_pieces(raw, {"bad"}) : std::vector{std::pair(begin, end)}) {
        if (std::max(first, begin) < std::min(last, end)) {
            spans.emplace_back(std::max(first, begin), std::min(last, end));
        }
    }
    require(!spans.empty(),
            "everything from start to stop is annotated as bad; pass reject_by_annotation=False to use it");
    const Samples good = stretches_of(all, spans);
    const index step = options.decim.value_or(1);
    Samples taken = decimated(good, step);
    ica.reject = options.reject;
    const Samples undecided = taken;
    if (!options.reject.empty() || !options.flat.empty()) {
        auto length = sample_count(std::ceil(options.tstep * raw.info.sfreq));
        length = (length + step - 1) / step;
        require(length <= undecided.n, "tstep must be at most as long as what is decomposed; got ", options.tstep,
                " s");
        taken = stretches_of(undecided, good_pieces(undecided, length,
                                                    limits_of(*ica.info, options.reject, options.flat), ica.drop_inds));
    }
    const Parts parts = parts_of(taken), whole = parts_of(all);
    fit_parts(ica, parts, taken.n == all.n ? nullptr : &whole, noise, random);
    ica.current_fit = "raw";
}

void fit(Ica& ica, const Epochs& epochs, const IcaFitOptions& options, const Covariance* noise,
         const learn::NumberSource& random) {
    require(epochs.n_epochs() > 0, "ICA needs epochs; none were found: ", drop_summary(epochs.drop_log));
    const std::vector<index> picks = begin_fit(ica, epochs.info, options);
    if (epochs.options.baseline) {
        warn(
            "the epochs were baseline-corrected, which spoils components; high-pass filter the recording and cut "
            "epochs "
            "without baseline instead");
    }
    const index step = options.decim.value_or(1), times = (epochs.n_times + step - 1) / step;
    const auto parts_by = [&](index step_taken, index times_taken) -> Parts {
        return [&, step_taken, times_taken](const std::string& task, const std::function<void(const Samples&)>& body) {
            Progress progress(task, epochs.n_epochs());
            visit(epochs, [&](View<const double, 3> batch) {
                body({std::ssize(picks), batch.extent(0) * times_taken, [&](index begin, View<double, 2> out) {
                          for (index done = 0; done < out.extent(1);) {
                              const index k = (begin + done) / times_taken, from = (begin + done) % times_taken;
                              const index count = std::min(times_taken - from, out.extent(1) - done);
                              for (std::size_t c = 0; c < picks.size(); ++c) {
                                  const double* row = batch[k].row(picks[c]).data() + from * step_taken;
                                  for (index t = 0; t < count; ++t) {
                                      out(static_cast<index>(c), done + t) = row[t * step_taken];
                                  }
                              }
                              done += count;
                          }
                      }});
                progress.advance(batch.extent(0));
            });
        };
    };
    const Parts parts = parts_by(step, times), whole = parts_by(1, epochs.n_times);
    fit_parts(ica, parts, step == 1 ? nullptr : &whole, noise, random);
    ica.reject = epochs.options.reject;
    ica.current_fit = "epochs";
}

}  // namespace ranvier::meeg
