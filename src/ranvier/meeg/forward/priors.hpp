#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"

/// How sources are seen, and may point.
namespace ranvier::meeg {

/// 1 for columns along the surface's normal, `loose` for those across it; by kinds of source spaces.
/// @throws InvalidInput  a value other than 0 to 1, other than 1 in volumes, or columns that are not along normals
std::vector<double> orientation_prior(const ForwardSolution& forward, double surface, double volume, double discrete);

/// The rows that limit depth weighting: planar gradiometers; without them other MEG channels; without those EEG.
std::vector<index> depth_rows(const ForwardSolution& forward);

/// How sources are seen by the channels, once projections are applied.
/// @param forward  with columns along normals (surf_ori)
/// @param mode     "free", "fixed", "ratio", "radiality", "angle", "remaining" or "dampening"
/// @throws InvalidInput  another mode, or one of the last three without projections of these channels
std::vector<double> sensitivity(const ForwardSolution& forward, const std::string& mode,
                                const StableVector<Projection>& projections);

}  // namespace ranvier::meeg
