#include "ranvier/meeg/artefacts/rejection_thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <set>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/artefacts/medians.hpp"
#include "ranvier/meeg/kernels/trials.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// One signal of every epoch, and how large it is there.
struct Trials {
    std::vector<const double*> rows;
    index n_times = 0;
    std::vector<double> sizes;
};

/// Adds to `errors`, shape (folds, thresholds), Σ over times of (median of the test epochs − mean of the training
/// epochs up to the threshold)².
/// @param thresholds  ascending
/// @param sizes       what is compared with the thresholds
/// @param never_none  where no training epoch is below a threshold, the smallest are kept; else the error is infinite
void add_errors(const Trials& trials, const Folds& folds, std::span<const double> sizes,
                std::span<const double> thresholds, bool never_none, View<double, 2> errors) {
    const index n = trials.n_times;
    const auto& kernels = chosen_trial_kernels();
    std::vector<double> middle(static_cast<std::size_t>(n)), sum(middle);
    Medians medians(1);
    for (index f = 0; f < std::ssize(folds); ++f) {
        const Fold& fold = folds[static_cast<std::size_t>(f)];
        if (medians.rows() != std::ssize(fold.test)) {
            medians = Medians(std::ssize(fold.test));
        }
        medians.find(taken(trials.rows, fold.test), middle);
        std::vector<index> order = fold.train;
        std::ranges::stable_sort(order, {}, [&](index e) { return sizes[static_cast<std::size_t>(e)]; });
        std::ranges::fill(sum, 0.0);
        std::size_t kept = 0;
        double error = infinite;
        for (index k = 0; k < std::ssize(thresholds); ++k) {
            const double least = never_none ? sizes[static_cast<std::size_t>(order.front())] : -infinite;
            const double limit = std::max(thresholds[static_cast<std::size_t>(k)], least);
            const std::size_t before = kept;
            for (; kept < order.size() && sizes[static_cast<std::size_t>(order[kept])] <= limit; ++kept) {
                kernels.add(n, trials.rows[static_cast<std::size_t>(order[kept])], sum.data());
            }
            if (kept > before) {
                error = kernels.error(n, middle.data(), sum.data(), 1 / static_cast<double>(kept));
            }
            errors(f, k) += error;
        }
    }
}

/// The mean over folds of √(error / numbers).
std::vector<double> losses_of(View<const double, 2> errors, double numbers) {
    std::vector<double> out;
    for (index k = 0; k < errors.extent(1); ++k) {
        double sum = 0;
        for (index f = 0; f < errors.extent(0); ++f) {
            sum += std::sqrt(errors(f, k) / numbers);
        }
        out.push_back(sum / static_cast<double>(errors.extent(0)));
    }
    return out;
}

void check_epochs(const Epochs& epochs, const std::vector<index>& picks) {
    require(epochs.preloaded, "limits are learnt from epochs in memory: load_data(), or preload=True");
    check_picks(epochs.info, picks);
    require(!picks.empty(), "limits are learnt for channels; there is none");
    require(epochs.data.extent(0) > 0, "limits are learnt from epochs; there is none");
}

/// Says which channel of an epoch holds what is no finite number.
[[noreturn]] void refuse(const Epochs& epochs, index e, index pick) {
    throw InvalidInput("channel '" + epochs.info.channels[static_cast<std::size_t>(pick)].name +
                       "' holds what is no finite number in epoch " + text_of(e) +
                       ": drop that epoch, mark the channel as bad, or leave it out of picks");
}

/// One epoch's picks, one below the other.
void gather(const Epochs& epochs, index e, const std::vector<index>& picks, View<double, 2> out) {
    for (index k = 0; k < std::ssize(picks); ++k) {
        const double* row = &epochs.data(e, picks[static_cast<std::size_t>(k)], 0);
        std::copy(row, row + epochs.n_times, out.row(k).begin());
    }
}

}  // namespace

void check_folds(const Folds& folds, index n) {
    require(!folds.empty(), "cross-validation needs a fold or more");
    for (const Fold& fold : folds) {
        require(!fold.train.empty() && !fold.test.empty(),
                "each fold needs epochs to learn from and others to judge by");
        for (const auto* part : {&fold.train, &fold.test}) {
            for (const index e : *part) {
                require(e >= 0 && e < n, "folds hold numbers of epochs from 0 to ", n - 1, "; got ", e);
            }
        }
    }
}

void check_finite(const Epochs& epochs, const std::vector<index>& picks) {
    check_epochs(epochs, picks);
    parallel_for(epochs.data.extent(0), [&](index e) {
        for (const index pick : picks) {
            if (!std::ranges::all_of(epochs.data.view()[e].row(pick), [](double v) { return std::isfinite(v); })) {
                refuse(epochs, e, pick);
            }
        }
    });
}

Array<double, 2> peak_to_peak(const Epochs& epochs, const std::vector<index>& picks) {
    check_epochs(epochs, picks);
    Array<double, 2> out({epochs.data.extent(0), std::ssize(picks)});
    parallel_for(out.extent(0), [&](index e) {
        for (index k = 0; k < out.extent(1); ++k) {
            const index pick = picks[static_cast<std::size_t>(k)];
            out(e, k) = peak_to_peak(epochs.data.view()[e].row(pick));
            if (std::isnan(out(e, k))) {
                refuse(epochs, e, pick);
            }
        }
    });
    return out;
}

