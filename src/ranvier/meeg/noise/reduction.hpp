#pragma once

#include <vector>

#include "ranvier/meeg/noise/rank.hpp"

namespace ranvier::meeg {

/// Dimensions that are left of the channels, in scaled units.
struct Reduction {
    Array<double, 2> basis;  ///< shape (dimensions, channels), orthonormal rows
    std::vector<ChannelGroup> groups;
};

/// What is left at given ranks: in each type the directions of largest variance. A warning where they span more than
/// ten orders.
Reduction reduced(const Array<double, 2>& covariance, const Info& info, const Ranks& ranks);

}  // namespace ranvier::meeg
