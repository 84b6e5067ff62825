#include "ranvier/meeg/noise/estimators.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/positive.hpp"

namespace ranvier::meeg {

namespace {

const char* const channel_words[] = {"mag",
                                     "grad",
                                     "eeg",
                                     "csd",
                                     "seeg",
                                     "ecog",
                                     "dbs",
                                     "hbo",
                                     "hbr",
                                     "fnirs_cw_amplitude",
                                     "fnirs_fd_ac_amplitude",
                                     "fnirs_fd_phase",
                                     "fnirs_od",
                                     "fnirs_td_gated_amplitude",
                                     "fnirs_td_moments_intensity",
                                     "fnirs_td_moments_mean",
                                     "fnirs_td_moments_variance"};

const Value* setting(const MethodParams& params, const std::string& method, const std::string& name) {
    const auto of = params.find(method);
    if (of == params.end()) {
        return nullptr;
    }
    const auto at = of->second.find(name);
    return at == of->second.end() || at->second.is_none() ? nullptr : &at->second;
}

double number(const Value& value, const std::string& what) {
    const auto* real = value.as<double>();
    const auto* whole = value.as<std::int64_t>();
    require(real || whole, [&] { return what + " of method_params must be a number; got " + text_of(value); });
    return real ? *real : static_cast<double>(*whole);
}

std::vector<double> numbers_of(const Value& value, const std::string& what) {
    std::vector<double> result;
    if (const auto* list = value.as<Value::List>()) {
        for (const Value& item : *list) {
            result.push_back(number(item, what));
        }
        require(!result.empty(), what, " of method_params must hold at least one number; got none");
    } else {
        result.push_back(number(value, what));
    }
    return result;
}

double share(double value) {
    require(value >= 0 && value <= 1, "shrinkage must be in [0, 1]; got ", value);
    return value;
}

Fit diagonal_fixed(const Problem& problem, const MethodParams& params) {
    std::vector<double> loads;
    for (const auto& group : problem.groups) {
        const auto of = [&](const std::string& type) {
            const Value* given = setting(params, "diagonal_fixed", type);
            const double load = given ? number(*given, type) : 0.1;
            require(load >= 0, type, " of method_params must be >= 0; got ", load);
            return load;
        };
        if (group.type == "meg") {
            require(of("mag") == of("grad"),
                    "mag and grad of method_params must be equal where magnetometers and gradiometers depend on each "
                    "other, as after Maxwell filtering; got ",
                    of("mag"), " and ", of("grad"));
        }
        loads.push_back(of(group.type == "meg" ? "mag" : group.type));
    }
    return [loads, &groups = problem.groups](const Scatter& s) {
        Array<double, 2> covariance = empirical(s);
        for (std::size_t g = 0; g < groups.size(); ++g) {
            double sum = 0;
            for (const index k : groups[g].picks) {
                sum += covariance(k, k);
            }
            for (const index k : groups[g].picks) {
                covariance(k, k) += loads[g] * sum / static_cast<double>(groups[g].picks.size());
            }
        }
        return covariance;
    };
}

Fit shrinking(const Problem& problem, std::vector<double> shrinkages) {
    return [shrinkages = std::move(shrinkages), &groups = problem.groups](const Scatter& s) {
        return shrunk_covariance(empirical(s), groups, shrinkages);
    };
}

Fit shrinking_all(const Problem& problem, double shrinkage) {
    const std::vector<ChannelGroup> all{{"all", counted(problem.all.products.extent(0))}};
    return [=](const Scatter& s) { return shrunk_covariance(empirical(s), all, {shrinkage}); };
}

Fit shrunk(const Problem& problem, const MethodParams& params) {
    std::vector<double> grid;
    if (const Value* given = setting(params, "shrunk", "shrinkage")) {
        grid = numbers_of(*given, "shrinkage");
        std::ranges::for_each(grid, share);
    } else {
        for (int k = 0; k < 30; ++k) {
            grid.push_back(std::pow(10.0, -4 + k * (4 / 29.0)));
        }
        grid.back() = 1;
    }
    std::vector<double> best;
    for (const auto& group : problem.groups) {
        const auto scores = shrinkage_likelihoods(problem.folds, group.picks, grid);
        best.push_back(grid[static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin())]);
    }
    return shrinking(problem, best);
}

/// The number of components of best likelihood; the search ends after it has fallen thrice.
template <class Likelihood>
index best_components(const Problem& problem, const MethodParams& params, const std::string& method,
                      const Likelihood& likelihood) {
    const index p = problem.all.products.extent(0);
    std::vector<index> counts;
    if (const Value* given = setting(params, method, "iter_n_components")) {
        for (const double x : numbers_of(*given, "iter_n_components")) {
            require(x >= 0 && x == std::floor(x), "iter_n_components must hold whole numbers >= 0; got ", x);
            require(x <= static_cast<double>(p), "iter_n_components must be at most the number of channels, ", p,
                    "; got ", x);
            counts.push_back(static_cast<index>(x));
        }
    } else {
        for (index k = 5; k < p; k += 5) {
            counts.push_back(k);
        }
        require(!counts.empty(), method, " needs more than 5 channels, or iter_n_components; got ", p);
    }
    std::vector<double> scores;
    index best = -1;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        check_interrupt();
        const double score = likelihood(counts[k]);
        if (!std::isfinite(score) || score > 0) {
            break;
        }
        scores.push_back(score);
        if (best < 0 || score > scores[static_cast<std::size_t>(best)]) {
            best = static_cast<index>(k);
        }
        if (k >= 3 && scores[k - 1] < scores[k - 2] && scores[k - 2] < scores[k - 3]) {
            break;
        }
    }
    require(best >= 0, method, " found no number of components with a finite likelihood below 0; use another method");
    return counts[static_cast<std::size_t>(best)];
}