namespace detail {

index bayesian_choice(std::span<const double> x, std::span<const double> losses, index first) {
    const index n = std::ssize(x);
    // Equal thresholds are one, whose loss is that of the last.
    const auto loss_at = [&](index k) {
        return losses[static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), x[static_cast<std::size_t>(k)]) -
                                               x.begin() - 1)];
    };
    std::set<index> begin;
    for (index k = 0; k < first; ++k) {
        begin.insert(
            static_cast<index>(static_cast<double>(k) * (static_cast<double>(n) / static_cast<double>(first))));
    }
    begin.insert(n - 1);
    std::vector<double> tried, found;
    index best = -1;
    const auto take = [&](index k) {
        const double loss = loss_at(k);
        if (std::isinf(loss)) {
            return;
        }
        tried.push_back(x[static_cast<std::size_t>(k)]);
        found.push_back(loss);
        if (best < 0 || loss < loss_at(best)) {
            best = k;
        }
    };
    for (const index k : begin) {
        take(k);
    }
    require(best >= 0, "no threshold keeps an epoch of every fold");
    // A Gaussian process with kernel exp(−(x − x')² / 2), whose observations have the variance 1e-10.
    const auto kernel = [](double a, double b) { return std::exp(-0.5 * ((a - b) * (a - b))); };
    // Its Cholesky factor, and what forward substitution makes of all thresholds, grow by a row with each observation.
    constexpr index steps = 10;
    const index most = std::ssize(tried) + steps;
    Array<double, 2> L({most, most}), seen({most, n}), v({most, n});
    std::vector<double> variance(static_cast<std::size_t>(n), 1.0);
    index rows = 0;
    for (index step = 0; step < steps; ++step) {
        const index m = std::ssize(tried);
        for (; rows < m; ++rows) {
            const double at = tried[static_cast<std::size_t>(rows)];
            for (index k = 0; k <= rows; ++k) {
                double sum = kernel(at, tried[static_cast<std::size_t>(k)]) + (rows == k ? 1e-10 : 0);
                for (index j = 0; j < k; ++j) {
                    sum -= L(rows, j) * L(k, j);
                }
                L(rows, k) = rows == k ? std::sqrt(std::max(sum, 0.0)) : sum / L(k, k);
            }
            const auto row = v.view().row(rows);
            for (index t = 0; t < n; ++t) {
                seen(rows, t) = row[static_cast<std::size_t>(t)] = kernel(x[static_cast<std::size_t>(t)], at);
            }
            for (index j = 0; j < rows; ++j) {
                const double factor = L(rows, j);
                const auto above = v.view().row(j);
                for (index t = 0; t < n; ++t) {
                    row[static_cast<std::size_t>(t)] -= factor * above[static_cast<std::size_t>(t)];
                }
            }
            for (index t = 0; t < n; ++t) {
                row[static_cast<std::size_t>(t)] /= L(rows, rows);
                variance[static_cast<std::size_t>(t)] -=
                    row[static_cast<std::size_t>(t)] * row[static_cast<std::size_t>(t)];
            }
        }
        std::vector<double> alpha = found;
        for (index i = 0; i < m; ++i) {
            for (index j = 0; j < i; ++j) {
                alpha[static_cast<std::size_t>(i)] -= L(i, j) * alpha[static_cast<std::size_t>(j)];
            }
            alpha[static_cast<std::size_t>(i)] /= L(i, i);
        }
        for (index i = m - 1; i >= 0; --i) {
            for (index j = i + 1; j < m; ++j) {
                alpha[static_cast<std::size_t>(i)] -= L(j, i) * alpha[static_cast<std::size_t>(j)];
            }
            alpha[static_cast<std::size_t>(i)] /= L(i, i);
        }
        std::vector<double> mean(static_cast<std::size_t>(n));
        for (index i = 0; i < m; ++i) {
            for (index t = 0; t < n; ++t) {
                mean[static_cast<std::size_t>(t)] += seen(i, t) * alpha[static_cast<std::size_t>(i)];
            }
        }
        // The next one has the least "expected improvement", which as written there is that of a maximum.
        const double top = loss_at(best);
        index next = 0;
        double least = infinite;
        for (index t = 0; t < n; ++t) {
            const double deviation = std::sqrt(std::max(variance[static_cast<std::size_t>(t)], 0.0));
            const double above = mean[static_cast<std::size_t>(t)] - top, z = above / (deviation + 1e-12);
            const double expected = above * 0.5 * std::erfc(-z / std::numbers::sqrt2) +
                                    deviation * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
            if (expected < least) {
                least = expected;
                next = t;
            }
        }
        take(next);
    }
    return best;
}

}  // namespace detail

namespace {

/// The threshold taken, of ascending ones with losses.
double choice(std::span<const double> thresholds, std::span<const double> losses, ThresholdSearch search, index first) {
    if (search == ThresholdSearch::bayesian) {
        return thresholds[static_cast<std::size_t>(meeg::detail::bayesian_choice(thresholds, losses, first))];
    }
    return thresholds[static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin())];
}

}  // namespace

