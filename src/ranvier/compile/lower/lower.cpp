#include "ranvier/compile/lower/lower.hpp"

#include <algorithm>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/draft.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Model;

namespace {

/// All expressions and statements that a step of this kind holds.
std::vector<Expr> expressions_of_step(const Draft& draft, const Lowering& how,
                                      std::vector<language::Statement>& statements) {
    const Model& model = draft.model;
    std::vector<Expr> all;
    for (const auto& s : model.states) {
        all.push_back(s.drift);
        for (const auto& noise : s.noise) {
            all.push_back(noise.factor);
        }
    }
    for (const auto& s : model.subexpressions) {
        if (s.flags.constant_over_dt) {
            all.push_back(s.expr);
        }
    }
    all.push_back(model.refractory);
    for (const auto& event : model.events) {
        if (how.thresholds) {
            all.push_back(event.condition);
        }
        if (how.thresholds && how.resets) {
            statements.insert(statements.end(), event.statements.begin(), event.statements.end());
        }
    }
    for (const auto& update : model.updates) {
        if (how.updates) {
            all.push_back(update.period);
            statements.insert(statements.end(), update.statements.begin(), update.statements.end());
        }
    }
    for (const auto& s : statements) {
        all.push_back(s.result);
    }
    for (const std::string& name : how.record) {
        all.push_back(expression(model, name));
    }
    return all;
}

/// Was an event with an edge beyond its level when it was last looked at?
std::string beyond(const language::Event& event) { return event.name + ".beyond"; }

/// What a step reads or changes is loaded; what it changes is carried from step to step.
struct Carried {
    std::vector<std::string> names;  ///< states first
    std::vector<Value> first, carries;
};

Carried declare_variables(Draft& d, const Lowering& how) {
    std::vector<language::Statement> statements;
    const auto needed = needed_names(d.model, expressions_of_step(d, how, statements));
    auto changed = changed_names(statements);
    const bool spikes_looked_at = how.thresholds && d.model.spikes();
    if (d.refractory()) {
        changed.insert("not_refractory");
    }
    if (spikes_looked_at && (d.refractory_duration() || needed.count("lastspike") > 0)) {
        changed.insert("lastspike");
    }
    Carried c;
    for (const auto& s : d.model.states) {
        c.names.push_back(s.name);
        c.first.push_back(d.load(s.name, Type::real));
    }
    const auto declare = [&](const std::string& name, Type type) {
        const bool changes = changed.count(name) > 0;
        if (!changes && needed.count(name) == 0) {
            return;
        }
        const Value loaded = d.load(name, type);
        if (changes) {
            c.names.push_back(name);
            c.first.push_back(loaded);
        } else {
            d.own[name] = loaded;
        }
    };
    for (const auto& p : d.model.parameters) {
        if (d.varying.count(p.name) > 0) {
            declare(p.name, ir_type(p.type));
        }
    }
    if (d.refractory_duration()) {  // it is the time since the last spike that counts
        changed.insert("lastspike");
    }
    declare("lastspike", Type::real);
    declare("not_refractory", Type::boolean);
    for (const auto& event : d.model.events) {
        if (how.thresholds && event.edge) {
            c.names.push_back(beyond(event));
            c.first.push_back(d.load(beyond(event), Type::boolean));
        }
    }
    return c;
}

void begin_step(Draft& d, const Lowering& how, Carried& c) {
    if (how.many_steps) {
        d.b.steps();
        d.in_loop = true;
    }
    for (std::size_t k = 0; k < c.names.size(); ++k) {
        c.carries.push_back(how.many_steps ? d.b.carry(c.first[k]) : c.first[k]);
        if (k < d.model.states.size()) {
            d.states.push_back(c.carries[k]);
        } else {
            d.own[c.names[k]] = c.carries[k];
        }
    }
    d.t = d.b.time();
    d.dt = d.b.uniform("dt");
}

/// Subexpressions that are constant over dt have their value from here on.
void fix_values(Draft& d) {
    for (const auto& s : d.model.subexpressions) {
        if (s.flags.constant_over_dt) {
            ExpressionEmitter e = d.emitter();
            d.fixed[s.name] = e.converted(e(s.expr), ir_type(s.type));
        }
    }
}

/// An event with an edge is beyond its level before the step if it was when it was last looked at and is so still,
/// after resets and what came in since. What one of them passes counts.
void look_before(Draft& d) {
    for (const auto& event : d.model.events) {
        d.beyond.push_back(
            event.edge ? d.b.apply(Op::logical_and, {d.own.at(beyond(event)), d.emitter().boolean(event.condition)})
                       : Value{});
    }
}

/// The model's periodic statements, where their time has come.
void run_updates(Draft& d) {
    for (const auto& update : d.model.updates) {
        Value now;
        if (update.period) {
            const Value steps = d.b.apply(Op::to_integer, {step_count(d, d.emitter().real(update.period))});
            now = d.b.apply(Op::equal, {d.b.apply(Op::modulo, {d.b.step(), steps}), d.b.integer(0)});
        }
        d.run(update.statements, now);
    }
}

/// After a spike a neuron is refractory for as long as the text says, or while its condition holds.
void decide_refractoriness(Draft& d) {
    if (!d.refractory()) {
        return;
    }
    ExpressionEmitter e = d.emitter();
    Value& not_refractory = d.own.at("not_refractory");
    if (d.refractory_duration()) {
        const Value since = step_count(d, d.b.subtract(d.t, d.own.at("lastspike")));
        const Value period = step_count(d, e.real(d.model.refractory));
        not_refractory = d.b.apply(Op::greater_equal, {since, period});
    } else {
        const Value over = d.b.apply(Op::logical_not, {e.boolean(d.model.refractory)});
        not_refractory = d.b.apply(Op::logical_or, {not_refractory, over});
    }
}

/// The conditions of all events, after the step. A neuron that is refractory does not spike.
std::vector<Value> apply_thresholds(Draft& d) {
    std::vector<Value> happened;
    for (std::size_t k = 0; k < d.model.events.size(); ++k) {
        const auto& event = d.model.events[k];
        Value now = d.emitter().boolean(event.condition);
        if (event.edge) {
            d.own.at(beyond(event)) = now;
            now = d.b.apply(Op::logical_and, {now, d.b.apply(Op::logical_not, {d.beyond[k]})});
        }
        const bool spike = event.name == "spike";
        if (spike && d.refractory()) {
            now = d.b.apply(Op::logical_and, {now, d.own.at("not_refractory")});
        }
        happened.push_back(now);
        d.b.emit(d.b.events(event.name), now);
    }
    for (std::size_t k = 0; k < happened.size(); ++k) {
        if (d.model.events[k].name != "spike") {
            continue;
        }
        if (const auto last = d.own.find("lastspike"); last != d.own.end()) {
            last->second = d.b.select(happened[k], d.t, last->second);
        }
        if (d.refractory()) {
            Value& free = d.own.at("not_refractory");
            free = d.b.apply(Op::logical_and, {free, d.b.apply(Op::logical_not, {happened[k]})});
        }
    }
    return happened;
}

void apply_resets(Draft& d, const std::vector<Value>& happened) {
    for (std::size_t k = 0; k < happened.size(); ++k) {
        d.run(d.model.events[k].statements, happened[k]);
    }
}

void record_values(Draft& d, const Lowering& how, Builder::Recording recording) {
    const Value after = d.b.add(d.t, d.dt);
    ExpressionEmitter e = d.emitter(nullptr, after);
    std::vector<std::pair<int, Value>> values;
    for (const std::string& name : how.record) {
        const Expr what = expression(d.model, name);
        const Value v = e.converted(e(what), ir_type(what->type));
        values.emplace_back(d.b.array(name + ".recorded", d.b.type(v), ArrayKind::recording), v);
    }
    d.b.record_every(recording, values);
}

void end_step(Draft& d, const Lowering& how, const Carried& c) {
    std::vector<Value> last;
    for (std::size_t k = 0; k < c.names.size(); ++k) {
        const Value now = k < d.model.states.size() ? d.states[k] : d.own.at(c.names[k]);
        if (how.many_steps) {
            d.b.set_next(c.carries[k], now);
        }
        last.push_back(how.many_steps ? c.carries[k] : now);
    }
    if (how.many_steps) {
        d.b.end();
    }
    for (std::size_t k = 0; k < c.names.size(); ++k) {
        d.b.store(d.b.array(c.names[k], d.b.type(last[k])), last[k]);
    }
}

std::string program_name(const std::string& model) {
    std::string name;
    for (const char c : model) {
        const bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        name += good ? c : '_';
    }
    return name.empty() ? "model" : name;
}

}  // namespace