Fit pca(const Problem& problem, const MethodParams& params) {
    struct Part {
        numerics::Eigen eigen;
        std::vector<double> variances;
    };
    std::vector<Part> parts;
    for (const HeldOut& fold : problem.folds) {
        Part part{numerics::symmetric_eigen(centred(fold.train)), {}};
        part.variances = along(empirical(fold.test), part.eigen.vectors);
        const double n = static_cast<double>(fold.train.n);
        for (double& x : part.eigen.values) {
            x = std::max(x, 0.0) * (n / (n - 1));
        }
        parts.push_back(std::move(part));
    }
    const index best = best_components(problem, params, "pca", [&](index count) {
        double sum = 0;
        for (const Part& part : parts) {
            const auto rest = part.eigen.values.size() - static_cast<std::size_t>(count);
            const double noise = rest == 0
                                     ? 0
                                     : std::accumulate(part.eigen.values.begin(),
                                                       part.eigen.values.begin() + static_cast<index>(rest), 0.0) /
                                           static_cast<double>(rest);
            std::vector<double> precisions;
            for (std::size_t k = 0; k < part.eigen.values.size(); ++k) {
                precisions.push_back(1 / (k < rest ? noise : part.eigen.values[k]));
            }
            sum += likelihood_of(precisions, part.variances);
        }
        return sum / static_cast<double>(parts.size());
    });
    return [best](const Scatter& s) { return probabilistic_pca(s, best); };
}

Fit factors(const Problem& problem, const MethodParams& params) {
    const Value* tol = setting(params, "factor_analysis", "tol");
    const Value* max_iter = setting(params, "factor_analysis", "max_iter");
    const double tolerance = tol ? number(*tol, "tol") : 1e-2;
    const int iterations = max_iter ? static_cast<int>(number(*max_iter, "max_iter")) : 1000;
    require(iterations > 0, "max_iter of method_params must be > 0; got ", iterations);
    const auto fit = [=](index count) {
        return Fit([=](const Scatter& s) { return factor_covariance(s, count, tolerance, iterations); });
    };
    return fit(best_components(problem, params, "factor_analysis",
                               [&](index count) { return cross_validated(fit(count), problem.folds); }));
}

}  // namespace

