#pragma once

#include <array>
#include <complex>
#include <span>
#include <vector>

#include "ranvier/dynamics/flow.hpp"

namespace ranvier::dynamics {

/// A parameter and the values that it takes.
struct Moving {
    index parameter = -1;  ///< -1: none
    std::array<double, 2> range{};
};

/// Sums Σ cᵢ xᵢ that the flow leaves as they are: A + B of A ⇄ B, the total of a closed kinetic scheme.
/// @param x       where the Jacobian is looked at; it is singular everywhere if anything is conserved
/// @param moving  only what is conserved for all values of this parameter
/// @return        c, shape (k, n), row-reduced, the first coefficient of each 1; empty where nothing is conserved
/// @cost          one Jacobian; where that is singular 2 n + 4 evaluations and n³
Array<double, 2> conserved_sums(const Flow& flow, std::span<const double> p, std::span<const double> x,
                                const Moving& moving = {});

/// The eigenvalues that tell about stability: all but the `zeros` smallest, which conserved sums make 0.
std::vector<std::complex<double>> telling(std::vector<std::complex<double>> eigenvalues, index zeros);

/// A flow with the same rests, but only those whose conserved sums are those of x0, and regular there: what moves the
/// sums back, −κ cᵀ c (x − x0), is added. The eigenvalues that were 0 become −κ.
Flow pinned(const Flow& flow, const Array<double, 2>& sums, std::span<const double> p, std::span<const double> x0);

}  // namespace ranvier::dynamics
