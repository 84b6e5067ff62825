#pragma once

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::numerics {

/// Where a function of one variable has a local minimum: steps that grow by the golden ratio bracket one, Brent's
/// method closes in on it. f may be infinite where it is not defined.
///
/// @param a, b  where the search for a bracket begins
/// @param tol   relative precision
/// @throws NumericalError  f falls for ever, or is the same everywhere
/// @source  Brent 1973, Algorithms for Minimization without Derivatives, chapter 5; constants as in SciPy
double local_minimum(FunctionRef<double(double)> f, double a = 0, double b = 1, double tol = 1.48e-8);

/// The same between two bounds, which it never reaches.
/// @param tol  absolute precision
/// @source  Brent 1973, chapter 5; where it ends as in Forsythe, Malcolm & Moler 1977 and SciPy
double bounded_minimum(FunctionRef<double(double)> f, double a, double b, double tol = 1e-5);

}  // namespace ranvier::numerics
