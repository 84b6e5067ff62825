#pragma once

#include <utility>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// Which channels are neighbours: those that an edge of Delaunay's triangulation of their laid-out places joins, and
/// those at one place (the planar gradiometers of a triple sensor), which have their neighbours in common. The outline
/// of a triangulation is convex, so that some channels at the border of a cap get neighbours far along it.
///
/// @param picks  numbers of channels, all with a place
/// @return       pairs of positions in `picks`, the smaller first, sorted, each once
/// @throws InvalidInput  a channel has no place
/// @cost         O(n²)
std::vector<std::pair<index, index>> neighbours(const Info& info, const std::vector<index>& picks);

}  // namespace ranvier::meeg
