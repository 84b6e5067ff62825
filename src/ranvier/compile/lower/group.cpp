#include "ranvier/compile/lower/group.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/lower/draft.hpp"
#include "ranvier/compile/lower/steady.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Model;
using language::Node;
using language::Role;
using language::Side;
using language::Statement;

namespace {

/// The name that a variable of another group has there: "v" of "v_post", and of a bare "v" that is the postsynaptic
/// neuron's.
std::string base_name(const Group& there, Side side, const std::string& name) {
    const std::string_view ending = side == Side::pre ? "_pre" : side == Side::post ? "_post" : "";
    if (ending.empty() || !name.ends_with(ending)) {
        return name;
    }
    const std::string base = name.substr(0, name.size() - ending.size());
    const bool known =
        there.place(base) || language::find_subexpression(*there.model, base) || (there.linked && there.linked(base));
    return known ? base : name;
}

const Group& joined(const Group& group, Side side) {
    const Group* there = side == Side::own ? &group : side == Side::pre ? group.pre : group.post;
    ensure(there != nullptr, "synapses join groups");
    return *there;
}

/// A program over the elements of a group in the making: what every name is worth now, in the group itself and in
/// those that its elements lead to.
class GroupDraft {
public:
    GroupDraft(const Group& group, const std::string& name, Elements elements)
        : d(*group.model, name, {}), elements_(elements) {
        root_.group = &group;
        d.resolve = [this](const Node& node) { return resolved(root_, node); };
        d.special = [this](const Node& node, ExpressionEmitter& e) { return special(root_, node, e); };
        switch (elements) {
            case Elements::all: root_.element = d.b.lane(); break;
            case Elements::range: root_.element = d.b.add(d.b.lane(), d.b.uniform("first", Type::integer)); break;
            case Elements::listed:
                root_.element = d.b.load(d.b.array("elements", Type::integer, ArrayKind::lanes, Storage::int32));
                break;
        }
        d.element = root_.element;
        d.t = d.b.time();
        d.dt = d.b.uniform("dt");
    }

    Draft d;

    Value read(const std::string& name) { return read(root_, name); }
    bool knows(const std::string& name) const { return root_.group->place(name).has_value(); }

    void write(Side side, const std::string& name, Value v) {
        Variable& variable = known(side == Side::own ? root_ : neighbour(root_, side), name);
        variable.now = v;
        variable.changed = true;
    }

    Value index_of(Side side) { return side == Side::own ? root_.element : neighbour(root_, side).element; }
    const Model& model_of(Side side) const { return *joined(*root_.group, side).model; }
    Value read(Side side, const std::string& name) {
        return side == Side::own ? read(root_, name) : read(neighbour(root_, side), name);
    }
    std::optional<Place> place(Side side, const std::string& name) {
        return side == Side::own ? root_.group->place(name) : neighbour(root_, side).group->place(name);
    }

    /// What has changed goes back to where it lies.
    void store_changes() {
        store_changes(root_);
        for (const auto* next : {&root_.pre, &root_.post}) {
            if (*next) {
                store_changes(**next);
            }
        }
    }

private:
    struct Variable {
        Place place;
        Value now;
        bool changed = false;
    };
    struct Context {
        const Group* group = nullptr;
        Value element;
        std::unique_ptr<Context> pre, post;
        std::map<std::string, std::unique_ptr<Context>, std::less<>> links;
        std::map<std::string, Variable, std::less<>> known;
    };

    bool by_lane(const Context& c) const { return &c == &root_ && elements_ == Elements::all; }

    Value element_of(const Context& c, const std::string& array, Type type, Storage storage) {
        return by_lane(c) ? d.b.load(d.b.array(array, type, ArrayKind::lanes, storage))
                          : d.b.gather(d.b.array(array, type, ArrayKind::elements, storage), c.element);
    }

