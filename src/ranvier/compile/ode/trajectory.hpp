#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/compile/ode/turning_points.hpp"

namespace ranvier::compile {

/// Steps of one trajectory with error control, from the stepper's current point to `bound`.
class Trajectory {
public:
    /// Starts at (t0, x0); chooses the first step where the options (or `first_step`) do not say it.
    Trajectory(Stepper& stepper, double t0, std::span<const double> x0, double bound, const AdaptiveOptions& options,
               double first_step);
    ~Trajectory();
    Trajectory(const Trajectory&) = delete;
    Trajectory& operator=(const Trajectory&) = delete;

    bool at_end() const { return t_ == bound_; }
    /// Accepts the last step, then finds the next acceptable one. False where none is possible: see message().
    bool advance();
    /// Replaces the last step by a shorter one of h from the same beginning, without error control.
    void shorten(double h);

    double t_old() const { return stepper_.t(); }
    double t() const { return t_; }
    double h() const { return h_; }
    double next_step() const { return h_abs_; }
    const std::vector<double>& x_old() const { return stepper_.x(); }
    const std::vector<double>& x() const { return pending_ ? stepper_.new_x() : stepper_.x(); }
    /// Coefficients of the last step's dense output, computed once.
    std::span<const double> dense();
    void interpolated(double t, std::span<double> x);
    /// Of a function of time along the last step, with its values at both ends.
    std::vector<TurningPoint> turning_points(const std::function<double(double)>& g, double before, double after);

    const std::string& message() const { return message_; }
    /// The last advance() failed because no step was short enough.
    bool stuck() const { return stuck_; }
    std::int64_t accepted = 0, rejected = 0;

private:
    double initial_step(std::span<const double> x0) const;
    void begin_piece(double t, std::span<const double> x);
    void measure_moment(double t, double until);
    void keep_times(std::optional<double> until);

    Stepper& stepper_;
    const AdaptiveOptions& options_;
    double bound_, direction_, t_, h_ = 0, h_abs_;
    double moment_ = 0;                  ///< how near times are the same in this step; 0: nothing switches
    double from_ = 0;                    ///< where the piece between two switches began
    std::optional<double> switch_ = {};  ///< where it ends, if that is within reach
    double exponent_;
    bool pending_ = false, dense_known_ = false, stuck_ = false;
    std::vector<double> coefficients_;
    std::string message_;
    /// What is no number at the beginning of the step, or "".
    std::string broken_slope();
};

/// Collects a solution: rows at every step or at t_eval, and the dense output.
class Rows {
public:
    Rows(Solution& solution, const AdaptiveOptions& options, double direction);

    /// A point between steps: the beginning, the end, the two sides of a jump.
    void point(double t, std::span<const double> x);
    /// The last step of a trajectory, up to t ≤ its end.
    void step(Trajectory& trajectory, double t);

private:
    Solution& solution_;
    const AdaptiveOptions& options_;
    double direction_;
    std::size_t next_ = 0;
    std::shared_ptr<DenseOutput> dense_;
    std::vector<double> scratch_;
};

/// No noise in the equations, or additive noise whose strength is 0 with these parameters.
bool without_noise(const System& system);
/// @throws InvalidInput  there is noise
void require_without_noise(const System& system);

/// A whole run with one stepper, which may be used again.
Solution driven(Stepper& stepper, double t0, double t1, std::span<const double> x0, const AdaptiveOptions& options);

/// The options with those times of t_eval that lie outside the span by rounding put on its end.
AdaptiveOptions within_span(AdaptiveOptions options, double t0, double t1);

/// @throws InvalidInput  what no method can do
void check_run(const AdaptiveOptions& options, double t0, double t1, std::span<const double> x0, index size);

}  // namespace ranvier::compile
