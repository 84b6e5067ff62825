#pragma once

#include <vector>

#include "ranvier/meeg/sensors/rotation.hpp"

namespace ranvier::meeg {

/// Where a head is by some of its coils.
struct HeadFit {
    RigidFit motion;
    double goodness = 0;            ///< the share of the places' variance that it explains [1]
    std::vector<std::size_t> used;  ///< numbers of coils
};

/// @param device, head  places of all coils, where they are and where they were digitised
HeadFit head_of(const std::vector<Point>& device, const std::vector<Point>& head, const std::vector<std::size_t>& used,
                const std::vector<double>& weights);
double goodness_of(const RigidFit& motion, const std::vector<Point>& from, const std::vector<Point>& to,
                   const std::vector<double>& weights);

}  // namespace ranvier::meeg
