#include "ranvier/meeg/sparse/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/sparse/checks.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr double percent = 0.01;

/// The gain of the positions that are in, and what turns solutions into currents.
struct Scaled {
    Array<double, 2> gain;
    std::vector<double> weighting;  // of its columns
    std::vector<index> columns;     // of the forward solution
    index n_orient = 1;

    /// Makes `largest` percent the penalty that leaves all silent.
    void scale(double largest) {
        require(largest > 0, "the data must be other than 0, and seen by a source");
        for (double& g : std::span(gain.data(), static_cast<std::size_t>(gain.size()))) {
            g /= largest * percent;
        }
        for (double& weight : weighting) {
            weight /= largest * percent;
        }
    }
};

Scaled weighted(const PreparedGain& prepared, const SparseWeights& given) {
    Scaled scaled;
    scaled.n_orient = prepared.forward.fixed() ? 1 : 3;
    const index o = scaled.n_orient, positions = prepared.gain.extent(1) / o;
    require(given.weights.empty() || std::ssize(given.weights) == positions, "weights must be one for each of the ",
            positions, " sources of the forward solution; got ", std::ssize(given.weights));
    double largest = 1;
    if (!given.weights.empty()) {
        largest = std::ranges::max(given.weights);
        require(std::ranges::all_of(given.weights, [](double w) { return w >= 0 && std::isfinite(w); }) && largest > 0,
                "weights must be >= 0, finite and not all 0");
        require(given.least <= largest, "weights_min > weights_max (", given.least, " > ", largest, ")");
    }
    std::vector<double> factors;
    for (index i = 0; i < positions * o; ++i) {
        const double weight = given.weights.empty() ? 1 : given.weights[i / o] / largest;
        if (given.weights.empty() || weight > given.least / largest) {
            scaled.columns.push_back(i);
            scaled.weighting.push_back(weight * prepared.source_std[i]);
            factors.push_back(weight);
        }
    }
    require(!scaled.columns.empty(), "no source has a weight above weights_min = ", given.least);
    scaled.gain = Array<double, 2>({prepared.gain.extent(0), std::ssize(scaled.columns)});
    for (index c = 0; c < scaled.gain.extent(0); ++c) {
        for (index i = 0; i < scaled.gain.extent(1); ++i) {
            scaled.gain(c, i) = factors[i] * prepared.gain(c, scaled.columns[i]);
        }
    }
    return scaled;
}

Array<double, 2> whitened(const PreparedGain& prepared, View<const double, 2> data) {
    require(data.extent(0) == std::ssize(prepared.picks), "the data must be of the ", std::ssize(prepared.picks),
            " channels of the gain; got ", data.extent(0));
    return numerics::matmul(prepared.whitener.matrix.view(), data);
}

/// @param active  columns of the scaled gain that rows of X are of
SparseEstimate in_currents(const Scaled& scaled, Array<double, 2> data, Array<double, 2> X,
                           const std::vector<index>& active) {
    SparseEstimate estimate;
    estimate.data = std::move(data);
    estimate.X = std::move(X);
    estimate.gain = Array<double, 2>({scaled.gain.extent(0), std::ssize(active)});
    for (index i = 0; i < std::ssize(active); ++i) {
        const double weight = scaled.weighting[active[i]];
        estimate.columns.push_back(scaled.columns[active[i]]);
        for (double& x : estimate.X.view().row(i)) {
            x *= weight;
        }
        for (index c = 0; c < scaled.gain.extent(0); ++c) {
            estimate.gain(c, i) = scaled.gain(c, active[i]) / (weight == 0 ? 1 : weight);
        }
    }
    return estimate;
}

std::vector<index> columns_of(const std::vector<index>& positions, index n_orient) {
    std::vector<index> columns;
    for (index position : positions) {
        for (index k = 0; k < n_orient; ++k) {
            columns.push_back(position * n_orient + k);
        }
    }
    return columns;
}

double largest_penalty(View<const double, 2> M, const Scaled& scaled) {
    const GainRows rows = gain_rows(scaled.gain, scaled.n_orient);
    Correlations products(rows, M);
    const auto found = products.above(M, 0);
    return found.empty() ? 0 : found.front().norm;
}

