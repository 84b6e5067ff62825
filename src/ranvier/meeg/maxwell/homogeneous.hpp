#pragma once

#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

struct HfcOptions {
    int order = 1;
    std::string accuracy = "accurate";
    static Fields fields();
};

/// Projections of what the environment's field may be at the sensors: homogeneous (order 1), with its gradients (2),
/// and so on. One for each multipole of degrees 1 … order outside of the helmet, about the device's centre, of length
/// 1, not applied.
///
/// @param picks  numbers of MEG channels
/// @throws InvalidInput  no channel, one that is no MEG channel or has no place, or a multipole that none of them
///                       measures, as gradiometers a homogeneous field
/// @source  Tierney et al. 2021, doi:10.1016/j.neuroimage.2021.118484; Tierney et al. 2022,
///          doi:10.1016/j.neuroimage.2022.119338
std::vector<Projection> compute_proj_hfc(const Info& info, const std::vector<index>& picks,
                                         const HfcOptions& options = {});

}  // namespace ranvier::meeg
