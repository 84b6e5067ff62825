// Trajectories of a portrait: adapted steps where they can follow, fixed ones where there is noise or a spike too
// steep.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/ensemble.hpp"
#include "ranvier/dynamics/trajectories.hpp"
#include "ranvier/report/portrait/subject.hpp"
#include "ranvier/report/portrait/thinned.hpp"

namespace ranvier::report {

namespace {

/// Columns of a solution: its steps, each cut in eight where there is an interpolant.
struct Columns {
    std::vector<double> t;
    std::vector<double> x;  ///< (k, n)
};

Columns columns_of(const compile::Solution& solution) {
    Columns all;
    const auto n = static_cast<std::size_t>(solution.size);
    std::vector<double> x(n);
    for (std::size_t k = 0; k < solution.t.size(); ++k) {
        const auto row = solution.row(static_cast<index>(k));
        if (!std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); })) {
            break;
        }
        if (k > 0 && solution.dense) {
            for (int part = 1; part < 8; ++part) {
                const double t = solution.t[k - 1] + (solution.t[k] - solution.t[k - 1]) * part / 8;
                (*solution.dense)(t, x);
                all.t.push_back(t);
                all.x.insert(all.x.end(), x.begin(), x.end());
            }
        }
        all.t.push_back(solution.t[k]);
        all.x.insert(all.x.end(), row.begin(), row.end());
    }
    return all;
}

/// The values at which states turn in the second half of a trace, for the diagram; those that an eye can't tell apart
/// once, at most 400. Where nothing turns: the last.
void store_extremes(PortraitValue& value, const View<const double, 2>& rows, std::span<const double> t,
                    std::span<const double> size) {
    const auto count = static_cast<index>(t.size());
    std::vector<std::vector<double>> found(static_cast<std::size_t>(rows.extent(0)));
    std::size_t longest = 1;
    for (index i = 0; i < rows.extent(0); ++i) {
        std::vector<double> turns{rows(i, count - 1)};
        for (index k = 1; k + 1 < count; ++k) {
            const double before = rows(i, k) - rows(i, k - 1), after = rows(i, k + 1) - rows(i, k);
            if (t[static_cast<std::size_t>(k)] >= t.back() / 2 && before * after < 0) {
                turns.push_back(rows(i, k));
            }
        }
        if (turns.size() > 1) {
            turns.erase(turns.begin());
        }
        std::sort(turns.begin(), turns.end());
        auto& kept = found[static_cast<std::size_t>(i)];
        for (const double v : turns) {
            if (kept.empty() || v - kept.back() > size[static_cast<std::size_t>(i)] / 400) {
                kept.push_back(v);
            }
        }
        longest = std::max(longest, kept.size());
    }
    value.extremes = Array<double, 2>({rows.extent(0), static_cast<index>(longest)});
    for (index i = 0; i < rows.extent(0); ++i) {
        const auto& kept = found[static_cast<std::size_t>(i)];
        for (std::size_t k = 0; k < longest; ++k) {
            value.extremes(i, static_cast<index>(k)) =
                k < kept.size() ? kept[k] : std::numeric_limits<double>::quiet_NaN();
        }
    }
}

/// Keeps of the columns what a picture needs.
void store(PortraitValue& value, const Subject& subject, const Columns& all) {
    const auto n = static_cast<std::size_t>(subject.flow.n());
    const auto count = static_cast<index>(all.t.size());
    Array<double, 2> rows({subject.flow.n(), count});
    std::vector<double> size;
    for (index i = 0; i < subject.flow.n(); ++i) {
        for (index k = 0; k < count; ++k) {
            rows(i, k) = all.x[static_cast<std::size_t>(k) * n + static_cast<std::size_t>(i)];
        }
        const auto row = rows.view().row(i);
        const auto [low, high] = std::minmax_element(row.begin(), row.end());
        size.push_back(std::max(*high - *low, drawn * subject.flow.size_of(i)));
    }
    store_extremes(value, rows, all.t, size);
    double tolerance = drawn;
    std::vector<index> kept = thinned_columns(all.t, rows, size, tolerance);
    while (kept.size() > 4000) {  // thousands of spikes: no screen has more columns
        tolerance *= 2;
        const auto fewer = thinned_columns(all.t, rows, size, tolerance);
        if (fewer.size() == kept.size()) {
            break;
        }
        kept = fewer;
    }
    value.trace = Array<double, 2>({subject.flow.n() + 1, static_cast<index>(kept.size())});
    for (std::size_t k = 0; k < kept.size(); ++k) {
        value.trace(0, static_cast<index>(k)) = all.t[static_cast<std::size_t>(kept[k])];
        for (index i = 0; i < subject.flow.n(); ++i) {
            value.trace(i + 1, static_cast<index>(k)) = rows(i, kept[k]);
        }
    }
}

