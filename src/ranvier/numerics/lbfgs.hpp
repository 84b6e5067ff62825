#pragma once

#include <deque>
#include <vector>

#include "ranvier/base/parallel.hpp"

namespace ranvier::numerics {

/// The last steps of an L-BFGS iteration and how they changed the gradient, which stand for an inverse Hessian.
class LbfgsPairs {
public:
    explicit LbfgsPairs(std::size_t memory) : memory_(memory) {}
    bool empty() const { return pairs_.empty(); }
    void clear() { pairs_.clear(); }
    /// @param s, y  step, and change of the gradient along it; s · y > 0
    void add(std::vector<double> s, std::vector<double> y);
    /// s · y / y · y of the last pair.
    double scale() const;
    /// −H g by the two-loop recursion. @param first  turns a vector into what the inverse Hessian, as far as it is
    /// known without the pairs, makes of it
    std::vector<double> direction(std::vector<double> g, FunctionRef<void(std::vector<double>&)> first) const;

private:
    struct Pair {
        std::vector<double> s, y;
        double rho;
    };
    std::size_t memory_;
    std::deque<Pair> pairs_;
};

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

}  // namespace ranvier::numerics
