// Programs that are no steps: right-hand sides, derivatives, expressions, statements, initial values.
#include <algorithm>
#include <set>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/draft.hpp"
#include "ranvier/compile/lower/random_quantiles.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Model;
using language::Node;
using language::Role;
using LOp = language::Op;

namespace {

/// Only the parameters named vary: of programs that run no statements. Linked ones live per lane everywhere.
Draft plain_draft(const Model& model, const std::string& name, const Varying& varying) {
    Draft d(model, name, varying);
    for (auto p = d.varying.begin(); p != d.varying.end();) {
        const bool stays = varying.count(*p) > 0 || language::find_parameter(model, *p)->flags.linked;
        p = stays ? std::next(p) : d.varying.erase(p);
    }
    return d;
}

/// States are loaded where expressions name them.
void load_states(Draft& d) {
    for (const auto& s : d.model.states) {
        d.states.push_back(d.load(s.name, Type::real));
    }
    d.t = d.b.time();
}

void store(Draft& d, const std::string& name, Value v) { d.b.store(d.b.array(name, d.b.type(v)), v); }

}  // namespace

Program rhs_program(const Model& model, const Varying& varying, bool frozen) {
    Draft d = plain_draft(model, "rhs", varying);
    load_states(d);
    ExpressionEmitter e = d.emitter();
    for (const auto& s : d.model.states) {
        Value slope = e.real(s.drift);
        if (frozen && s.flags.unless_refractory) {
            const Value free = d.name_value(*expression(d.model, "not_refractory"), d.states, d.t, nullptr);
            slope = d.b.select(free, slope, d.b.real(0));
        }
        store(d, "d." + s.name, slope);
    }
    return d.b.program();
}

Program jacobian_program(const Model& model, const Varying& varying, const std::vector<std::string>& by) {
    Draft d = plain_draft(model, "jacobian", varying);
    load_states(d);
    const std::vector<std::string> names = by.empty() ? names_of(model.states) : by;
    for (const std::string& name : by) {
        const Role role = expression(model, name)->role;
        require(role == Role::state || role == Role::parameter || role == Role::time,
                [&] { return "derivatives are taken by states, parameters and t; '" + name + "' is none of these"; });
    }
    ExpressionEmitter e = d.emitter();
    for (const auto& s : d.model.states) {
        const Expr drift = language::expanded(s.drift, d.model);
        const std::vector<std::string> inside = language::names_in(drift);
        const std::set<std::string> known(inside.begin(), inside.end());
        for (const std::string& name : names) {
            if (known.count(name) == 0) {
                continue;
            }
            store(d, "d." + s.name + "." + name, e.real(language::derivative(drift, name)));
        }
    }
    return d.b.program();
}

Program expression_program(const Model& model, const std::vector<std::pair<std::string, Expr>>& expressions,
                           const Varying& varying) {
    Draft d = plain_draft(model, "expressions", varying);
    load_states(d);
    ExpressionEmitter e = d.emitter();
    for (const auto& [name, expression] : expressions) {
        store(d, name, e.converted(e(expression), ir_type(expression->type)));
    }
    return d.b.program();
}

Program statements_program(const Model& model, const std::vector<language::Statement>& statements,
                           const Varying& varying, bool masked) {
    Draft d = plain_draft(model, "statements", varying);
    for (const std::string& name : changed_names(statements)) {
        if (language::find_parameter(model, name)) {
            d.varying.insert(name);
        }
    }
    load_states(d);
    const Value mask = masked ? d.load("where", Type::boolean) : Value{};
    d.run(statements, mask);
    std::set<std::string> stored;
    for (const auto& s : statements) {
        if (s.role == Role::local || !stored.insert(s.target).second) {
            continue;
        }
        store(d, s.target, s.role == Role::state ? d.states[static_cast<std::size_t>(s.index)] : d.own.at(s.target));
    }
    return d.b.program();
}

Program initial_program(const Model& model, std::string_view preset_name, const Varying& varying) {
    Draft d = plain_draft(model, "initial", varying);
    const language::Preset* preset = preset_name.empty() ? nullptr : language::find_preset(model, preset_name);
    require(preset_name.empty() || preset != nullptr,
            [&] { return "the model '" + model.name + "' has no preset '" + std::string(preset_name) + "'"; });
    d.t = d.b.time();
    std::vector<int> progress(model.states.size(), 0);  // 1: being found, 2: known
    d.states.resize(model.states.size());
    // A state's initial value may use that of another.
    std::function<Value(std::size_t)> initial = [&](std::size_t k) -> Value {
        const auto& s = d.model.states[k];
        if (progress[k] == 2) {
            return d.states[k];
        }
        require(progress[k] == 0, [&] { return "the initial value of '" + s.name + "' depends on itself"; });
        progress[k] = 1;
        Expr e = s.initial;
        if (preset) {
            for (const auto& value : preset->values) {
                e = value.target == s.name ? value.value : e;
            }
        }
        Value v = d.b.real(0);
        if (e) {
            ExpressionEmitter emit(d.b, d.model, d.draws, [&](const Node& node) {
                return node.role == Role::state ? initial(static_cast<std::size_t>(node.index))
                                                : d.name_value(node, d.states, d.t, nullptr);
            });
            v = emit.real(e);
        }
        progress[k] = 2;
        d.states[k] = v;
        return v;
    };
    for (std::size_t k = 0; k < model.states.size(); ++k) {
        store(d, model.states[k].name, initial(k));
    }
    return d.b.program();
}

Expr switching_function(const Expr& condition) {
    const auto both = [&](const char* function) {
        return language::call(function,
                              {switching_function(condition->operands[0]), switching_function(condition->operands[1])});
    };
    switch (condition->op) {
        case LOp::greater:
        case LOp::greater_equal: return language::binary(LOp::subtract, condition->operands[0], condition->operands[1]);
        case LOp::less:
        case LOp::less_equal: return language::binary(LOp::subtract, condition->operands[1], condition->operands[0]);
        case LOp::logical_and: return both("min");
        case LOp::logical_or: return both("max");
        case LOp::logical_not: return language::unary(LOp::negate, switching_function(condition->operands[0]));
        default: break;
    }
    return language::call("where", {condition, language::number(1), language::number(-1)});
}

std::vector<const void*> addresses(const Program& program, const Model& model) {
    std::vector<const void*> found;
    for (const FunctionDeclaration& f : program.functions) {
        const void* address = nullptr;
        if (f.name == "ranvier.poisson") {
            address = reinterpret_cast<const void*>(&ranvier_poisson_quantile);
        } else if (f.name == "ranvier.binomial") {
            address = reinterpret_cast<const void*>(&ranvier_binomial_quantile);
        }
        for (const auto& user : model.functions) {
            address = user.name == f.name ? user.address : address;
        }
        require(address != nullptr,
                [&] { return "the function '" + f.name + "' has no address: nothing was bound to it"; });
        found.push_back(address);
    }
    return found;
}

}  // namespace ranvier::compile
