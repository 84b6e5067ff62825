// What a simulation recorded, as a page shows it.
#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/report/sections/activity.hpp"

namespace ranvier::report {

namespace {

/// In which unit a group shows a variable, and how much of it 1 SI is.
std::pair<std::string, double> shown_unit(const sim::Group& group, const sim::Series& series) {
    if (series.type != language::Type::real) {
        return {"1", 1};
    }
    if (const auto variable = group.find(series.name)) {
        return {variable->unit, 1 / variable->unit_scale};
    }
    if (const auto* follows = language::find_subexpression(group.model(), series.name)) {
        return {follows->unit, 1 / follows->unit_scale};
    }
    return {units::name(series.dimension), 1};
}

void add(Activity& activity, const sim::Recording& recording, const sim::EventMonitor& monitor) {
    Activity::Population& p = activity.populations.emplace_back();
    p.name = recording.what == "spikes" ? recording.group : recording.name();
    p.n = monitor.source()->n();
    p.i = monitor.i().all();
    p.t = monitor.t().all();
}

void add(Activity& activity, const sim::Recording& recording, sim::RateMonitor& monitor) {
    const auto& t = monitor.t().all();
    if (t.size() >= 2) {
        activity.rates.push_back({recording.group, t[0], t[1] - t[0], monitor.rate().all()});
    }
}

void add(Activity& activity, const sim::Recording& recording, const sim::StateMonitor& monitor) {
    const auto& t = monitor.t().all();
    const auto& series = monitor.series()[0];
    const index rows = std::ssize(monitor.record());
    const index n = rows > 0 ? std::ssize(series.values.all()) / rows : 0;
    if (n < 2 || t.size() < 2) {
        return;
    }
    Activity::Traces traces{recording.what, recording.group, "", t[0], t[1] - t[0], {}, Array<double, 2>({rows, n})};
    const auto [unit, times] = shown_unit(*monitor.source(), series);
    traces.unit = unit;
    for (index k = 0; k < rows; ++k) {
        traces.elements.push_back(monitor.record()[static_cast<std::size_t>(k)]);
        for (index s = 0; s < n; ++s) {
            traces.values(k, s) = times * series.values.all()[static_cast<std::size_t>(s * rows + k)];
        }
    }
    activity.traces.push_back(std::move(traces));
}

}  // namespace

Activity activity_of(const sim::Simulation& simulation) {
    Activity activity;
    activity.end = simulation.t();
    activity.dt = simulation.dt();
    for (const sim::Recording& recording : simulation.recordings()) {
        std::visit([&](const auto& monitor) { add(activity, recording, *monitor); }, recording.monitor);
    }
    return activity;
}

}  // namespace ranvier::report