double global_threshold(const Epochs& epochs, const std::vector<index>& picks, const Folds& folds,
                        ThresholdSearch search) {
    const Array<double, 2> sizes = peak_to_peak(epochs, picks);
    const index n_epochs = sizes.extent(0), n = epochs.data.extent(2);
    check_folds(folds, n_epochs);
    std::vector<double> largest;
    for (index e = 0; e < n_epochs; ++e) {
        largest.push_back(std::ranges::max(sizes.view().row(e)));
    }
    std::vector<double> thresholds = largest;
    std::ranges::sort(thresholds);
    std::vector<Array<double, 2>> parts(picks.size());
    parallel_for(std::ssize(picks), [&](index k) {
        Trials trials{{}, n, {}};
        for (index e = 0; e < n_epochs; ++e) {
            trials.rows.push_back(&epochs.data(e, picks[static_cast<std::size_t>(k)], 0));
        }
        auto& part = parts[static_cast<std::size_t>(k)];
        part = Array<double, 2>({std::ssize(folds), n_epochs});
        add_errors(trials, folds, largest, thresholds, false, part);
    });
    Array<double, 2> errors({std::ssize(folds), n_epochs});
    for (const auto& part : parts) {
        std::transform(part.data(), part.data() + part.size(), errors.data(), errors.data(), std::plus<>());
    }
    const auto losses = losses_of(errors, static_cast<double>(std::ssize(picks) * n));
    return choice(thresholds, losses, search, 5);
}

std::vector<double> channel_thresholds(const Epochs& epochs, const std::vector<index>& picks, const Repair* repair,
                                       const std::vector<Folds>& folds, ThresholdSearch search,
                                       const std::optional<std::vector<std::vector<double>>>& draws) {
    const Array<double, 2> sizes = peak_to_peak(epochs, picks);
    const index n_epochs = sizes.extent(0), n_picks = std::ssize(picks), n = epochs.data.extent(2);
    require(folds.size() == 1 || std::ssize(folds) == n_picks,
            "there must be folds for all channels or for each of the ", n_picks, "; got ", std::ssize(folds));
    for (const Folds& some : folds) {
        check_folds(some, repair ? 2 * n_epochs : n_epochs);
    }
    require(!draws || std::ssize(*draws) == n_picks, "there must be draws for each of the ", n_picks, " channels");
    const Array<double, 2> weights = repair ? repair->each_by_all_others() : Array<double, 2>();
    std::vector<double> out(picks.size());
    constexpr index group = 16;  // channels that are repaired at once
    parallel_for((n_picks + group - 1) / group, [&](index g) {
        const index first = g * group, count = std::min(group, n_picks - first);
        Array<double, 3> repaired;
        if (repair) {
            repaired = Array<double, 3>({n_epochs, count, n});
            Array<double, 2> all({n_picks, n});
            for (index e = 0; e < n_epochs; ++e) {
                gather(epochs, e, picks, all);
                numerics::gemm(false, false, count, n, n_picks, 1, &weights(first, 0), n_picks, all.data(), n, 0,
                               &repaired(e, 0, 0), n);
            }
        }
        for (index k = first; k < first + count; ++k) {
            Trials trials{{}, n, {}};
            for (index e = 0; e < n_epochs; ++e) {
                trials.rows.push_back(&epochs.data(e, picks[static_cast<std::size_t>(k)], 0));
                trials.sizes.push_back(sizes(e, k));
            }
            for (index e = 0; repair && e < n_epochs; ++e) {
                trials.rows.push_back(&repaired(e, k - first, 0));
                trials.sizes.push_back(peak_to_peak(repaired.view()[e].row(k - first)));
            }
            const Folds& own = folds[folds.size() == 1 ? 0 : static_cast<std::size_t>(k)];
            std::vector<double> tried = trials.sizes;
            if (draws) {
                const auto [smallest, largest] = std::ranges::minmax(trials.sizes);
                tried = (*draws)[static_cast<std::size_t>(k)];
                std::ranges::transform(tried, tried.begin(),
                                       [low = smallest, high = largest](double draw) { return draw * high + low; });
            }
            std::vector<double> thresholds = tried;
            std::ranges::sort(thresholds);
            Array<double, 2> errors({std::ssize(own), std::ssize(thresholds)});
            add_errors(trials, own, trials.sizes, thresholds, true, errors);
            const auto losses = losses_of(errors, static_cast<double>(n));
            if (!draws) {
                out[static_cast<std::size_t>(k)] = choice(thresholds, losses, search, 40);
                continue;
            }
            double least = infinite;
            for (const double threshold : tried) {
                const auto at = std::ranges::lower_bound(thresholds, threshold) - thresholds.begin();
                if (losses[static_cast<std::size_t>(at)] < least) {
                    least = losses[static_cast<std::size_t>(at)];
                    out[static_cast<std::size_t>(k)] = threshold;
                }
            }
        }
    });
    return out;
}

}  // namespace ranvier::meeg
