#include "ranvier/language/symbols.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/functions.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

struct BuiltIn {
    std::string_view name;
    Type type;
    std::string_view unit;
    bool neuron, synapse, cable;
    bool fixed = true;  ///< statements may not change it
};

constexpr BuiltIn built_ins[] = {
    {"i", Type::integer, "1", true, true, true},
    {"j", Type::integer, "1", false, true, false},
    {"N", Type::integer, "1", true, true, true},
    {"N_pre", Type::integer, "1", false, true, false},
    {"N_post", Type::integer, "1", false, true, false},
    {"N_incoming", Type::integer, "1", false, true, false},
    {"N_outgoing", Type::integer, "1", false, true, false},
    {"t_in_timesteps", Type::integer, "1", true, true, true},
    {"lastspike", Type::real, "second", true, false, true, false},
    {"lastupdate", Type::real, "second", false, true, false, false},
    {"not_refractory", Type::boolean, "1", true, false, true, false},
    {"delay", Type::real, "second", false, true, false, false},
    {"v", Type::real, "volt", false, false, true, false},
    {"area", Type::real, "metre**2", false, false, true},
    {"volume", Type::real, "metre**3", false, false, true},
    {"diameter", Type::real, "metre", false, false, true},
    {"length", Type::real, "metre", false, false, true},
    {"distance", Type::real, "metre", false, false, true},
    {"Cm", Type::real, "farad/metre**2", false, false, true},
    {"Ri", Type::real, "ohm*metre", false, false, true},
    {"x", Type::real, "metre", false, false, true},
    {"y", Type::real, "metre", false, false, true},
    {"z", Type::real, "metre", false, false, true},
};

Symbol symbol_of(const Variable& v, Role role, Side side, std::int32_t index) {
    return {role, side, index, v.type, v.dimension, 0, v.flags.constant};
}

/// Near ones of `known`, as a sentence. Of a single letter only the other case is near.
std::string near(std::string_view word, std::vector<std::string> known) {
    if (word.size() == 1) {
        const char other = static_cast<char>(word[0] ^ 0x20);
        std::erase_if(known, [&](const std::string& name) { return name.size() != 1 || name[0] != other; });
    }
    return did_you_mean(word, known, "");
}

}  // namespace

Symbols::Symbols(Model& model, const Scope& scope) : model_(model), scope_(scope) {}

void Symbols::define_outside(Side side, const Variable& variable) {
    (side == Side::pre ? model_.pre : model_.post).push_back(variable);
}

std::optional<Symbol> Symbols::built_in(std::string_view name) const {
    if (name == "t" || name == "dt") {
        return Symbol{name == "t" ? Role::time : Role::timestep, Side::own, -1, Type::real, model_.time, 0, true};
    }
    if (name == "xi" || name.starts_with("xi_")) {
        return Symbol{Role::noise, Side::own, -1, Type::real, units::pow(model_.time, -0.5), 0, true};
    }
    if (model_.kind == Kind::system && name != "t_in_timesteps") {
        return std::nullopt;
    }
    for (const BuiltIn& b : built_ins) {
        const bool here = model_.kind == Kind::synapse ? b.synapse : model_.kind == Kind::cable ? b.cable : b.neuron;
        const bool everywhere = name == "t_in_timesteps";
        if (b.name == name && (here || everywhere)) {
            const auto dimension = b.unit == "second" ? model_.time : unit_from_text(b.unit).dimension;
            return Symbol{Role::built_in, Side::own, -1, b.type, dimension, 0, b.fixed};
        }
    }
    return std::nullopt;
}

std::optional<Symbol> Symbols::outside(std::string_view base, Side side) {
    auto& used = side == Side::pre ? model_.pre : model_.post;
    for (std::size_t k = 0; k < used.size(); ++k) {
        if (used[k].name == base) {
            return symbol_of(used[k], Role::parameter, side, static_cast<std::int32_t>(k));
        }
    }
    const Model* other = side == Side::pre ? scope_.pre : scope_.post;
    if (!other) {
        return std::nullopt;
    }
    Variable variable;
    if (const State* s = find_state(*other, base)) {
        variable = *s;
    } else if (const Parameter* p = find_parameter(*other, base)) {
        variable = *p;
    } else if (const Subexpression* e = find_subexpression(*other, base)) {
        variable = *e;
        variable.flags.constant = true;
    } else {
        for (const BuiltIn& b : built_ins) {
            if (b.name == base && (other->kind == Kind::cable ? b.cable : b.neuron)) {
                return Symbol{Role::built_in, side, -1, b.type, unit_from_text(b.unit).dimension, 0, base != "v"};
            }
        }
        return std::nullopt;
    }
    used.push_back(variable);
    return symbol_of(variable, Role::parameter, side, static_cast<std::int32_t>(used.size() - 1));
}

