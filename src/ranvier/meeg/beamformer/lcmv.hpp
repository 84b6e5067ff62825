#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/beamformer/spatial_filter.hpp"
#include "ranvier/meeg/priors/prepared_gain.hpp"

namespace ranvier::meeg {

struct LcmvOptions {
    SpatialFilterOptions filter;  ///< its rank follows from the covariances
    RankOptions rank;
    std::optional<DepthRule> depth;
    DepthChannels depth_channels = DepthChannels::whitened;
    bool allow_fixed_depth = true;
    bool same_ranks = true;  ///< whether data and noise must have the same rank
};

/// A beamformer of linearly constrained minimum variance, and what samples must go through before it.
struct Lcmv {
    SpatialFilters filters;
    std::vector<std::string> names;  ///< of the channels
    Array<double, 2> projector, whitener;
    bool has_projections = false;
    Covariance data_cov;  ///< of the channels
    index rank = 0;
    bool free = true;  ///< whether the gain has three columns for each source
    Array<double, 2> source_nn;
};

/// Channels are those that are good in `info` and both covariances, and that all have.
/// @throws InvalidInput  data and noise of other ranks, a normal without surface orientations; as prepared_gain() and
///                       spatial_filters()
Lcmv make_lcmv(const Info& info, const ForwardSolution& forward, const Covariance& data, const Covariance& noise,
               LcmvOptions options);

}  // namespace ranvier::meeg
