#include "ranvier/meeg/artefacts/autoreject.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/artefacts/medians.hpp"
#include "ranvier/meeg/kernels/trials.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TrialTable above(View<const double, 2> sizes, const std::vector<double>& thresholds) {
    require(std::ssize(thresholds) == sizes.extent(1), "there must be a threshold for each of the ", sizes.extent(1),
            " channels; got ", thresholds.size());
    TrialTable out({sizes.extent(0), sizes.extent(1)});
    for (index e = 0; e < sizes.extent(0); ++e) {
        for (index k = 0; k < sizes.extent(1); ++k) {
            out(e, k) = sizes(e, k) > thresholds[static_cast<std::size_t>(k)] ? Trial::bad : Trial::good;
        }
    }
    return out;
}

std::vector<index> at(const TrialTable& trials, index epoch, Trial what) {
    std::vector<index> out;
    for (index k = 0; k < trials.extent(1); ++k) {
        if (trials(epoch, k) == what) {
            out.push_back(k);
        }
    }
    return out;
}

/// Marks which bad trials are to be repaired.
void mark(TrialTable& trials, View<const double, 2> sizes, index n_interpolate) {
    require(n_interpolate >= 0, "n_interpolate must be >= 0; got ", n_interpolate);
    for (index e = 0; e < trials.extent(0); ++e) {
        auto bad = at(trials, e, Trial::bad);
        const index count = std::ssize(bad) + 2 * std::ssize(at(trials, e, Trial::repaired));
        if (count > n_interpolate) {
            std::ranges::stable_sort(bad, std::greater<>(), [&](index k) { return sizes(e, k); });
            bad.resize(static_cast<std::size_t>(std::min(std::ssize(bad), n_interpolate)));
        }
        for (const index k : bad) {
            trials(e, k) = Trial::repaired;
        }
    }
}

std::vector<index> counts(const TrialTable& trials) {
    std::vector<index> out;
    for (index e = 0; e < trials.extent(0); ++e) {
        out.push_back(std::ssize(at(trials, e, Trial::bad)));
    }
    return out;
}

/// The repaired trials of one epoch.
struct Repaired {
    std::vector<index> channels;  ///< positions among the picks
    Array<double, 2> values;      ///< shape (channels, times)
};

std::vector<Repaired> repaired_trials(const Epochs& epochs, const std::vector<index>& picks, const Repair& repair,
                                      const TrialTable& trials) {
    // Epochs with the same channels to repair share their weights.
    std::map<std::vector<index>, std::vector<index>> groups;
    for (index e = 0; e < trials.extent(0); ++e) {
        if (auto bad = at(trials, e, Trial::repaired); !bad.empty() && std::ssize(bad) < trials.extent(1)) {
            groups[std::move(bad)].push_back(e);
        }
    }
    std::vector<std::pair<std::vector<index>, std::vector<index>>> list(groups.begin(), groups.end());
    std::vector<Repaired> out(static_cast<std::size_t>(trials.extent(0)));
    const index n = std::ssize(picks), times = epochs.data.extent(2);
    parallel_for(std::ssize(list), [&](index g) {
        const auto& [bad, members] = list[static_cast<std::size_t>(g)];
        const Array<double, 2> weights = repair.weights(bad);
        Array<double, 2> all({n, times});
        for (const index e : members) {
            for (index k = 0; k < n; ++k) {
                const double* row = &epochs.data(e, picks[static_cast<std::size_t>(k)], 0);
                std::copy(row, row + times, all.view().row(k).begin());
            }
            Repaired& to = out[static_cast<std::size_t>(e)];
            to.channels = bad;
            to.values = Array<double, 2>({std::ssize(bad), times});
            numerics::gemm(false, false, std::ssize(bad), times, n, 1, weights.data(), n, all.data(), times, 0,
                           to.values.data(), times);
        }
    });
    return out;
}

}  // namespace

TrialTable judged(View<const double, 2> sizes, const std::vector<double>& thresholds, index n_interpolate) {
    TrialTable trials = above(sizes, thresholds);
    mark(trials, sizes, n_interpolate);
    return trials;
}

std::vector<bool> bad_epochs(View<const double, 2> sizes, const std::vector<double>& thresholds, double consensus) {
    require(consensus >= 0 && consensus <= 1, "consensus must be in [0, 1]; got ", consensus);
    std::vector<bool> out;
    for (const index count : counts(above(sizes, thresholds))) {
        out.push_back(static_cast<double>(count) >= consensus * static_cast<double>(sizes.extent(1)));
    }
    return out;
}

