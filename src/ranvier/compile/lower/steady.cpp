#include "ranvier/compile/lower/steady.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "ranvier/base/text.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Node;
using language::Role;

namespace {

/// Replaces reads of tables by names, and remembers them.
struct Holder {
    Group& group;
    std::unordered_map<const Node*, Expr> known = {};

    Expr operator()(const Expr& e) {
        if (e == nullptr) {
            return e;
        }
        return language::remembered(known, e, [&] { return held(*e) ? named(e) : language::with_operands(e, *this); });
    }

    bool held(const Node& e) const {
        return e.op == language::Op::call && !e.operands.empty() && e.operands[0]->op == language::Op::name &&
               e.operands[0]->role == Role::time &&
               std::ranges::any_of(group.tables, [&](const TableFunction& f) { return f.steady && f.name == e.name; });
    }

    Expr named(const Expr& e) {
        const std::string name = "steady." + text_of(group.steady.size());
        group.steady.emplace(name, e);
        return language::constant_like(e, name);
    }
};

}  // namespace

bool hold_steady_tables(const Group& group, SteadyGroup& steady) {
    if (std::ranges::none_of(group.tables, &TableFunction::steady)) {
        return false;
    }
    steady.model = *group.model;
    steady.group = group;
    steady.group.model = &steady.model;
    Holder hold{steady.group};
    for (auto& s : steady.model.states) {
        s.rhs = hold(s.rhs);
        s.drift = hold(s.drift);
        for (auto& noise : s.noise) {
            noise.factor = hold(noise.factor);
        }
    }
    for (auto& s : steady.model.subexpressions) {
        s.expr = hold(s.expr);
        for (auto& noise : s.noise) {
            noise.factor = hold(noise.factor);
        }
    }
    return !steady.group.steady.empty();
}

bool looks_at_the_beginning_only(std::string_view integrator) {
    constexpr std::array<std::string_view, 5> those{"exact", "exponential_euler", "euler", "milstein",
                                                    "euler_maruyama"};
    return std::ranges::find(those, integrator) != those.end();
}

}  // namespace ranvier::compile
