#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/portrait/subject.hpp"
#include "ranvier/report/sections/formula.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

namespace {

using Content = Page::Content;
using language::Model;

/// Runs of equal stability; a run begins where the one before ends, so that the curve has no gaps. `column` gives the
/// values of one point, `state` its stability in words.
template <class Point, class State, class Column>
void add_runs(Content& content, Json& list, const std::vector<Point>& points, State&& state, Column&& column) {
    for (std::size_t begin = 0; begin + 1 < points.size();) {
        std::size_t end = begin + 1;
        const std::string stability = state(points[end]);
        while (end + 1 < points.size() && state(points[end + 1]) == stability) {
            ++end;
        }
        const std::size_t rows = column(points[begin]).size(), count = end - begin + 1;
        Array<double, 2> values({static_cast<index>(rows), static_cast<index>(count)});
        for (std::size_t k = 0; k < count; ++k) {
            const std::vector<double> one = column(points[begin + k]);
            for (std::size_t i = 0; i < rows; ++i) {
                values(static_cast<index>(i), static_cast<index>(k)) = one[i];
            }
        }
        list.push_back({{"stability", stability}, {"data", content.array(values)}});
        begin = end;
    }
}

Json special(const dynamics::SpecialPoint& point, const std::vector<double>& low, const std::vector<double>& high) {
    Json out{{"kind", std::string(dynamics::name(point.kind))},
             {"parameter", point.parameter},
             {"low", low},
             {"high", high}};
    if (point.kind == dynamics::Bifurcation::hopf && point.lyapunov != 0 && std::isfinite(point.lyapunov)) {
        out["criticality"] = point.lyapunov < 0 ? "supercritical" : "subcritical";
    }
    if (point.frequency > 0) {
        out["period"] = 2 * M_PI / point.frequency;
    }
    return out;
}

Json diagram(Content& content, const Portrait& portrait) {
    Json equilibria = Json::array(), cycles = Json::array(), points = Json::array();
    for (const auto& branch : portrait.equilibria.branches) {
        const auto state = [](const dynamics::EquilibriumPoint& point) {
            return neutral(point.eigenvalues) ? "neutral" : point.stable ? "stable" : "unstable";
        };
        add_runs(content, equilibria, branch, state, [](const dynamics::EquilibriumPoint& point) {
            std::vector<double> column{point.parameter};
            column.insert(column.end(), point.x.begin(), point.x.end());
            return column;
        });
    }
    for (const auto& point : portrait.equilibria.special_points) {
        points.push_back(special(point, point.x, point.x));
    }
    for (const auto& branch : portrait.cycles) {
        const auto state = [](const dynamics::CyclePoint& point) { return point.stable ? "stable" : "unstable"; };
        add_runs(content, cycles, branch.points, state, [](const dynamics::CyclePoint& point) {
            std::vector<double> column{point.parameter, point.period};
            column.insert(column.end(), point.low.begin(), point.low.end());
            column.insert(column.end(), point.high.begin(), point.high.end());
            return column;
        });
        for (const auto& point : branch.special_points) {
            if (point.kind == dynamics::Bifurcation::hopf || branch.points.empty()) {
                continue;  // equilibria have it
            }
            const auto at = std::clamp<index>(point.after, 0, static_cast<index>(branch.points.size()) - 1);
            const auto& cycle = branch.points[static_cast<std::size_t>(at)];
            points.push_back(special(point, cycle.low, cycle.high));
        }
    }
    return {{"equilibria", equilibria}, {"cycles", cycles}, {"points", points}};
}

Json value_json(Content& content, const PortraitValue& value, bool varies) {
    Json out = Json::object();
    if (varies) {
        out["parameter"] = value.parameter;
    }
    out["trace"] = content.array(value.trace);
    out["extremes"] = content.array(value.extremes);
    out["spikes"] = value.spikes;
    out["stopped"] = value.stopped;
    Json points = Json::array();
    for (const auto& point : value.points) {
        Json eigenvalues = Json::array();
        for (const auto& lambda : point.eigenvalues) {
            eigenvalues.push_back(Json::array({lambda.real(), lambda.imag()}));
        }
        points.push_back({{"x", point.x},
                          {"kind", std::string(dynamics::name(point.kind))},
                          {"stable", point.stable},
                          {"eigenvalues", eigenvalues}});
    }
    out["points"] = points;
    if (!value.nullclines.empty()) {
        Json lines = Json::array();
        for (const auto& line : value.nullclines) {
            lines.push_back(content.array(line));
        }
        out["nullclines"] = lines;
        out["field"] = content.array(value.field);
    }
    if (!value.slope.empty()) {
        out["slope"] = content.array(value.slope);
    }
    return out;
}

}  // namespace

void add_portrait(Page& page, const std::string& title, const Portrait& portrait) {
    require(!portrait.values.empty(), "a portrait without values: compute it with report::portrait");
    Content& content = page.content();
    const Model& model = portrait.model;
    Json states = Json::array(), values = Json::array();
    for (const auto& state : model.states) {
        states.push_back(quantity(state));
    }
    // The first state against the last without noise: of a spiking neuron the potential against its slowest gate, by
    // the order in which such models are written.
    index against = 0;
    for (std::size_t k = 1; k < model.states.size(); ++k) {
        against = model.states[k].noise.empty() || against == 0 ? static_cast<index>(k) : against;
    }
    const bool varies = portrait.parameter >= 0;
    for (const auto& value : portrait.values) {
        values.push_back(value_json(content, value, varies));
    }
    Json out{{"time", quantity("t", model.time_unit, model.time_scale, "")},
             {"states", states},
             {"plane", {0, against}},
             {"low", portrait.low},
             {"high", portrait.high},
             {"spikes", model.spikes()},
             {"values", values},
             {"first", portrait.first},
             {"remarks", portrait.remarks},
             {"hint", portrait.hint}};
    if (varies) {
        out["parameter"] = quantity(model.parameters[static_cast<std::size_t>(portrait.parameter)]);
        out["range"] = portrait.range;
        if (!portrait.equilibria.branches.empty()) {
            out["diagram"] = diagram(content, portrait);
        }
        if (!portrait.rates.empty()) {
            out["rates"] = content.array(portrait.rates);
        }
    }
    content.add_section("portrait", title, out);
}

}  // namespace ranvier::report