void check_alpha(double alpha) {
    require(alpha >= 0 && alpha < 100,
            "alpha must be in [0, 100), percents of the penalty that leaves no source active; "
            "got ",
            alpha);
}

}  // namespace

SparseEstimate mixed_norm_estimate(const PreparedGain& prepared, View<const double, 2> data, const MixedNormRule& rule,
                                   MixedNormOptions options) {
    if (rule.alpha) {
        check_alpha(*rule.alpha);
    }
    Scaled scaled = weighted(prepared, rule.weights);
    Array<double, 2> M = whitened(prepared, data), Vt;
    if (rule.time_pca) {
        const auto svd = numerics::svd(M.view());
        const index n = std::min<index>(std::ssize(svd.s), rule.n_components.value_or(std::ssize(svd.s)));
        require(n >= 1, "time_pca must be >= 1; got ", n);
        M = Array<double, 2>(svd.U.view().slice(1, 0, n));
        for (index c = 0; c < M.extent(0); ++c) {
            for (index k = 0; k < n; ++k) {
                M(c, k) *= svd.s[k];
            }
        }
        Vt = Array<double, 2>(svd.Vt.view().slice(0, 0, n));
    }
    scaled.scale(largest_penalty(M.view(), scaled));
    options.n_orient = scaled.n_orient;
    options.tol *= squared_norm(M.view());
    SparseSolution solution;
    std::optional<double> chosen;
    std::vector<double> sure;
    if (rule.alpha) {
        solution = rule.n_mxne_iter == 1 ? mixed_norm(M, scaled.gain, *rule.alpha, options)
                                         : iterative_mixed_norm(M, scaled.gain, *rule.alpha, rule.n_mxne_iter, options);
    } else {
        std::vector<double> grid = rule.sure_grid;
        for (int k = 0; k < 15 && rule.sure_grid.empty(); ++k) {
            grid.push_back(100 * std::pow(10.0, -k / 14.0));
        }
        SureChoice choice = mixed_norm_sure(M, scaled.gain, grid, rule.sure_normals, 1, rule.n_mxne_iter, options);
        chosen = grid[choice.best];
        sure = std::move(choice.sure);
        solution = std::move(choice.solution);
    }
    if (rule.time_pca) {
        M = numerics::matmul(M.view(), Vt.view());
        solution.X = solution.active.empty() ? Array<double, 2>({0, Vt.extent(1)})
                                             : numerics::matmul(solution.X.view(), Vt.view());
    }
    SparseEstimate estimate =
        in_currents(scaled, std::move(M), std::move(solution.X), columns_of(solution.active, scaled.n_orient));
    estimate.certificate = solution.certificate;
    estimate.alpha = chosen;
    estimate.sure = std::move(sure);
    return estimate;
}

SparseEstimate tf_mixed_norm_estimate(const PreparedGain& prepared, View<const double, 2> data,
                                      const TfMixedNormRule& rule, TfMixedNormOptions options) {
    check_alpha(rule.alpha);
    require(rule.l1_ratio >= 0 && rule.l1_ratio <= 1, "l1_ratio must lie in [0, 1]; got ", rule.l1_ratio);
    Scaled scaled = weighted(prepared, rule.weights);
    Array<double, 2> M = whitened(prepared, data);
    const GaborFrame frame(rule.wsize, rule.tstep, M.extent(1));
    scaled.scale(largest_tf_penalty(M, scaled.gain, frame, rule.l1_ratio, scaled.n_orient));
    options.n_orient = scaled.n_orient;
    options.tol *= squared_norm(M.view());
    const double space = rule.alpha * (1 - rule.l1_ratio), time = rule.alpha * rule.l1_ratio;
    SparseSolution solution = rule.n_tfmxne_iter == 1 ? tf_mixed_norm(M, scaled.gain, space, time, frame, options)
                                                      : iterative_tf_mixed_norm(M, scaled.gain, space, time,
                                                                                rule.n_tfmxne_iter, frame, options);
    SparseEstimate estimate =
        in_currents(scaled, std::move(M), std::move(solution.X), columns_of(solution.active, scaled.n_orient));
    estimate.certificate = solution.certificate;
    return estimate;
}

