#pragma once

#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/sparse/certificate.hpp"

/// Currents of few sources (MxNE), of which each is silent or active all the time:
///
///   min_X  ½ ‖M − G X‖² + α Σ_j ‖X_j‖,   X_j: the time courses of position j, of one or three orientations
///
/// for whitened data M, shape (sensors, times), and whitened gain G, shape (sensors, positions · n_orient).
/// @source Gramfort et al. 2012, doi:10.1088/0031-9155/57/7/1937; Strohmeier et al. 2016, doi:10.1109/TMI.2016.2553445;
///         Bertrand et al. 2020, arXiv:2001.09771
namespace ranvier::meeg {

enum class SparseDescent { automatic, bcd, cd };

struct MixedNormOptions {
    index maxit = 3000;
    double tol = 1e-8;                          ///< the duality gap that is small enough
    std::optional<index> active_set_size = 50;  ///< none: all positions that may be active join at once
    bool debias = true;
    index n_orient = 1;
    SparseDescent solver = SparseDescent::automatic;
    double dgap_freq = 10;  ///< infinite: only after the last pass

    static Fields fields();
};

/// Where a solver starts from.
struct SparseStart {
    std::vector<index> positions;  ///< that are worked on from the first round, beside those of the largest products
    Array<double, 2> X;            ///< shape (positions · n_orient, times), or empty: silent
};

/// Rounds of descent on a growing set of positions, till the duality gap over all of them is small enough; where it
/// does not get there, a warning says so and the certificate too.
/// @throws InvalidInput  shapes that don't fit, NaN or infinity, alpha < 0
/// @cost  per pass O(a w t) for a active of w positions at work, t times; the number of sensors counts once a round
SparseSolution mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha,
                          const MixedNormOptions& options = {}, const SparseStart& start = {});

/// The same with the penalty Σ_j √‖X_j‖, which is not convex: problems as above, weighted by the last one's answer. The
/// certificate is that of the last of them.
/// @param n_mxne_iter  no more of them
/// @param weights      of the first one, for each column of G, or empty: 1
SparseSolution iterative_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha, index n_mxne_iter,
                                    const MixedNormOptions& options = {}, std::span<const double> weights = {});

/// A penalty chosen by Stein's unbiased estimate of the risk.
struct SureChoice {
    std::vector<double> sure;               ///< for each alpha
    index best = 0;                         ///< where it is least
    SparseSolution solution;                ///< with that alpha
    std::vector<Certificate> certificates;  ///< for each alpha
};
/// @param alphas  penalties to choose among
/// @param delta   standard normal numbers, shape as M
/// @param sigma   standard deviation of the noise in M
/// @source Deledalle et al. 2014, doi:10.1137/140968045
SureChoice mixed_norm_sure(View<const double, 2> M, View<const double, 2> G, std::span<const double> alphas,
                           View<const double, 2> delta, double sigma, index n_mxne_iter,
                           const MixedNormOptions& options = {});

}  // namespace ranvier::meeg
