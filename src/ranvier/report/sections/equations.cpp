#include <cmath>

#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/formula.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

namespace {

using language::Model;

Json statement_json(const language::Statement& statement) {
    return {{"name", statement.target}, {"formula", formula(statement.result ? statement.result : statement.value)}};
}

/// Only a finite bound is one.
Json bound(double v, bool open) { return std::isfinite(v) ? Json{{"value", v}, {"open", open}} : Json(nullptr); }

}  // namespace

void add_equations(Page& page, const std::string& title, const Portrait& portrait) {
    const Model& model = portrait.model;
    Json equations = Json::array(), events = Json::array(), parameters = Json::array(), presets = Json::array();
    const auto add = [&](const language::Variable& variable, bool derivative, const language::Expr& expression) {
        equations.push_back(quantity(variable));
        equations.back().update({{"derivative", derivative}, {"formula", formula(expression)}});
    };
    for (const auto& state : model.states) {
        add(state, true, state.rhs);
    }
    for (const auto& part : model.subexpressions) {
        add(part, false, part.expr);
    }
    for (const auto& event : model.events) {
        Json statements = Json::array();
        for (const auto& statement : event.statements) {
            statements.push_back(statement_json(statement));
        }
        events.push_back({{"name", event.name}, {"condition", formula(event.condition)}, {"statements", statements}});
        if (event.edge) {
            events.back()["edge"] = true;
        }
    }
    std::vector<std::map<std::string, double>> in_preset;
    for (const auto& preset : model.presets) {
        presets.push_back({{"name", preset.name}, {"comment", preset.comment}});
        in_preset.push_back(language::parameter_values(model, preset.name));
    }
    const auto usual = language::parameter_values(model);
    for (const auto& parameter : model.parameters) {
        Json one = quantity(parameter);
        const auto value = portrait.parameters.find(parameter.name);
        one["value"] = value == portrait.parameters.end() ? Json(nullptr) : Json(value->second);
        one["low"] = bound(parameter.low, parameter.low_open);
        one["high"] = bound(parameter.high, parameter.high_open);
        Json changed = Json::array();
        for (std::size_t k = 0; k < in_preset.size(); ++k) {
            const auto here = usual.find(parameter.name);
            const auto there = in_preset[k].find(parameter.name);
            const bool same = there == in_preset[k].end() || (here != usual.end() && here->second == there->second);
            changed.push_back(same ? Json(nullptr) : Json(there->second));
        }
        one["presets"] = changed;
        parameters.push_back(one);
    }
    Json out{{"model", model.name},      {"about", model.about},   {"paper", model.paper},
             {"doi", model.doi},         {"equations", equations}, {"events", events},
             {"parameters", parameters}, {"presets", presets},     {"preset", portrait.preset}};
    if (model.refractory) {
        out["refractory"] = formula(model.refractory);
    }
    page.content().add_section("equations", title, out);
}

}  // namespace ranvier::report
