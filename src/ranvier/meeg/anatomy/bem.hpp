#pragma once

#include <string>
#include <vector>

#include "ranvier/base/stable_vector.hpp"
#include "ranvier/meeg/anatomy/surface.hpp"

namespace ranvier::meeg {

/// How potentials are approximated on the triangles of a boundary-element model; by the numbers of FIFF.
enum class BemMethod { none = 0, constant_collocation = 1, linear_collocation = 2 };

/// A head of compartments that are bounded by surfaces, the outermost first.
struct BemModel {
    StableVector<Surface> surfaces;
    BemMethod method = BemMethod::none;  ///< none where there is no solution
    std::string solver = "mne";          ///< what solved it: "mne" or "openmeeg"
    /// From potentials in an infinite conductor to those on the surfaces: shape (points of all surfaces, the same), of
    /// single precision where it is from a file.
    Array<double, 2> solution;

    bool solved() const { return method != BemMethod::none; }
};

/// What the conductivities make of each surface's potentials; σ outside of the outermost surface is 0.
struct BemMultipliers {
    std::vector<double> source;  ///< 2 / (σ inside + σ outside)
    std::vector<double> field;   ///< σ inside − σ outside
    Array<double, 2> gamma;      ///< (row, column): field of the column over σ inside + σ outside of the row
};
BemMultipliers multipliers(const BemModel& model);

}  // namespace ranvier::meeg
