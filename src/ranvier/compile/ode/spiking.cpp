// Trajectories of models with events: integrated up to where a condition becomes true, changed there, and on from
// there.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/integrator.hpp"
#include "ranvier/compile/ode/trajectory.hpp"

namespace ranvier::compile {

namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

class SpikingRun {
public:
    SpikingRun(System system, double t0, double t1, std::span<const double> x0, const AdaptiveOptions& options)
        : system_(std::move(system)),
          model_(system_.model()),
          options_(options),
          end_(t1),
          length_(t1 - t0),
          t_(t0),
          x_(x0.begin(), x0.end()),
          rhs_(right_hand_side(system_)),
          rows_(solution_, options, 1) {
        stepper_ = compiled_stepper(system_, rhs_, options, true);
        for (const auto& event : model_.events) {
            conditions_.push_back(switching_function(event.condition));
        }
        if (model_.refractory && model_.refractory->type == language::Type::boolean) {
            still_refractory_ = switching_function(model_.refractory);
        }
        solution_.size = system_.size();
        passed_.resize(conditions_.size());
        solution_.t_events.resize(conditions_.size());
        solution_.x_events.resize(conditions_.size());
    }

    SpikingSolution run() {
        solution_.message = "the end of t_span was reached";
        system_.set_refractory(false);
        rows_.point(t_, x_);
        happen_now();
        while (t_ < end_ && solution_.status == Status::reached_end) {
            const double bound = std::min(end_, refractory_until_);
            Trajectory trajectory(*stepper_, t_, x_, bound, options_, std::min(next_step_, bound - t_));
            follow(trajectory);
            solution_.accepted += trajectory.accepted;
            solution_.rejected += trajectory.rejected;
        }
        solution_.nfev = stepper_->nfev;
        solution_.njev = stepper_->njev;
        solution_.nlu = stepper_->nlu;
        if (model_.spikes()) {
            solution_.spikes = solution_.t_events[0];
        }
        return std::move(solution_);
    }

private:
    bool watched(std::size_t k) const { return !(system_.is_refractory() && model_.events[k].name == "spike"); }

    /// Number k < events: how far its condition is from becoming true; k = events: how far refractoriness is from its
    /// end.
    double distance(std::size_t k, double t, std::span<const double> x) const {
        return k < conditions_.size() ? system_.value(conditions_[k], t, x) : -system_.value(still_refractory_, t, x);
    }
    std::size_t watch_count() const {
        return conditions_.size() + (still_refractory_ && system_.is_refractory() ? 1 : 0);
    }

    /// Until an event, the bound, or a failure.
    void follow(Trajectory& trajectory) {
        const double bound = std::min(end_, refractory_until_);
        std::vector<double> before;
        for (std::size_t k = 0; k < watch_count(); ++k) {
            before.push_back(distance(k, t_, x_));
        }
        while (!trajectory.at_end()) {
            if (!trajectory.advance()) {
                if (const std::size_t k = imminent(trajectory); k < conditions_.size()) {
                    t_ = trajectory.t();
                    x_ = trajectory.x();
                    next_step_ = 0;
                    happen(k);
                    happen_now(k);
                    return;
                }
                solution_.status = Status::failed;
                solution_.message = trajectory.message();
                return;
            }
            next_step_ = trajectory.next_step();
            const std::vector<double> begin = before;
            Rise first{watch_count(), {}, {}};
            double first_t = trajectory.t();
            for (std::size_t k = 0; k < watch_count(); ++k) {
                const double after = distance(k, trajectory.t(), trajectory.x());
                if (k >= conditions_.size() || watched(k)) {
                    if (const auto rise = rise_on_interpolant(trajectory, k, before[k], after)) {
                        const double at = root_on_interpolant(trajectory, *rise);
                        if (first.event == watch_count() || at < first_t) {
                            first = *rise;
                            first_t = at;
                        }
                    }
                }
                before[k] = after;
            }
            const bool found = first.event < watch_count() && integrate_up_to(trajectory, first, first_t);
            rows_.step(trajectory, trajectory.t());
            t_ = trajectory.t();
            x_ = trajectory.x();
            bool others = false;  // which became true up to here too: on the same level, or before a turn
            for (std::size_t k = 0; k < conditions_.size(); ++k) {
                passed_[k] = k != first.event && watched(k) && begin[k] <= 0 && distance(k, t_, x_) > 0;
                others = others || passed_[k];
            }
            if (found) {
                if (first.event == conditions_.size()) {
                    system_.set_refractory(false);
                    stepper_->refresh();
                    happen_now();
                } else {
                    happen(first.event);
                    happen_now(first.event);
                }
                return;
            }
            if (others) {
                happen_now();
                return;
            }
            if (first.event < watch_count()) {  // the step was shortened
                for (std::size_t k = 0; k < watch_count(); ++k) {
                    before[k] = distance(k, t_, x_);
                }
            }
        }
        t_ = bound;
        if (bound == refractory_until_) {
            refractory_until_ = forever;
            system_.set_refractory(false);
            stepper_->refresh();
            happen_now();
        }
    }

