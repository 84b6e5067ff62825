#include "ranvier/meeg/sparse/mixed_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/sparse/checks.hpp"
#include "ranvier/meeg/sparse/path.hpp"
#include "ranvier/meeg/sparse/working_set.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields MixedNormOptions::fields() {
    using O = MixedNormOptions;
    return {"mixed_norm",
            {field("maxit", &O::maxit, "no more rounds, and no more passes in each").at_least(1),
             field("tol", &O::tol, "the duality gap that is small enough").at_least(0),
             field("active_set_size", &O::active_set_size,
                   "positions that join in a round; None: all that may be active join at once")
                 .at_least(1),
             field("debias", &O::debias, "whether amplitudes are rid of what the penalty took from them"),
             field("n_orient", &O::n_orient, "orientations of a position").at_least(1),
             field("solver", &O::solver,
                   "'bcd': block coordinate descent with Anderson's extrapolation; 'cd': without it, for one "
                   "orientation; 'auto': 'bcd'",
                   {{"auto", SparseDescent::automatic}, {"bcd", SparseDescent::bcd}, {"cd", SparseDescent::cd}}),
             field("dgap_freq", &O::dgap_freq, "passes from one look at the duality gap to the next").above(0)}};
}

namespace {

MixedNormOptions resolved(MixedNormOptions options) {
    check_settings(options);
    if (options.solver == SparseDescent::cd && options.n_orient > 1) {
        warn("solver 'cd' is for one orientation only; 'bcd', block coordinate descent, is used instead");
        options.solver = SparseDescent::bcd;
    }
    return options;
}

}  // namespace

MixedNormPath::MixedNormPath(View<const double, 2> M, const GainRows& gain, const MixedNormOptions& options)
    : M_(M), gain_(gain), options_(options), correlations_(gain, M), set_(gain, M.extent(1)) {}

void MixedNormPath::start_from(const SparseStart& start) {
    const index o = gain_.n_orient;
    require(
        start.X.empty() || (start.X.extent(0) == std::ssize(start.positions) * o && start.X.extent(1) == M_.extent(1)),
        "a start must have n_orient = ", o, " rows for each of its ", std::ssize(start.positions),
        " positions and a column for each time");
    std::vector<index> fresh;
    for (index position : start.positions) {
        require(position >= 0 && position < gain_.positions(), "a position to start from must be one of ",
                gain_.positions(), "; got ", position);
        if (!set_.has(position) && std::ranges::find(fresh, position) == fresh.end()) {
            fresh.push_back(position);
        }
    }
    set_.add(fresh);
    for (index p = 0; p < std::ssize(start.positions) && !start.X.empty(); ++p) {
        set_.set(start.positions[p], &start.X(p * o, 0));
    }
}

SparseSolution MixedNormPath::solve(double alpha) {
    require(alpha >= 0 && std::isfinite(alpha), "alpha must be >= 0 and finite; got ", alpha);
    SparseSolution solution;
    Certificate& c = solution.certificate;
    c.tolerance = options_.tol;
    double bound = -std::numeric_limits<double>::infinity(), inner_gap = std::numeric_limits<double>::infinity();
    WorkingSet::Descent how;
    how.alpha = alpha;
    how.passes = options_.maxit;
    how.gap_every = gap_interval(options_.dgap_freq, options_.maxit);
    how.accelerated = options_.solver != SparseDescent::cd;
    const double goal = how.accelerated ? 1e-2 * options_.tol : options_.tol;
    bool alone = false;  // nobody has joined in the last round
    for (index round = 0;; ++round) {
        const WorkingSet::Fit fit = set_.fit(M_);
        const auto beyond = correlations_.above(fit.residual.view(), alpha, set_.active(), set_.time_courses());
        // R scaled into the feasible set ‖G_jᵀ θ‖ ≤ α is a point of the dual problem, and its value a bound from below.
        const double norm = beyond.empty() ? alpha : beyond.front().norm, scale = norm > 0 ? alpha / norm : 1;
        bound = std::max(bound, (scale - scale * scale / 2) * fit.squares + scale * fit.inner);
        c.objective = fit.squares / 2 + alpha * fit.penalty;
        const double last_gap = c.gap;
        c.gap = std::max(0.0, c.objective - bound);  // below 0 by rounding alone
        c.converged = c.gap <= c.tolerance;
        solution.objectives.push_back(c.objective);
        // Where the gap is small enough, Newton's steps make it much smaller for little.
        const bool done = c.converged && (c.gap <= goal || (alone && c.gap > last_gap / 2));
        if (done || round == options_.maxit) {
            break;
        }
        std::vector<index> joining;
        for (const auto& found : beyond) {
            if (options_.active_set_size && std::ssize(joining) == *options_.active_set_size) {
                break;
            }
            if (!set_.has(found.position)) {
                joining.push_back(found.position);
            }
        }
        alone = joining.empty();
        set_.add(joining);
        set_.settle(M_);
        // Where nobody joins, what is missing is precision among those that are there.
        inner_gap = alone ? 0.1 * std::min(inner_gap, c.gap) : std::max(0.3 * goal, 0.1 * c.gap);
        how.gap = inner_gap;
        c.iterations += set_.descend(how);
    }
    solution.active = set_.active();
    solution.X = set_.time_courses();
    set_.keep_active();  // the next penalty starts from these
    return solution;
}

