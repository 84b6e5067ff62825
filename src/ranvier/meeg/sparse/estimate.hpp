#pragma once

#include <optional>

#include "ranvier/meeg/priors/prepared_gain.hpp"
#include "ranvier/meeg/sparse/gamma_map.hpp"
#include "ranvier/meeg/sparse/mixed_norm.hpp"
#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"

/// Sparse estimates of recordings: data are whitened, penalties are percents of the one that leaves all sources silent,
/// and the tolerance is a share of the power of the data.
namespace ranvier::meeg {

/// Currents [A m] of the sources that are active, and what became of the data.
struct SparseEstimate {
    Array<double, 2> X;           ///< shape (active columns, times)
    std::vector<index> columns;   ///< of the forward solution
    Array<double, 2> data;        ///< whitened, as they were modelled, shape (components, times)
    Array<double, 2> gain;        ///< whitened, of the active columns per A m, shape (components, active columns)
    Certificate certificate;      ///< of the scaled problem; of a gamma map `converged` and `iterations` alone
    std::optional<double> alpha;  ///< percents, where chosen by SURE
    std::vector<double> sure;     ///< estimated risk of each penalty, where it was chosen
};

/// How much the penalty spares a position: columns are multiplied by the weights over their largest.
struct SparseWeights {
    std::vector<double> weights;  ///< of each position; empty: 1
    double least = 0;             ///< positions of no more than this are left out
};

struct MixedNormRule {
    std::optional<double> alpha;         ///< in [0, 100); none: the one of the least SURE
    std::vector<double> sure_grid;       ///< penalties to choose among; empty: 15 from 100 to 10
    View<const double, 2> sure_normals;  ///< standard normal numbers, shape (components, components in time)
    index n_mxne_iter = 1;
    bool time_pca = true;               ///< whether data are brought to their principal components in time
    std::optional<index> n_components;  ///< how many of those are kept; none: all
    SparseWeights weights;
};
/// @param data  channels `prepared.picks` of a recording, shape (channels, times)
SparseEstimate mixed_norm_estimate(const PreparedGain& prepared, View<const double, 2> data, const MixedNormRule& rule,
                                   MixedNormOptions options);

struct TfMixedNormRule {
    double alpha = 0;     ///< in [0, 100)
    double l1_ratio = 0;  ///< in [0, 1]: what the penalty on coefficients has of it
    index n_tfmxne_iter = 1;
    std::vector<index> wsize{64}, tstep{4};
    SparseWeights weights;
};
SparseEstimate tf_mixed_norm_estimate(const PreparedGain& prepared, View<const double, 2> data,
                                      const TfMixedNormRule& rule, TfMixedNormOptions options);

/// @param alpha  the variance of whitened noise
SparseEstimate gamma_map_estimate(const PreparedGain& prepared, View<const double, 2> data, double alpha,
                                  const GammaMapOptions& options, std::span<const double> gammas = {});

/// What each of several time courses explains of the data, in percent: the share of the fit, less that of what the fit
/// has overshot, in the space of all their fields. @return shape (time courses, times)
Array<double, 2> split_goodness_of_fit(View<const double, 2> data, View<const double, 2> X, View<const double, 2> gain);

/// Slopes of half a Hann window at both ends, ones in between. @throws InvalidInput  slopes longer than n
std::vector<double> sloped_window(index n, index left, index right);

}  // namespace ranvier::meeg
