#pragma once

#include <optional>

#include "ranvier/dynamics/curve.hpp"

namespace ranvier::dynamics {

/// Where two curves of equilibria cross.
struct BranchPoint {
    Vector z;
    std::array<Vector, 2> tangents;  ///< of the two, in scaled units, of length 1
};

/// The simple branch point between two points of a curve, by Newton's method on a system that is regular there:
///
///   f(z) + b w = 0,  (∂f/∂z)ᵀ w = 0,  wᵀ w = 1   in z, w and b, with b = 0 at the branch point
///
/// and the tangents from the quadratic form wᵀ f″ on the kernel of ∂f/∂z.
///
/// @param guess   near it
/// @param around  two points of the curve on either side, where the derivatives tell how large they are
/// @return        nothing where the method does not converge nearby, or only one curve passes
/// @cost          per iteration 2 n Jacobians and (2 n)³
/// @source        Govaerts 2000, doi:10.1137/1.9780898719543, section 4.1; Keller 1977 (the algebraic branching
/// equation)
std::optional<BranchPoint> branch_point(Curve& curve, const Vector& guess, const std::array<const Vector*, 2>& around);

/// Directions in which other curves may leave a point where they cross in another way: along the kernel of ∂f/∂z, all
/// round it, in scaled units, of length 1, one of each two that are opposite. None where the kernel is the tangent
/// alone.
std::vector<Vector> directions_out(Curve& curve, const Vector& z, const std::array<const Vector*, 2>& around);

}  // namespace ranvier::dynamics
