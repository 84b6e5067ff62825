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

constexpr double eps = std::numeric_limits<double>::epsilon();
const double ln_2pi = std::log(2 * std::numbers::pi);
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

Array<double, 2> empirical(const Scatter& s) {
    Array<double, 2> covariance = s.products;
    for (index k = 0; k < covariance.size(); ++k) {
        covariance.data()[k] /= static_cast<double>(s.n);
    }
    return covariance;
}

Array<double, 2> centred(const Scatter& s) {
    Array<double, 2> covariance = empirical(s);
    const auto n = static_cast<double>(s.n);
    for (index i = 0; i < covariance.extent(0); ++i) {
        for (index j = 0; j < covariance.extent(1); ++j) {
            covariance(i, j) -= s.sums[static_cast<std::size_t>(i)] / n * (s.sums[static_cast<std::size_t>(j)] / n);
        }
    }
    return covariance;
}

Array<double, 2> block(View<const double, 2> a, const std::vector<index>& picks) {
    const auto n = static_cast<index>(picks.size());
    Array<double, 2> result({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            result(i, j) = a(picks[static_cast<std::size_t>(i)], picks[static_cast<std::size_t>(j)]);
        }
    }
    return result;
}

double trace(View<const double, 2> a) {
    double sum = 0;
    for (index k = 0; k < a.extent(0); ++k) {
        sum += a(k, k);
    }
    return sum;
}

/// vᵀ a v for each column v.
std::vector<double> along(View<const double, 2> a, View<const double, 2> vectors) {
    Array<double, 2> image({a.extent(0), vectors.extent(1)});
    numerics::matmul(a, vectors, image);
    std::vector<double> result(static_cast<std::size_t>(vectors.extent(1)));
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < vectors.extent(1); ++k) {
            result[static_cast<std::size_t>(k)] += vectors(i, k) * image(i, k);
        }
    }
    return result;
}

/// The likelihood, where the precision has values `precisions` in directions in which the samples have `variances`.
double likelihood_of(const std::vector<double>& precisions, const std::vector<double>& variances) {
    const auto p = static_cast<double>(precisions.size());
    const double least = *std::ranges::max_element(precisions) * p * eps;
    double sum = -p * ln_2pi;
    for (std::size_t k = 0; k < precisions.size(); ++k) {
        sum += std::log(std::max(precisions[k], least)) - precisions[k] * variances[k];
    }
    return sum / 2;
}

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
    for (const Fold& fold : problem.folds) {
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

double gaussian_likelihood(View<const double, 2> covariance, const Scatter& samples) {
    const Array<double, 2> tested = empirical(samples);
    if (const auto exact = numerics::inverse_trace(covariance, tested)) {
        return -(exact->trace + exact->log_det + static_cast<double>(covariance.extent(0)) * ln_2pi) / 2;
    }
    const auto eigen = numerics::symmetric_eigen(covariance);
    const auto p = static_cast<double>(covariance.extent(0));
    const double largest = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    require(largest > 0, "a covariance must not be zero in all directions: the channels are flat");
    std::vector<double> precisions;
    for (const double value : eigen.values) {
        precisions.push_back(std::abs(value) > p * eps * largest ? 1 / value : 0);
    }
    return likelihood_of(precisions, along(tested, eigen.vectors));
}

double cross_validated(const Fit& fit, const std::vector<Fold>& folds) {
    double sum = 0;
    for (const Fold& fold : folds) {
        sum += gaussian_likelihood(fit(fold.train), fold.test);
    }
    return sum / static_cast<double>(folds.size());
}

Array<double, 2> shrunk_covariance(View<const double, 2> covariance, const std::vector<ChannelGroup>& groups,
                                   const std::vector<double>& shrinkages) {
    const index p = covariance.extent(0);
    std::vector<std::size_t> group_of(static_cast<std::size_t>(p));
    std::vector<double> mean(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const index k : groups[g].picks) {
            group_of[static_cast<std::size_t>(k)] = g;
            mean[g] += covariance(k, k) / static_cast<double>(groups[g].picks.size());
        }
    }
    Array<double, 2> result({p, p});
    for (index i = 0; i < p; ++i) {
        const std::size_t a = group_of[static_cast<std::size_t>(i)];
        for (index j = 0; j < p; ++j) {
            const std::size_t b = group_of[static_cast<std::size_t>(j)];
            const bool apart = a != b && (groups[a].type == "eeg" || groups[b].type == "eeg");
            const double kept = a == b ? 1 - shrinkages[a] : std::sqrt((1 - shrinkages[a]) * (1 - shrinkages[b]));
            result(i, j) = apart ? 0 : kept * covariance(i, j);
        }
        result(i, i) += shrinkages[a] * mean[a];
    }
    return result;
}

double oas_shrinkage(View<const double, 2> covariance, index n) {
    const auto p = static_cast<double>(covariance.extent(0));
    if (covariance.extent(0) == 1) {
        return 0;
    }
    double squares = 0;
    for (index i = 0; i < covariance.extent(0); ++i) {
        for (const double x : covariance.row(i)) {
            squares += x * x;
        }
    }
    const double alpha = squares / (p * p), mu = trace(covariance) / p;
    const double below = (static_cast<double>(n) + 1) * (alpha - mu * mu / p);
    return below == 0 ? 1 : std::min((alpha + mu * mu) / below, 1.0);
}

