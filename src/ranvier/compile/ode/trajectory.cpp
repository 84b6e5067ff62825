#include "ranvier/compile/ode/trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::compile {

namespace {

// The next step aims at an error of safety^order of what is allowed, and changes by no more than these factors.
constexpr double safety = 0.9, least_factor = 0.2, largest_factor = 10;

double rms(std::span<const double> v, std::span<const double> scale) {
    double sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        sum += (v[i] / scale[i]) * (v[i] / scale[i]);
    }
    return std::sqrt(sum / static_cast<double>(v.size()));
}

std::string number(double v) { return formatted("%.12g", v); }

}  // namespace

Trajectory::Trajectory(Stepper& stepper, double t0, std::span<const double> x0, double bound,
                       const AdaptiveOptions& options, double first_step)
    : stepper_(stepper),
      options_(options),
      bound_(bound),
      direction_(bound >= t0 ? 1 : -1),
      t_(t0),
      h_abs_(0),
      exponent_(-1.0 / (stepper.error_order() + 1)),
      coefficients_(static_cast<std::size_t>(stepper.rows()) * x0.size()) {
    begin_piece(t0, x0);
    h_abs_ = first_step > 0 ? first_step : initial_step(x0);
}

Trajectory::~Trajectory() {
    if (stepper_.rhs().next_switch) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        stepper_.stay_between(-infinity, infinity);
    }
}

/// Hairer, Nørsett & Wanner 1993, II.4: from the sizes of x, f and a difference of f over an explicit Euler step.
double Trajectory::initial_step(std::span<const double> x0) const {
    const double length = std::abs(bound_ - t_);
    if (length == 0 || x0.empty()) {
        return length;
    }
    const std::vector<double> atol = checked_tolerances(options_, static_cast<index>(x0.size()));
    std::vector<double> scale(x0.size()), x1(x0.size()), f1(x0.size());
    for (std::size_t i = 0; i < x0.size(); ++i) {
        scale[i] = atol[i] + std::abs(x0[i]) * options_.rtol;
    }
    const auto& f0 = stepper_.f();
    const double d0 = rms(x0, scale), d1 = rms(f0, scale);
    const double h0 = std::min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1, length);
    for (std::size_t i = 0; i < x0.size(); ++i) {
        x1[i] = x0[i] + h0 * direction_ * f0[i];
    }
    stepper_.derivative(t_ + h0 * direction_, x1, f1);
    for (std::size_t i = 0; i < x0.size(); ++i) {
        f1[i] -= f0[i];
    }
    const double d2 = rms(f1, scale) / h0;
    const double h1 =
        d1 <= 1e-15 && d2 <= 1e-15 ? std::max(1e-6, h0 * 1e-3) : std::pow(0.01 / std::max(d1, d2), -exponent_);
    const double h = std::min({100 * h0, h1, length, options_.max_step});
    return std::isfinite(h) ? h : h0;
}

/// Behind a switch f is another one.
void Trajectory::begin_piece(double t, std::span<const double> x) {
    if (stepper_.rhs().next_switch) {
        from_ = t;
        measure_moment(t, t + h_abs_ * direction_);
        keep_times(std::nullopt);
    }
    stepper_.start(t, x);
}

void Trajectory::measure_moment(double t, double until) {
    using Limits = std::numeric_limits<double>;
    moment_ = std::max(16 * Limits::epsilon() * std::max(std::abs(t), std::abs(until)), Limits::min());
}

/// What switches within two moments of the beginning is behind it: next_switch is asked from there on.
void Trajectory::keep_times(std::optional<double> until) {
    switch_ = until;
    const double from = from_ + 2 * direction_ * moment_;
    const double to = until ? *until - direction_ * moment_ : direction_ * std::numeric_limits<double>::infinity();
    stepper_.stay_between(std::min(from, to), std::max(from, to));
}

bool Trajectory::advance() {
    check_interrupt();
    if (pending_) {
        stepper_.accept();
        pending_ = false;
        if (switch_ == t_) {
            const std::vector<double> x = stepper_.x();
            begin_piece(t_, x);
        }
    }
    dense_known_ = false;
    const double t = stepper_.t();
    const double least = 10 * std::abs(std::nextafter(t, direction_ * std::numeric_limits<double>::infinity()) - t);
    double h_abs = std::max(std::min(h_abs_, options_.max_step), least);
    double bound = bound_;
    if (stepper_.rhs().next_switch) {
        measure_moment(t, t + h_abs * direction_);
        const double begin = t + 2 * direction_ * moment_;  // the next step begins as far behind this one's end
        const double until = direction_ * std::min(direction_ * (begin + h_abs * direction_), direction_ * bound_);
        keep_times(direction_ * (until - begin) > 0 ? stepper_.rhs().next_switch(begin, until) : std::nullopt);
        bound = switch_.value_or(bound_);
    }
    bool was_rejected = false;
    for (;;) {
        if (!(h_abs >= least)) {
            message_ = "the step at t = " + number(t) + " would be less than the spacing of numbers there";
            if (const std::string broken = broken_slope(); !broken.empty()) {
                message_ = broken;
            }
            stuck_ = true;
            return false;
        }
        if (options_.max_nfev > 0 && stepper_.nfev >= options_.max_nfev) {
            message_ = "max_nfev = " + text_of(options_.max_nfev) + " evaluations were spent at t = " + number(t);
            return false;
        }
        double t_new = t + h_abs * direction_;
        if (direction_ * (t_new - bound) > -2 * moment_) {
            t_new = bound;
        }
        h_ = t_new - t;
        h_abs = std::abs(h_);
        const double error = stepper_.attempt(h_);
        if (error < 1) {
            double factor = error == 0 ? largest_factor : std::min(largest_factor, safety * std::pow(error, exponent_));
            factor = was_rejected ? std::min(1.0, factor) : factor;
            h_abs_ = h_abs * factor;
            t_ = t_new;
            pending_ = true;
            ++accepted;
            return true;
        }
        // Where the result is not finite, the error estimate has no meaning.
        h_abs *= std::isfinite(error) ? std::max(least_factor, safety * std::pow(error, exponent_)) : least_factor;
        was_rejected = true;
        ++rejected;
    }
}