SparseSolution mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha, const MixedNormOptions& given,
                          const SparseStart& start) {
    const MixedNormOptions options = resolved(given);
    check_data_and_gain(M, G);
    const GainRows gain = gain_rows(G, options.n_orient);
    MixedNormPath path(M, gain, options);
    path.start_from(start);
    SparseSolution solution = path.solve(alpha);
    warn_if_open(solution.certificate, "mixed-norm");
    if (options.debias) {
        without_bias(solution, M, gain);
    }
    return solution;
}

namespace {

SparseSolution reweighted(View<const double, 2> M, const GainRows& gain, double alpha, index n_mxne_iter,
                          const MixedNormOptions& options, std::span<const double> first_weights) {
    const index o = gain.n_orient, dipoles = gain.positions() * o;
    std::vector<double> weights(first_weights.begin(), first_weights.end());
    require(weights.empty() || std::ssize(weights) == dipoles, "weights must be one for each of the ", dipoles,
            " columns of the gain; got ", std::ssize(weights));
    std::vector<index> active;
    std::vector<double> active_weights;
    for (index j = 0; j < gain.positions(); ++j) {
        const auto used = [&](index i) { return weights.empty() || weights[i] != 0; };
        bool any = false;
        for (index k = 0; k < o; ++k) {
            any = any || used(j * o + k);
        }
        if (any) {
            active.push_back(j);
            for (index k = 0; k < o; ++k) {
                active_weights.push_back(weights.empty() ? 1 : weights[j * o + k]);
            }
        }
    }
    SparseSolution last;
    last.active = active;
    std::vector<double> objectives;
    index iterations = 0;
    for (index round = 0; round < n_mxne_iter; ++round) {
        const GainRows weighted = gain_rows(gain, last.active, active_weights);
        SparseSolution next = MixedNormPath(M, weighted, options).solve(alpha);
        iterations += next.certificate.iterations;
        next.certificate.iterations = iterations;
        std::vector<double> weight_of(static_cast<std::size_t>(next.X.extent(0)));
        for (index i = 0; i < next.X.extent(0); ++i) {
            weight_of[i] = active_weights[next.active[i / o] * o + i % o];
            for (double& x : next.X.view().row(i)) {
                x *= weight_of[i];
            }
        }
        for (index& position : next.active) {
            position = last.active[position];
        }
        const bool same = round > 0 && next.active == last.active;
        double change = 0;
        for (index i = 0; same && i < next.X.size(); ++i) {
            change = std::max(change, std::abs(next.X.data()[i] - last.X.data()[i]));
        }
        last = std::move(next);
        if (last.active.empty()) {
            objectives.push_back(squared_norm(M) / 2);
            break;
        }
        // The weight of a position is 2 √‖X_j‖, one over the derivative of √‖X_j‖.
        double penalty = 0;
        active_weights.clear();
        for (index p = 0; p < std::ssize(last.active); ++p) {
            const double root = std::sqrt(std::sqrt(squared_norm(last.X.view().slice(0, p * o, (p + 1) * o))));
            penalty += root;
            active_weights.insert(active_weights.end(), static_cast<std::size_t>(o), 2 * root);
        }
        const GainRows there = gain_rows(gain, last.active);
        Array<double, 2> residual = numerics::matmul(there.rows.view().transposed(), last.X.view());
        for (index c = 0; c < M.extent(0); ++c) {
            for (index t = 0; t < M.extent(1); ++t) {
                residual(c, t) -= M(c, t);
            }
        }
        objectives.push_back(squared_norm(residual) / 2 + alpha * penalty);
        if (same && change < options.tol) {
            break;
        }
    }
    last.objectives = std::move(objectives);
    return last;
}

}  // namespace