    Value loaded(const Context& c, const Place& place) {
        switch (place.reach) {
            case Place::Reach::shared: return d.b.uniform(place.array, place.type);
            case Place::Reach::element: return element_of(c, place.array, place.type, place.storage);
            case Place::Reach::through: {
                const Value at = element_of(c, place.index, Type::integer, Storage::int32);
                return d.b.gather(d.b.array(place.array, place.type, ArrayKind::elements, place.storage), at);
            }
            case Place::Reach::position: break;
        }
        return place.array.empty() ? c.element : d.b.subtract(c.element, d.b.uniform(place.array, Type::integer));
    }

    Variable& known(Context& c, const std::string& name) {
        const auto found = c.known.find(name);
        if (found != c.known.end()) {
            return found->second;
        }
        const auto place = c.group->place(name);
        ensure(place.has_value(), "what a program names is a variable of the group");
        return c.known.emplace(name, Variable{*place, loaded(c, *place)}).first->second;
    }

    Value read(Context& c, const std::string& name) { return known(c, name).now; }

    Context& neighbour(Context& c, Side side) {
        auto& next = side == Side::pre ? c.pre : c.post;
        if (!next) {
            next = std::make_unique<Context>();
            next->group = &joined(*c.group, side);
            next->element = read(c, side == Side::pre ? "_pre" : "_post");
        }
        return *next;
    }

    /// The value of a name in this context; nothing where the draft itself knows it.
    std::optional<Value> resolved(Context& c, const Node& node) {
        if (node.role == Role::time || node.role == Role::timestep || node.role == Role::local ||
            node.name == "t_in_timesteps" || (&c == &root_ && node.role == Role::state && !d.states.empty())) {
            return std::nullopt;
        }
        if (node.side != Side::own) {
            Context& there = neighbour(c, node.side);
            const std::string name = base_name(*there.group, node.side, node.name);
            if (there.group->place(name)) {
                return read(there, name);
            }
            if (const auto link = there.group->linked ? there.group->linked(name) : std::nullopt) {
                return linked(there, name, *link);
            }
            const auto* subexpression = language::find_subexpression(*there.group->model, name);
            require(subexpression != nullptr, [&] { return "there is no '" + node.name + "' to be read"; });
            ExpressionEmitter e = emitter(there);
            return e.converted(e(subexpression->expr), ir_type(subexpression->type));
        }
        const std::string name = node.name.starts_with("fixed.") ? node.name.substr(6) : node.name;
        if (const auto link = c.group->linked ? c.group->linked(name) : std::nullopt) {
            return linked(c, name, *link);
        }
        require(c.group->place(name).has_value(), [&] { return "'" + node.name + "' has no value here"; });
        return read(c, name);
    }

    Value linked(Context& c, const std::string& name, const LinkedExpression& link) {
        auto& there = c.links[name];
        if (!there) {
            there = std::make_unique<Context>();
            there->group = link.group;
            there->element = link.index.empty() ? c.element : element_of(c, link.index, Type::integer, Storage::int32);
        }
        const auto* subexpression = language::find_subexpression(*link.group->model, link.name);
        ensure(subexpression != nullptr, "what is linked is there");
        ExpressionEmitter e = emitter(*there);
        return e.converted(e(subexpression->expr), ir_type(subexpression->type));
    }

    std::optional<Value> special(Context& c, const Node& node, ExpressionEmitter& e) {
        if (node.op == language::Op::call) {
            return called(node, e);
        }
        if (const auto held = root_.group->steady.find(node.name); held != root_.group->steady.end()) {
            return e.converted(e(held->second), ir_type(node.type));
        }
        if (node.role == Role::constant && root_.group->constants.count(node.name) > 0) {
            return d.b.uniform("constant." + node.name, ir_type(node.type));
        }
        if (node.role == Role::subexpression && node.side == Side::own &&
            c.group->model->subexpressions.at(static_cast<std::size_t>(node.index)).flags.constant_over_dt) {
            return read(c, node.name);
        }
        return std::nullopt;
    }

