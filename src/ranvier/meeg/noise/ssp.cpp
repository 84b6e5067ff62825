#include "ranvier/meeg/noise/ssp.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/samples.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

void warn_of_few(index samples, index channels) {
    require(samples > 0, "projections need samples; no good epoch is left");
    if (samples < 5 * (channels + 1)) {
        warn("projections from " + text_of(channels) + " channels need at least " + text_of(5 * (channels + 1)) +
             " samples; they are unreliable from " + text_of(samples));
    }
}

/// How many eigenvalues, descending, a count or a share asks for.
index wanted(double asked, const std::vector<double>& shares, const std::string& name) {
    if (asked > 0 && asked < 1) {
        double sum = 0;
        index count = 0;
        for (const double share : shares) {
            ++count;
            sum += share;
            if (sum >= asked) {
                break;
            }
        }
        return count;
    }
    require(asked >= 0 && asked == std::floor(asked), name, " must be a whole number >= 0 or a share below 1; got ",
            asked);
    return std::min(static_cast<index>(asked), std::ssize(shares));
}

/// Channels that share vectors, and their samples' products.
struct Kind {
    std::string word, setting;
    double asked;
    std::vector<index> channels;
    Scatter scatter;
};

std::vector<Kind> kinds_of(const Info& info, const SspOptions& options) {
    const bool joint = options.meg == "combined";
    require(!joint || options.n_grad == options.n_mag, "n_grad must equal n_mag with meg='combined'; got ",
            options.n_grad, " and ", options.n_mag);
    using Type = ChannelType;
    std::vector<Kind> kinds;
    const auto add_kind = [&](const char* word, const char* setting, double asked, const std::vector<Type>& types) {
        if (auto channels = pick_types(info, types); !channels.empty()) {
            kinds.push_back({word, setting, asked, std::move(channels), {}});
        }
    };
    if (joint) {
        add_kind("meg", "n_mag", options.n_mag, {Type::mag, Type::grad});
    } else {
        add_kind("planar", "n_grad", options.n_grad, {Type::grad});
        add_kind("axial", "n_mag", options.n_mag, {Type::mag});
    }
    add_kind("eeg", "n_eeg", options.n_eeg, {Type::eeg});
    require(!kinds.empty(), "projections need good channels of MEG or EEG; there are none");
    return kinds;
}

std::vector<Projection> projections_of(const std::vector<Kind>& kinds, const Info& info, const std::string& prefix) {
    std::vector<Projection> projections;
    for (const Kind& kind : kinds) {
        require_finite(kind.scatter, part_of(info, kind.channels));
        const index n = std::ssize(kind.channels);
        const Array<double, 2>& products = kind.scatter.products;
        double total = 0;
        for (index k = 0; k < n; ++k) {
            total += products(k, k);
        }
        require(total > 0, "projections need channels that are not flat; all of type ", kind.word, " are");
        const auto eigen = numerics::symmetric_eigen(products);
        std::vector<double> shares;
        for (index k = n; k-- > 0;) {
            shares.push_back(std::max(eigen.values[static_cast<std::size_t>(k)], 0.0) / total);
        }
        for (index k = 0; k < wanted(kind.asked, shares, kind.setting); ++k) {
            Projection p;
            p.kind = ProjectionKind::field;
            p.description = kind.word + "-" + prefix + "-PCA-" + (k < 9 ? "0" : "") + text_of(k + 1);
            p.channels = taken(channel_names(info), kind.channels);
            p.vectors = Array<double, 2>({1, n});
            for (index c = 0; c < n; ++c) {
                p.vectors(0, c) = eigen.vectors(c, n - 1 - k);
            }
            p.explained_variance = shares[static_cast<std::size_t>(k)];
            projections.push_back(std::move(p));
        }
    }
    return projections;
}

std::string seconds(double from, double to) { return formatted("%.3f", from) + "-" + formatted("%.3f", to); }

/// Whether lazy epochs are samples of a recording in memory, as they are there, whatever these hold.
bool as_recorded(const Epochs& epochs) {
    const EpochsOptions& o = epochs.options;
    return !epochs.preloaded && epochs.raw->preloaded && !o.baseline && !o.detrend && o.proj == Projecting::no &&
           epochs.cut.step == 1 && epochs.cut.offset == 0 && o.reject.empty() && o.flat.empty();
}

