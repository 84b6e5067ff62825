#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// A thin face over OpenBLAS/LAPACK, which runs on one thread here: our own loops are the parallel ones.
namespace ranvier::numerics {

/// out = a · b
void matmul(View<const double, 2> a, View<const double, 2> b, View<double, 2> out);

struct Svd {
    Array<double, 2> U;      ///< shape (m, k), k = min(m, n)
    std::vector<double> s;   ///< descending
    Array<double, 2> Vt;     ///< shape (k, n)
};
/// @throws NumericalError  not converged
Svd svd(View<const double, 2> a);

struct Eigen {
    std::vector<double> values;  ///< ascending
    Array<double, 2> vectors;    ///< columns
};
Eigen symmetric_eigen(View<const double, 2> a);
/// Some eigenpairs of a symmetric tridiagonal matrix: numbers first … last (0-based, ascending).
Eigen tridiagonal_eigen(std::span<const double> diagonal, std::span<const double> off, index first, index last);

/// Solves a x = b. @throws NumericalError  singular
Array<double, 2> solve(View<const double, 2> a, View<const double, 2> b);
/// Moore–Penrose inverse with relative cut-off.
Array<double, 2> pseudo_inverse(View<const double, 2> a, double relative_cutoff = 1e-15);

/// Name and version of the BLAS in use, e.g. "OpenBLAS 0.3.21 SkylakeX".
std::string blas_description();

}  // namespace ranvier::numerics
