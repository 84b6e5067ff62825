#include "ranvier/meeg/sparse/gamma_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/kernels/blocks.hpp"
#include "ranvier/meeg/sparse/checks.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields GammaMapOptions::fields() {
    using O = GammaMapOptions;
    return {"gamma_map",
            {field("maxit", &O::maxit, "no more steps").at_least(1),
             field("tol", &O::tol, "the change of variances in a step, as a share of them, that is small enough")
                 .at_least(0),
             field("update_mode", &O::update_mode, "1: MacKay's steps; 2: convex bounding").at_least(1).at_most(2),
             field("group_size", &O::group_size, "columns that share a variance").at_least(1)}};
}

namespace {

constexpr double tiny = std::numeric_limits<double>::epsilon();

/// Time courses as variances have them, and the share of each column that the data determine, γ_i G_iᵀ C⁻¹ G_i for
/// C = alpha + G Γ Gᵀ.
struct Posterior {
    Array<double, 2> X;
    std::vector<double> determined;
};

/// By a system of as many unknowns as sensors. @param rows  Gᵀ
Posterior by_sensors(View<const double, 2> M, View<const double, 2> rows, std::span<const double> gammas,
                     double alpha) {
    const index n = rows.extent(0), sensors = rows.extent(1);
    Array<double, 2> weighted(rows);
    for (index i = 0; i < n; ++i) {
        for (double& g : weighted.view().row(i)) {
            g *= gammas[i];
        }
    }
    Array<double, 2> C = numerics::matmul(rows.transposed(), weighted.view());
    for (index c = 0; c < sensors; ++c) {
        C(c, c) += alpha;
    }
    const Array<double, 2> CiG = numerics::solve(C.view(), Array<double, 2>(rows.transposed()).view());
    Posterior result{numerics::matmul(Array<double, 2>(CiG.view().transposed()).view(), M), {}};
    const Array<double, 2> GtCi(CiG.view().transposed());
    for (index i = 0; i < n; ++i) {
        for (double& x : result.X.view().row(i)) {
            x *= gammas[i];
        }
        result.determined.push_back(chosen_block_kernels().dot(sensors, &GtCi(i, 0), &weighted(i, 0)));
    }
    return result;
}

/// By a system of as many unknowns as columns: with S = √Γ and K = S GᵀG S,
///   X = S (alpha + K)⁻¹ S Gᵀ M,   Γ GᵀC⁻¹G has the diagonal of (alpha + K)⁻¹ K
Posterior by_columns(View<const double, 2> GtM, View<const double, 2> GtG, std::span<const double> gammas,
                     double alpha) {
    const index n = GtG.extent(0), times = GtM.extent(1);
    Array<double, 2> K({n, n}), system({n, n}), right({n, n + times});
    for (index i = 0; i < n; ++i) {
        const double root = std::sqrt(gammas[i]);
        for (index k = 0; k < n; ++k) {
            K(i, k) = system(i, k) = right(i, k) = root * std::sqrt(gammas[k]) * GtG(i, k);
        }
        system(i, i) += alpha;
        for (index t = 0; t < times; ++t) {
            right(i, n + t) = root * GtM(i, t);
        }
    }
    const Array<double, 2> solved = numerics::solve(system.view(), right.view());
    Posterior result{Array<double, 2>({n, times}), {}};
    for (index i = 0; i < n; ++i) {
        result.determined.push_back(solved(i, i));
        for (index t = 0; t < times; ++t) {
            result.X(i, t) = std::sqrt(gammas[i]) * solved(i, n + t);
        }
    }
    return result;
}

}  // namespace