    std::optional<Value> called(const Node& node, ExpressionEmitter& e) {
        for (const TableFunction& f : root_.group->tables) {
            if (f.name != node.name) {
                continue;
            }
            const Value t = e.real(node.operands[0]);
            const Value parts = d.b.add(d.b.divide(t, d.b.real(f.dt / f.subdivision)), d.b.real(0.5));
            Value row = d.b.apply(Op::to_integer, {d.b.divide(parts, d.b.real(f.subdivision))});
            row = d.b.apply(Op::maximum, {d.b.apply(Op::minimum, {row, d.b.integer(f.rows - 1)}), d.b.integer(0)});
            const int table = d.b.array("table." + f.name, Type::real, ArrayKind::table, Storage::float64);
            if (node.operands.size() == 1) {
                return d.b.gather(table, row);
            }
            // A column that is not there has no value: nothing beside the table is read, nor another row.
            const Value wanted = e.converted(e(node.operands[1]), Type::integer);
            const Value column =
                d.b.apply(Op::maximum, {d.b.apply(Op::minimum, {wanted, d.b.integer(f.columns - 1)}), d.b.integer(0)});
            const Value value = d.b.gather(table, d.b.add(d.b.multiply(row, d.b.integer(f.columns)), column));
            return d.b.select(d.b.apply(Op::equal, {wanted, column}), value,
                              d.b.real(std::numeric_limits<double>::quiet_NaN()));
        }
        for (const language::UserFunction& f : root_.group->functions) {
            if (f.name == node.name) {
                return e.own_call(node, f);
            }
        }
        return std::nullopt;
    }

    /// For expressions of a group that elements lead to.
    ExpressionEmitter emitter(Context& c) {
        ExpressionEmitter e(d.b, *c.group->model, d.draws, [this, &c](const Node& node) {
            if (const auto v = resolved(c, node)) {
                return *v;
            }
            return node.role == Role::time ? d.t : node.role == Role::timestep ? d.dt : d.b.step();
        });
        e.treat_specially([this, &c](const Node& node, ExpressionEmitter& inside) { return special(c, node, inside); },
                          d.element);
        return e;
    }

    void store_changes(Context& c) {
        for (const auto& [name, variable] : c.known) {
            if (!variable.changed) {
                continue;
            }
            const Place& place = variable.place;
            require(place.reach == Place::Reach::element, [&] {
                return "'" + name + "' has no value of its own for each element that could be changed here";
            });
            if (by_lane(c)) {
                d.b.store(d.b.array(place.array, place.type, ArrayKind::lanes, place.storage), variable.now);
            } else {
                d.b.scatter(d.b.array(place.array, place.type, ArrayKind::elements, place.storage), c.element,
                            variable.now);
            }
        }
    }

    Elements elements_;
    Context root_;
};

/// After a spike a neuron is refractory for as long as the text says, or while its condition holds.
void decide_refractoriness(GroupDraft& g) {
    Draft& d = g.d;
    if (!d.refractory() || !g.knows("not_refractory")) {
        return;
    }
    ExpressionEmitter e = d.emitter();
    Value free;
    if (d.refractory_duration()) {
        const Value since = step_count(d, d.b.subtract(d.t, g.read("lastspike")));
        free = d.b.apply(Op::greater_equal, {since, step_count(d, e.real(d.model.refractory))});
    } else {
        const Value over = d.b.apply(Op::logical_not, {e.boolean(d.model.refractory)});
        free = d.b.apply(Op::logical_or, {g.read("not_refractory"), over});
    }
    g.write(Side::own, "not_refractory", free);
    d.own["not_refractory"] = free;
}

const language::Flags* flags_of(const Model& model, const std::string& name) {
    if (const auto* state = language::find_state(model, name)) {
        return &state->flags;
    }
    const auto* parameter = language::find_parameter(model, name);
    return parameter ? &parameter->flags : nullptr;
}

/// Does the value depend on a variable that these statements change in the groups that synapses join?
bool reads_what_changes(const Expr& e, const Group& group, const std::set<std::string>& changed) {
    return language::any_name(language::expanded(e, *group.model), [&](const Node& node) {
        if (node.side == Side::own) {
            return false;
        }
        const Group& there = joined(group, node.side);
        const std::string name = base_name(there, node.side, node.name);
        // An expression over there may hold anything that changes.
        const bool expression =
            language::find_subexpression(*there.model, name) || (there.linked && there.linked(name));
        return (expression && !changed.empty()) ||
               changed.count((node.side == Side::pre ? "pre." : "post.") + name) > 0;
    });
}

}  // namespace

