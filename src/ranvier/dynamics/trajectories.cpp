#include "ranvier/dynamics/trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <string>
#include <unordered_set>

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
        return "a duration must be positive and a transient not negative; got " + text_of(duration) + " s and " +
               text_of(transient) + " s";
    });
}

[[noreturn]] void stopped(const compile::Solution& solution) {
    throw NumericalError("the trajectory stops at t = " + text_of(solution.t.empty() ? 0 : solution.t.back()) +
                         " s: " + solution.message);
}

}  // namespace

Section poincare_section(const Flow& flow, std::span<const double> p, std::span<const double> x0, index state,
                         double level, int direction, double transient, double duration, Tolerance tolerance) {
    check(flow);
    check_smooth(flow, "poincare_section");
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

namespace {

/// The end of a trajectory, at equal times. Empty where it diverges.
struct Window {
    Array<double, 2> x;                   // shape (samples, n), until the cells are known
    std::vector<double> mean, low, high;  // of each state
    std::vector<std::int32_t> cells;      // of a grid on state space, shape (count, n): sorted, each once
};

void summarise(Window& window) {
    const index samples = window.x.extent(0), n = window.x.extent(1);
    window.mean.assign(n, 0.0);
    window.low.assign(n, std::numeric_limits<double>::infinity());
    window.high.assign(n, -std::numeric_limits<double>::infinity());
    for (index k = 0; k < samples; ++k) {
        for (index i = 0; i < n; ++i) {
            window.mean[i] += window.x(k, i) / static_cast<double>(samples);
            window.low[i] = std::min(window.low[i], window.x(k, i));
            window.high[i] = std::max(window.high[i], window.x(k, i));
        }
    }
}

/// What has been seen of an attractor: the cells that trajectories on it visited.
class Attractor {
public:
    Attractor(index n, index first) : n_(n), first_(first) {}

    /// Whether a trajectory goes where others went: half of its cells, or half of this attractor's, have one of the
    /// other's at their side.
    bool holds(const std::vector<std::int32_t>& cells) const {
        index known = 0;
        for (auto cell = cells.begin(); cell != cells.end(); cell += n_) {
            known += set_.contains(key(&*cell));
        }
        return 2 * known * n_ >= static_cast<index>(cells.size()) || most_beside(cells, cells_) ||
               most_beside(cells_, cells);
    }

    void add(const std::vector<std::int32_t>& cells) {
        for (auto cell = cells.begin(); cell != cells.end(); cell += n_) {
            if (set_.insert(key(&*cell)).second) {
                cells_.insert(cells_.end(), cell, cell + n_);
            }
        }
    }

    const std::vector<std::int32_t>& cells() const { return cells_; }
    index first() const { return first_; }  ///< number of the trajectory that found it

private:
    std::string key(const std::int32_t* cell) const {
        return {reinterpret_cast<const char*>(cell), static_cast<std::size_t>(n_) * sizeof *cell};
    }

    /// Of up to 64 cells of a, spread over all, at least half touch one of b.
    bool most_beside(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) const {
        const index count = static_cast<index>(a.size()) / n_, asked = std::min<index>(count, 64);
        index beside = 0;
        for (index k = 0; k < asked; ++k) {
            const std::int32_t* cell = a.data() + k * count / asked * n_;
            for (const std::int32_t* other = b.data(); other != b.data() + b.size(); other += n_) {
                if (std::equal(cell, cell + n_, other, [](auto x, auto y) { return std::abs(x - y) <= 1; })) {
                    ++beside;
                    break;
                }
            }
        }
        return 2 * beside >= asked;
    }

    index n_, first_;
    std::unordered_set<std::string> set_;
    std::vector<std::int32_t> cells_;
};

}  // namespace

Basins basins(const Flow& flow, std::span<const double> p, const Plane& plane, double duration, index columns,
              index rows, double tolerance) {
    check_smooth(flow, "basins");
    const PlaneGrid grid = plane_grid(flow, p, plane, columns, rows);
    check_times(0, duration);
    require(tolerance > 0, "basins: the tolerance must be positive");
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    const auto& rest = grid.rest;
    std::vector<double> size(count);
    for (index i = 0; i < n; ++i) {
        const auto& range = i == plane.x ? plane.x_range : plane.y_range;
        size[i] = i == plane.x || i == plane.y ? range[1] - range[0] : flow.size_of(i);
    }
    constexpr index samples = 1024;
    const auto fill_cells = [&](Window& window) {
        std::vector<std::vector<std::int32_t>> cells(static_cast<std::size_t>(window.x.extent(0)),
                                                     std::vector<std::int32_t>(count));
        for (index k = 0; k < window.x.extent(0); ++k) {
            for (index i = 0; i < n; ++i) {
                const double cell = std::floor(window.x(k, i) / (tolerance * size[i]));
                cells[k][i] = static_cast<std::int32_t>(std::clamp(cell, -1e9, 1e9));
            }
        }
        std::ranges::sort(cells);
        cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
        for (const auto& cell : cells) {
            window.cells.insert(window.cells.end(), cell.begin(), cell.end());
        }
        window.x = {};
    };
    std::vector<Window> windows(static_cast<std::size_t>(rows * columns));
    parallel_for(rows * columns, [&](index start) {
        auto x = rest;
        x[plane.x] = grid.x[start % columns];
        x[plane.y] = grid.y[start / columns];
        auto options = options_of(flow, {1e-7, 1e-7});
        options.method = compile::Adaptive::dopri5;
        for (index k = 0; k < samples; ++k) {
            options.t_eval.push_back(duration * (2 + static_cast<double>(k) / (samples - 1)) / 3);
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
        const auto solution = compile::solve(right_hand_side(flow, p), 0, duration, x, options);
        if (solution.success() && solution.t.size() == static_cast<std::size_t>(samples)) {
            Window& window = windows[start];
            window.x = Array<double, 2>({samples, n});
            std::ranges::copy(solution.x, window.x.data());
            summarise(window);
            if (n == 2) {  // the cells are known, and the samples no longer needed
                fill_cells(window);
            }
        }
    });
    // Cells of states outside the plane: in units of how far all trajectories go.
    for (index i = 0; n > 2 && i < n; ++i) {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const Window& window : windows) {
            low = window.low.empty() ? low : std::min(low, window.low[i]);
            high = window.high.empty() ? high : std::max(high, window.high[i]);
        }
        if (i != plane.x && i != plane.y) {
            size[i] = std::max(size[i], high - low);
        }
    }
    if (n > 2) {
        parallel_for(rows * columns, [&](index start) { fill_cells(windows[start]); });
    }
    Basins result;
    result.x = grid.x;
    result.y = grid.y;
    result.attractor = Array<std::int32_t, 2>({rows, columns});
    std::vector<Attractor> attractors;
    std::vector<index> of(windows.size(), -1);
    for (index start = 0; start < rows * columns; ++start) {
        const auto& cells = windows[start].cells;
        index which = -1;
        for (index k = static_cast<index>(attractors.size()); k-- > 0 && !cells.empty();) {
            Attractor& attractor = attractors[k];
            if (!attractor.holds(cells)) {
                continue;
            }
            if (which >= 0) {  // seen in two parts until now
                attractor.add(attractors[which].cells());
                attractors.erase(attractors.begin() + which);
                for (index& other : of) {
                    other = other == which ? k : other > which ? other - 1 : other;
                }
            }
            which = k;
        }
        if (which < 0 && !cells.empty()) {
            which = static_cast<index>(attractors.size());
            attractors.emplace_back(n, start);
        }
        if (which >= 0) {
            attractors[which].add(cells);
        }
        of[start] = which;
    }
    std::ranges::transform(of, result.attractor.data(), [](index k) { return static_cast<std::int32_t>(k); });
    const auto found = static_cast<index>(attractors.size());
    result.mean = Array<double, 2>({found, n});
    result.range = Array<double, 2>({found, n});
    for (index k = 0; k < found; ++k) {
        const Window& window = windows[attractors[k].first()];
        for (index i = 0; i < n; ++i) {
            result.mean(k, i) = window.mean[i];
            result.range(k, i) = window.high[i] - window.low[i];
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