/// One trajectory with adapted steps.
void trace_into(PortraitValue& value, const Subject& subject, const compile::System& base, double span) {
    compile::System system(base);
    if (subject.varied >= 0) {
        system.set_parameter(subject.flow.parameters[static_cast<std::size_t>(subject.varied)], value.parameter);
    }
    const auto start = subject.start_at(value.parameter);
    compile::AdaptiveOptions options;
    options.method = compile::Adaptive::dop853;
    options.rtol = 1e-8;
    options.atol.clear();
    for (index i = 0; i < subject.flow.n(); ++i) {
        options.atol.push_back(1e-8 * subject.flow.size_of(i));
    }
    options.max_nfev = 2'000'000;
    compile::SpikingSolution solution;
    if (!jumps(subject.model)) {
        options.dense_output = true;
        static_cast<compile::Solution&>(solution) = compile::solve(system, 0, span, start, options);
        if (!solution.success()) {
            options.method = compile::Adaptive::rodas5;  // stiff, or it does end there
            options.rtol = 1e-6;
            compile::Solution second = compile::solve(system, 0, span, start, options);
            if (second.success() || second.t.back() > solution.t.back()) {
                static_cast<compile::Solution&>(solution) = std::move(second);
            }
        }
    } else {
        options.max_step = span / 1000;
        solution = compile::solve_spiking(system, 0, span, start, options);
    }
    value.spikes = solution.spikes;
    store(value, subject, columns_of(solution));
    if (!solution.success()) {
        value.stopped = solution.message;
    }
}

/// With fixed steps: how. A spike that rises faster than time can be resolved overflows the stages of higher methods,
/// and Euler's steps are small ones then; with noise Heun's take every noise that a model may have.
struct Steps {
    std::string method;
    double dt = 0;
};
Steps steps_of(const language::Model& model, double span) {
    const double dt = model.step > 0 ? model.step : span / 20000;
    return model.noisy() ? Steps{"heun", dt} : Steps{"euler", dt / 10};
}

/// All members at once.
compile::EnsembleResult stepped(const std::vector<double>& values, const Subject& subject, double span, bool record) {
    compile::Ensemble ensemble;
    ensemble.members = static_cast<index>(values.size());
    for (const auto& [name, value] : subject.parameters) {
        ensemble.parameters[name] = {value};
    }
    if (subject.varied >= 0) {
        ensemble.parameters[subject.flow.parameters[static_cast<std::size_t>(subject.varied)]] = values;
    }
    for (const double value : values) {
        const auto start = subject.start_at(value);
        for (std::size_t i = 0; i < start.size(); ++i) {
            ensemble.initial[subject.flow.states[i]].push_back(start[i]);
        }
    }
    compile::FixedStep how;
    const Steps steps = steps_of(subject.model, span);
    how.method = steps.method;
    how.dt = steps.dt;
    how.steps = std::max<std::int64_t>(1, std::llround(span / how.dt));
    how.every = std::max<std::int64_t>(1, how.steps / 20000);
    if (record) {
        how.record = subject.flow.states;
    }
    return compile::run(subject.model, ensemble, how);
}

/// Times of the spikes of each member.
std::vector<std::vector<double>> spikes_of(const compile::EnsembleResult& run, const Subject& subject, double dt,
                                           index members) {
    std::vector<std::vector<double>> trains(static_cast<std::size_t>(members));
    const auto found = run.events.find("spike");
    if (subject.model.spikes() && found != run.events.end()) {
        for (std::size_t k = 0; k < found->second.lanes.size(); ++k) {
            trains[static_cast<std::size_t>(found->second.lanes[k])].push_back(
                static_cast<double>(found->second.steps[k] + 1) * dt);
        }
    }
    return trains;
}

