#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/fields.hpp"
#include "ranvier/compile/ode/system.hpp"

namespace ranvier::compile {

// Initial value problems dx/dt = f(t, x) with steps that adapt to a tolerance. Words and results are those of scipy's
// solve_ivp, and so is the step control: a step is accepted where the root mean square over the states of
// error / (atol + rtol·max(|x before|, |x after|)) is below 1.

enum class Adaptive : std::uint8_t {
    dopri5,  ///< Dormand & Prince 5(4), dense output of order 4
    tsit5,   ///< Tsitouras 5(4), dense output of order 4
    dop853,  ///< Dormand & Prince 8(5,3), dense output of order 7
    rodas4,  ///< Rosenbrock 4(3) for stiff systems, L-stable, dense output of order 3 (Hairer & Wanner)
    rodas5,  ///< Rosenbrock 5(4) for stiff systems, L-stable, dense output of order 4: Steinebach's Rodas5P
};
/// The method of a word that AdaptiveOptions describes. @throws InvalidInput  unknown; names near ones
Adaptive adaptive_method(std::string_view name);
std::string_view name(Adaptive method);

/// A right-hand side that need not be a model: of a spatial discretisation, of variational equations, of a test.
struct RightHandSide {
    index size = 0;
    std::function<void(double t, std::span<const double> x, std::span<double> dxdt)> f = {};
    /// ∂f/∂x, wanted by Rosenbrock methods: the whole matrix, or its values where it need not be 0, in the order of
    /// `pattern`. Both empty: by finite differences.
    std::function<void(double t, std::span<const double> x, View<double, 2> matrix)> jacobian = {};
    std::function<void(double t, std::span<const double> x, std::span<double> values)> jacobian_entries = {};
    std::vector<std::pair<index, index>> pattern = {};
    /// ∂f/∂t; empty: by finite differences.
    std::function<void(double t, std::span<const double> x, std::span<double> slope)> time_derivative = {};
    std::vector<std::string> names = {};  ///< of the states, for messages
    /// Where f jumps as t goes on: the first such moment after t, up to `until`. Steps end and begin there. Empty: it
    /// does not.
    std::function<std::optional<double>(double t, double until)> next_switch = {};
    /// From now on f takes times outside [low, high] for the nearer end: what holds between two switches holds on them.
    std::function<void(double low, double high)> stay_between = {};
};

/// A function of which roots are looked for, on the dense output of every step: see turning_points.hpp for what can't
/// be missed.
struct RootFunction {
    std::function<double(double t, std::span<const double> x)> g = {};
    int direction = 0;  ///< +1: only where g rises, −1: only where it falls
    int terminal = 0;   ///< stop at the n-th root; 0: never
};

struct AdaptiveOptions {
    Adaptive method = Adaptive::dopri5;
    double rtol = 1e-3;
    std::vector<double> atol = {1e-6};
    double first_step = 0;  ///< 0: chosen
    double max_step = std::numeric_limits<double>::infinity();
    std::int64_t max_nfev = 0;        ///< 0: no bound
    std::vector<double> t_eval = {};  ///< times of the result, inside t_span and sorted; empty: every step
    bool dense_output = false;        ///< keep an interpolant of the whole trajectory
    std::vector<RootFunction> events = {};
    static Fields fields();  ///< but t_eval and events
};

/// The trajectory as a function of time. Between steps: the method's own interpolant.
class DenseOutput {
public:
    double t_min() const, t_max() const;
    /// @throws InvalidInput  t outside [t_min, t_max]
    void operator()(double t, std::span<double> x) const;
    index size() const { return size_; }
    index rows() const { return rows_; }
    const std::vector<double>& begins() const { return t_; }                   ///< of the steps
    const std::vector<double>& lengths() const { return h_; }                  ///< of the steps
    const std::vector<double>& coefficients() const { return coefficients_; }  ///< one block (rows, size) for each

    // One step: x(t + θh) = c0 + θ(c1 + (1−θ)(c2 + θ(c3 + (1−θ)(…)))), `rows` coefficients for each state.
    void append(double t, double h, std::span<const double> coefficients, index rows, index size);

private:
    index size_ = 0, rows_ = 0;
    std::vector<double> t_, h_, coefficients_;
};

enum class Status : std::int8_t { failed = -1, reached_end = 0, terminated = 1 };

struct Solution {
    std::vector<double> t;  ///< (n)
    std::vector<double> x;  ///< (n, size): row by row
    index size = 0;
    std::vector<std::vector<double>> t_events;  ///< of each event function
    std::vector<std::vector<double>> x_events;  ///< rows of `size`
    std::shared_ptr<const DenseOutput> dense;   ///< null unless asked for
    std::int64_t nfev = 0, njev = 0, nlu = 0;
    std::int64_t accepted = 0, rejected = 0;  ///< steps
    Status status = Status::reached_end;
    std::string message;

    bool success() const { return status != Status::failed; }
    std::span<const double> row(index i) const { return {x.data() + i * size, static_cast<std::size_t>(size)}; }
};

/// @param t0, t1  from where to where; t1 < t0 runs backwards
/// @throws InvalidInput  shapes, tolerances, times that break a rule
/// A trajectory that can't go on (step size below the spacing of numbers, NaN) is a Solution with status `failed`.
Solution solve(const RightHandSide& system, double t0, double t1, std::span<const double> x0,
               const AdaptiveOptions& options = {});

/// The same for a model: a whole step of an explicit method is one compiled kernel, the Jacobian is symbolic.
/// Events of the model, its threshold and reset too, are not looked at: see solve_spiking().
Solution solve(const System& system, double t0, double t1, std::span<const double> x0,
               const AdaptiveOptions& options = {});

/// A trajectory with the model's events, spikes among them: whenever a condition becomes true, the step ends there
/// (located to rounding, and integrated up to there, not interpolated) and the event's statements run; after a spike
/// `unless refractory` states rest for the refractory period. What becomes true and false again within a step is seen
/// where its dense output shows it (turning_points.hpp). Without t_eval a reset gives two rows of one time: before and
/// after. t_events and x_events are those of the model's events, x before their statements.
struct SpikingSolution : Solution {
    std::vector<double> spikes;  ///< times of the event "spike" [time of the model]
};
SpikingSolution solve_spiking(const System& system, double t0, double t1, std::span<const double> x0,
                              const AdaptiveOptions& options = {});

}  // namespace ranvier::compile
