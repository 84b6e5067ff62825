#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// Beamformers: filters in space that pass a source and suppress everything else that varies.
namespace ranvier::meeg {

/// What the size of a filter is: that which passes a source as it is; that which passes white noise of unit variance,
/// for each direction or for all alike however they are turned; the latter over the noise that the data have.
enum class WeightNorm { none, unit_noise_gain, unit_noise_gain_invariant, neural_activity_index };
/// Of three directions: all; the third one, along the normal; the one with the most power.
enum class FilterDirection { all, normal, max_power };

struct SpatialFilterOptions {
    double reg = 0.05;  ///< added to the diagonal of the whitened covariance, as a share of its mean
    WeightNorm norm = WeightNorm::unit_noise_gain_invariant;
    FilterDirection direction = FilterDirection::all;
    bool reduce_rank = false;  ///< leave out the direction of each source that sensors see least
    bool single = false;       ///< directions are inverted each by itself
    index rank = 0;            ///< of the covariance
};

struct SpatialFilters {
    Array<double, 2> weights;        ///< shape (sources · directions, components)
    Array<double, 2> max_power_ori;  ///< shape (sources, 3), of unit length and with z >= 0; empty unless asked for
};

/// A gain as it lies in a forward solution, and what whitens it: whitener · rows · diag(scale), which is never formed.
struct GainOfSources {
    View<const double, 2> whitener;       ///< shape (components, channels)
    std::span<const double* const> rows;  ///< one of each channel, each of as many numbers as there are columns
    std::span<const double> scale;        ///< of each column, sources · n_orient
    index n_orient = 3;
};
/// @param covariance  of the data, whitened
/// @throws InvalidInput  a source that sensors don't see in one direction, without reduce_rank; options that contradict
/// @cost    O(components · channels · columns)
/// @source  Van Veen et al. 1997, doi:10.1109/10.623056; Sekihara & Nagarajan 2008, doi:10.1007/978-3-540-79370-0
SpatialFilters spatial_filters(const GainOfSources& gain, View<const double, 2> covariance,
                               const SpatialFilterOptions& options);
/// The same of a gain that is whitened already.
/// @param gain        shape (components, sources · n_orient)
/// @param n_orient    1 or 3
SpatialFilters spatial_filters(View<const double, 2> gain, index n_orient, View<const double, 2> covariance,
                               const SpatialFilterOptions& options);

/// Power of each source: the trace over its directions of weights · covariance · weightsᵀ.
std::vector<double> filtered_power(View<const double, 2> weights, index directions, View<const double, 2> covariance);

}  // namespace ranvier::meeg
