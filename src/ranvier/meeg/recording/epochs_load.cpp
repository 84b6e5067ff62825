// Reading epochs: into memory, or past a visitor batch by batch.
#include <algorithm>

#include "ranvier/base/log.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"

namespace ranvier::meeg {

namespace {

/// Moves the blocks that are kept to the front. @return how many
index compacted(const std::vector<Reasons>& reasons, index size, double* blocks) {
    index kept = 0;
    for (std::size_t k = 0; k < reasons.size(); ++k) {
        if (!reasons[k].empty()) {
            continue;
        }
        if (kept != static_cast<index>(k)) {
            std::copy_n(blocks + static_cast<index>(k) * size, size, blocks + kept * size);
        }
        ++kept;
    }
    return kept;
}

/// Removes epochs for their reasons, data aside.
void remove(Epochs& epochs, const std::vector<Reasons>& reasons) {
    std::vector<index> kept;
    for (std::size_t k = 0; k < reasons.size(); ++k) {
        if (reasons[k].empty()) {
            kept.push_back(static_cast<index>(k));
        } else {
            auto& log = epochs.drop_log[static_cast<std::size_t>(epochs.selection[k])];
            log.insert(log.end(), reasons[k].begin(), reasons[k].end());
        }
    }
    keep_entries(epochs, kept);
    epochs.dropped_bad = true;
    if (epochs.events.empty() && !reasons.empty()) {
        warn("all epochs were dropped: " + drop_summary(epochs.drop_log));
    }
}

}  // namespace

const Epochs& loaded(const Epochs& epochs, Epochs& room) {
    if (epochs.preloaded) {
        return epochs;
    }
    room = epochs;
    load(room);
    return room;
}

void load(Epochs& epochs) {
    if (epochs.preloaded) {
        return;
    }
    const Cutter cutter(epochs, !epochs.dropped_bad);
    const index channels = epochs.info.n_channels(), size = channels * epochs.n_times, n = epochs.n_epochs();
    const index batch = batch_size(channels, epochs.cut.length);
    Array<double, 3> data({n, channels, epochs.n_times});
    std::vector<Reasons> reasons;
    index kept = 0;
    Progress progress("Reading epochs", n);
    for (index begin = 0; begin < n; begin += batch) {
        const index end = std::min(n, begin + batch);
        // Straight to their place; what a batch drops is closed up while it is still in the cache.
        const auto these = cutter.cut(begin, end, data.data() + kept * size);
        kept += compacted(these, size, data.data() + kept * size);
        reasons.insert(reasons.end(), these.begin(), these.end());
        progress.advance(end - begin);
    }
    data.shrink(kept);
    remove(epochs, reasons);
    epochs.data = std::move(data);
    epochs.preloaded = true;
    epochs.raw.reset();
    epochs.cut = {};
}

void visit(const Epochs& epochs, FunctionRef<void(View<const double, 3>)> body) {
    const index channels = epochs.info.n_channels(), n = epochs.n_epochs();
    const index batch = batch_size(channels, std::max(epochs.n_times, epochs.cut.length));
    if (epochs.preloaded) {
        for (index begin = 0; begin < n; begin += batch) {
            body(epochs.data.view().slice(0, begin, std::min(n, begin + batch)));
        }
        return;
    }
    const Cutter cutter(epochs, !epochs.dropped_bad);
    Array<double, 3> block({std::min(batch, n), channels, epochs.n_times});
    for (index begin = 0; begin < n; begin += batch) {
        const auto reasons = cutter.cut(begin, std::min(n, begin + batch), block.data());
        const index kept = compacted(reasons, channels * epochs.n_times, block.data());
        if (kept > 0) {
            body(block.view().slice(0, 0, kept));
        }
    }
}

Array<double, 2> data_of_one(const Epochs& epochs, index which) {
    const index n = epochs.n_epochs();
    require(which >= 0 && which < n,
            [&] { return "an epoch's number must lie in 0 … " + text_of(n - 1) + "; got " + text_of(which); });
    Array<double, 2> out({epochs.info.n_channels(), epochs.n_times});
    if (epochs.preloaded) {
        copy(epochs.data.view()[which], out.view());
    } else {
        Cutter(epochs, false).cut(which, which + 1, out.data());
    }
    return out;
}

Array<double, 3> data_of(const Epochs& epochs, const std::vector<index>& picks) {
    check_picks(epochs.info, picks);
    const auto which = picks.empty() ? pick_all(epochs.info) : picks;
    const auto rows = static_cast<index>(which.size());
    Array<double, 3> out({epochs.n_epochs(), rows, epochs.n_times});
    index done = 0;
    visit(epochs, [&](View<const double, 3> batch) {
        parallel_for(batch.extent(0), [&](index k) {
            const auto from = batch[k];
            const auto to = out.view()[done + k];
            for (index c = 0; c < rows; ++c) {
                const auto row = from.row(which[static_cast<std::size_t>(c)]);
                std::copy(row.begin(), row.end(), to.row(c).begin());
            }
        });
        done += batch.extent(0);
    });
    out.shrink(done);
    return out;
}

std::vector<Reasons> judged(const Epochs& epochs) {
    const index n = epochs.n_epochs(), channels = epochs.info.n_channels();
    std::vector<Reasons> reasons(static_cast<std::size_t>(n));
    if (epochs.dropped_bad) {
        return reasons;
    }
    if (epochs.preloaded) {
        const Judge judge(epochs);
        if (!judge.active) {
            return reasons;
        }
        const View<const double, 3> data = epochs.data;
        const auto projected = judged_projection(epochs, judge);
        parallel_for(n, [&](index k) {
            if (!projected.empty()) {
                reasons[static_cast<std::size_t>(k)] = judge.reasons(projected_peaks(projected, data[k], judge));
                return;
            }
            std::vector<double> found(static_cast<std::size_t>(channels));
            for (index c = 0; c < channels; ++c) {
                if (judge.limits[static_cast<std::size_t>(c)].any) {
                    found[static_cast<std::size_t>(c)] = peak_to_peak(data[k].slice(1, judge.begin, judge.end).row(c));
                }
            }
            reasons[static_cast<std::size_t>(k)] = judge.reasons(found);
        });
        return reasons;
    }
    const Cutter cutter(epochs, true);
    if (!cutter.needs_samples()) {
        for (index k = 0; k < n; ++k) {
            reasons[static_cast<std::size_t>(k)] = cutter.out_of_bounds(k);
        }
        return reasons;
    }
    const index batch = batch_size(channels, epochs.cut.length);
    Array<double, 3> block({std::min(batch, n), channels, epochs.n_times});
    for (index begin = 0; begin < n; begin += batch) {
        const auto these = cutter.cut(begin, std::min(n, begin + batch), block.data());
        std::copy(these.begin(), these.end(), reasons.begin() + begin);
    }
    return reasons;
}

void drop_bad(Epochs& epochs) {
    if (epochs.dropped_bad) {
        return;
    }
    const auto reasons = judged(epochs);
    if (epochs.preloaded) {
        if (epochs.data.memory().use_count() > 1) {  // somebody looks at the samples: they stay where they are
            epochs.data = Array<double, 3>(epochs.data);
        }
        epochs.data.shrink(compacted(reasons, epochs.data.extent(1) * epochs.data.extent(2), epochs.data.data()));
    }
    remove(epochs, reasons);
}

}  // namespace ranvier::meeg
