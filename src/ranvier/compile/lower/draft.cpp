#include "ranvier/compile/lower/draft.hpp"

#include <algorithm>
#include <unordered_set>

#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Model;
using language::Node;
using language::Role;
using language::Side;
using language::Statement;

namespace {

/// Where an expression names a subexpression that is constant over dt, it gets the name "fixed.NAME", built in.
Expr with_fixed_names(const Expr& e, const Model& model) {
    return !e ? e : language::replaced(e, [&](const Node& node) -> Expr {
        if (node.role != Role::subexpression || node.side != Side::own ||
            !model.subexpressions[node.index].flags.constant_over_dt) {
            return nullptr;
        }
        Node fixed = node;
        fixed.role = Role::built_in;
        fixed.name = "fixed." + node.name;
        return language::made(std::move(fixed));
    });
}

Model with_fixed_names(const Model& original) {
    Model model = original;
    const bool any = std::any_of(model.subexpressions.begin(), model.subexpressions.end(),
                                 [](const auto& s) { return s.flags.constant_over_dt; });
    if (!any) {
        return model;
    }
    const auto all = [&](std::vector<Statement>& statements) {
        for (Statement& s : statements) {
            s.value = with_fixed_names(s.value, original);
            s.result = with_fixed_names(s.result, original);
        }
    };
    for (auto& s : model.states) {
        s.drift = with_fixed_names(s.drift, original);
        for (auto& noise : s.noise) {
            noise.factor = with_fixed_names(noise.factor, original);
        }
    }
    for (auto& s : model.subexpressions) {
        if (!s.flags.constant_over_dt) {
            s.expr = with_fixed_names(s.expr, original);
        }
    }
    for (auto& event : model.events) {
        event.condition = with_fixed_names(event.condition, original);
        all(event.statements);
    }
    for (auto& update : model.updates) {
        all(update.statements);
    }
    model.refractory = with_fixed_names(model.refractory, original);
    return model;
}

void collect(const Expr& e, const Model& model, std::unordered_set<const Node*>& seen,
             std::set<std::string, std::less<>>& names) {
    if (!e || !seen.insert(e.get()).second) {
        return;
    }
    if (e->op == language::Op::name && e->side == Side::own) {
        if (e->role == Role::parameter ||
            (e->role == Role::built_in && (e->name == "lastspike" || e->name == "not_refractory"))) {
            names.insert(e->name);
        } else if (e->role == Role::subexpression || (e->role == Role::built_in && e->name.starts_with("fixed."))) {
            collect(model.subexpressions[e->index].expr, model, seen, names);
        }
    }
    for (const Expr& operand : e->operands) {
        collect(operand, model, seen, names);
    }
}

}  // namespace

std::set<std::string, std::less<>> needed_names(const Model& model, const std::vector<Expr>& expressions) {
    std::unordered_set<const Node*> seen;
    std::set<std::string, std::less<>> names;
    for (const Expr& e : expressions) {
        collect(e, model, seen, names);
    }
    return names;
}

std::set<std::string, std::less<>> changed_names(const std::vector<Statement>& statements) {
    std::set<std::string, std::less<>> names;
    for (const Statement& s : statements) {
        if (s.role == Role::parameter || s.role == Role::built_in) {
            names.insert(s.target);
        }
    }
    return names;
}

Value step_count(Draft& d, Value t) {
    const Value steps = d.b.divide(d.b.add(t, d.b.multiply(d.b.real(1e-3), d.dt)), d.dt);
    return d.b.apply(Op::floor, {steps});
}

Draft::Draft(const Model& original, std::string program_name, const Varying& varying_parameters)
    : model(with_fixed_names(original)), b(std::move(program_name)), varying(varying_parameters) {
    for (const std::string& name : varying) {
        require(language::find_parameter(model, name) != nullptr,
                [&] { return "the model '" + model.name + "' has no parameter '" + name + "' that could vary"; });
    }
    const auto changed = [&](const std::vector<Statement>& statements) {
        for (const std::string& name : changed_names(statements)) {
            if (language::find_parameter(model, name)) {
                varying.insert(name);
            }
        }
    };
    for (const auto& event : model.events) {
        changed(event.statements);
    }
    for (const auto& update : model.updates) {
        changed(update.statements);
    }
    for (const auto& p : model.parameters) {
        if (p.flags.linked) {
            varying.insert(p.name);
        }
    }
}

