#include "ranvier/language/check_parameters.hpp"

#include <cmath>
#include <map>

#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/values.hpp"

namespace ranvier::language {

namespace {

/// A parameter that has the name of a unit is none.
bool is_unit_expression(const Expr& e, const Symbols& symbols) {
    switch (e->op) {
        case Op::name: return units::find_unit(e->name).has_value() && !symbols.defines(e->name);
        case Op::number: return e->value == 1;
        case Op::multiply:
        case Op::divide:
            return is_unit_expression(e->operands[0], symbols) && is_unit_expression(e->operands[1], symbols);
        case Op::power:
            return is_unit_expression(e->operands[0], symbols) &&
                   (e->operands[1]->op == Op::number || e->operands[1]->op == Op::negate);
        default: return false;
    }
}

/// The tree with its leftmost number replaced by 1; null if there is none.
Expr without_number(const Expr& e, const Symbols& symbols) {
    if (e->op == Op::number) {
        return number(1);
    }
    if (e->op == Op::negate && e->operands[0]->op == Op::number) {
        return number(1);
    }
    if (e->op != Op::multiply && e->op != Op::divide) {
        return nullptr;
    }
    Expr left = without_number(e->operands[0], symbols);
    if (!left || !is_unit_expression(e->operands[1], symbols)) {
        return nullptr;
    }
    if (e->op == Op::multiply && left->op == Op::number) {
        return e->operands[1];
    }
    return binary(e->op, std::move(left), e->operands[1]);
}

/// The unit in which a value was written: "pF" of 281*pF; nothing where it is more than a number and a unit.
std::optional<std::string> unit_as_written(const Expr& e, const Symbols& symbols) {
    const Expr unit = without_number(e, symbols);
    if (!unit || unit->op == Op::number) {
        return std::nullopt;
    }
    std::string words = text(unit);
    return words.starts_with("1.0/") ? "1" + words.substr(3) : words;
}

struct ParameterCheck {
    const Draft& draft;
    Model& model;
    Symbols& symbols;
    Report& report;

    void complain(const Position& at, std::string message, std::string suggestion = "") {
        report.add_once(draft.parameters_place, at, std::move(message), std::move(suggestion));
    }

    /// A bound of a range: a constant of the parameter's dimension, where 0 and inf need no unit.
    double bound(const Expr& e, const Parameter& p, double otherwise) {
        if (!e) {
            return otherwise;
        }
        const Expr checked = UnitCheck(symbols, draft.parameters_place, report, {false, false})(e);
        if (!checked) {
            return otherwise;
        }
        double v = otherwise;
        try {
            v = value(checked,
                      [](const Node& n) { return n.role == Role::constant ? std::optional(n.value) : std::nullopt; });
        } catch (const InvalidInput& error) {
            complain(span_of(e), "an end of a range must be a constant; " + std::string(error.what()));
            return otherwise;
        }
        const bool unitless = v == 0 || std::isinf(v);
        if (checked->dimension != p.dimension && !(unitless && checked->dimension.dimensionless())) {
            complain(span_of(e), "the range of '" + p.name + "' must be in " + units::name(p.dimension) + "; '" +
                                     text(e) + "' is " + in_words(checked->dimension));
        }
        return v;
    }

