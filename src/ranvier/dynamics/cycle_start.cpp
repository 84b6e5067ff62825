// Where branches of cycles begin: Hopf points, period doublings, cycles that are known.
#include "ranvier/base/log.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/value.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/dynamics/cycle_walk.hpp"
#include "ranvier/dynamics/model_flow.hpp"

namespace ranvier::dynamics {

void CycleWalk::start_at(const SpecialPoint& hopf) {
    const index n = flow_.n();
    std::vector<double> J(static_cast<std::size_t>(n * n));
    p_[parameter_] = hopf.parameter;
    state_derivatives(flow_, 0, hopf.x.data(), p_.data(), J.data());
    const auto q = eigenvector(n, J.data(), Complex(0, hopf.frequency));
    Cycle c;
    c.mesh.resize(static_cast<std::size_t>(options_.intervals) + 1);
    for (index j = 0; j <= options_.intervals; ++j) {
        c.mesh[j] = static_cast<double>(j) / static_cast<double>(options_.intervals);
    }
    c.u = Dense<double>(options_.intervals * degree + 1, n);
    c.period = 2 * std::numbers::pi / hopf.frequency;
    c.parameter = hopf.parameter;
    Cycle direction = c;
    direction.period = direction.parameter = 0;
    for (index row = 0; row < c.u.rows; ++row) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(row) / static_cast<double>(c.u.rows - 1);
        for (index i = 0; i < n; ++i) {
            c.u[row][i] = hopf.x[i];
            direction.u[row][i] = (q[i] * std::polar(1.0, angle)).real();
        }
    }
    std::copy(direction.u[0], direction.u[0] + n, direction.u[direction.u.rows - 1]);
    units_.state.resize(static_cast<std::size_t>(n));
    for (index i = 0; i < n; ++i) {
        units_.state[i] = std::max(flow_.size_of(i), std::abs(hopf.x[i]));
    }
    units_.period = c.period;
    units_.parameter = range_[1] - range_[0];
    make_unit(direction);
    here_.cycle = std::move(c);
    here_.tangent = std::move(direction);
    // At a point of amplitude 0 the phase is not defined: the direction fixes it.
    reference_ = here_.tangent;
    reference_slope_ = at_gauss_points(reference_, true);
    at_start_ = true;
    here_.multipliers.assign(static_cast<std::size_t>(n), 1.0);
    const auto values = numerics::general_eigen(View<const double, 2>(J.data(), {n, n})).values;
    std::size_t other = 2;
    for (const Complex& l : values) {
        if (std::abs(std::abs(l.imag()) - hopf.frequency) < 1e-6 * hopf.frequency &&
            std::abs(l.real()) < 1e-3 * hopf.frequency) {
            continue;
        }
        if (other < here_.multipliers.size()) {
            here_.multipliers[other++] = std::exp(l * here_.cycle.period);
        }
    }
    store();
}

Cycle CycleWalk::given(const CyclePoint& point) {
    const index n = flow_.n(), rows = static_cast<index>(point.phase.size());
    Cycle c;
    for (index row = 0; row < rows; row += degree) {
        c.mesh.push_back(point.phase[row]);
    }
    c.u = Dense<double>(rows, n);
    std::copy(point.x.data(), point.x.data() + rows * n, c.u.values.begin());
    c.period = point.period;
    c.parameter = point.parameter;
    units_.period = c.period;
    units_.parameter = range_[1] - range_[0];
    for (index i = 0; i < n; ++i) {
        const auto at = static_cast<std::size_t>(i);
        units_.state.push_back(std::max({flow_.size_of(i), std::abs(point.low[at]), std::abs(point.high[at])}));
    }
    return c;
}

void CycleWalk::start_at_doubling(const CyclePoint& doubling) {
    const index n = flow_.n(), rows = static_cast<index>(doubling.phase.size());
    const index intervals = (rows - 1) / degree;
    const Cycle once = given(doubling);
    const auto flipped = problem_.antiperiodic(once, units_);
    if (!flipped) {
        throw NumericalError("no cycle of twice the period is found at " + text_of(doubling.parameter));
    }
    Cycle twice, direction;
    for (index turn = 0; turn < 2; ++turn) {
        for (index j = turn; j <= intervals; ++j) {
            twice.mesh.push_back((static_cast<double>(turn) + once.mesh[j]) / 2);
        }
    }
    twice.u = direction.u = Dense<double>(2 * rows - 1, n);
    for (index row = 0; row < 2 * rows - 1; ++row) {
        const bool second = row >= rows;
        const index at = second ? row - rows + 1 : row;
        for (index i = 0; i < n; ++i) {
            twice.u[row][i] = once.u[at][i];
            direction.u[row][i] = second ? -flipped->u[at][i] : flipped->u[at][i];
        }
    }
    direction.mesh = twice.mesh;
    twice.period = 2 * once.period;
    twice.parameter = once.parameter;
    units_.period = twice.period;
    make_unit(direction);
    doubled_ = true;
    here_.cycle = std::move(twice);
    here_.tangent = std::move(direction);
    for (const Complex& m : doubling.multipliers) {
        here_.multipliers.push_back(m * m);
    }
    reference_ = here_.cycle;
    reference_slope_ = at_gauss_points(reference_, true);
    at_start_ = false;
    store();
}

