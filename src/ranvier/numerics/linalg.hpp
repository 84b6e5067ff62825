#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// A thin face over OpenBLAS/LAPACK, which runs on one thread here: our own loops are the parallel ones. The first call
/// sets OpenBLAS of this process to one thread; which of its kernels run can be fixed with $OPENBLAS_CORETYPE.
/// Every function refuses NaN and infinity, on which LAPACK may not return.
namespace ranvier::numerics {

/// out = a · b, on threads(): columns of the product are cut into pieces of a fixed size. NaN and infinity travel as
/// arithmetic says. @throws InvalidInput  shapes that don't fit
/// @cost  O(rows · inner · columns)
void matmul(View<const double, 2> a, View<const double, 2> b, View<double, 2> out);
Array<double, 2> matmul(View<const double, 2> a, View<const double, 2> b);

/// a = U · diag(s) · Vt
struct Svd {
    Array<double, 2> U;     ///< shape (m, k), k = min(m, n)
    std::vector<double> s;  ///< descending
    Array<double, 2> Vt;    ///< shape (k, n)
};
/// Thin singular value decomposition, by divide and conquer. @throws NumericalError  not converged
/// @cost  O(m n min(m, n))
Svd svd(View<const double, 2> a);

struct Eigen {
    std::vector<double> values;  ///< ascending
    Array<double, 2> vectors;    ///< columns, of unit length; the sign is not defined
};
/// All eigenpairs of a symmetric matrix, of which the lower triangle is read. @throws NumericalError  not converged
/// @cost  O(n³)
Eigen symmetric_eigen(View<const double, 2> a);
/// Eigenpairs number first … last (0-based, ascending, both included); where they are few, only those are computed.
/// @cost  O(n³), a third of the above or less
Eigen symmetric_eigen(View<const double, 2> a, index first, index last);
/// Some eigenpairs of a symmetric tridiagonal matrix: numbers first … last (0-based, ascending, both included), by
/// bisection and inverse iteration.
/// @param off  the n − 1 elements beside the diagonal
/// @cost       O(n k), and O(n k²) where eigenvalues crowd; k = last − first + 1
Eigen tridiagonal_eigen(std::span<const double> diagonal, std::span<const double> off, index first, index last);

/// Solves a x = b for square a, shape (n, n), and b, shape (n, k).
/// @throws NumericalError  singular to working precision (reciprocal condition below 2⁻⁵²)
Array<double, 2> solve(View<const double, 2> a, View<const double, 2> b);
/// Moore–Penrose inverse, shape (n, m); singular values below relative_cutoff times the largest count as zero.
Array<double, 2> pseudo_inverse(View<const double, 2> a, double relative_cutoff = 1e-15);

/// Lower L with L · Lᵀ = a for a positive semidefinite a, shape (n, n); columns of pivots that rounding has made no
/// more than zero are zero. Graded matrices keep the digits of their small rows. @cost  O(n³ / 3)
Array<double, 2> semidefinite_root(Array<double, 2> a);

/// Name, version and kernels of the BLAS in use, e.g. "OpenBLAS 0.3.21 SkylakeX", with what $OPENBLAS_CORETYPE asked
/// for where it is set.
std::string blas_description();

}  // namespace ranvier::numerics
