#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// Looking at dynamical systems: equilibria, cycles, bifurcations, exponents, basins.
namespace ranvier::dynamics {

/// dx/dt = f(t, x, p) with n states and m parameters, as plain functions of SI numbers. May be called by several
/// threads at once. Hand-written right-hand sides and compiled models look alike.
struct Flow {
    /// (t [s], x (n), p (m), out)
    using Function = std::function<void(double t, const double* x, const double* p, double* out)>;

    std::vector<std::string> states, parameters;  ///< names
    std::vector<double> x0;                       ///< shape (n), the state where things start
    std::vector<double> p0;                       ///< shape (m), the parameters' values
    /// Shape (n): what counts as a sizeable change of each state (1 mV, 1): a distance in state space is
    /// |Δx_i| / scale_i. Empty: 1.
    std::vector<double> scale;
    Function rhs;       ///< out: dx/dt, shape (n)
    Function jacobian;  ///< out: ∂f_i/∂x_j, row-major (n, n); empty: by differences
    /// (t, x, p, k, out): ∂f_i/∂p_k, shape (n); empty: by differences
    std::function<void(double t, const double* x, const double* p, index k, double* out)> parameter_slope;

    bool driven = false;  ///< f depends on t
    bool resets = false;  ///< the system jumps at events, of which f knows nothing
    /// (x, p): whether the system can't stay at x because an event fires there; empty: it never does
    std::function<bool(const double* x, const double* p)> fires;

    index n() const { return static_cast<index>(states.size()); }
    index m() const { return static_cast<index>(parameters.size()); }
    double size_of(index state) const { return scale.empty() ? 1.0 : scale[static_cast<std::size_t>(state)]; }
};

/// @throws InvalidInput  arrays that don't fit the numbers of names, a scale that is not positive, no right-hand side
void check(const Flow& flow);

/// @throws InvalidInput  a range that is not finite and ascending; `what` begins the message
void check_range(const std::string& what, std::array<double, 2> range);

/// @param analysis  how messages call what can't be done
/// @throws NotYet  the flow depends on t
void check_autonomous(const Flow& flow, const char* analysis);
/// @throws NotYet  the system jumps at events
void check_smooth(const Flow& flow, const char* analysis);

/// @throws InvalidInput  no such name; names those that there are
index state_index(const Flow& flow, const std::string& name);
index parameter_index(const Flow& flow, const std::string& name);

/// ∂f_i/∂x_j, row-major (n, n): the flow's own, or five-point differences (relative error ~1e-12).
void state_derivatives(const Flow& flow, double t, const double* x, const double* p, double* out);

/// ∂f_i/∂p_k, shape (n).
/// @param size  what counts as a sizeable change of the parameter, used by differences
void parameter_derivative(const Flow& flow, double t, const double* x, const double* p, index k, double size,
                          double* out);

}  // namespace ranvier::dynamics