/// Samples of the recording in good epochs, of which neighbours are joined.
std::vector<std::pair<index, index>> good_pieces(const Epochs& epochs) {
    const auto reasons = judged(epochs);
    std::vector<std::pair<index, index>> pieces;
    for (std::size_t k = 0; k < reasons.size(); ++k) {
        if (reasons[k].empty()) {
            const index begin = epochs.events[k].sample + epochs.cut.first - epochs.raw->first_samp;
            if (pieces.empty() || pieces.back().second != begin) {
                pieces.emplace_back(begin, begin);
            }
            pieces.back().second = begin + epochs.n_times;
        }
    }
    return pieces;
}

std::vector<Projection> of_good(const Epochs& epochs, const SspOptions& options, const std::string& prefix) {
    auto kinds = kinds_of(epochs.info, options);
    if (as_recorded(epochs)) {
        const auto good = good_pieces(epochs);
        for (Kind& kind : kinds) {
            const Samples samples = samples_of(*epochs.raw, good, taken(epochs.cut.picks, kind.channels));
            kind.scatter = scatter_of(samples, 0, samples.n);
        }
    } else if (epochs.preloaded) {
        for (Kind& kind : kinds) {
            const Samples samples = samples_of(epochs, counted(epochs.n_epochs()), kind.channels, 0, epochs.n_times);
            kind.scatter = scatter_of(samples, 0, samples.n);
        }
    } else {
        visit(epochs, [&](View<const double, 3> batch) {
            for (Kind& kind : kinds) {
                add(kind.scatter, batch, kind.channels);
            }
        });
    }
    warn_of_few(kinds.front().scatter.n, epochs.info.n_channels());
    return projections_of(kinds, epochs.info, options.desc_prefix.value_or(prefix));
}

}  // namespace

std::vector<Projection> compute_projections(const Epochs& epochs, const SspOptions& options) {
    const std::string events = epochs.event_id.empty()       ? "0"
                               : epochs.event_id.size() == 1 ? text_of(epochs.event_id.front().second)
                                                             : "Multiple-events";
    return of_good(epochs, options, events + "-" + seconds(epochs.tmin, epochs.tmax()));
}

std::vector<Projection> compute_projections(const Evoked& evoked, const SspOptions& options) {
    auto kinds = kinds_of(evoked.info, options);
    for (Kind& kind : kinds) {
        const Samples samples = samples_of(evoked.data, kind.channels, 0, evoked.n_times());
        kind.scatter = scatter_of(samples, 0, samples.n);
    }
    const auto times = evoked.times();
    return projections_of(kinds, evoked.info, options.desc_prefix.value_or(seconds(times.front(), times.back())));
}

std::vector<Projection> compute_projections(const std::shared_ptr<const Raw>& raw, const RawSspOptions& options) {
    const double sfreq = raw->info.sfreq;
    const double stop = options.stop.value_or(0) > 0 ? *options.stop : raw->duration();
    if (!options.duration) {
        const index begin = std::max<index>(static_cast<index>(options.start * sfreq), 0);
        const index end = std::min(static_cast<index>(stop * sfreq), raw->n_samples());
        require(begin < end, "projections need samples between start and stop; there are none");
        auto kinds = kinds_of(raw->info, options);
        for (Kind& kind : kinds) {
            const Samples samples{std::ssize(kind.channels), end - begin, [&](index first, View<double, 2> out) {
                                      read_samples(*raw, kind.channels, begin + first, out);
                                  }};
            kind.scatter = scatter_of(samples, 0, samples.n);
        }
        warn_of_few(end - begin, raw->info.n_channels());
        const auto time = [&](index k) { return static_cast<double>(k) / sfreq; };
        return projections_of(kinds, raw->info, options.desc_prefix.value_or("Raw-" + seconds(time(begin), time(end))));
    }
    const double duration = std::nearbyint(*options.duration * sfreq) / sfreq;
    EpochsOptions cut;
    cut.tmin = 0;
    cut.tmax = duration - 1 / sfreq;
    cut.baseline = {};
    cut.reject = options.reject;
    cut.flat = options.flat;
    cut.proj = Projecting::no;
    using Type = ChannelType;
    cut.picks = pick_types(raw->info, {Type::mag, Type::grad, Type::eeg, Type::eog, Type::ecg, Type::emg});
    require(!cut.picks.empty(), "projections need good channels of MEG or EEG; there are none");
    const Epochs epochs =
        make_epochs(raw, fixed_length_events(*raw, options.start, options.stop, duration, 999), {{"999", 999}}, cut);
    return of_good(epochs, options, "Raw-" + seconds(options.start, stop));
}

}  // namespace ranvier::meeg