Array<double, 3> rejection_losses(const Epochs& epochs, const std::vector<index>& picks, const Repair& repair,
                                  const std::vector<double>& thresholds, const std::vector<double>& consensus,
                                  const std::vector<index>& n_interpolate, const Folds& folds) {
    require(!consensus.empty() && !n_interpolate.empty(), "there must be a consensus and an n_interpolate to try");
    const Array<double, 2> sizes = peak_to_peak(epochs, picks);
    const index n_picks = std::ssize(picks), n_folds = std::ssize(folds), times = epochs.data.extent(2);
    check_folds(folds, sizes.extent(0));
    const auto& kernels = chosen_trial_kernels();
    TrialTable trials = above(sizes, thresholds);
    const std::vector<index> bad = counts(trials);
    // Epochs to learn from, those with the fewest bad channels first.
    std::vector<std::vector<index>> order;
    for (const Fold& fold : folds) {
        order.push_back(fold.train);
        std::ranges::stable_sort(order.back(), {}, [&](index e) { return bad[static_cast<std::size_t>(e)]; });
    }
    std::vector<index> rising = counted(std::ssize(consensus));
    std::ranges::stable_sort(rising, {}, [&](index k) { return consensus[static_cast<std::size_t>(k)]; });

    // Medians of the epochs that judge, which are never repaired.
    Array<double, 3> middles({n_picks, n_folds, times});
    parallel_for(n_picks, [&](index channel) {
        std::vector<const double*> rows;
        for (index e = 0; e < sizes.extent(0); ++e) {
            rows.push_back(&epochs.data(e, picks[static_cast<std::size_t>(channel)], 0));
        }
        Medians medians(1);
        for (index f = 0; f < n_folds; ++f) {
            const auto& test = folds[static_cast<std::size_t>(f)].test;
            if (medians.rows() != std::ssize(test)) {
                medians = Medians(std::ssize(test));
            }
            medians.find(taken(rows, test), middles.view()[channel].row(f));
        }
    });

    Array<double, 3> out({std::ssize(consensus), std::ssize(n_interpolate), n_folds});
    for (index j = 0; j < std::ssize(n_interpolate); ++j) {
        mark(trials, sizes, n_interpolate[static_cast<std::size_t>(j)]);
        const auto repaired = repaired_trials(epochs, picks, repair, trials);
        std::vector<Array<double, 2>> parts(picks.size());  // of each channel: Σ of squares, (consensus, folds)
        parallel_for(n_picks, [&](index channel) {
            std::vector<const double*> rows;
            for (index e = 0; e < sizes.extent(0); ++e) {
                const Repaired& own = repaired[static_cast<std::size_t>(e)];
                const auto found = std::ranges::lower_bound(own.channels, channel);
                rows.push_back(found != own.channels.end() && *found == channel
                                   ? &own.values(found - own.channels.begin(), 0)
                                   : &epochs.data(e, picks[static_cast<std::size_t>(channel)], 0));
            }
            auto& part = parts[static_cast<std::size_t>(channel)];
            part = Array<double, 2>({std::ssize(consensus), n_folds});
            std::vector<double> sum(static_cast<std::size_t>(times));
            for (index f = 0; f < n_folds; ++f) {
                std::ranges::fill(sum, 0.0);
                const auto& train = order[static_cast<std::size_t>(f)];
                std::size_t kept = 0;
                for (const index c : rising) {
                    const double limit = consensus[static_cast<std::size_t>(c)] * static_cast<double>(n_picks);
                    for (;
                         kept < train.size() && static_cast<double>(bad[static_cast<std::size_t>(train[kept])]) < limit;
                         ++kept) {
                        kernels.add(times, rows[static_cast<std::size_t>(train[kept])], sum.data());
                    }
                    part(c, f) = kept == 0 ? infinite
                                           : kernels.error(times, &middles(channel, f, 0), sum.data(),
                                                           1 / static_cast<double>(kept));
                }
            }
        });
        for (index c = 0; c < std::ssize(consensus); ++c) {
            for (index f = 0; f < n_folds; ++f) {
                double error = 0;
                for (const auto& part : parts) {
                    error += part(c, f);
                }
                const bool agree = consensus[static_cast<std::size_t>(c)] * static_cast<double>(n_picks) >
                                   static_cast<double>(n_interpolate[static_cast<std::size_t>(j)]);
                out(c, j, f) = agree ? std::sqrt(error / static_cast<double>(n_picks * times)) : infinite;
            }
        }
    }
    return out;
}

void repair_trials(Epochs& epochs, const std::vector<index>& picks, const Repair& repair, const TrialTable& trials) {
    require(epochs.preloaded, "trials are repaired in memory: load_data(), or preload=True");
    check_picks(epochs.info, picks);
    require(trials.extent(0) == epochs.data.extent(0) && trials.extent(1) == std::ssize(picks),
            "there must be a label for each of ", epochs.data.extent(0), " epochs and ", std::ssize(picks),
            " channels; got ", trials.extent(0), " and ", trials.extent(1));
    const auto repaired = repaired_trials(epochs, picks, repair, trials);
    for (index e = 0; e < trials.extent(0); ++e) {
        const Repaired& own = repaired[static_cast<std::size_t>(e)];
        for (index k = 0; k < std::ssize(own.channels); ++k) {
            const auto row = own.values.view().row(k);
            std::copy(row.begin(), row.end(),
                      &epochs.data(e, picks[static_cast<std::size_t>(own.channels[static_cast<std::size_t>(k)])], 0));
        }
    }
}

}  // namespace ranvier::meeg
