#pragma once

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/sparse/certificate.hpp"
#include "ranvier/meeg/sparse/gabor.hpp"

/// Currents of few sources at few times and frequencies (TF-MxNE):
///
///   min_Z  ½ ‖M − G Z Φᵀ‖² + α_space Σ_j ‖Z_j‖ + α_time Σ_ji ‖z_ji‖,   z_ji: coefficient i, of all orientations of j
///
/// for whitened data and gain, as in mixed_norm.hpp; norms count coefficients as the frame does.
/// @source Gramfort et al. 2013, doi:10.1016/j.neuroimage.2012.12.051; Bekhti et al. 2016,
/// doi:10.1109/PRNI.2016.7552337;
///         of the dual norm: Ndiaye et al. 2016, arXiv:1602.06225
namespace ranvier::meeg {

struct TfMixedNormOptions {
    index maxit = 200;
    double tol = 1e-8;  ///< the duality gap that is small enough
    bool debias = true;
    index n_orient = 1;
    double dgap_freq = 10;  ///< infinite: only after the last pass

    static Fields fields();
};

/// @throws InvalidInput  shapes that don't fit, NaN or infinity, penalties < 0 or both 0
SparseSolution tf_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha_space, double alpha_time,
                             const GaborFrame& frame, const TfMixedNormOptions& options = {});

/// The same with square roots of the norms in the penalties, which are not convex: problems as above, weighted by the
/// last one's answer. The certificate is that of the last of them.
SparseSolution iterative_tf_mixed_norm(View<const double, 2> M, View<const double, 2> G, double alpha_space,
                                       double alpha_time, index n_tfmxne_iter, const GaborFrame& frame,
                                       const TfMixedNormOptions& options = {});

/// The least α for which α_space = (1 − l1_ratio) α and α_time = l1_ratio α leave all sources silent.
double largest_tf_penalty(View<const double, 2> M, View<const double, 2> G, const GaborFrame& frame, double l1_ratio,
                          index n_orient);

/// The ε-norm of y: ν with Σ c_i (y_i − r w_i ν)₊² = ((1 − r) s ν)², the dual of (1 − r) s ‖·‖ + r Σ w_i |·|.
/// @param y        >= 0
/// @param counts   c, how often each entry counts
/// @param weights  w > 0, or empty: 1
double epsilon_norm(std::span<const double> y, std::span<const double> counts, double l1_ratio, double s = 1,
                    std::span<const double> weights = {});

}  // namespace ranvier::meeg