void CycleWalk::start_on(const CyclePoint& cycle, double side) {
    here_.cycle = given(cycle);
    const double value = p_[parameter_];
    here_.cycle.parameter = value;
    for (int mesh = 0; mesh < 3; ++mesh) {
        reference_ = here_.cycle;
        reference_slope_ = at_gauss_points(reference_, true);
        here_.tangent = along_parameter(here_.cycle, side * units_.parameter);
        Cycle c = here_.cycle;
        double last = 1;
        for (int k = 0; k < 20 && last > 1e-10; ++k) {
            const double distance = side * (value - c.parameter) / units_.parameter;
            const auto delta = problem_.step(c, reference_, reference_slope_, here_.tangent, distance, units_, false);
            last = delta ? length(*delta) : std::nan("");
            if (!(last < 10)) {
                throw NumericalError("no cycle is found near the one that is given, at " + text_of(value));
            }
            c = sum(c, 1, *delta);
        }
        at_start_ = false;
        auto found = last < 1e-7 && c.period > 0 ? described(here_, std::move(c)) : std::nullopt;
        if (!found) {
            throw NumericalError("no cycle is found near the one that is given, at " + text_of(value));
        }
        here_ = std::move(*found);
        update_reference(2);  // on a mesh adapted to it, where it is corrected again
    }
    here_.cycle.parameter = value;
    store();
}

namespace {

/// A right-hand side whose progress from time 0 to `end` is shown.
compile::RightHandSide watched(compile::RightHandSide system, Progress& progress, index parts, double end) {
    system.f = [f = std::move(system.f), &progress, parts, end, calls = 0, done = index{0}](
                   double t, std::span<const double> x, std::span<double> dxdt) mutable {
        if (++calls % 256 == 0) {
            const auto reached = static_cast<index>(std::clamp(t / end, 0.0, 1.0) * static_cast<double>(parts));
            progress.advance(std::max<index>(reached - done, 0));
            done = std::max(done, reached);
        }
        f(t, x, dxdt);
    };
    return system;
}

/// The same flow with a parameter that does nothing, for what needs one.
Flow with_idle_parameter(const Flow& flow) {
    Flow idle = flow;
    idle.parameters.emplace_back("idle");
    idle.p0.push_back(0);
    idle.parameter_slope = [n = flow.n()](double, const double*, const double*, index, double* out) {
        std::fill(out, out + n, 0.0);
    };
    return idle;
}

}  // namespace