MethodParams method_params(const Value& given) {
    MethodParams params;
    if (given.is_none()) {
        return params;
    }
    const std::vector<std::string> types(std::begin(channel_words), std::end(channel_words));
    const std::map<std::string, std::vector<std::string>> known{
        {"empirical", {}},
        {"diagonal_fixed", types},
        {"ledoit_wolf", {}},
        {"oas", {}},
        {"shrinkage", {"shrinkage"}},
        {"shrunk", {"shrinkage"}},
        {"pca", {"iter_n_components"}},
        {"factor_analysis", {"iter_n_components", "tol", "max_iter"}}};
    const auto* methods = given.as<Value::Map>();
    require(methods != nullptr, "method_params must be a dict of methods, whose values are dicts");
    for (const auto& [method, settings] : *methods) {
        const auto of = known.find(method);
        std::vector<std::string> names;
        for (const auto& entry : known) {
            names.push_back(entry.first);
        }
        require(of != known.end(), "a key of method_params must be one of ", joined(names), "; got '", method, "'");
        const auto* map = settings.as<Value::Map>();
        require(map != nullptr, "method_params of '", method, "' must be a dict");
        for (const auto& [name, value] : *map) {
            const bool bare = method != "pca" && method != "factor_analysis";
            const auto* yes = value.as<bool>();
            if (bare && name == "assume_centered") {
                require(yes && *yes,
                        "assume_centered of method_params must be True: subtract the mean beforehand, as baseline "
                        "correction does");
                continue;
            }
            if (bare && name == "store_precision") {
                require(yes && !*yes,
                        "store_precision of method_params must be False: a Covariance has no precision; use "
                        "compute_whitener()");
                continue;
            }
            if (name == "svd_method") {
                const auto* word = value.as<std::string>();
                require(word && *word == "lapack", [&, &value = value] {
                    return "svd_method of method_params must be 'lapack', the exact one; got " + text_of(value);
                });
                continue;
            }
            require(std::ranges::find(of->second, name) != of->second.end(), "method_params of '", method,
                    "' has no setting '", name, "'; it has ", of->second.empty() ? "none" : joined(of->second));
            params[method][name] = value;
        }
    }
    return params;
}

Fit chosen_fit(const std::string& method, const Problem& problem, const MethodParams& params) {
    if (method == "empirical") {
        return empirical;
    }
    if (method == "diagonal_fixed") {
        return diagonal_fixed(problem, params);
    }
    if (method == "shrinkage") {
        const Value* given = setting(params, "shrinkage", "shrinkage");
        return shrinking_all(problem, share(given ? number(*given, "shrinkage") : 0.1));
    }
    if (method == "shrunk") {
        return shrunk(problem, params);
    }
    if (method == "pca") {
        return pca(problem, params);
    }
    if (method == "factor_analysis") {
        return factors(problem, params);
    }
    require(method == "ledoit_wolf" || method == "oas",
            "method must be one of empirical, diagonal_fixed, ledoit_wolf, oas, shrunk, pca, factor_analysis, "
            "shrinkage, auto; got '",
            method, "'");
    const auto fourth = method == "oas" ? std::vector<double>(problem.groups.size()) : problem.fourth_powers();
    std::vector<double> shrinkages;
    for (std::size_t g = 0; g < problem.groups.size(); ++g) {
        const auto covariance = block(empirical(problem.all), problem.groups[g].picks);
        shrinkages.push_back(method == "oas" ? oas_shrinkage(covariance, problem.all.n)
                                             : ledoit_wolf_shrinkage(covariance, problem.all.n, fourth[g]));
    }
    return shrinking(problem, shrinkages);
}

double cross_validated(const Fit& fit, const std::vector<HeldOut>& folds) {
    double sum = 0;
    for (const HeldOut& fold : folds) {
        sum += gaussian_likelihood(fit(fold.train), fold.test);
    }
    return sum / static_cast<double>(folds.size());
}

}  // namespace ranvier::meeg
