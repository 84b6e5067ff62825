#pragma once

#include <optional>

#include "ranvier/base/array.hpp"

/// Symmetric positive matrices, over LAPACK's Cholesky decomposition.
namespace ranvier::numerics {

struct InverseTrace {
    double log_det = 0;  ///< ln det a
    double trace = 0;    ///< tr(a⁻¹ b)
};
/// What a Gaussian likelihood asks of a covariance a, where it is positive definite with a reciprocal condition above
/// 1e-10; nothing where it is not. Lower triangles are read of a, all of b.
/// @cost  O(n³)
std::optional<InverseTrace> inverse_trace(View<const double, 2> a, View<const double, 2> b);

/// Lower triangular R with Rᵀ R = a⁻¹, where a is positive definite with a reciprocal condition above 1e-10; nothing
/// where it is not. The lower triangle is read of a. @cost  O(n³)
std::optional<Array<double, 2>> triangular_inverse_root(Array<double, 2> a);

}  // namespace ranvier::numerics
