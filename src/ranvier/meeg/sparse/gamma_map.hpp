#pragma once

#include <span>

#include "ranvier/base/fields.hpp"

namespace ranvier::meeg {

struct GammaMapOptions {
    index maxit = 10000;
    double tol = 1e-6;  ///< the change of variances in a step, as a share of them, that is small enough
    index update_mode = 1;
    index group_size = 1;

    static Fields fields();
};

/// Sources whose variances γ the data choose; most of them become 0.
struct GammaMapSolution {
    Array<double, 2> X;          ///< shape (active, times)
    std::vector<index> active;   ///< columns of the gain, ascending
    std::vector<double> gammas;  ///< of the active, in units of the data that were normalised
    index iterations = 0;
    double change = 0;       ///< of variances in the last step, as a share
    bool converged = false;  ///< whether change < tol, or nothing is left
};

/// Hierarchical Bayes: X is Gaussian with a variance γ for each group of columns, M = G X + noise of variance alpha,
/// and γ make M as likely as they can. Every step costs what the columns that are left cost.
///
/// @param M       shape (sensors, times)
/// @param G       shape (sensors, columns)
/// @param alpha   > 0
/// @param gammas  variances to start from, one for each column, or empty: 1
/// @throws InvalidInput  shapes that don't fit, NaN or infinity, groups that don't fit
/// @source Wipf & Nagarajan 2009, doi:10.1016/j.neuroimage.2008.02.059
GammaMapSolution gamma_map(View<const double, 2> M, View<const double, 2> G, double alpha,
                           const GammaMapOptions& options = {}, std::span<const double> gammas = {});

}  // namespace ranvier::meeg