Value Draft::name_value(const Node& node, const std::vector<Value>& states_there, Value t_there,
                        const std::map<std::string, Value, std::less<>>* locals) {
    if (resolve) {
        if (const auto value = resolve(node)) {
            return *value;
        }
    }
    require(node.side == Side::own && model.kind != language::Kind::cable, [&] {
        return "'" + node.name + "' belongs to synapses or cables, which are not compiled as a group of their own";
    });
    switch (node.role) {
        case Role::state: return states_there.at(node.index);
        case Role::time: return t_there;
        case Role::timestep:
            require(dt.valid(),
                    "'dt' is the length of a fixed step, and here steps choose theirs: simulate with fixed steps (in "
                    "Python "
                    "ensemble(duration, dt)), or write a length of time in its place");
            return dt;
        case Role::local: {
            ensure(locals != nullptr, "local names stand in statements");
            return locals->at(node.name);
        }
        case Role::parameter: {
            if (const auto found = own.find(node.name); found != own.end()) {
                return found->second;
            }
            if (varying.count(node.name) == 0) {
                return b.uniform(node.name, ir_type(node.type));
            }
            return own_value(node.name, node.type);
        }
        case Role::built_in: break;
        default: throw InvalidInput("'" + node.name + "' has no value in a group of neurons");
    }
    if (node.name == "i") {
        return b.lane();
    }
    if (node.name == "N") {
        return b.uniform("N", Type::integer);
    }
    if (node.name == "t_in_timesteps") {
        return b.step();
    }
    if (node.name.starts_with("fixed.")) {
        const auto found = fixed.find(node.name.substr(6));
        if (found != fixed.end()) {
            return found->second;
        }
        return emitter(&states_there, t_there)(model.subexpressions[node.index].expr);
    }
    if (node.name == "lastspike" || node.name == "not_refractory") {
        return own_value(node.name, node.type);
    }
    throw InvalidInput("'" + node.name + "' is known to synapses and cables only");
}

Value& Draft::own_value(const std::string& name, language::Type type) {
    auto found = own.find(name);
    if (found == own.end()) {
        ensure(!in_loop, "what has a value per lane is loaded before the steps");
        found = own.emplace(name, load(name, ir_type(type))).first;
    }
    return found->second;
}

ExpressionEmitter Draft::emitter(const std::vector<Value>* states_there, Value t_there,
                                 const std::map<std::string, Value, std::less<>>* locals) {
    const std::vector<Value>* there = states_there ? states_there : &states;
    const Value time_there = t_there.valid() ? t_there : t;
    ExpressionEmitter e(b, model, draws, [this, there, time_there, locals](const Node& node) {
        return name_value(node, *there, time_there, locals);
    });
    if (special) {
        e.treat_specially(special, element);
    }
    return e;
}

void Draft::run(const std::vector<Statement>& statements, Value mask) {
    std::map<std::string, Value, std::less<>> locals;
    for (const Statement& s : statements) {
        require(s.side == Side::own,
                [&] { return "'" + s.target + "' belongs to a neuron at a synapse, which is not compiled here"; });
        ExpressionEmitter e = emitter(nullptr, {}, &locals);
        const Value result = e.converted(e(s.result), ir_type(s.type));
        if (s.role == Role::local) {
            locals[s.target] = result;
            continue;
        }
        Value& target = s.role == Role::state ? states.at(s.index) : own_value(s.target, s.type);
        target = mask.valid() ? b.select(mask, result, target) : result;
    }
}

void integrate(Draft& draft, const Integrator& integrator) {
    if (draft.model.states.empty()) {
        return;
    }
    if (integrator.scheme.empty()) {
        integrate_exactly(draft);
    } else {
        integrate_by_scheme(draft, integrator);
    }
}

}  // namespace ranvier::compile
