#pragma once

#include <functional>
#include <vector>

#include "ranvier/base/parallel.hpp"

namespace ranvier::learn {

struct LbfgsOptions {
    index max_iterations = 200;
    index max_evaluations = 15000;
    index memory = 10;
    double gradient_tolerance = 1e-4;  ///< largest entry of the gradient at the end
    double change_tolerance = 2.2e-9;  ///< relative change of f
};
struct LbfgsResult {
    double f = 0;
    index iterations = 0, evaluations = 0;
    bool converged = false;
};

/// Minimum of f near x, by limited-memory BFGS with a bisection line search for the weak Wolfe conditions.
/// @param f     value at x; writes the gradient
/// @param each  called after each iteration with the value
/// @source  Liu & Nocedal 1989, doi:10.1007/BF01589116; line search: Lewis & Overton 2013,
/// doi:10.1007/s10107-012-0514-2
LbfgsResult minimise_lbfgs(std::vector<double>& x, const LbfgsOptions& options,
                           FunctionRef<double(const std::vector<double>&, std::vector<double>&)> f,
                           FunctionRef<void(double)> each);

}  // namespace ranvier::learn