Lowered lowered(const Model& model, const Lowering& how) {
    require(how.record.empty() || how.many_steps, "only programs of many steps record");
    const Integrator& integrator = chosen_integrator(model, how.method);
    Draft d(model, program_name(model.name) + ".step", how.varying);

    Carried carried = declare_variables(d, how);
    Builder::Recording recording{};
    if (!how.record.empty()) {
        recording = d.b.begin_recording(d.b.uniform("record.every", Type::integer));
    }
    begin_step(d, how, carried);
    fix_values(d);
    if (how.thresholds) {
        look_before(d);
    }
    if (how.updates) {
        run_updates(d);
    }
    decide_refractoriness(d);
    integrate(d, integrator);
    if (how.thresholds) {
        const std::vector<Value> happened = apply_thresholds(d);
        if (how.resets) {
            apply_resets(d, happened);
        }
    }
    if (!how.record.empty()) {
        record_values(d, how, recording);
    }
    end_step(d, how, carried);
    return {d.b.program(), std::string(integrator.name)};
}

Expr expression(const Model& model, std::string_view name) {
    language::Node node;
    node.op = language::Op::name;
    node.name = std::string(name);
    const auto found = [&](const auto& list, language::Role role) {
        for (std::size_t k = 0; k < list.size() && node.role == language::Role::unresolved; ++k) {
            if (list[k].name == name) {
                node.role = role;
                node.index = static_cast<std::int32_t>(k);
                node.type = list[k].type;
                node.dimension = list[k].dimension;
            }
        }
        return node.role == role;
    };
    if (found(model.states, language::Role::state) || found(model.subexpressions, language::Role::subexpression) ||
        found(model.parameters, language::Role::parameter)) {
        return language::made(node);
    }
    if (name == "t") {
        node.role = language::Role::time;
        node.dimension = model.time;
        return language::made(node);
    }
    if (name == "lastspike" || name == "not_refractory") {
        node.role = language::Role::built_in;
        node.type = name == "lastspike" ? language::Type::real : language::Type::boolean;
        node.dimension = name == "lastspike" ? model.time : units::Dimension{};
        return language::made(node);
    }
    std::vector<std::string> known = names_of(model.states);
    std::ranges::copy(names_of(model.subexpressions), std::back_inserter(known));
    std::ranges::copy(names_of(model.parameters), std::back_inserter(known));
    throw InvalidInput("the model '" + model.name + "' has no variable '" + std::string(name) + "'" +
                       did_you_mean(name, known));
}

}  // namespace ranvier::compile
