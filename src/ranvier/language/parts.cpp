#include "ranvier/language/parts.hpp"

#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::language {

namespace {

std::string unit_text(const Variable& v) {
    return v.type == Type::boolean ? "boolean" : v.type == Type::integer ? "integer" : v.unit;
}

std::string condition_text(const Event& event) {
    if (!event.edge) {
        return text(event.condition);
    }
    return text(event.condition->operands[0]) +
           (event.condition->op == Op::greater ? " rises above " : " falls below ") +
           text(event.condition->operands[1]);
}

}  // namespace

std::string ending(const Variable& v) {
    std::vector<std::string> words;
    const Flags& f = v.flags;
    for (const auto& [flag, word] : {std::pair(f.unless_refractory, "unless refractory"),
                                     {f.constant, "constant"},
                                     {f.shared, "shared"},
                                     {f.event_driven, "event-driven"},
                                     {f.clock_driven, "clock-driven"},
                                     {f.summed, "summed"},
                                     {f.linked, "linked"},
                                     {f.constant_over_dt, "constant over dt"},
                                     {f.point_current, "point current"}}) {
        if (flag) {
            words.emplace_back(word);
        }
    }
    return " : " + unit_text(v) + (words.empty() ? "" : " (" + joined(words) + ")") + "\n";
}

std::string text(const std::vector<Statement>& statements) {
    std::string lines;
    for (const Statement& s : statements) {
        lines += text(s) + "\n";
    }
    return lines;
}

Parts parts_of(const Model& model, const std::function<bool(const Parameter&)>& outside) {
    Parts parts;
    parts.name = model.name;
    parts.kind = model.kind;
    parts.time = model.time.dimensionless() ? Time::number : Time::second;
    for (const State& s : model.states) {
        parts.equations += "d" + s.name + "/dt = " + text(s.rhs) + ending(s);
    }
    for (const Subexpression& s : model.subexpressions) {
        parts.equations += s.name + " = " + text(s.expr) + ending(s);
    }
    for (const Parameter& p : model.parameters) {
        if (!outside || !outside(p)) {
            parts.equations += p.name + ending(p);
        }
    }
    for (const Event& event : model.events) {
        if (event.name == "spike") {
            parts.threshold = condition_text(event);
            parts.reset = text(event.statements);
            continue;
        }
        parts.events.emplace_back(event.name, condition_text(event));
        if (!event.statements.empty()) {
            parts.on_event.emplace_back(event.name, text(event.statements));
        }
    }
    parts.refractory = model.refractory ? text(model.refractory) : "";
    for (const Pathway& p : model.pathways) {
        (p.side == Side::pre ? parts.on_pre : parts.on_post).emplace_back(p.name, text(p.statements));
    }
    for (const Update& u : model.updates) {
        parts.updates.emplace_back(u.period ? text(u.period) : "", text(u.statements));
    }
    return parts;
}

}  // namespace ranvier::language