StateUpdate state_update_program(const Group& given, std::string_view method,
                                 std::span<const std::string_view> preference) {
    SteadyGroup steady;
    const Group* seen = &given;
    if (!given.model->states.empty() && method.find('=') == std::string_view::npos &&
        hold_steady_tables(given, steady) &&
        looks_at_the_beginning_only(chosen_integrator(steady.model, method, preference).name)) {
        seen = &steady.group;
    }
    const Group& group = *seen;
    GroupDraft g(group, "states", Elements::all);
    Draft& d = g.d;
    decide_refractoriness(g);
    std::string chosen;
    if (!d.model.states.empty()) {
        // A method that is no name is an integrator of one's own, as integrator.hpp writes them.
        const bool own = method.find('=') != std::string_view::npos;
        const Integrator custom{"own", method, 0, 0, NoiseKind::multiplicative, false, "", ""};
        const Integrator& integrator = own ? custom : chosen_integrator(*group.model, method, preference);
        chosen = integrator.name;
        std::vector<Value> states;
        for (const auto& s : d.model.states) {
            states.push_back(g.read(s.name));
        }
        d.states = states;
        integrate(d, integrator);
        Value lost;
        for (std::size_t k = 0; k < states.size(); ++k) {
            g.write(Side::own, d.model.states[k].name, d.states[k]);
            const Value nan = d.b.apply(Op::not_equal, {d.states[k], d.states[k]});
            lost = lost.valid() ? d.b.apply(Op::logical_or, {lost, nan}) : nan;
        }
        d.b.emit(d.b.events("nan"), lost);
    }
    g.store_changes();
    return {d.b.program(), chosen};
}

Program threshold_program(const Group& group, const language::Event& event) {
    GroupDraft g(group, "threshold", Elements::all);
    Draft& d = g.d;
    Value now = d.emitter().boolean(event.condition);
    if (event.edge) {  // only the passage counts
        const std::string beyond = event.name + ".beyond";
        const Value before = g.read(beyond);
        g.write(Side::own, beyond, now);
        now = d.b.apply(Op::logical_and, {now, d.b.apply(Op::logical_not, {before})});
    }
    const bool spike = event.name == "spike", refractory = spike && g.knows("not_refractory");
    if (refractory) {
        now = d.b.apply(Op::logical_and, {now, g.read("not_refractory")});
    }
    d.b.emit(d.b.events(event.name), now);
    if (spike && g.knows("lastspike")) {
        g.write(Side::own, "lastspike", d.b.select(now, d.t, g.read("lastspike")));
    }
    if (refractory) {
        const Value rests = d.b.apply(Op::logical_not, {now});
        g.write(Side::own, "not_refractory", d.b.apply(Op::logical_and, {g.read("not_refractory"), rests}));
    }
    g.store_changes();
    return d.b.program();
}

