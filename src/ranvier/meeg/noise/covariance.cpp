#include "ranvier/meeg/noise/covariance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/noise/estimators.hpp"
#include "ranvier/meeg/noise/reduction.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::vector<std::string> methods_of(const Estimation& options) {
    require(!options.method.empty(), "method must name at least one estimator; got none");
    const bool full = rank_rule(options.rank).way == RankRule::Way::full;
    std::vector<std::string> methods;
    for (const std::string& method : options.method) {
        if (method != "auto") {
            methods.push_back(method);
            continue;
        }
        require(options.method.size() == 1, "method 'auto' must stand alone");
        methods = {"shrunk", "diagonal_fixed", "empirical"};
        if (full) {
            methods.emplace_back("factor_analysis");
        }
    }
    for (const std::string& method : methods) {
        require(full || (method != "pca" && method != "factor_analysis"), "method '", method,
                "' needs rank='full'; got another rank");
        require(std::ranges::count(methods, method) == 1, "method must name an estimator once; got '", method,
                "' more often");
    }
    return methods;
}

/// Neighbours, left out in turn; the first parts are one longer where sizes are uneven.
std::vector<HeldOut> neighbour_folds(const Samples& samples, index parts) {
    require(parts <= samples.n, "cv must be at most the number of samples, ", samples.n, "; got ", parts);
    std::vector<Scatter> pieces;
    index begin = 0;
    for (index k = 0; k < parts; ++k) {
        const index end = begin + samples.n / parts + (k < samples.n % parts);
        pieces.push_back(scatter_of(samples, begin, end));
        begin = end;
    }
    std::vector<HeldOut> folds(static_cast<std::size_t>(parts));
    for (std::size_t k = 0; k < folds.size(); ++k) {
        for (std::size_t other = 0; other < folds.size(); ++other) {
            if (other != k) {
                add(folds[k].train, pieces[other]);
            }
        }
        folds[k].test = pieces[k];
    }
    return folds;
}

std::vector<HeldOut> split_folds(const Samples& samples, const std::vector<Split>& splits) {
    std::vector<HeldOut> folds;
    for (const Split& split : splits) {
        require(!split.train.empty() && !split.test.empty(),
                "cv must leave samples to learn from and samples to judge by in each split");
        const Samples train = chosen(samples, split.train), test = chosen(samples, split.test);
        folds.push_back({scatter_of(train, 0, train.n), scatter_of(test, 0, test.n)});
    }
    require(!folds.empty(), "cv must give at least one split; got none");
    return folds;
}

/// Σ |x|⁴ within each group of op · x.
std::vector<double> fourth_powers(const Samples& samples, const Array<double, 2>& op,
                                  const std::vector<ChannelGroup>& groups) {
    constexpr index panel = 1024;
    std::vector<double> sums(groups.size());
    Array<double, 2> x({samples.channels, panel}), y({op.extent(0), panel});
    for (index at = 0; at < samples.n; at += panel) {
        check_interrupt();
        const index count = std::min(panel, samples.n - at);
        samples.read(at, x.view().slice(1, 0, count));
        numerics::matmul(op, x, y);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (index t = 0; t < count; ++t) {
                double square = 0;
                for (const index k : groups[g].picks) {
                    square += y(k, t) * y(k, t);
                }
                sums[g] += square * square;
            }
        }
    }
    return sums;
}

