#include "ranvier/meeg/noise/ssp.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/samples.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::vector<index> good_data(const Info& info) {
    auto picks = all_picks(data_groups(info, true));
    require(!picks.empty(), "projections need good data channels; there are none");
    return picks;
}

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

/// Of the scatter of `picks`.
std::vector<Projection> from(const Scatter& scatter, const Info& info, const std::vector<index>& picks,
                             const SspOptions& options, const std::string& prefix) {
    require_finite(scatter, part_of(info, picks));
    const bool joint = options.meg == "combined";
    require(!joint || options.n_grad == options.n_mag, "n_grad must equal n_mag with meg='combined'; got ",
            options.n_grad, " and ", options.n_mag);
    struct Kind {
        std::string word, setting;
        std::vector<ChannelType> types;
        double asked;
    };
    using Type = ChannelType;
    std::vector<Kind> kinds;
    if (joint) {
        kinds.push_back({"meg", "n_mag", {Type::mag, Type::grad}, options.n_mag});
    } else {
        kinds.push_back({"planar", "n_grad", {Type::grad}, options.n_grad});
        kinds.push_back({"axial", "n_mag", {Type::mag}, options.n_mag});
    }
    kinds.push_back({"eeg", "n_eeg", {Type::eeg}, options.n_eeg});
    std::vector<Projection> projections;
    for (const Kind& kind : kinds) {
        const auto channels = pick_types(info, kind.types);
        const index n = std::ssize(channels);
        if (n == 0) {
            continue;
        }
        std::vector<index> rows;
        for (const index c : channels) {
            rows.push_back(std::ranges::find(picks, c) - picks.begin());
        }
        Array<double, 2> products({n, n});
        double total = 0;
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                products(i, j) = scatter.products(rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(j)]);
            }
            total += products(i, i);
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
            p.channels = taken(channel_names(info), channels);
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

Scatter scatter_of_good(const Epochs& epochs, const std::vector<index>& picks) {
    Scatter sum;
    visit(epochs, [&](View<const double, 3> batch) { add(sum, batch, picks); });
    warn_of_few(sum.n, epochs.info.n_channels());
    return sum;
}

}  // namespace

std::vector<Projection> compute_projections(const Epochs& epochs, const SspOptions& options) {
    const auto picks = good_data(epochs.info);
    const std::string events = epochs.event_id.empty()       ? "0"
                               : epochs.event_id.size() == 1 ? text_of(epochs.event_id.front().second)
                                                             : "Multiple-events";
    const Scatter scatter = scatter_of_good(epochs, picks);
    return from(scatter, epochs.info, picks, options,
                options.desc_prefix.value_or(events + "-" + seconds(epochs.tmin, epochs.tmax())));
}

std::vector<Projection> compute_projections(const Evoked& evoked, const SspOptions& options) {
    const auto picks = good_data(evoked.info);
    const Samples samples = samples_of(evoked.data, picks, 0, evoked.n_times());
    const auto times = evoked.times();
    return from(scatter_of(samples, 0, samples.n), evoked.info, picks, options,
                options.desc_prefix.value_or(seconds(times.front(), times.back())));
}

std::vector<Projection> compute_projections(const std::shared_ptr<const Raw>& raw, const RawSspOptions& options) {
    const double sfreq = raw->info.sfreq;
    const double stop = options.stop.value_or(0) > 0 ? *options.stop : raw->duration();
    if (!options.duration) {
        const index begin = std::max<index>(static_cast<index>(options.start * sfreq), 0);
        const index end = std::min(static_cast<index>(stop * sfreq), raw->n_samples());
        require(begin < end, "projections need samples between start and stop; there are none");
        const auto picks = good_data(raw->info);
        const Samples samples{std::ssize(picks), end - begin,
                              [&](index first, View<double, 2> out) { read_samples(*raw, picks, begin + first, out); }};
        warn_of_few(samples.n, raw->info.n_channels());
        const auto time = [&](index k) { return static_cast<double>(k) / sfreq; };
        return from(scatter_of(samples, 0, samples.n), raw->info, picks, options,
                    options.desc_prefix.value_or("Raw-" + seconds(time(begin), time(end))));
    }
    const double duration = std::nearbyint(*options.duration * sfreq) / sfreq;
    EpochsOptions cut;
    cut.tmin = 0;
    cut.tmax = duration - 1 / sfreq;
    cut.baseline = {};
    cut.reject = options.reject;
    cut.flat = options.flat;
    cut.proj = false;
    using Type = ChannelType;
    cut.picks = pick_types(raw->info, {Type::mag, Type::grad, Type::eeg, Type::eog, Type::ecg, Type::emg});
    require(!cut.picks.empty(), "projections need good data channels; there are none");
    const Epochs epochs =
        make_epochs(raw, fixed_length_events(*raw, options.start, options.stop, duration, 999), {{"999", 999}}, cut);
    const auto picks = good_data(epochs.info);
    const Scatter scatter = scatter_of_good(epochs, picks);
    return from(scatter, epochs.info, picks, options,
                options.desc_prefix.value_or("Raw-" + seconds(options.start, stop)));
}

}  // namespace ranvier::meeg