SparseSolution iterative_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha, index n_mxne_iter,
                                    const MixedNormOptions& given, std::span<const double> weights) {
    const MixedNormOptions options = resolved(given);
    check_data_and_gain(M, G);
    require(n_mxne_iter >= 1, "n_mxne_iter must be >= 1; got ", n_mxne_iter);
    const GainRows gain = gain_rows(G, options.n_orient);
    SparseSolution solution = reweighted(M, gain, alpha, n_mxne_iter, options, weights);
    warn_if_open(solution.certificate, "mixed-norm");
    if (options.debias) {
        without_bias(solution, M, gain);
    }
    return solution;
}

SureChoice mixed_norm_sure(View<const double, 2> M, View<const double, 2> G, std::span<const double> alphas,
                           View<const double, 2> delta, double sigma, index n_mxne_iter,
                           const MixedNormOptions& given) {
    const MixedNormOptions options = resolved(given);
    check_data_and_gain(M, G);
    require(!alphas.empty(), "there must be an alpha to choose");
    require(delta.extents() == M.extents(), "delta must have the shape of the data");
    require(n_mxne_iter >= 1, "n_mxne_iter must be >= 1; got ", n_mxne_iter);
    const GainRows gain = gain_rows(G, options.n_orient);
    const index sensors = M.extent(0), times = M.extent(1), o = gain.n_orient;
    const double eps = 2 * sigma / std::pow(static_cast<double>(sensors), 0.3);
    Array<double, 2> moved(M);
    for (index c = 0; c < sensors; ++c) {
        for (index t = 0; t < times; ++t) {
            moved(c, t) += eps * delta(c, t);
        }
    }
    // The data and the moved data, each down the path of penalties.
    const View<const double, 2> data[2] = {M, moved.view()};
    std::vector<SparseSolution> paths[2];
    parallel_for(2, [&](index which) {
        MixedNormPath path(data[which], gain, options);
        for (double alpha : alphas) {
            SparseSolution solution = path.solve(alpha);
            if (options.debias) {
                without_bias(solution, data[which], gain);
            }
            if (n_mxne_iter > 1 && !solution.active.empty()) {
                std::vector<double> weights(static_cast<std::size_t>(gain.positions() * o));
                for (index p = 0; p < std::ssize(solution.active); ++p) {
                    const double norm = std::sqrt(squared_norm(solution.X.view().slice(0, p * o, (p + 1) * o)));
                    std::fill_n(weights.begin() + solution.active[p] * o, o, 2 * std::sqrt(norm));
                }
                solution = reweighted(data[which], gain, alpha, n_mxne_iter - 1, options, weights);
                if (options.debias) {
                    without_bias(solution, data[which], gain);
                }
            }
            paths[which].push_back(std::move(solution));
        }
    });
    SureChoice choice;
    const auto explained = [&](const SparseSolution& solution) {
        const GainRows active = gain_rows(gain, solution.active);
        return solution.active.empty() ? Array<double, 2>({sensors, times})
                                       : numerics::matmul(active.rows.view().transposed(), solution.X.view());
    };
    for (index k = 0; k < std::ssize(alphas); ++k) {
        const auto first = explained(paths[0][k]), second = explained(paths[1][k]);
        double left = 0, freedom = 0;
        for (index c = 0; c < sensors; ++c) {
            for (index t = 0; t < times; ++t) {
                left += (M(c, t) - first(c, t)) * (M(c, t) - first(c, t));
                freedom += (second(c, t) - first(c, t)) * delta(c, t) / eps;
            }
        }
        choice.sure.push_back(left + sigma * sigma * (2 * freedom - static_cast<double>(sensors * times)));
        choice.certificates.push_back(paths[0][k].certificate);
    }
    choice.best = std::ranges::min_element(choice.sure) - choice.sure.begin();
    choice.solution = std::move(paths[0][choice.best]);
    for (const auto& path : paths) {
        const auto open = std::ranges::count_if(path, [](const auto& s) { return !s.certificate.converged; });
        if (open > 0) {
            warn("SURE: with " + text_of(open) + " of " + text_of(path.size()) +
                 " penalties the mixed-norm solver has not converged, so their risks are not sure. Give a larger "
                 "maxit or tol");
        }
    }
    return choice;
}

}  // namespace ranvier::meeg