double ledoit_wolf_shrinkage(View<const double, 2> covariance, index n, double fourth) {
    const auto p = static_cast<double>(covariance.extent(0)), samples = static_cast<double>(n);
    if (covariance.extent(0) == 1) {
        return 0;
    }
    double squares = 0;
    for (index i = 0; i < covariance.extent(0); ++i) {
        for (const double x : covariance.row(i)) {
            squares += x * x;
        }
    }
    const double whole = trace(covariance), mu = whole / p;
    const double delta = (squares - 2 * mu * whole + p * mu * mu) / p;
    const double beta = std::min((fourth / samples - squares) / (p * samples), delta);
    return beta == 0 ? 0 : beta / delta;
}

std::vector<double> shrinkage_likelihoods(const std::vector<Fold>& folds, const std::vector<index>& picks,
                                          const std::vector<double>& shrinkages) {
    std::vector<double> scores(shrinkages.size());
    const auto p = static_cast<double>(picks.size());
    for (const Fold& fold : folds) {
        const auto eigen = numerics::symmetric_eigen(block(empirical(fold.train), picks));
        const auto variances = along(block(empirical(fold.test), picks), eigen.vectors);
        const double mean = std::accumulate(eigen.values.begin(), eigen.values.end(), 0.0) / p;
        require(mean > 0, "samples must vary; all channels of a type are flat in a fold of the cross-validation");
        for (std::size_t a = 0; a < shrinkages.size(); ++a) {
            double sum = p * ln_2pi;
            for (std::size_t k = 0; k < eigen.values.size(); ++k) {
                const double value = (1 - shrinkages[a]) * eigen.values[k] + shrinkages[a] * mean;
                // Where the covariance has no inverse, nothing is likely.
                sum += value > p * eps * eigen.values.back() ? variances[k] / value + std::log(value)
                                                             : std::numeric_limits<double>::infinity();
            }
            scores[a] -= sum / 2 / static_cast<double>(folds.size());
        }
    }
    return scores;
}

Array<double, 2> probabilistic_pca(const Scatter& samples, index components) {
    Array<double, 2> covariance = centred(samples);
    const index p = covariance.extent(0);
    const double unbiased = static_cast<double>(samples.n) / static_cast<double>(samples.n - 1);
    const auto eigen = numerics::symmetric_eigen(covariance);
    double noise = 0;
    for (index k = 0; k < p - components; ++k) {
        noise +=
            std::max(eigen.values[static_cast<std::size_t>(k)], 0.0) * unbiased / static_cast<double>(p - components);
    }
    Array<double, 2> scaled({p, p});
    for (index i = 0; i < p; ++i) {
        for (index k = 0; k < p; ++k) {
            const double value = k < p - components ? noise : eigen.values[static_cast<std::size_t>(k)] * unbiased;
            scaled(i, k) = eigen.vectors(i, k) * value;
        }
    }
    numerics::matmul(scaled, eigen.vectors.view().transposed(), covariance);
    return covariance;
}

Array<double, 2> factor_covariance(const Scatter& samples, index components, double tol, int max_iter) {
    constexpr double least = 1e-12;
    const Array<double, 2> covariance = centred(samples);
    const index p = covariance.extent(0);
    const auto size = static_cast<std::size_t>(p);
    std::vector<double> psi(size, 1.0), root(size), loaded(size);
    Array<double, 2> loadings({components, p}), scaled({p, p});
    double before = -std::numeric_limits<double>::infinity();
    bool converged = false;
    for (int iteration = 0; iteration < max_iter; ++iteration) {
        check_interrupt();
        for (std::size_t k = 0; k < size; ++k) {
            root[k] = std::sqrt(psi[k]) + least;
        }
        for (index i = 0; i < p; ++i) {
            for (index j = 0; j < p; ++j) {
                scaled(i, j) =
                    covariance(i, j) / (root[static_cast<std::size_t>(i)] * root[static_cast<std::size_t>(j)]);
            }
        }
        // ln p(x) to a constant: the leading eigenvalues, what they leave, and the noise.
        double likelihood = static_cast<double>(p) * ln_2pi + static_cast<double>(components), left = trace(scaled);
        std::ranges::fill(loaded, 0.0);
        if (components > 0) {
            const auto eigen = numerics::symmetric_eigen(scaled, p - components, p - 1);
            for (index k = 0; k < components; ++k) {
                const double value = eigen.values[static_cast<std::size_t>(k)];
                likelihood += std::log(value);
                left -= value;
                const double length = std::sqrt(std::max(value - 1, 0.0));
                for (index j = 0; j < p; ++j) {
                    const double w = loadings(k, j) = length * eigen.vectors(j, k) * root[static_cast<std::size_t>(j)];
                    loaded[static_cast<std::size_t>(j)] += w * w;
                }
            }
        }
        likelihood += left;
        for (const double x : psi) {
            likelihood += std::log(x);
        }
        likelihood *= -static_cast<double>(samples.n) / 2;
        if (likelihood - before < tol) {
            converged = true;
            break;
        }
        before = likelihood;
        for (index k = 0; k < p; ++k) {
            psi[static_cast<std::size_t>(k)] = std::max(covariance(k, k) - loaded[static_cast<std::size_t>(k)], least);
        }
    }
    if (!converged) {
        warn("factor analysis has not converged after max_iter=" + text_of(max_iter) + " iterations; allow more");
    }
    Array<double, 2> result({p, p});
    numerics::matmul(loadings.view().transposed(), loadings, result);
    for (index k = 0; k < p; ++k) {
        result(k, k) += psi[static_cast<std::size_t>(k)];
    }
    return result;
}

}  // namespace ranvier::meeg
