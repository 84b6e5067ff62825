#pragma once

#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// Rows of `picks` by place, as optically pumped magnetometers measure a field along several axes at one place: in the
/// order of the places' first channels, at each the channel that looks most along the radius of the head first.
std::vector<std::vector<index>> colocated(const Info& info, const std::vector<index>& picks);

}  // namespace ranvier::meeg
