// Averages over epochs.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"

namespace ranvier::meeg {

namespace {

/// Channels of an average: those asked for; else the data channels; components of an ICA count as such.
std::vector<index> average_picks(const Info& info, const std::vector<index>& picks) {
    if (!picks.empty()) {
        check_picks(info, picks);
        return picks;
    }
    const bool ica = std::ranges::any_of(info.channels, [](const auto& c) { return c.name.starts_with("ICA"); });
    const auto found = ica ? pick_types(info, {ChannelType::misc}, false) : pick_data(info, false);
    require(!found.empty(), "there must be a data channel to average; name others as picks");
    return found;
}

/// to(c, t) += f(epoch(picks[c], t), c, t), epoch after epoch in their order, so that the bits depend on nothing else.
template <class Term>
void accumulate(View<const double, 3> batch, const std::vector<index>& picks, View<double, 2> to, Term term) {
    const index channels = 16, n = to.extent(0);  // enough work for a piece, and neighbours in memory
    parallel_for((n + channels - 1) / channels, [&](index piece) {
        const index begin = piece * channels, end = std::min(n, begin + channels);
        for (index k = 0; k < batch.extent(0); ++k) {
            const auto epoch = batch[k];
            for (index c = begin; c < end; ++c) {
                const double* x = epoch.row(picks[static_cast<std::size_t>(c)]).data();
                const auto sum = to.row(c);
                for (std::size_t t = 0; t < sum.size(); ++t) {
                    sum[t] += term(x[t], c, t);
                }
            }
        }
    });
}

Evoked empty_evoked(const Epochs& epochs, const std::vector<index>& picks) {
    Info info = epochs.info;
    pick_channels(info, picks);
    Array<double, 2> data({info.n_channels(), epochs.n_times});
    auto evoked = make_evoked(std::move(info), std::move(data), epochs.tmin, average_comment(epochs));
    if (epochs.options.baseline) {
        evoked.baseline_tmin = epochs.options.baseline->tmin;
        evoked.baseline_tmax = epochs.options.baseline->tmax;
    }
    return evoked;
}

void scale(Array<double, 2>& data, index n) {
    for (index k = 0; k < data.size(); ++k) {
        data.data()[k] /= static_cast<double>(n);
    }
}

}  // namespace

std::string average_comment(const Epochs& epochs) {
    if (epochs.event_id.size() == 1) {
        return epochs.event_id[0].first;
    }
    std::string comment;
    for (const auto& [name, code] : epochs.event_id) {
        const auto count = std::ranges::count(epochs.events, code, &Event::id);
        const double share = static_cast<double>(count) / static_cast<double>(std::max<index>(1, epochs.n_epochs()));
        comment += (comment.empty() ? "" : " + ") + formatted("%.2f × ", share) + name;
    }
    return comment;
}

Evoked average(const Epochs& epochs, const std::vector<index>& picks) {
    const auto which = average_picks(epochs.info, picks);
    auto evoked = empty_evoked(epochs, which);
    index n = 0;
    visit(epochs, [&](View<const double, 3> batch) {
        accumulate(batch, which, evoked.data, [](double x, index, std::size_t) { return x; });
        n += batch.extent(0);
    });
    if (n == 0) {
        auto log = epochs.drop_log;
        const auto reasons = judged(epochs);  // what dropped them just now, while reading
        for (std::size_t k = 0; k < reasons.size(); ++k) {
            auto& entry = log[static_cast<std::size_t>(epochs.selection[k])];
            entry.insert(entry.end(), reasons[k].begin(), reasons[k].end());
        }
        throw InvalidInput("there must be an epoch to average; " + drop_summary(log));
    }
    scale(evoked.data, n);
    evoked.nave = static_cast<double>(n);
    return evoked;
}

Evoked standard_error(const Epochs& epochs, const std::vector<index>& picks) {
    auto evoked = average(epochs, picks);
    const auto which = average_picks(epochs.info, picks);
    const Array<double, 2> center = evoked.data;
    const auto n = static_cast<index>(evoked.nave);
    std::fill(evoked.data.data(), evoked.data.data() + evoked.data.size(), 0.0);
    visit(epochs, [&](View<const double, 3> batch) {
        accumulate(batch, which, evoked.data, [&](double x, index c, std::size_t t) {
            const double d = x - center(c, t);
            return d * d;
        });
    });
    for (index k = 0; k < evoked.data.size(); ++k) {
        double& x = evoked.data.data()[k];
        x = std::sqrt(x / static_cast<double>(n)) / std::sqrt(static_cast<double>(n));
    }
    evoked.kind = "standard_error";
    return evoked;
}

}  // namespace ranvier::meeg