    /// In an exponential upstroke the time to a distant threshold can be less than the spacing of floating-point
    /// numbers at t. Where no step is short enough, the first condition that becomes true within 10⁴ spacings is taken
    /// to be true now. Returns the number of its event, or the number of events for none.
    std::size_t imminent(const Trajectory& trajectory) {
        const std::size_t none = conditions_.size();
        if (!trajectory.stuck()) {
            return none;
        }
        const double t = trajectory.t();
        std::vector<double> ahead = trajectory.x();
        scratch_.resize(ahead.size());
        system_.derivative(t, ahead, scratch_);
        const double moment = 1e4 * (std::nextafter(t, forever) - t);
        for (std::size_t i = 0; i < ahead.size(); ++i) {
            ahead[i] += moment * scratch_[i];
        }
        for (std::size_t k = 0; k < none; ++k) {
            if (watched(k) && !(distance(k, t, trajectory.x()) > 0) && distance(k, t, ahead) > 0) {
                return k;
            }
        }
        return none;
    }

    /// A condition becomes true, somewhere between two times of the last step.
    struct Rise {
        std::size_t event;
        TurningPoint from, to;
    };

    double on_interpolant(Trajectory& trajectory, std::size_t k, double t) {
        scratch_.resize(x_.size());
        trajectory.interpolated(t, scratch_);
        return distance(k, t, scratch_);
    }

    /// The first rise on the dense output; what stands between it and the next turn is how long it lasts.
    std::optional<Rise> rise_on_interpolant(Trajectory& trajectory, std::size_t k, double before, double after) {
        const auto points =
            trajectory.turning_points([&](double t) { return on_interpolant(trajectory, k, t); }, before, after);
        const auto rise = std::adjacent_find(points.begin(), points.end(),
                                             [](const auto& a, const auto& b) { return a.g <= 0 && b.g > 0; });
        return rise == points.end() ? std::nullopt : std::optional(Rise{k, rise[0], rise[1]});
    }

    double root_on_interpolant(Trajectory& trajectory, const Rise& rise) {
        return bracketed_root([&](double t) { return on_interpolant(trajectory, rise.event, t); }, rise.from.t,
                              rise.to.t, rise.from.g, rise.to.g);
    }

    /// The interpolant is less exact than a step. From its root on, steps of adapted length meet the condition by the
    /// secant method, in general within two. It is true where they end, so that what it also decides (`refractory:
    /// v > 0*mV` beside `threshold: v > 0*mV`) knows it. False where the interpolant promised too much: at the turn
    /// above its root the condition is not true, and the step ends there.
    bool integrate_up_to(Trajectory& trajectory, const Rise& rise, double guess) {
        const std::size_t k = rise.event;
        const double begin = trajectory.t_old();
        // The condition is false after `low` and true after `high`.
        double low = rise.from.t - begin, high = rise.to.t - begin;
        if (rise.to.t != trajectory.t()) {
            trajectory.shorten(high);
        }
        double h = guess - begin, h_last = high, g_last = distance(k, trajectory.t(), trajectory.x());
        if (!(g_last > 0)) {
            return false;
        }
        const double resolution = 2 * std::numeric_limits<double>::epsilon() * std::max(std::abs(begin), high);
        for (int iteration = 0; iteration < 40; ++iteration) {
            if (!(h > low) || !(h < high)) {
                h = low + (high - low) / 2;
            }
            trajectory.shorten(h);
            const double g = distance(k, trajectory.t(), trajectory.x());
            (g > 0 ? high : low) = h;
            const double slope = (g - g_last) / (h - h_last);
            const double next = h - g / slope;
            h_last = h;
            g_last = g;
            if (g == 0 || high - low <= resolution || (std::isfinite(next) && std::abs(next - h) <= resolution)) {
                break;
            }
            h = next;
        }
        for (double more = resolution; g_last <= 0 && h_last < high; more *= 2) {
            h_last = std::min(h_last + more, high);
            trajectory.shorten(h_last);
            g_last = distance(k, trajectory.t(), trajectory.x());
        }
        return true;
    }