CyclePoint limit_cycle(const Flow& flow, std::span<const double> p, std::span<const double> x0, double transient,
                       double longest, const CycleOptions& options) {
    check(flow);
    check_autonomous(flow, "limit_cycle");
    check_smooth(flow, "limit_cycle");
    require(static_cast<index>(p.size()) == flow.m() && static_cast<index>(x0.size()) == flow.n(),
            "limit_cycle: parameters and start must be as the flow says");
    require(transient >= 0 && longest > 0 && std::isfinite(transient) && std::isfinite(longest), [&] {
        return "limit_cycle: a transient must not be negative and the longest period must be positive; got " +
               text_of(transient) + " s and " + text_of(longest) + " s";
    });
    check_settings(options);
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    constexpr index parts = 1000;
    Progress progress("a limit cycle", 3 * parts);  // the transient, the way round, the correction
    const auto system = right_hand_side(flow, p);
    compile::AdaptiveOptions how;
    how.method = compile::Adaptive::dop853;
    how.rtol = 1e-10;
    how.atol.clear();
    for (index i = 0; i < n; ++i) {
        how.atol.push_back(1e-10 * flow.size_of(i));
    }
    std::vector<double> start(x0.begin(), x0.end());
    if (transient > 0) {
        how.t_eval = {transient};
        const auto lead = compile::solve(watched(system, progress, parts, transient), 0, transient, start, how);
        if (!lead.success()) {
            throw NumericalError("limit_cycle: the trajectory can't go on: " + lead.message);
        }
        start = lead.x;
        how.t_eval.clear();
    }
    // A Poincaré section through the start: the first return that comes close enough to the start gives the period.
    std::vector<double> way(count);
    flow.rhs(0, start.data(), p.data(), way.data());
    compile::RootFunction back;
    back.direction = 1;
    back.g = [&](double, std::span<const double> x) {
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double s = flow.size_of(static_cast<index>(i));
            sum += way[i] * (x[i] - start[i]) / (s * s);
        }
        return sum;
    };
    how.events = {back};
    how.dense_output = true;
    const auto round = compile::solve(watched(system, progress, parts, longest), 0, longest, start, how);
    if (!round.success()) {
        throw NumericalError("limit_cycle: the trajectory can't go on: " + round.message);
    }
    std::vector<double> low = start, high = start;
    for (std::size_t k = 0; k < round.x.size(); ++k) {
        low[k % count] = std::min(low[k % count], round.x[k]);
        high[k % count] = std::max(high[k % count], round.x[k]);
    }
    bool moves = false;
    for (std::size_t i = 0; i < count; ++i) {
        moves = moves || high[i] - low[i] > 1e-6 * flow.size_of(static_cast<index>(i));
    }
    if (!moves) {
        throw NumericalError("limit_cycle: the trajectory rests after the transient of " + text_of(transient) +
                             " s, so that there is no cycle to find: begin elsewhere (x0), or where cycles are");
    }
    double period = 0;
    for (std::size_t k = 0; k < round.t_events[0].size() && period == 0; ++k) {
        double apart = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double extent = high[i] - low[i];
            apart = std::max(apart, extent > 0 ? std::abs(round.x_events[0][k * count + i] - start[i]) / extent : 0);
        }
        // The start itself is on the plane.
        period = apart < 1e-3 && round.t_events[0][k] > 1e-6 * longest ? round.t_events[0][k] : 0;
    }
    if (period == 0) {
        throw NumericalError("limit_cycle: the trajectory does not come back to where it is after the transient of " +
                             text_of(transient) + " s within the longest period of " + text_of(longest) +
                             " s: allow a longer transient, where it still approaches a cycle, or a longer period");
    }
    const Flow idle = with_idle_parameter(flow);
    std::vector<double> parameters(p.begin(), p.end());
    parameters.push_back(0);
    // Equidistant points serve smooth cycles; bursts and relaxation want them where the integrator had short steps.
    std::vector<double> steps;
    std::ranges::copy_if(round.t, std::back_inserter(steps), [&](double t) { return t < period; });
    steps.push_back(period);
    for (index intervals = options.intervals;; intervals *= 2) {
        const bool last = 2 * intervals > most_intervals;
        const auto at = [&](double u) {
            if (intervals == options.intervals) {
                return u;
            }
            const double place = u * static_cast<double>(steps.size() - 1);
            const auto k = std::min(static_cast<std::size_t>(place), steps.size() - 2);
            return (steps[k] + (place - static_cast<double>(k)) * (steps[k + 1] - steps[k])) / period;
        };
        CyclePoint guess;
        guess.period = period;
        guess.low = low;
        guess.high = high;
        const index rows = intervals * degree + 1;
        guess.x = Array<double, 2>({rows, n});
        for (index row = 0; row < rows; ++row) {
            const index j = std::min(row / degree, intervals - 1);
            const double a = at(static_cast<double>(j) / static_cast<double>(intervals));
            const double b = at(static_cast<double>(j + 1) / static_cast<double>(intervals));
            guess.phase.push_back(a + (b - a) * static_cast<double>(row - j * degree) / degree);
            std::vector<double> x(count);
            (*round.dense)(guess.phase.back() * period, x);
            std::copy(x.begin(), x.end(), guess.x.data() + row * n);
        }
        std::copy(guess.x.data(), guess.x.data() + n, guess.x.data() + (rows - 1) * n);  // closed
        progress.advance(parts / 4);
        try {
            const auto [cycle, error] = CycleWalk(idle, parameters, flow.m(), {-1, 1}, options).corrected_here(guess);
            if (const bool resolved = error < 1e-5; resolved || last) {
                if (!resolved) {
                    warn("limit_cycle: " + text_of(intervals) +
                         " intervals don't resolve the cycle: the multiplier that must be 1 is off by " +
                         text_of(error));
                }
                return cycle;
            }
        } catch (const NumericalError&) {
            if (last) {
                throw;
            }
        }
    }
}

}  // namespace ranvier::dynamics
