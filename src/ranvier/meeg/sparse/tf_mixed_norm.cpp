#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/sparse/checks.hpp"
#include "ranvier/meeg/sparse/tf_working_set.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields TfMixedNormOptions::fields() {
    using O = TfMixedNormOptions;
    return {"tf_mixed_norm",
            {field("maxit", &O::maxit, "no more rounds, and no more passes in each").at_least(1),
             field("tol", &O::tol, "the duality gap that is small enough").at_least(0),
             field("debias", &O::debias, "whether amplitudes are rid of what the penalty took from them"),
             field("n_orient", &O::n_orient, "orientations of a position").at_least(1),
             field("dgap_freq", &O::dgap_freq, "passes from one look at the duality gap to the next").above(0)}};
}

namespace {

constexpr index at_once = 64;        // positions whose products are one call of BLAS
constexpr index least_joining = 10;  // positions that may join in a round; later as many as there are

/// body(position, its products with R, rows `times` apart), in pieces on threads().
void for_products(const GainRows& gain, View<const double, 2> R, FunctionRef<void(index, const double*)> body) {
    const index n = gain.positions(), o = gain.n_orient, times = R.extent(1);
    const Array<double, 2> residual(R);
    parallel_for((n + at_once - 1) / at_once, [&](index piece) {
        const index first = piece * at_once, count = std::min(at_once, n - first);
        Array<double, 2> products({count * o, times});
        numerics::gemm(false, false, count * o, times, gain.sensors(), 1.0, gain.of(first), gain.sensors(),
                       residual.data(), times, 0.0, products.data(), times);
        for (index j = 0; j < count; ++j) {
            body(first + j, &products(j * o, 0));
        }
    });
}

struct TfSolution {
    SparseSolution sparse;
    Array<std::complex<double>, 2> Z;
};

TfSolution solved(View<const double, 2> M, const GainRows& gain, const GaborFrame& frame, const TfPenalty& penalty,
                  const TfMixedNormOptions& options, const TfSolution* start) {
    const index n = gain.positions(), o = gain.n_orient;
    TfWorkingSet set(gain, frame, penalty);
    if (start != nullptr) {
        std::vector<index> all(static_cast<std::size_t>(n));
        for (index j = 0; j < n; ++j) {
            all[j] = j;
        }
        set.add(all);
        for (index j = 0; j < n; ++j) {
            set.set(j, &start->Z(j * o, 0));
        }
    }
    TfSolution solution;
    Certificate& c = solution.sparse.certificate;
    c.tolerance = options.tol;
    double bound = -std::numeric_limits<double>::infinity(), inner_gap = std::numeric_limits<double>::infinity();
    std::vector<double> beyond(static_cast<std::size_t>(n));
    for (index round = 0;; ++round) {
        const TfWorkingSet::Fit fit = set.fit(M);
        for_products(gain, fit.residual, [&](index j, const double* products) {
            beyond[j] = excess(frame, penalty, j, o, products, frame.times());
        });
        const double scale = 1 / std::ranges::max(beyond);
        bound = std::max(bound, (scale - scale * scale / 2) * fit.squares + scale * fit.inner);
        c.objective = fit.squares / 2 + fit.penalty;
        c.gap = std::max(0.0, c.objective - bound);  // below 0 by rounding alone
        c.converged = c.gap <= c.tolerance;
        solution.sparse.objectives.push_back(c.objective);
        if (c.converged || round == options.maxit) {
            break;
        }
        std::vector<index> joining;
        for (index j = 0; j < n; ++j) {
            if (beyond[j] > 1 && !set.has(j)) {
                joining.push_back(j);
            }
        }
        std::ranges::stable_sort(joining, [&](index a, index b) { return beyond[a] > beyond[b]; });
        joining.resize(std::min(joining.size(), static_cast<std::size_t>(std::max(least_joining, set.size()))));
        set.add(joining);
        set.settle(M);
        // Where nobody joins, what is missing is precision among those that are there.
        inner_gap = joining.empty() ? 0.1 * std::min(inner_gap, c.gap) : std::max(0.3 * c.tolerance, 0.1 * c.gap);
        c.iterations += set.descend(inner_gap, options.maxit, gap_interval(options.dgap_freq, options.maxit));
    }
    solution.sparse.active = set.active();
    solution.sparse.X = set.time_courses();
    solution.Z = set.coefficients();
    return solution;
}

void check(View<const double, 2> M, View<const double, 2> G, double alpha_space, double alpha_time,
           const GaborFrame& frame, const TfMixedNormOptions& options) {
    check_settings(options);
    check_data_and_gain(M, G);
    require(M.extent(1) == frame.times(), "the frame must be one of ", M.extent(1), " times; got ", frame.times());
    require(
        alpha_space >= 0 && alpha_time >= 0 && alpha_space + alpha_time > 0 && std::isfinite(alpha_space + alpha_time),
        "alpha_space and alpha_time must be >= 0, finite and not both 0; got ", alpha_space, " and ", alpha_time);
}

}  // namespace

