#pragma once

#include <complex>
#include <vector>

#include "ranvier/base/array.hpp"

/// Eigenvalues of matrices without symmetry, over LAPACK's dgeev.
namespace ranvier::numerics {

struct GeneralEigen {
    std::vector<std::complex<double>> values;  ///< descending real part, then descending imaginary part
    Array<std::complex<double>, 2> vectors;    ///< columns, of unit length; empty where not asked for
};

/// All eigenvalues, and with `vectors` the right eigenvectors, of a square real matrix. Complex values come in
/// conjugate pairs.
/// @throws InvalidInput    not square, or not finite
/// @throws NumericalError  not converged
/// @cost   O(n³)
GeneralEigen general_eigen(View<const double, 2> a, bool vectors = false);

}  // namespace ranvier::numerics