std::string step_remark(const Subject& subject, double span, const std::string& why) {
    const Steps steps = steps_of(subject.model, span);
    const std::string& unit = subject.model.time_unit;
    return why + " with steps of " + formatted("%.4g", steps.dt / subject.model.time_scale) +
           (unit == "1" ? "" : " " + unit) + " (" + steps.method + ").";
}

/// Replaces the traces of these values by ones with fixed steps.
void add_stepped(std::vector<PortraitValue*>& chosen, const Subject& subject, double span) {
    std::vector<double> values;
    for (const PortraitValue* value : chosen) {
        values.push_back(value->parameter);
    }
    const auto run = stepped(values, subject, span, true);
    const auto members = static_cast<index>(values.size());
    const auto trains = spikes_of(run, subject, steps_of(subject.model, span).dt, members);
    parallel_for(members, [&](index member) {
        PortraitValue& value = *chosen[static_cast<std::size_t>(member)];
        Columns all;
        all.t.push_back(0);
        all.x = subject.start_at(value.parameter);
        value.stopped.clear();
        for (std::size_t k = 0; k < run.t.size() && value.stopped.empty(); ++k) {
            std::vector<double> x;
            for (const std::string& state : subject.flow.states) {
                x.push_back(run.recorded.at(state)(static_cast<index>(k), member));
            }
            if (std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); })) {
                all.t.push_back(run.t[k]);
                all.x.insert(all.x.end(), x.begin(), x.end());
            } else {
                value.stopped = "the numbers grow beyond all bounds";
            }
        }
        value.spikes = trains[static_cast<std::size_t>(member)];
        store(value, subject, all);
    });
}

}  // namespace

bool jumps(const language::Model& model) {
    return std::any_of(model.events.begin(), model.events.end(),
                       [](const auto& event) { return !event.statements.empty(); }) ||
           std::any_of(model.states.begin(), model.states.end(),
                       [](const auto& state) { return state.flags.unless_refractory; });
}

void add_traces(std::vector<PortraitValue>& values, const Subject& subject, double span,
                std::vector<std::string>& remarks) {
    std::vector<PortraitValue*> all, failed;
    for (PortraitValue& value : values) {
        all.push_back(&value);
    }
    Progress progress("Traces", static_cast<index>(values.size()));
    if (subject.model.noisy()) {
        add_stepped(all, subject, span);
        progress.advance(static_cast<index>(values.size()));
        remarks.push_back(step_remark(subject, span, "Traces hold the model's noise (seed 0) and are computed") +
                          " Everything else is of the drift alone.");
        return;
    }
    const compile::System base(subject.model, subject.parameters);
    parallel_for(static_cast<index>(values.size()), [&](index k) {
        trace_into(values[static_cast<std::size_t>(k)], subject, base, span);
        progress.advance();
    });
    if (!jumps(subject.model)) {
        return;
    }
    std::copy_if(all.begin(), all.end(), std::back_inserter(failed),
                 [](const PortraitValue* value) { return !value->stopped.empty(); });
    if (!failed.empty()) {
        add_stepped(failed, subject, span);
        remarks.push_back(
            step_remark(subject, span, "Some spikes rise faster than time can be resolved; their traces go"));
    }
}

Array<double, 2> rates_at(const std::vector<double>& values, const Subject& subject, const PortraitOptions& options,
                          double span, std::vector<std::string>& remarks) {
    const Progress progress("Rates", 1);
    std::vector<std::vector<double>> trains;
    try {
        const std::string& name = subject.flow.parameters[static_cast<std::size_t>(subject.varied)];
        trains = dynamics::spike_trains(subject.model, options.preset, options.given, name, values, span, 2 * span,
                                        {1e-8, 1e-8});
    } catch (const NumericalError&) {
        const auto run = stepped(values, subject, 3 * span, false);
        trains = spikes_of(run, subject, steps_of(subject.model, 3 * span).dt, static_cast<index>(values.size()));
        for (auto& train : trains) {
            train.erase(train.begin(), std::lower_bound(train.begin(), train.end(), span));
        }
        remarks.push_back(step_remark(subject, 3 * span, "Rates are computed"));
    }
    const auto rates = dynamics::rates(trains);
    Array<double, 2> rows({2, static_cast<index>(values.size())});
    std::copy(values.begin(), values.end(), rows.data());
    std::copy(rates.begin(), rates.end(), rows.data() + values.size());
    return rows;
}

}  // namespace ranvier::report