std::optional<Symbol> Symbols::find(std::string_view name) {
    if (const auto found = own_.find(name); found != own_.end()) {
        return found->second;
    }
    if (const auto found = built_in(name)) {
        return found;
    }
    if (model_.kind == Kind::synapse) {
        for (const auto& [ending, side] : {std::pair("_pre", Side::pre), {"_post", Side::post}, {"", Side::post}}) {
            if (name.ends_with(ending)) {
                if (const auto found = outside(name.substr(0, name.size() - std::strlen(ending)), side)) {
                    return found;
                }
            }
        }
    }
    if (const auto found = scope_.constants.find(name); found != scope_.constants.end()) {
        return Symbol{Role::constant,          Side::own,           -1,  found->second.type,
                      found->second.dimension, found->second.value, true};
    }
    if (const NamedConstant* constant = find_constant(name)) {
        return Symbol{Role::constant, Side::own, -1, Type::real, constant->dimension, constant->value, true};
    }
    return std::nullopt;
}

const UserFunction* Symbols::find_user_function(std::string_view name) const { return named(scope_.functions, name); }

std::vector<std::string> Symbols::names_outside(Side side) const {
    std::vector<std::string> names = names_of(side == Side::pre ? model_.pre : model_.post);
    if (const Model* other = side == Side::pre ? scope_.pre : scope_.post) {
        const auto add = [&](const auto& list) {
            for (const Variable& v : list) {
                if (std::find(names.begin(), names.end(), v.name) == names.end()) {
                    names.push_back(v.name);
                }
            }
        };
        add(other->states);
        add(other->parameters);
        add(other->subexpressions);
    }
    return names;
}

std::string Symbols::suggestion(std::string_view word) const {
    const bool pre = word.ends_with("_pre");
    if (model_.kind == Kind::synapse && (pre || word.ends_with("_post"))) {
        // nearness of the ending counts for nothing
        const std::string ending = pre ? "_pre" : "_post";
        std::string hint =
            near(word.substr(0, word.size() - ending.size()), names_outside(pre ? Side::pre : Side::post));
        for (std::size_t at = 0, quotes = 0; at < hint.size(); ++at) {
            if (hint[at] == '\'' && ++quotes % 2 == 0) {
                hint.insert(at, ending);
                at += ending.size();
            }
        }
        return hint;
    }
    std::vector<std::string> known;
    for (const auto& [name, symbol] : own_) {
        known.push_back(name);
    }
    for (const auto& [name, constant] : scope_.constants) {
        known.push_back(name);
    }
    if (model_.kind == Kind::synapse) {
        std::ranges::copy(names_outside(Side::post), std::back_inserter(known));
    }
    std::string hint = near(word, known);
    if (hint.empty()) {
        known = names_of(named_constants());
        for (const BuiltIn& b : built_ins) {
            if (b.name.size() > 1 && built_in(b.name)) {
                known.emplace_back(b.name);
            }
        }
        for (const char* unit :
             {"mvolt",  "volt",   "second", "msecond", "siemens", "nsiemens", "amp", "namp", "pamp", "farad",
              "pfarad", "ufarad", "metre",  "ohm",     "Mohm",    "hertz",    "mV",  "pA",   "nA",   "uA",
              "nS",     "uS",     "pF",     "nF",      "uF",      "Hz",       "kHz", "um",   "cm"}) {
            known.emplace_back(unit);
        }
        hint = near(word, known);
    }
    return hint;
}

std::string Symbols::function_suggestion(std::string_view word) const {
    if (const std::string_view instead = written_instead(word); !instead.empty()) {
        return std::string(instead);
    }
    std::vector<std::string> known = names_of(functions());
    for (const UserFunction& f : scope_.functions) {
        known.push_back(f.name);
    }
    return near(word, known);
}

std::string Symbols::target_suggestion(std::string_view word) const {
    if (model_.kind == Kind::synapse && (word.ends_with("_pre") || word.ends_with("_post"))) {
        return suggestion(word);
    }
    std::vector<std::string> known;
    for (const auto& [name, symbol] : own_) {
        if (!symbol.fixed && symbol.role != Role::subexpression) {
            known.push_back(name);
        }
    }
    return near(word, known);
}

std::string refusal_of_name(std::string_view name, Kind kind) {
    const std::string quoted = "'" + std::string(name) + "'";
    if (name.starts_with("_")) {
        return quoted + " begins with '_': such names are kept for the engine";
    }
    static constexpr std::array<std::string_view, 21> keywords{
        "and", "or",     "not", "True",   "False", "None",   "if",   "else", "for",  "while",  "in",
        "is",  "lambda", "def", "return", "class", "import", "from", "as",   "with", "boolean"};
    if (std::find(keywords.begin(), keywords.end(), name) != keywords.end()) {
        return quoted + " is a word of the language and can't name a variable; write '" + std::string(name) + "_'";
    }
    const bool indexed = kind != Kind::system && (name == "i" || name == "N" || (name == "j" && kind == Kind::synapse));
    if (name == "t" || name == "dt" || name == "t_in_timesteps" || name == "xi" || name.starts_with("xi_") || indexed) {
        return quoted + " has a meaning of its own and can't name a variable";
    }
    if (find_function(name)) {
        return quoted + " is a function and can't name a variable";
    }
    if (find_constant(name)) {
        return quoted + " is a constant and can't name a variable";
    }
    if (reserved_unit(name)) {
        return quoted + " is a unit and can't name a variable";
    }
    return "";
}

}  // namespace ranvier::language
