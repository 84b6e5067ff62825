#include "ranvier/meeg/noise/estimates.hpp"

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

double trace(View<const double, 2> a) {
    double sum = 0;
    for (index k = 0; k < a.extent(0); ++k) {
        sum += a(k, k);
    }
    return sum;
}

}  // namespace

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

double likelihood_of(const std::vector<double>& precisions, const std::vector<double>& variances) {
    const auto p = static_cast<double>(precisions.size());
    const double least = *std::ranges::max_element(precisions) * p * eps;
    double sum = -p * ln_2pi;
    for (std::size_t k = 0; k < precisions.size(); ++k) {
        sum += std::log(std::max(precisions[k], least)) - precisions[k] * variances[k];
    }
    return sum / 2;
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

std::vector<double> shrinkage_likelihoods(const std::vector<HeldOut>& folds, const std::vector<index>& picks,
                                          const std::vector<double>& shrinkages) {
    std::vector<double> scores(shrinkages.size());
    const auto p = static_cast<double>(picks.size());
    for (const HeldOut& fold : folds) {
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
