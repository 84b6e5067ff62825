#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ranvier/compile/ode/tableau.hpp"

namespace ranvier::compile {

/// One adaptive method on one trajectory: it attempts steps from its current point, and accepts one when told to.
class Stepper {
public:
    /// Refers to `system`. @throws InvalidInput  neither one tolerance nor one for each state
    Stepper(const RightHandSide& system, const AdaptiveOptions& options);
    virtual ~Stepper() = default;
    Stepper(const Stepper&) = delete;
    Stepper& operator=(const Stepper&) = delete;

    void derivative(double t, std::span<const double> x, std::span<double> f) {
        ++nfev;
        rhs_.f(t, x, f);
    }
    /// Makes (t, x) the current point. One evaluation of f.
    virtual void start(double t, std::span<const double> x);
    /// Attempts a step of h, with the result new_x(). Returns the norm of its error estimate: acceptable below 1.
    virtual double attempt(double h) = 0;
    /// Coefficients of the last attempt's dense output: `rows` × size, row by row.
    virtual void dense(std::span<double> coefficients) = 0;
    /// Makes the last attempt's result the current point.
    virtual void accept();
    /// Times are between two switches of the right-hand side.
    virtual void stay_between(double low, double high) { rhs_.stay_between(low, high); }
    /// Parameters or refractoriness have changed.
    virtual void refresh() {}

    const RightHandSide& rhs() const { return rhs_; }
    int rows() const { return (table_.gamma > 0 ? 2 : 4) + table_.dense_rows; }
    int error_order() const { return table_.error_order; }
    double t() const { return t_; }
    const std::vector<double>& x() const { return x_; }
    const std::vector<double>& f() const { return f_; }
    const std::vector<double>& new_x() const { return new_x_; }

    std::int64_t nfev = 0, njev = 0, nlu = 0;

protected:
    /// An error of state i in units of what is allowed.
    double scaled(double error, std::size_t i) const {
        return error / (atol_[i] + rtol_ * std::max(std::abs(x_[i]), std::abs(new_x_[i])));
    }

    const RightHandSide& rhs_;
    const Tableau& table_;
    double rtol_, t_ = 0, h_ = 0;
    std::vector<double> atol_, x_, new_x_, f_;
};

/// Whole steps as compiled kernels; `dense` says whether dense output will be wanted. `rhs` is right_hand_side(system).
/// Linearly implicit methods are those of plain_stepper(). Refers to both.
std::unique_ptr<Stepper> compiled_stepper(const System& system, const RightHandSide& rhs,
                                          const AdaptiveOptions& options, bool dense);
/// Any right-hand side, explicit or Rosenbrock. Refers to `system`.
std::unique_ptr<Stepper> plain_stepper(const RightHandSide& system, const AdaptiveOptions& options);
std::unique_ptr<Stepper> rosenbrock_stepper(const RightHandSide& system, const AdaptiveOptions& options);

/// The compiled one, with dense output where the options want it.
/// @throws InvalidInput  the model has noise, statements at every step, or no states
std::unique_ptr<Stepper> stepper_for(const System& system, const RightHandSide& rhs, const AdaptiveOptions& options);

/// A model as a RightHandSide with symbolic derivatives. Refers to `system`.
RightHandSide right_hand_side(const System& system);

/// x(t + θh) of dense output.
void evaluate_dense(std::span<const double> coefficients, int rows, double theta, std::span<double> x);

/// A root of a continuous function in [a, b], where fa and fb have opposite signs or are 0; to 4 ε relative.
/// @source  Brent 1973, Algorithms for Minimization without Derivatives, chapter 4
double bracketed_root(const std::function<double(double)>& f, double a, double b, double fa, double fb);

/// The absolute tolerances of a run of `size` states. @throws InvalidInput  neither one nor one for each
std::vector<double> checked_tolerances(const AdaptiveOptions& options, index size);

}  // namespace ranvier::compile