Block block_program(const Group& group, const std::vector<Statement>& statements, const BlockOptions& options) {
    GroupDraft g(group, "statements", options.elements);
    Draft& d = g.d;
    const auto base = [&](const Statement& s) { return base_name(joined(group, s.side), s.side, s.target); };
    const auto key = [&](const Statement& s) { return (s.side == Side::pre ? "pre." : "post.") + base(s); };
    Block block;
    // What is written in groups that several elements lead to: in order, unless only sums and values that don't depend
    // on what is written there.
    std::map<std::string, int> sums, others;
    std::set<std::string> changed;
    for (const Statement& s : statements) {
        if (s.side != Side::own) {
            changed.insert(key(s));
            const bool sum = options.sums && (s.op == language::Op::add || s.op == language::Op::subtract);
            ++(sum ? sums : others)[key(s)];
            block.serial = block.serial || (!sum && s.op != language::Op::name);
        }
    }
    for (const Statement& s : statements) {
        block.serial = block.serial || reads_what_changes(s.value, group, changed);
        block.serial = block.serial || (s.side != Side::own && sums.count(key(s)) > 0 && others.count(key(s)) > 0);
    }

    std::map<std::string, Value, std::less<>> locals;
    std::map<std::string, Value> addends;  // one for each sum, so that the order is that of the elements
    for (const Statement& s : statements) {
        const Type type = ir_type(s.type);
        ExpressionEmitter e = d.emitter(nullptr, {}, &locals);
        if (s.role == Role::local) {
            locals[s.target] = e.converted(e(s.result), type);
            continue;
        }
        const std::string name = base(s);
        const language::Flags* flags = flags_of(g.model_of(s.side), name);
        const bool rests = options.refractory_rests && flags != nullptr && flags->unless_refractory &&
                           g.place(s.side, "not_refractory").has_value();
        if (!block.serial && s.side != Side::own && sums.count(key(s)) > 0) {
            Value x = e.converted(e(s.value), type);
            Value& addend = addends[key(s)];
            if (addend.valid()) {
                addend = s.op == language::Op::subtract ? d.b.subtract(addend, x) : d.b.add(addend, x);
            } else {
                addend = s.op == language::Op::subtract ? d.b.negate(x) : x;
                block.sums.push_back({s.side, name, rests});
            }
            continue;
        }
        Value x = e.converted(e(s.result), type);
        if (rests) {
            x = d.b.select(g.read(s.side, "not_refractory"), x, g.read(s.side, name));
        }
        g.write(s.side, name, x);
    }
    for (const Block::Sum& sum : block.sums) {
        const std::string which = (sum.side == Side::pre ? "pre." : "post.") + sum.variable;
        const Value x = addends.at(which);
        d.b.accumulate(d.b.array("sum." + which, d.b.type(x), ArrayKind::elements), g.index_of(sum.side), x,
                       sum.rests ? g.read(sum.side, "not_refractory") : Value{});
    }
    g.store_changes();
    block.program = d.b.program();
    return block;
}

Block catch_up_program(const Group& group) {
    GroupDraft g(group, "catch_up", Elements::listed);
    Draft& d = g.d;
    const Value now = d.t;
    d.dt = d.b.subtract(now, g.read("lastupdate"));
    for (const auto& s : d.model.states) {
        d.states.push_back(g.read(s.name));
    }
    integrate(d, chosen_integrator(*group.model, "exact"));
    for (std::size_t k = 0; k < d.model.states.size(); ++k) {
        g.write(Side::own, d.model.states[k].name, d.states[k]);
    }
    g.write(Side::own, "lastupdate", now);
    g.store_changes();
    return {d.b.program(), false, {}};
}

Program values_program(const Group& group, const std::vector<Expr>& expressions, Elements elements) {
    GroupDraft g(group, "values", elements);
    Draft& d = g.d;
    ExpressionEmitter e = d.emitter();
    for (std::size_t k = 0; k < expressions.size(); ++k) {
        const Value v = e.converted(e(expressions[k]), ir_type(expressions[k]->type));
        d.b.store(d.b.array("value." + text_of(k), d.b.type(v)), v);
    }
    return d.b.program();
}

Program summed_program(const Group& synapses, const language::Subexpression& summed) {
    GroupDraft g(synapses, "summed", Elements::all);
    Draft& d = g.d;
    const Side side = summed.name.ends_with("_pre") ? Side::pre : Side::post;
    ExpressionEmitter e = d.emitter();
    const Type type = ir_type(summed.type);
    const Value x = e.converted(e(summed.expr), type);
    d.b.accumulate(d.b.array("sum", type, ArrayKind::elements), g.index_of(side), x);
    return d.b.program();
}

}  // namespace ranvier::compile