std::vector<Covariance> estimated(const Samples& samples, const Info& info, const Estimation& options,
                                  const Splitter& splitter) {
    const auto methods = methods_of(options);
    const auto params = method_params(options.method_params);
    const index n = info.n_channels();
    const auto scales = scales_of(info, options.scalings, false);
    require(samples.n > 0, "a covariance needs samples; there are none");
    if (samples.n < 5 * (n + 1)) {
        complain(options.on_few_samples, "a covariance of " + text_of(n) + " channels needs at least " +
                                             text_of(5 * (n + 1)) + " samples; it is unreliable from " +
                                             text_of(samples.n) +
                                             (options.on_few_samples == "raise" ? "; pass on_few_samples='warn'" : ""));
    }

    const bool simple =
        methods.size() == 1 && methods[0] != "shrunk" && methods[0] != "pca" && methods[0] != "factor_analysis";
    Problem problem;
    if (simple) {
        problem.all = scatter_of(samples, 0, samples.n);
    } else if (splitter) {
        problem.all = scatter_of(samples, 0, samples.n);
        problem.folds = split_folds(samples, splitter(samples.n));
    } else {
        problem.folds = neighbour_folds(samples, options.cv);
        for (const HeldOut& fold : problem.folds) {
            add(problem.all, fold.test);
        }
    }

    RankOptions ranking;
    ranking.rank = options.rank;
    ranking.scalings = Value::Map{};
    for (std::size_t c = 0; c < info.channels.size(); ++c) {  // those of covariances, which are not those of ranks
        const std::string type(name(info.channels[c].type()));
        auto& map = std::get<Value::Map>(ranking.scalings.held);
        if (std::ranges::find(map, type, &std::pair<std::string, Value>::first) == map.end()) {
            map.emplace_back(type, scales[c]);
        }
    }
    ranking.on_few_samples = options.on_few_samples;
    const Ranks ranks = ranks_of(samples, problem.all, info, ranking);

    Array<double, 2> scaling({n, n});
    for (index k = 0; k < n; ++k) {
        scaling(k, k) = scales[static_cast<std::size_t>(k)];
    }
    const auto& products = problem.all.products;
    Array<double, 2> scaled({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            scaled(i, j) = products(i, j) * scaling(i, i) * scaling(j, j);
        }
    }
    Reduction reduction = reduced(scaled, info, ranks);
    Array<double, 2> op = reduction.basis;  // from channels to the reduced space
    for (index r = 0; r < op.extent(0); ++r) {
        for (index c = 0; c < n; ++c) {
            op(r, c) *= scaling(c, c);
        }
    }
    problem.all = mapped(problem.all, op);
    for (HeldOut& fold : problem.folds) {
        fold = {mapped(fold.train, op), mapped(fold.test, op)};
    }
    problem.groups = reduction.groups;
    problem.fourth_powers = [&] { return fourth_powers(samples, op, problem.groups); };

    Array<double, 2> back(reduction.basis.view().transposed());
    for (index c = 0; c < n; ++c) {
        for (double& x : back.view().row(c)) {
            x /= scaling(c, c);
        }
    }
    const double unbiased = static_cast<double>(samples.n) / static_cast<double>(std::max<index>(samples.n - 1, 1));
    std::vector<Covariance> results;
    for (const std::string& method : methods) {
        const Fit fit = chosen_fit(method, problem, params);
        Covariance result;
        result.data = congruent(fit(problem.all), back);
        for (index k = 0; k < result.data.size(); ++k) {
            result.data.data()[k] *= unbiased;
        }
        result.method = method;
        if (methods.size() > 1) {
            result.loglik = cross_validated(fit, problem.folds);
        }
        result.names = channel_names(info);
        result.bads = info.bads;
        result.projections = info.projections;
        result.nfree = static_cast<int>(std::min<index>(samples.n - 1, std::numeric_limits<int>::max()));
        results.push_back(std::move(result));
    }
    std::ranges::stable_sort(
        results, [](const Covariance& a, const Covariance& b) { return a.loglik.value_or(0) > b.loglik.value_or(0); });
    return results;
}

void warn_of_offsets(bool baseline, const Info& info, bool keep_sample_mean, const char* what) {
    if (!baseline && info.highpass < 0.5 && keep_sample_mean) {
        warn(std::string("a covariance takes the mean for zero; the ") + what +
             " neither baseline-corrected nor high-passed above 0.5 Hz: it may be inaccurate");
    }
}

/// Times [begin, end) of a range in which none stands for an end.
std::pair<index, index> range_of(const std::vector<double>& times, double sfreq, const CovarianceOptions& options) {
    if (!options.tmin && !options.tmax) {
        return {0, std::ssize(times)};
    }
    return time_range(times, sfreq, options.tmin, options.tmax);
}