SparseEstimate gamma_map_estimate(const PreparedGain& prepared, View<const double, 2> data, double alpha,
                                  const GammaMapOptions& options, std::span<const double> gammas) {
    const Scaled scaled = weighted(prepared, {});
    Array<double, 2> M = whitened(prepared, data);
    GammaMapSolution solution = gamma_map(M, scaled.gain, alpha, options, gammas);
    const index o = scaled.n_orient, times = M.extent(1);
    // Orientations that have vanished are 0 beside those of their position that have not.
    std::vector<index> positions;
    for (index column : solution.active) {
        if (positions.empty() || positions.back() != column / o) {
            positions.push_back(column / o);
        }
    }
    const auto columns = columns_of(positions, o);
    Array<double, 2> X({std::ssize(columns), times});
    for (index i = 0, k = 0; i < std::ssize(columns) && k < std::ssize(solution.active); ++i) {
        if (solution.active[k] == columns[i]) {
            copy(View<const double, 1>(solution.X.view()[k++]), X.view()[i]);
        }
    }
    SparseEstimate estimate = in_currents(scaled, std::move(M), std::move(X), columns);
    estimate.certificate.converged = solution.converged;
    estimate.certificate.iterations = solution.iterations;
    return estimate;
}

Array<double, 2> split_goodness_of_fit(View<const double, 2> data, View<const double, 2> X,
                                       View<const double, 2> gain) {
    const index n = X.extent(0), times = X.extent(1);
    require(gain.extent(0) == data.extent(0) && gain.extent(1) == n && data.extent(1) == times,
            "data, time courses and gain must fit each other");
    Array<double, 2> result({n, times});
    if (n == 0) {
        return result;
    }
    const auto svd = numerics::svd(gain);
    index rank = 0;
    while (rank < std::ssize(svd.s) && svd.s[rank] >= 1e-6 * svd.s[0]) {
        ++rank;
    }
    const Array<double, 2> basis(svd.U.view().slice(1, 0, rank).transposed());
    const Array<double, 2> fit = numerics::matmul(basis.view(), data), fields = numerics::matmul(basis.view(), gain);
    const Array<double, 2> explained = numerics::matmul(fields.view(), X);
    for (index t = 0; t < times; ++t) {
        double power = 0;
        for (index c = 0; c < data.extent(0); ++c) {
            power += data(c, t) * data(c, t);
        }
        // In each direction of the basis, fit and overshoot fall to the time courses by the squares of their shares.
        std::vector<double> norms(static_cast<std::size_t>(rank));
        for (index a = 0; a < rank; ++a) {
            for (index k = 0; k < n; ++k) {
                norms[a] += fields(a, k) * X(k, t) * fields(a, k) * X(k, t);
            }
        }
        for (index k = 0; k < n; ++k) {
            double share = 0;
            for (index a = 0; a < rank && power > 0; ++a) {
                const double own = fields(a, k) * X(k, t), left = fit(a, t) - explained(a, t);
                share += norms[a] == 0 ? 0 : own * own / norms[a] * (fit(a, t) * fit(a, t) - left * left);
            }
            result(k, t) = power > 0 ? 100 * share / power : 0;
        }
    }
    return result;
}

std::vector<double> sloped_window(index n, index left, index right) {
    require(left >= 0 && right >= 0 && left + right <= n, "the slopes of a window must fit into its ", n,
            " samples; got ", left, " and ", right, ". Give a shorter window=, or None");
    std::vector<double> window(static_cast<std::size_t>(n), 1.0);
    const auto hann = [](index i, index length) {
        return length < 2 ? 1.0
                          : 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                                 static_cast<double>(length - 1));
    };
    for (index i = 0; i < left; ++i) {
        window[i] = hann(i, 2 * left);
    }
    for (index i = 0; i < right; ++i) {
        window[n - 1 - i] = hann(i, 2 * right);
    }
    return window;
}

}  // namespace ranvier::meeg
