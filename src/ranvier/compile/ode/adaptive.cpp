#include "ranvier/compile/ode/adaptive.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/lower/integrator.hpp"
#include "ranvier/compile/ode/trajectory.hpp"

namespace ranvier::compile {

namespace {

const std::vector<std::pair<std::string, Adaptive>> methods = {{"RK45", Adaptive::dopri5},
                                                               {"tsit5", Adaptive::tsit5},
                                                               {"DOP853", Adaptive::dop853},
                                                               {"rodas4", Adaptive::rodas4},
                                                               {"rodas5", Adaptive::rodas5}};

/// Where event functions change sign on the last step's dense output, in the order of time.
class EventWatch {
public:
    EventWatch(const std::vector<RootFunction>& events, Solution& solution)
        : events_(events), solution_(solution), count_(events.size(), 0) {
        solution.t_events.resize(events.size());
        solution.x_events.resize(events.size());
    }

    void begin(double t, std::span<const double> x) {
        for (const RootFunction& e : events_) {
            g_.push_back(e.g(t, x));
        }
    }

    /// Notes the roots of the step; returns the time of a terminal one, or the end of the step.
    double look(Trajectory& trajectory, double direction, bool& terminal) {
        struct Root {
            double t;
            std::size_t event;
        };
        std::vector<Root> roots;
        x_.resize(trajectory.x().size());
        for (std::size_t k = 0; k < events_.size(); ++k) {
            const RootFunction& e = events_[k];
            const auto on_step = [&](double t) {
                trajectory.interpolated(t, x_);
                return e.g(t, x_);
            };
            const double after = e.g(trajectory.t(), trajectory.x());
            const auto points = trajectory.turning_points(on_step, g_[k], after);
            g_[k] = after;
            for (std::size_t p = 1; p < points.size(); ++p) {
                const double from = points[p - 1].g, to = points[p].g;
                // What reaches 0 has its root there, and none when it leaves, but at the beginning.
                const bool first = fresh_ && p == 1;
                const bool up = (from < 0 || (first && from == 0)) && to >= 0;
                const bool down = (from > 0 || (first && from == 0)) && to <= 0;
                if ((up && e.direction >= 0) || (down && e.direction <= 0)) {
                    roots.push_back({bracketed_root(on_step, points[p - 1].t, points[p].t, from, to), k});
                }
            }
        }
        fresh_ = false;
        std::stable_sort(roots.begin(), roots.end(),
                         [&](const Root& a, const Root& b) { return direction * (a.t - b.t) < 0; });
        for (const Root& root : roots) {
            trajectory.interpolated(root.t, x_);
            solution_.t_events[root.event].push_back(root.t);
            auto& rows = solution_.x_events[root.event];
            rows.insert(rows.end(), x_.begin(), x_.end());
            const RootFunction& e = events_[root.event];
            if (++count_[root.event] == e.terminal) {
                terminal = true;
                return root.t;
            }
        }
        return trajectory.t();
    }

private:
    const std::vector<RootFunction>& events_;
    Solution& solution_;
    std::vector<int> count_;
    std::vector<double> g_, x_;
    bool fresh_ = true;  ///< no step was looked at yet
};

}  // namespace

Solution driven(Stepper& stepper, double t0, double t1, std::span<const double> x0, const AdaptiveOptions& options) {
    Solution solution;
    solution.size = static_cast<index>(x0.size());
    const double direction = t1 >= t0 ? 1 : -1;
    const std::int64_t nfev = stepper.nfev, njev = stepper.njev, nlu = stepper.nlu;
    Rows rows(solution, options, direction);
    EventWatch watch(options.events, solution);
    Trajectory trajectory(stepper, t0, x0, t1, options, options.first_step);
    rows.point(t0, x0);
    watch.begin(t0, x0);
    solution.message = "the end of t_span was reached";
    while (!trajectory.at_end()) {
        if (!trajectory.advance()) {
            solution.status = Status::failed;
            solution.message = trajectory.message();
            break;
        }
        bool terminal = false;
        const double t = options.events.empty() ? trajectory.t() : watch.look(trajectory, direction, terminal);
        rows.step(trajectory, t);
        if (terminal) {
            solution.status = Status::terminated;
            solution.message = "a terminal event occurred";
            break;
        }
    }
    solution.nfev = stepper.nfev - nfev;
    solution.njev = stepper.njev - njev;
    solution.nlu = stepper.nlu - nlu;
    solution.accepted = trajectory.accepted;
    solution.rejected = trajectory.rejected;
    return solution;
}

Fields AdaptiveOptions::fields() {
    using O = AdaptiveOptions;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {
        "simulate",
        {field(
             "method", &O::method,
             "'RK45' and 'DOP853' of Dormand and Prince, 'tsit5' of Tsitouras; 'rodas4' and 'rodas5' for stiff systems",
             methods)
             .also("rk45", "RK45")
             .also("dopri5", "RK45")
             .also("dop853", "DOP853")
             .also("rodas5p", "rodas5"),
         field("rtol", &O::rtol, "relative tolerance of a step's error")
             .at_least(100 * std::numeric_limits<double>::epsilon())
             .below(1),
         field("atol", &O::atol, "absolute tolerance, in the states' units: one for all, or one for each state")
             .at_least(0)
             .below(infinity),
         field("first_step", &O::first_step, "length of the first step; 0 or none: chosen").also({}, 0.0).at_least(0),
         field("max_step", &O::max_step, "the longest step; none: no bound").also({}, infinity).above(0),
         field("max_nfev", &O::max_nfev, "evaluations of the equations after which it gives up; 0: no bound")
             .at_least(0),
         field("dense_output", &O::dense_output, "keep the trajectory as a function of time")}};
}

Adaptive adaptive_method(std::string_view name) {
    AdaptiveOptions options;
    set(options, "method", std::string(name));
    return options.method;
}

std::string_view name(Adaptive method) { return methods[static_cast<std::size_t>(method)].first; }

double DenseOutput::t_min() const { return t_.empty() ? 0 : std::min(t_.front(), t_.back() + h_.back()); }
double DenseOutput::t_max() const { return t_.empty() ? 0 : std::max(t_.front(), t_.back() + h_.back()); }

void DenseOutput::append(double t, double h, std::span<const double> coefficients, index rows, index size) {
    size_ = size;
    rows_ = rows;
    t_.push_back(t);
    h_.push_back(h);
    coefficients_.insert(coefficients_.end(), coefficients.begin(), coefficients.end());
}

void DenseOutput::operator()(double t, std::span<double> x) const {
    require(!t_.empty() && t >= t_min() && t <= t_max(),
            "dense output is known between the ends of the trajectory only");
    const double direction = h_.front() >= 0 ? 1 : -1;
    // The last step that begins before t; at a beginning itself, the step that ends there.
    const auto after = std::lower_bound(t_.begin() + 1, t_.end(), t,
                                        [&](double begin, double at) { return direction * (begin - at) < 0; });
    const auto step = static_cast<std::size_t>(after - t_.begin()) - 1;
    const std::size_t block = static_cast<std::size_t>(rows_ * size_);
    evaluate_dense(std::span(coefficients_).subspan(step * block, block), static_cast<int>(rows_),
                   (t - t_[step]) / h_[step], x);
}

Solution solve(const RightHandSide& system, double t0, double t1, std::span<const double> x0,
               const AdaptiveOptions& given) {
    check_settings(given);
    const AdaptiveOptions options = within_span(given, t0, t1);
    check_run(options, t0, t1, x0, system.size);
    const auto stepper = plain_stepper(system, options);
    return driven(*stepper, t0, t1, x0, options);
}

bool without_noise(const System& system) {
    if (!system.model().noisy()) {
        return true;
    }
    if (noise_kind(system.model()) != NoiseKind::additive) {
        return false;
    }
    const std::vector<double> anywhere(static_cast<std::size_t>(system.size()));  // factors depend on no state
    for (const auto& state : system.model().states) {
        for (const auto& noise : state.noise) {
            if (system.value(noise.factor, 0, anywhere) != 0) {
                return false;
            }
        }
    }
    return true;
}

void require_without_noise(const System& system) {
    require(without_noise(system), [&] {
        return "the equations of '" + system.model().name +
               "' hold noise, which wants fixed steps (heun, milstein, euler)";
    });
}

std::unique_ptr<Stepper> stepper_for(const System& system, const RightHandSide& rhs, const AdaptiveOptions& options) {
    require_without_noise(system);
    require(system.model().updates.empty(), [&] {
        return "the model '" + system.model().name +
               "' has statements that run at every step or period, which wants fixed steps";
    });
    require(system.size() > 0, [&] { return "the model '" + system.model().name + "' has no differential equations"; });
    return compiled_stepper(system, rhs, options,
                            options.dense_output || !options.t_eval.empty() || !options.events.empty());
}

Solution solve(const System& system, double t0, double t1, std::span<const double> x0, const AdaptiveOptions& given) {
    check_settings(given);
    const AdaptiveOptions options = within_span(given, t0, t1);
    check_run(options, t0, t1, x0, system.size());
    const RightHandSide rhs = right_hand_side(system);
    const auto stepper = stepper_for(system, rhs, options);
    return driven(*stepper, t0, t1, x0, options);
}

}  // namespace ranvier::compile
