// Numbers of a model: parameters by default, preset and choice, and the states at the start.
#include "ranvier/language/values.hpp"

#include <charconv>
#include <cmath>
#include <set>
#include <unordered_map>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

std::string digits(double v) {
    char buffer[40];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::general, 12).ptr);
}

std::string in_unit(double v, const Variable& variable) {
    return digits(v / variable.unit_scale) + (variable.unit == "1" ? "" : " " + variable.unit);
}

void check_range(const Parameter& p, double v) {
    require(!std::isnan(v), [&] { return "'" + p.name + "' must be a number; it is NaN"; });
    // A value written in a unit may differ from the bound, written in another, by its last digit.
    const double slack = 1e-12;
    const bool above = p.low_open ? v > p.low : v >= p.low - slack * std::abs(p.low);
    const bool below = p.high_open ? v < p.high : v <= p.high + slack * std::abs(p.high);
    require((above || (p.low_open && std::isinf(p.low))) && (below || (p.high_open && std::isinf(p.high))), [&] {
        std::string range;
        if (std::isinf(p.high)) {
            range = std::string(p.low_open ? "> " : ">= ") + in_unit(p.low, p);
        } else if (std::isinf(p.low)) {
            range = std::string(p.high_open ? "< " : "<= ") + in_unit(p.high, p);
        } else {
            range = std::string("in ") + (p.low_open ? "(" : "[") + in_unit(p.low, p) + ", " + in_unit(p.high, p) +
                    (p.high_open ? ")" : "]");
        }
        return p.name + " must be " + range + "; got " + in_unit(v, p);
    });
    require(p.type != Type::integer || v == std::floor(v),
            [&] { return p.name + " must be an integer; got " + digits(v); });
}

const Preset* preset_or_null(const Model& model, std::string_view name) {
    if (name.empty()) {
        return nullptr;
    }
    const Preset* preset = find_preset(model, name);
    if (!preset) {
        const std::vector<std::string> known = names_of(model.presets);
        throw InvalidInput("the model '" + model.name + "' has no preset '" + std::string(name) + "'" +
                           did_you_mean(name, known) +
                           (known.empty() ? "; it has none" : " (it has: " + joined(known) + ")"));
    }
    return preset;
}

/// What the preset says about a variable, or null.
Expr from_preset(const Preset* preset, const std::string& name) {
    Expr found;
    if (preset) {
        for (const Statement& s : preset->values) {
            found = s.target == name ? s.value : found;
        }
    }
    return found;
}

}  // namespace

std::optional<units::Unit> unit_from(std::string_view text) {
    Report report;
    const std::string place = "unit";
    const Tokens words = tokens({text, place}, report);
    Reader reader{words.list, place, report};
    const UnitText unit = read_unit(reader);
    return unit.good && reader.done() && report.count() == 0 ? std::optional(unit.unit) : std::nullopt;
}

units::Unit unit_from_text(std::string_view text) {
    const auto unit = unit_from(text);
    require(unit.has_value(), [&] {
        return "'" + std::string(text) + "' is no unit; units are written like 'mV', '1/second', 'uA/cm**2'";
    });
    return *unit;
}

std::map<std::string, double> parameter_values(const Model& model, std::string_view preset_name,
                                               const std::map<std::string, double>& given) {
    const Preset* preset = preset_or_null(model, preset_name);
    for (const auto& [name, v] : given) {
        require(find_parameter(model, name), [&, &name = name] {
            return "the model '" + model.name + "' has no parameter '" + name + "'" +
                   did_you_mean(name, names_of(model.parameters));
        });
    }
    std::unordered_map<std::string_view, const Parameter*> by_name;
    for (const Parameter& p : model.parameters) {
        by_name.emplace(p.name, &p);
    }
    std::map<std::string, double> values;
    std::set<std::string> open;  // parameters whose value is being computed
    // A preset may let one parameter follow another that comes later, so values are found on demand.
    std::function<std::optional<double>(const std::string&)> find =
        [&](const std::string& name) -> std::optional<double> {
        if (const auto known = values.find(name); known != values.end()) {
            return known->second;
        }
        const auto found = by_name.find(name);
        if (found == by_name.end()) {
            return std::nullopt;
        }
        const Parameter* p = found->second;
        std::optional<double> v;
        if (const auto known = given.find(name); known != given.end()) {
            v = known->second;
        } else {
            Expr e = from_preset(preset, name);
            e = e ? e : p->initial;
            if (!e) {
                return std::nullopt;
            }
            require(open.insert(name).second, [&] { return "the value of '" + name + "' depends on itself"; });
            v = value(e,
                      [&](const Node& node) { return node.role == Role::parameter ? find(node.name) : std::nullopt; });
            open.erase(name);
        }
        check_range(*p, *v);
        values.emplace(name, *v);
        return v;
    };
    for (const Parameter& p : model.parameters) {
        find(p.name);
    }
    return values;
}

std::map<std::string, double> initial_values(const Model& model, const std::map<std::string, double>& parameters,
                                             std::string_view preset_name) {
    const Preset* preset = preset_or_null(model, preset_name);
    std::map<std::string, double> values;
    std::set<std::string> open;
    std::function<std::optional<double>(const Node&)> find = [&](const Node& node) -> std::optional<double> {
        if (node.role == Role::parameter) {
            const auto known = parameters.find(node.name);
            return known == parameters.end() ? std::nullopt : std::optional(known->second);
        }
        if (node.role == Role::time) {
            return 0.0;
        }
        if (node.role != Role::state) {
            return std::nullopt;
        }
        if (const auto known = values.find(node.name); known != values.end()) {
            return known->second;
        }
        const State& state = model.states[node.index];
        Expr e = from_preset(preset, state.name);
        e = e ? e : state.initial;
        double v = 0;
        if (e) {
            require(open.insert(state.name).second,
                    [&] { return "the initial value of '" + state.name + "' depends on itself"; });
            v = value(expanded(e, model), find);
            open.erase(state.name);
            require(std::isfinite(v), [&] { return "the initial value of '" + state.name + "' is not finite"; });
        }
        values.emplace(state.name, v);
        return v;
    };
    for (std::size_t k = 0; k < model.states.size(); ++k) {
        Node node;
        node.role = Role::state;
        node.name = model.states[k].name;
        node.index = static_cast<std::int32_t>(k);
        find(node);
    }
    return values;
}

const State* find_state(const Model& model, std::string_view name) { return named(model.states, name); }

const Subexpression* find_subexpression(const Model& model, std::string_view name) {
    return named(model.subexpressions, name);
}

const Parameter* find_parameter(const Model& model, std::string_view name) { return named(model.parameters, name); }

const Preset* find_preset(const Model& model, std::string_view name) { return named(model.presets, name); }

}  // namespace ranvier::language