GammaMapSolution gamma_map(View<const double, 2> M, View<const double, 2> G, double alpha,
                           const GammaMapOptions& options, std::span<const double> start) {
    check_settings(options);
    check_data_and_gain(M, G);
    const index sensors = M.extent(0), times = M.extent(1), columns = G.extent(1), o = options.group_size;
    require(alpha > 0 && std::isfinite(alpha), "alpha, the variance of the noise, must be > 0 and finite; got ", alpha);
    require(columns % o == 0, "the gain must have whole groups of group_size = ", o, " columns; it has ", columns);
    require(start.empty() || std::ssize(start) == columns, "gammas must be one for each of the ", columns,
            " columns of the gain; got ", std::ssize(start));
    for (double gamma : start) {
        require(gamma >= 0 && std::isfinite(gamma), "gammas must be >= 0 and finite; got ", gamma);
    }
    // Data and gain of about unit size, so that variances that vanish do so at the same size for all data.
    const Array<double, 2> MMt = numerics::matmul(M, M.transposed());
    const double M_size = std::sqrt(squared_norm(MMt));
    double G_size = 0;
    for (index c = 0; c < sensors; ++c) {
        double sum = 0;
        for (index i = 0; i < columns; ++i) {
            require(std::isfinite(G(c, i)), "the gain must be finite; it is not at sensor ", c, ", column ", i);
            sum += std::abs(G(c, i));
        }
        G_size = std::max(G_size, sum);
    }
    GammaMapSolution solution;
    if (M_size == 0 || G_size == 0) {
        solution.X = Array<double, 2>({0, times});
        solution.converged = true;
        return solution;
    }
    Array<double, 2> data(M), rows(G.transposed()), GtM, GtG;
    for (double& x : std::span(data.data(), static_cast<std::size_t>(data.size()))) {
        x /= std::sqrt(M_size);
    }
    for (double& g : std::span(rows.data(), static_cast<std::size_t>(rows.size()))) {
        g /= G_size;
    }
    const double noise = alpha / M_size + tiny;
    std::vector<double> gammas(start.begin(), start.end());
    if (gammas.empty()) {
        gammas.assign(static_cast<std::size_t>(columns), 1.0);
    }
    solution.active.resize(static_cast<std::size_t>(columns));
    for (index i = 0; i < columns; ++i) {
        solution.active[i] = i;
    }
    Posterior posterior;
    bool products = false;  // whether GtM and GtG are those of the active columns
    while (solution.iterations < options.maxit) {
        check_interrupt();
        // What has vanished leaves.
        index kept = 0;
        for (index i = 0; i < std::ssize(gammas); ++i) {
            if (gammas[i] > tiny) {
                solution.active[kept] = solution.active[i];
                gammas[kept] = gammas[i];
                std::copy_n(&rows(i, 0), sensors, &rows(kept, 0));
                ++kept;
            }
        }
        products = products && kept == std::ssize(gammas);
        solution.active.resize(static_cast<std::size_t>(kept));
        gammas.resize(static_cast<std::size_t>(kept));
        rows.shrink(kept);
        ++solution.iterations;
        if (kept == 0) {
            posterior.X = Array<double, 2>({0, times});
            solution.change = 0;
            solution.converged = true;
            break;
        }
        if (kept < sensors) {
            if (!products) {
                GtM = numerics::matmul(rows.view(), data.view());
                GtG = numerics::matmul(rows.view(), rows.view().transposed());
                products = true;
            }
            posterior = by_columns(GtM, GtG, gammas, noise);
        } else {
            posterior = by_sensors(data, rows, gammas, noise);
        }
        double change = 0, sum_before = 0;
        for (index group = 0; group < kept;) {
            // Columns of a group share a variance, so that they leave together.
            index end = group;
            double above = 0, below = 0;
            while (end < kept && solution.active[end] / o == solution.active[group] / o) {
                const double* x = &posterior.X(end, 0);
                const double mean = chosen_block_kernels().dot(times, x, x) / static_cast<double>(times);
                above += options.update_mode == 1 ? mean : std::sqrt(mean);
                below += options.update_mode == 1 ? posterior.determined[end] : posterior.determined[end] / gammas[end];
                ++end;
            }
            const double under = options.update_mode == 1 ? below : std::sqrt(below);
            const double next = (o == 1 ? above / std::max(under, tiny) : above / under) / static_cast<double>(o);
            for (index i = group; i < end; ++i) {
                const double gamma = std::isfinite(next) ? next : 0;
                change += std::abs(gamma - gammas[i]);
                sum_before += gammas[i];
                for (double& x : posterior.X.view().row(i)) {  // what goes with the new variance
                    x *= gamma / gammas[i];
                }
                gammas[i] = gamma;
            }
            group = end;
        }
        solution.change = change / sum_before;
        if (solution.change < options.tol) {
            solution.converged = true;
            break;
        }
    }
    // In units of the data again.
    const double unit = std::sqrt(M_size) / G_size;
    solution.X = std::move(posterior.X);
    for (double& x : std::span(solution.X.data(), static_cast<std::size_t>(solution.X.size()))) {
        x *= unit;
    }
    solution.gammas = std::move(gammas);
    if (!solution.converged) {
        warn("gamma_map has NOT converged: variances still change by " + text_of(solution.change) +
             " > tol = " + text_of(options.tol) + " in a step after " + text_of(solution.iterations) +
             " steps. Give a larger maxit or tol");
    }
    return solution;
}

}  // namespace ranvier::meeg