void require_alike(const Epochs& first, const Epochs& other, const std::string& on_mismatch) {
    require(other.info.bads == first.info.bads, "epochs of a covariance must have the same bad channels");
    require(channel_names(other.info) == channel_names(first.info),
            "epochs of a covariance must have the same channels in the same order");
    const auto& a = first.info.dev_head_t;
    const auto& b = other.info.dev_head_t;
    bool same = a.has_value() == b.has_value();
    for (std::size_t i = 0; same && a && i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
            const double x = (*a)->matrix[i][j], y = (*b)->matrix[i][j];
            same = same && std::abs(x - y) <= 1e-8 + 1e-5 * std::abs(x);
        }
    }
    if (!same) {
        complain(on_mismatch,
                 "epochs of a covariance must have the head at one place (dev_head_t); pass "
                 "on_mismatch='warn', or bring them there");
    }
}

}  // namespace

std::vector<Covariance> compute_covariances(const std::vector<const Epochs*>& epochs, const CovarianceOptions& options,
                                            const Splitter& splitter) {
    require(!epochs.empty(), "a covariance needs epochs; got none");
    const auto methods = methods_of(options);
    require(options.keep_sample_mean || methods == std::vector<std::string>{"empirical"},
            "keep_sample_mean=False needs method 'empirical'; got ", joined(methods));
    std::vector<Epochs> rooms(epochs.size());
    std::vector<const Epochs*> all;
    for (std::size_t k = 0; k < epochs.size(); ++k) {
        warn_of_offsets(epochs[k]->options.baseline.has_value(), epochs[k]->info, options.keep_sample_mean,
                        "epochs are");
        require_alike(*epochs[0], *epochs[k], options.on_mismatch);
        all.push_back(&loaded(*epochs[k], rooms[k]));
    }
    const Info& whole = all[0]->info;
    const auto picks = all_picks(data_groups(whole, true));
    require(!picks.empty(), "a covariance needs good data channels; there are none");
    const auto [begin, end] = range_of(all[0]->times(), whole.sfreq, options);

    struct Part {
        const Epochs* epochs;
        std::vector<index> which;
    };
    std::vector<Part> parts;
    std::vector<Samples> samples;
    for (const Epochs* e : all) {
        require(end <= e->n_times, "epochs of a covariance must have the times asked for");
        if (e->event_id.size() > 1) {
            for (const auto& entry : e->event_id) {
                parts.push_back({e, matching(*e, {entry.first})});
            }
        } else {
            parts.push_back({e, counted(e->n_epochs())});
        }
    }
    for (const Part& part : parts) {
        samples.push_back(samples_of(*part.epochs, part.which, picks, begin, end));
    }
    const Samples together = concatenated(samples);
    auto results = estimated(together, part_of(whole, picks), options, splitter);
    if (options.keep_sample_mean) {
        return results;
    }
    // Within names: what the averages over epochs explain is taken out.
    Array<double, 2>& data = results[0].data;
    double degrees = 0;
    for (index k = 0; k < data.size(); ++k) {
        data.data()[k] *= static_cast<double>(together.n - 1);
    }
    for (const Part& part : parts) {
        const auto count = std::ssize(part.which);
        if (count == 0) {
            continue;
        }
        degrees += static_cast<double>((end - begin) * (count - 1));
        Array<double, 2> sum({std::ssize(picks), end - begin}), products({std::ssize(picks), std::ssize(picks)});
        for (const index k : part.which) {
            for (index c = 0; c < sum.extent(0); ++c) {
                const auto row = part.epochs->data.view()[k].row(picks[static_cast<std::size_t>(c)]);
                for (index t = begin; t < end; ++t) {
                    sum(c, t - begin) += row[static_cast<std::size_t>(t)];
                }
            }
        }
        numerics::matmul(sum, sum.view().transposed(), products);
        for (index k = 0; k < data.size(); ++k) {
            data.data()[k] -= products.data()[k] / static_cast<double>(count);
        }
    }
    require(degrees > 0, "keep_sample_mean=False needs at least two epochs of a name; there is one of each");
    for (index k = 0; k < data.size(); ++k) {
        data.data()[k] /= degrees;
    }
    return results;
}

