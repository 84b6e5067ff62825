#pragma once

#include <algorithm>
#include <vector>

#include "ranvier/dynamics/equilibria.hpp"

/// What diagrams hold, by kind.
namespace ranvier::dynamics {

/// In the order of the parameter.
inline std::vector<SpecialPoint> of_kind(const EquilibriumDiagram& d, Bifurcation kind) {
    std::vector<SpecialPoint> found;
    for (const auto& s : d.special_points) {
        if (s.kind == kind) {
            found.push_back(s);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.parameter < b.parameter; });
    return found;
}

/// Parameters of the branch points, ascending.
inline std::vector<double> branch_points(const EquilibriumDiagram& diagram) {
    std::vector<double> all;
    for (const auto& point : of_kind(diagram, Bifurcation::branch_point)) {
        all.push_back(point.parameter);
    }
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace ranvier::dynamics
