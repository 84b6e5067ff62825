#include "ranvier/dynamics/trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/system.hpp"
#include "ranvier/dynamics/model_flow.hpp"

namespace ranvier::dynamics {

namespace {

compile::AdaptiveOptions options_of(const Flow& flow, Tolerance tolerance) {
    compile::AdaptiveOptions options;
    options.method = compile::Adaptive::dop853;
    options.rtol = tolerance.rtol;
    options.atol.resize(static_cast<std::size_t>(flow.n()));
    for (index i = 0; i < flow.n(); ++i) {
        options.atol[i] = tolerance.atol * flow.size_of(i);
    }
    return options;
}

void check_times(double transient, double duration) {
    require(transient >= 0 && duration > 0 && std::isfinite(transient) && std::isfinite(duration), [&] {
        return "a duration must be positive and a transient not negative; got " + std::to_string(duration) + " s and " +
               std::to_string(transient) + " s";
    });
}

[[noreturn]] void stopped(const compile::Solution& solution) {
    throw NumericalError("the trajectory stops at t = " + std::to_string(solution.t.empty() ? 0 : solution.t.back()) +
                         " s: " + solution.message);
}

}  // namespace

Section poincare_section(const Flow& flow, std::span<const double> p, std::span<const double> x0, index state,
                         double level, int direction, double transient, double duration, Tolerance tolerance) {
    check(flow);
    check_times(transient, duration);
    require(state >= 0 && state < flow.n() && static_cast<index>(x0.size()) == flow.n() &&
                static_cast<index>(p.size()) == flow.m(),
            "poincare_section: state, start and parameters must be as the flow says");
    auto options = options_of(flow, tolerance);
    const auto system = right_hand_side(flow, p);
    options.t_eval = {transient + duration};
    compile::RootFunction crossing;
    crossing.g = [state, level](double, std::span<const double> x) { return x[state] - level; };
    crossing.direction = direction;
    options.events = {crossing};
    const auto solution = compile::solve(system, 0, transient + duration, x0, options);
    if (!solution.success()) {
        stopped(solution);
    }
    Section section;
    const auto& times = solution.t_events[0];
    const auto first = std::lower_bound(times.begin(), times.end(), transient) - times.begin();
    const index n = flow.n(), count = static_cast<index>(times.size()) - first;
    section.t.assign(times.begin() + first, times.end());
    section.x = Array<double, 2>({count, n});
    std::copy(solution.x_events[0].begin() + first * n, solution.x_events[0].end(), section.x.data());
    return section;
}

Basins basins(const Flow& flow, std::span<const double> p, const Plane& plane, double duration, index columns,
              index rows, double tolerance) {
    const auto field = vector_field(flow, p, plane, columns, rows);  // checks, and the grid
    check_times(0, duration);
    require(tolerance > 0, "basins: the tolerance must be positive");
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    const auto rest = plane.others.empty() ? flow.x0 : plane.others;
    std::vector<double> size(count);
    for (index i = 0; i < n; ++i) {
        const auto& range = i == plane.x ? plane.x_range : plane.y_range;
        size[i] = i == plane.x || i == plane.y ? range[1] - range[0] : flow.size_of(i);
    }
    constexpr index samples = 256;
    Array<double, 2> features({rows * columns, 2 * n});
    parallel_for(rows * columns, [&](index cell) {
        auto x = rest;
        x[plane.x] = field.x[cell % columns];
        x[plane.y] = field.y[cell / columns];
        auto options = options_of(flow, {1e-7, 1e-7});
        options.method = compile::Adaptive::dopri5;
        for (index k = 0; k <= samples; ++k) {
            options.t_eval.push_back(duration * (0.9 + 0.1 * static_cast<double>(k) / samples));
        }
        options.t_eval.back() = duration;
        compile::RootFunction far;  // beyond a thousand planes nothing comes back
        far.g = [&](double, std::span<const double> y) {
            double most = 0;
            for (std::size_t i = 0; i < count; ++i) {
                most = std::max(most, std::abs(y[i] - rest[i]) / size[i]);
            }
            return std::isfinite(most) ? most - 1000 : 1.0;
        };
        far.terminal = 1;
        options.events = {far};
        const auto system = right_hand_side(flow, p);
        const auto solution = compile::solve(system, 0, duration, x, options);
        const bool whole = solution.success() && solution.t.size() == static_cast<std::size_t>(samples) + 1;
        for (index i = 0; i < n; ++i) {
            double sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
            for (index k = 0; whole && k <= samples; ++k) {
                const double v = solution.row(k)[i];
                sum += v;
                low = std::min(low, v);
                high = std::max(high, v);
            }
            features(cell, i) = whole ? sum / (samples + 1) : std::nan("");
            features(cell, n + i) = whole ? high - low : std::nan("");
        }
    });
    Basins result;
    result.x = field.x;
    result.y = field.y;
    result.attractor = Array<std::int32_t, 2>({rows, columns});
    std::vector<index> representatives;
    for (index cell = 0; cell < rows * columns; ++cell) {
        std::int32_t which = -1;
        if (std::isfinite(features(cell, 0))) {
            for (std::size_t k = 0; k < representatives.size() && which < 0; ++k) {
                double most = 0;
                for (index i = 0; i < 2 * n; ++i) {
                    // Means of a cycle depend on where the window cuts it: ranges make up for that.
                    const double spread = i < n ? 0.5 * features(representatives[k], n + i) : 0;
                    const double apart = std::abs(features(cell, i) - features(representatives[k], i));
                    most = std::max(most, std::max(0.0, apart - 0.2 * spread) / size[i % n]);
                }
                if (most < tolerance) {
                    which = static_cast<std::int32_t>(k);
                }
            }
            if (which < 0) {
                which = static_cast<std::int32_t>(representatives.size());
                representatives.push_back(cell);
            }
        }
        result.attractor(cell / columns, cell % columns) = which;
    }
    const auto found = static_cast<index>(representatives.size());
    result.mean = Array<double, 2>({found, n});
    result.range = Array<double, 2>({found, n});
    for (index k = 0; k < found; ++k) {
        for (index i = 0; i < n; ++i) {
            result.mean(k, i) = features(representatives[k], i);
            result.range(k, i) = features(representatives[k], n + i);
        }
    }
    return result;
}

std::vector<std::vector<double>> spike_trains(const Flow& flow, std::span<const double> p, index parameter,
                                              std::span<const double> values, std::span<const double> x0, index state,
                                              double level, double transient, double duration, Tolerance tolerance) {
    check(flow);
    require(parameter >= 0 && parameter < flow.m(), "spike_trains: there is no such parameter");
    std::vector<std::vector<double>> trains(values.size());
    parallel_for(static_cast<index>(values.size()), [&](index k) {
        std::vector<double> local(p.begin(), p.end());
        local[parameter] = values[k];
        trains[k] = poincare_section(flow, local, x0, state, level, 1, transient, duration, tolerance).t;
    });
    return trains;
}

std::vector<std::vector<double>> spike_trains(const language::Model& model, std::string_view preset,
                                              const std::map<std::string, double>& given, const std::string& parameter,
                                              std::span<const double> values, double transient, double duration,
                                              Tolerance tolerance) {
    check_times(transient, duration);
    require(model.spikes(), [&] {
        return "the model '" + model.name + "' has no threshold: say which state rises through which level";
    });
    require(language::find_parameter(model, parameter) != nullptr,
            [&] { return "the model '" + model.name + "' has no parameter '" + parameter + "'"; });
    std::vector<std::vector<double>> trains(values.size());
    const auto scale = [&] {
        std::vector<double> s;
        for (const auto& state : model.states) {
            s.push_back(tolerance.atol * state.unit_scale);
        }
        return s;
    }();
    parallel_for(static_cast<index>(values.size()), [&](index k) {
        auto chosen = given;
        chosen[parameter] = values[k];
        const auto all = language::parameter_values(model, preset, chosen);
        const auto initial = language::initial_values(model, all, preset);
        std::vector<double> x;
        for (const auto& state : model.states) {
            const auto found = initial.find(state.name);
            x.push_back(found == initial.end() ? 0 : found->second);
        }
        const compile::System system(model, all);
        compile::AdaptiveOptions options;
        options.method = compile::Adaptive::dop853;
        options.rtol = tolerance.rtol;
        options.atol = scale;
        options.t_eval = {transient + duration};
        const auto solution = compile::solve_spiking(system, 0, transient + duration, x, options);
        if (!solution.success()) {
            stopped(solution);
        }
        auto& train = trains[k];
        std::copy_if(solution.spikes.begin(), solution.spikes.end(), std::back_inserter(train),
                     [&](double t) { return t >= transient; });
    });
    return trains;
}

std::vector<double> rates(const std::vector<std::vector<double>>& trains) {
    std::vector<double> result;
    for (const auto& train : trains) {
        const bool enough = train.size() > 1 && train.back() > train.front();
        result.push_back(enough ? static_cast<double>(train.size() - 1) / (train.back() - train.front()) : 0);
    }
    return result;
}

}  // namespace ranvier::dynamics