std::vector<Covariance> compute_covariances(const Evoked& evoked, const CovarianceOptions& options,
                                            const Splitter& splitter) {
    require(options.keep_sample_mean, "keep_sample_mean must be True for an average, which holds nothing else");
    warn_of_offsets(evoked.baseline_tmin || evoked.baseline_tmax, evoked.info, true, "average is");
    const auto picks = all_picks(data_groups(evoked.info, true));
    require(!picks.empty(), "a covariance needs good data channels; there are none");
    const auto [begin, end] = range_of(evoked.times(), evoked.info.sfreq, options);
    return estimated(samples_of(evoked.data, picks, begin, end), part_of(evoked.info, picks), options, splitter);
}

std::vector<Covariance> compute_raw_covariances(const std::shared_ptr<const Raw>& raw,
                                                const RawCovarianceOptions& options, const Splitter& splitter) {
    const double sfreq = raw->info.sfreq;
    const double tmax = options.tmax.value_or(raw->duration());
    const double tstep = options.tstep.value_or(tmax - options.tmin);
    const Events events = fixed_length_events(*raw, options.tmin, tmax, tstep);
    EpochsOptions cut;
    cut.tmin = 0;
    cut.tmax = tstep - 1 / sfreq;
    cut.baseline = {};
    cut.reject = options.reject;
    cut.flat = options.flat;
    cut.proj = Projecting::no;
    cut.reject_by_annotation = options.reject_by_annotation;
    cut.picks = options.picks.empty() ? counted(raw->info.n_channels()) : options.picks;
    Epochs epochs = make_epochs(raw, events, {{"1", 1}}, cut);
    const bool empirical = methods_of(options) == std::vector<std::string>{"empirical"};
    std::vector<index> picks;
    if (empirical && !options.picks.empty()) {
        picks = counted(epochs.info.n_channels());
    } else {
        picks = all_picks(data_groups(epochs.info, true));
    }
    require(!picks.empty(), "a covariance needs good data channels; there are none");
    const Info info = part_of(epochs.info, picks);

    if (empirical) {
        Scatter sum;
        visit(epochs, [&](View<const double, 3> batch) { add(sum, batch, picks); });
        const index p = std::ssize(picks);
        require(sum.n > 1, "a covariance needs at least two samples; reject, flat and annotations leave ", sum.n);
        require_finite(sum, info);
        if (sum.n < 5 * (p + 1)) {
            complain(options.on_few_samples, "a covariance of " + text_of(p) + " channels needs at least " +
                                                 text_of(5 * (p + 1)) + " samples; it is unreliable from " +
                                                 text_of(sum.n));
        }
        Covariance result;
        result.data = std::move(sum.products);
        for (index i = 0; i < p; ++i) {
            for (index j = 0; j < p; ++j) {
                result.data(i, j) -= sum.sums[static_cast<std::size_t>(i)] *
                                     (sum.sums[static_cast<std::size_t>(j)] / static_cast<double>(sum.n));
                result.data(i, j) /= static_cast<double>(sum.n) - 1;
            }
        }
        result.names = channel_names(info);
        result.bads = info.bads;
        result.projections = info.projections;
        result.nfree = static_cast<int>(std::min<index>(sum.n - 1, std::numeric_limits<int>::max()));
        std::vector<Covariance> one;
        one.push_back(std::move(result));
        return one;
    }
    load(epochs);
    const Samples samples = samples_of(epochs, counted(epochs.n_epochs()), picks, 0, epochs.n_times);
    require(samples.n > 0, "a covariance needs samples; reject, flat and annotations leave none");
    std::vector<double> mean(picks.size());
    for (std::size_t c = 0; c < picks.size(); ++c) {
        for (index k = 0; k < epochs.n_epochs(); ++k) {
            for (const double x : epochs.data.view()[k].row(picks[c])) {
                mean[c] += x;
            }
        }
        mean[c] /= static_cast<double>(samples.n);
    }
    return estimated(shifted(samples, mean), info, options, splitter);
}

}  // namespace ranvier::meeg