    void line(const ParameterLine& l) {
        if (symbols.defines(l.name)) {
            complain(l.position,
                     "'" + l.name + "' is defined twice; first in line " + text_of(symbols.find(l.name)->line));
            return;
        }
        if (const std::string refusal = refusal_of_name(l.name, model.kind); !refusal.empty()) {
            complain(l.position, refusal);
            return;
        }
        Parameter p;
        p.name = l.name;
        p.position = l.position;
        p.comment = l.comment;
        p.flags = flags_of(l.flags, Form::parameter, draft.parameters_place, report);
        p.flags.constant = true;
        bool broken = false;
        if (l.unit) {
            p.type = l.unit->type;
            p.dimension = l.unit->unit.dimension;
            p.unit = l.unit->text;
            p.unit_scale = l.unit->unit.scale;
            broken = !l.unit->good;
        }
        if (l.value) {
            UnitCheck check(symbols, draft.parameters_place, report, {false, false});
            if (l.unit && l.unit->good) {
                p.initial = check.demanded(l.value, p.dimension, p.type, "'" + p.name + "'");
            } else if (Expr e = check(l.value)) {
                if (!l.unit) {
                    p.dimension = e->dimension;
                    p.type = e->type == Type::boolean ? Type::boolean : Type::real;
                    p.unit = unit_as_written(l.value, symbols).value_or(units::name(p.dimension));
                    if (const auto unit = unit_from(p.unit)) {
                        p.unit_scale = unit->scale;
                    }
                }
                p.initial = std::move(e);
            } else {
                broken = true;
            }
        } else if (!l.unit) {
            complain(l.position, "'" + l.name + "' needs a value or a unit",
                     "write '" + l.name + " = 1*mV' or '" + l.name + " : volt'");
            broken = true;
        }
        if (!broken) {
            p.low = bound(l.low, p, p.low);
            p.high = bound(l.high, p, p.high);
            p.low_open = l.low_open;
            p.high_open = l.high_open;
            if (p.low > p.high) {
                complain(l.position, "the range of '" + l.name + "' is empty");
            }
        }
        symbols.define(p.name, {Role::parameter, Side::own, static_cast<std::int32_t>(model.parameters.size()), p.type,
                                p.dimension, 0, true, broken, l.position.line});
        model.parameters.push_back(std::move(p));
    }

    /// Names that come further down are said to be late, not unknown.
    bool late(const ParameterLine& l, const std::map<std::string, std::size_t>& order, std::size_t here) {
        bool found = false;
        if (l.value) {
            for (const std::string& name : names_in(l.value)) {
                const auto other = order.find(name);
                if (other != order.end() && other->second >= here) {
                    complain(span_of(l.value),
                             "'" + l.name + "' needs '" + name + "', which is given " +
                                 (other->second == here ? "by itself" : "further down"),
                             other->second == here ? "" : "move '" + name + "' above '" + l.name + "'");
                    found = true;
                }
            }
        }
        return found;
    }
};

}  // namespace

void check_parameters(const Draft& draft, Model& model, Symbols& symbols, Report& report) {
    ParameterCheck check{draft, model, symbols, report};
    std::map<std::string, std::size_t> order;
    for (std::size_t k = 0; k < draft.parameters.size(); ++k) {
        order.emplace(draft.parameters[k].name, k);
    }
    for (std::size_t k = 0; k < draft.parameters.size(); ++k) {
        ParameterLine l = draft.parameters[k];
        if (check.late(l, order, k)) {
            symbols.define(l.name, {Role::parameter, Side::own, -1, Type::real, {}, 0, true, true, l.position.line});
            continue;
        }
        check.line(l);
    }
}

namespace {

/// Where the value stands that a message of parameter_values() is about: such messages begin with the parameter's name.
Position place_of(const Model& model, const std::string& preset, const std::string& message) {
    Position at;
    for (const Parameter& p : model.parameters) {
        if (message.starts_with(p.name + " ") || message.find("'" + p.name + "'") != std::string::npos) {
            at = p.position;
            for (const Preset& set : model.presets) {
                for (const Statement& s : set.values) {
                    at = set.name == preset && s.target == p.name ? s.position : at;
                }
            }
            break;
        }
    }
    return at;
}

}  // namespace

void check_numbers(const Model& model, const std::string& place, Report& report) {
    std::vector<std::string> presets = names_of(model.presets);
    presets.insert(presets.begin(), "");
    for (const std::string& preset : presets) {
        try {
            parameter_values(model, preset);
        } catch (const InvalidInput& error) {
            const std::string message = error.what();
            report.add(place, place_of(model, preset, message),
                       (preset.empty() ? "" : "preset '" + preset + "': ") + message);
        }
    }
}

}  // namespace ranvier::language