std::string Trajectory::broken_slope() {
    const auto& names = stepper_.rhs().names;
    const auto& x = stepper_.x();
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(stepper_.f()[i])) {
            std::string where;
            for (std::size_t k = 0; k < x.size() && k < 8 && k < names.size(); ++k) {
                where += ", " + names[k] + " = " + number(x[k]);
            }
            const double slope = stepper_.f()[i];
            return "d" + (i < names.size() ? names[i] : "x" + text_of(i)) + "/dt is " +
                   (std::isnan(slope) ? "nan" : number(slope)) +
                   " at t = " + number(stepper_.t()) + where + (where.empty() ? "" : " [SI]");
        }
    }
    return "";
}

void Trajectory::shorten(double h) {
    ensure(pending_, "a step to shorten");
    h_ = h;
    dense_known_ = false;
    stepper_.attempt(h);
    t_ = stepper_.t() + h;
}

std::span<const double> Trajectory::dense() {
    if (!dense_known_) {
        ensure(pending_, "a step to interpolate");
        stepper_.dense(coefficients_);
        dense_known_ = true;
    }
    return coefficients_;
}

void Trajectory::interpolated(double t, std::span<double> x) {
    evaluate_dense(dense(), stepper_.rows(), (t - t_old()) / h_, x);
}

std::vector<TurningPoint> Trajectory::turning_points(const std::function<double(double)>& g, double before,
                                                     double after) {
    return compile::turning_points(g, t_old(), t_, before, after, stepper_.rows() - 1);
}

Rows::Rows(Solution& solution, const AdaptiveOptions& options, double direction)
    : solution_(solution), options_(options), direction_(direction) {
    if (options.dense_output) {
        dense_ = std::make_shared<DenseOutput>();
        solution.dense = dense_;
    }
}

void Rows::point(double t, std::span<const double> x) {
    const bool wanted = options_.t_eval.empty() || (next_ < options_.t_eval.size() && options_.t_eval[next_] == t);
    if (wanted) {
        solution_.t.push_back(t);
        solution_.x.insert(solution_.x.end(), x.begin(), x.end());
        next_ += options_.t_eval.empty() ? 0 : 1;
    }
}

void Rows::step(Trajectory& trajectory, double t) {
    const auto n = static_cast<std::size_t>(solution_.size);
    if (dense_) {
        const auto coefficients = trajectory.dense();
        dense_->append(trajectory.t_old(), trajectory.h(), coefficients, static_cast<index>(coefficients.size() / n),
                       solution_.size);
    }
    if (options_.t_eval.empty()) {
        scratch_.assign(trajectory.x().begin(), trajectory.x().end());
        if (t != trajectory.t()) {
            trajectory.interpolated(t, scratch_);
        }
        solution_.t.push_back(t);
        solution_.x.insert(solution_.x.end(), scratch_.begin(), scratch_.end());
        return;
    }
    scratch_.resize(n);
    for (; next_ < options_.t_eval.size() && direction_ * (options_.t_eval[next_] - t) <= 0; ++next_) {
        const double at = options_.t_eval[next_];
        trajectory.interpolated(at, scratch_);
        solution_.t.push_back(at);
        solution_.x.insert(solution_.x.end(), scratch_.begin(), scratch_.end());
    }
}

AdaptiveOptions within_span(AdaptiveOptions options, double t0, double t1) {
    const double rounding = 4 * std::numeric_limits<double>::epsilon() * std::max(std::abs(t0), std::abs(t1));
    const auto [low, high] = std::minmax(t0, t1);
    for (double& t : options.t_eval) {
        const double nearest = std::clamp(t, low, high);
        t = std::abs(t - nearest) <= rounding ? nearest : t;
    }
    return options;
}

void check_run(const AdaptiveOptions& options, double t0, double t1, std::span<const double> x0, index size) {
    require(static_cast<index>(x0.size()) == size, [&] {
        return "x0 must have one number for each of the " + text_of(size) + " states; got " + text_of(x0.size());
    });
    require(std::isfinite(t0) && std::isfinite(t1), "t_span must be finite");
    for (const double v : x0) {
        require(std::isfinite(v), [&] { return "x0 must be finite; got " + number(v); });
    }
    require(t0 == t1 || options.first_step <= std::abs(t1 - t0),
            [&] { return "first_step must be within t_span; got " + number(options.first_step); });
    checked_tolerances(options, size);
    const double direction = t1 >= t0 ? 1 : -1;
    for (std::size_t k = 0; k < options.t_eval.size(); ++k) {
        const double t = options.t_eval[k];
        require(direction * (t - t0) >= 0 && direction * (t1 - t) >= 0,
                [&] { return "t_eval must lie in t_span; got " + number(t); });
        require(k == 0 || direction * (t - options.t_eval[k - 1]) > 0,
                "t_eval must be sorted, in the direction of t_span");
    }
}

}  // namespace ranvier::compile