SparseSolution tf_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha_space, double alpha_time,
                             const GaborFrame& frame, const TfMixedNormOptions& options) {
    check(M, G, alpha_space, alpha_time, frame, options);
    const GainRows gain = gain_rows(G, options.n_orient);
    const TfPenalty penalty{alpha_space, alpha_time, {}, {}};
    SparseSolution solution = solved(M, gain, frame, penalty, options, nullptr).sparse;
    warn_if_open(solution.certificate, "time-frequency mixed-norm");
    if (options.debias) {
        without_bias(solution, M, gain);
    }
    return solution;
}

SparseSolution iterative_tf_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha_space,
                                       double alpha_time, index n_tfmxne_iter, const GaborFrame& frame,
                                       const TfMixedNormOptions& options) {
    check(M, G, alpha_space, alpha_time, frame, options);
    require(n_tfmxne_iter >= 1, "n_tfmxne_iter must be >= 1; got ", n_tfmxne_iter);
    const GainRows gain = gain_rows(G, options.n_orient);
    const index o = gain.n_orient, n = frame.coefficients();
    TfSolution last;
    std::vector<index> active;
    std::vector<double> objectives;
    index iterations = 0;
    GainRows there = gain;
    for (index round = 0; round < n_tfmxne_iter; ++round) {
        TfPenalty penalty{alpha_space, alpha_time, {}, {}};
        if (round > 0) {
            // One over the derivatives of the square roots, at the last answer.
            penalty.time_weights = Array<double, 2>({std::ssize(active), n});
            for (index j = 0; j < std::ssize(active); ++j) {
                double squares = 0;
                for (index i = 0; i < n; ++i) {
                    double square = 0;
                    for (index k = 0; k < o; ++k) {
                        square += std::norm(last.Z(j * o + k, i));
                    }
                    squares += frame.counts()[i] * square;
                    penalty.time_weights(j, i) = square == 0 ? 0 : 1 / (2 * std::pow(square, 0.25));
                }
                penalty.space_weights.push_back(1 / (2 * std::pow(squares, 0.25)));
            }
        }
        TfSolution next = solved(M, there, frame, penalty, options, round > 0 ? &last : nullptr);
        iterations += next.sparse.certificate.iterations;
        next.sparse.certificate.iterations = iterations;
        const bool same = round > 0 && std::ssize(next.sparse.active) == std::ssize(active);
        double change = 0;
        for (index i = 0; same && i < next.Z.size(); ++i) {
            change = std::max(change, std::abs(next.Z.data()[i] - last.Z.data()[i]));
        }
        for (index& position : next.sparse.active) {
            position = round > 0 ? active[position] : position;
        }
        active = next.sparse.active;
        last = std::move(next);
        if (active.empty()) {
            objectives.push_back(squared_norm(M) / 2);
            break;
        }
        there = gain_rows(gain, active);
        double penalties = 0;
        for (index j = 0; j < std::ssize(active); ++j) {
            double squares = 0;
            for (index i = 0; i < n; ++i) {
                double square = 0;
                for (index k = 0; k < o; ++k) {
                    square += std::norm(last.Z(j * o + k, i));
                }
                squares += frame.counts()[i] * square;
                penalties += alpha_time * frame.counts()[i] * std::pow(square, 0.25);
            }
            penalties += alpha_space * std::pow(squares, 0.25);
        }
        Array<double, 2> residual = numerics::matmul(there.rows.view().transposed(), last.sparse.X.view());
        for (index i = 0; i < M.extent(0); ++i) {
            for (index t = 0; t < M.extent(1); ++t) {
                residual(i, t) -= M(i, t);
            }
        }
        objectives.push_back(squared_norm(residual) / 2 + penalties);
        if (same && change < options.tol) {
            break;
        }
    }
    SparseSolution solution = std::move(last.sparse);
    solution.objectives = std::move(objectives);
    warn_if_open(solution.certificate, "time-frequency mixed-norm");
    if (options.debias) {
        without_bias(solution, M, gain);
    }
    return solution;
}

double largest_tf_penalty(View<const double, 2> M, View<const double, 2> G, const GaborFrame& frame, double l1_ratio,
                          index n_orient) {
    check_data_and_gain(M, G);
    require(l1_ratio >= 0 && l1_ratio <= 1, "l1_ratio must lie in [0, 1]; got ", l1_ratio);
    require(M.extent(1) == frame.times(), "the frame must be one of ", M.extent(1), " times; got ", frame.times());
    const GainRows gain = gain_rows(G, n_orient);
    std::vector<double> norms(static_cast<std::size_t>(gain.positions()));
    for_products(gain, M, [&](index j, const double* products) {
        norms[j] = position_norm(frame, l1_ratio, n_orient, products, frame.times());
    });
    return std::ranges::max(norms);
}

}  // namespace ranvier::meeg