    /// The event's statements, and what comes after a spike.
    void happen(std::size_t k) {
        const auto& event = model_.events[k];
        if (t_ - crowd_begin_ > 1e-6 * length_) {
            crowd_begin_ = t_;
            crowd_ = 0;
        }
        if (++crowd_ > 1000) {
            solution_.status = Status::failed;
            solution_.message = "events follow each other ever faster: a thousand at t = " + formatted("%.12g", t_) +
                                ", the last '" + event.name + "'";
            return;
        }
        solution_.t_events[k].push_back(t_);
        solution_.x_events[k].insert(solution_.x_events[k].end(), x_.begin(), x_.end());
        if (!event.statements.empty()) {
            const std::vector<bool> before = beyond();
            system_.run_statements(event.name, event.statements, t_, x_);
            const std::vector<bool> after = beyond();
            for (std::size_t j = 0; j < after.size(); ++j) {
                passed_[j] = passed_[j] || (after[j] && !before[j]);
            }
            if (options_.t_eval.empty()) {
                rows_.point(t_, x_);
            }
        }
        if (event.name == "spike" && model_.refractory) {
            if (still_refractory_) {
                system_.set_refractory(system_.value(still_refractory_, t_, x_) > 0);
            } else {
                const double duration = system_.value(model_.refractory, t_, x_);
                system_.set_refractory(duration > 0);
                refractory_until_ = duration > 0 ? t_ + duration : forever;
            }
        }
        stepper_->refresh();
    }

    /// Whose conditions are true now?
    std::vector<bool> beyond() const {
        std::vector<bool> out;
        for (std::size_t k = 0; k < conditions_.size(); ++k) {
            out.push_back(distance(k, t_, x_) > 0);
        }
        return out;
    }

    /// What is true at this moment already: at the beginning, after a reset, at the end of refractoriness. What changes
    /// nothing stays true and happens once. Of an event with an edge only what has just been passed counts.
    void happen_now(std::size_t happened = std::numeric_limits<std::size_t>::max()) {
        std::vector<bool> told(conditions_.size(), false);
        if (happened < told.size()) {
            told[happened] = model_.events[happened].statements.empty();
        }
        for (int round = 0; round < 3; ++round) {
            bool any = false;
            for (std::size_t k = 0; k < conditions_.size(); ++k) {
                const bool due = model_.events[k].edge ? passed_[k] : !told[k] && distance(k, t_, x_) > 0;
                passed_[k] = false;
                if (due && watched(k)) {
                    any = true;
                    happen(k);
                    if (solution_.status != Status::reached_end) {
                        return;
                    }
                    told[k] = model_.events[k].statements.empty();
                }
            }
            if (!any) {
                return;
            }
        }
        throw NumericalError("a condition of '" + model_.name +
                             "' is still true after its own statements, at t = " + formatted("%.12g", t_) +
                             "; one that counts only where a level is passed says 'rises above' or 'falls below'");
    }

    System system_;
    const language::Model& model_;
    const AdaptiveOptions& options_;
    double end_, length_, t_;
    double crowd_begin_ = -forever;  ///< events in a moment of the run
    int crowd_ = 0;
    std::vector<double> x_, scratch_;
    double refractory_until_ = forever, next_step_ = 0;
    std::vector<language::Expr> conditions_;
    std::vector<bool> passed_;  ///< its condition has become true, and it has not happened yet
    language::Expr still_refractory_;
    RightHandSide rhs_;
    std::unique_ptr<Stepper> stepper_;
    SpikingSolution solution_;
    Rows rows_;
};

}  // namespace

SpikingSolution solve_spiking(const System& system, double t0, double t1, std::span<const double> x0,
                              const AdaptiveOptions& given) {
    check_settings(given);
    const AdaptiveOptions options = within_span(given, t0, t1);
    check_run(options, t0, t1, x0, system.size());
    require(t1 >= t0, "resets happen forward in time; t_span must not run backwards");
    require(options.events.empty(), "the events of a spiking trajectory are those of its model");
    require(without_noise(system) && system.model().updates.empty(), [&] {
        return "the model '" + system.model().name + "' has noise or periodic statements, which want fixed steps";
    });
    return SpikingRun(system, t0, t1, x0, options).run();
}

}  // namespace ranvier::compile
