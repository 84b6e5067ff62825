#pragma once

#include <unordered_map>

#include "ranvier/language/syntax.hpp"

namespace ranvier::language {

/// One step of `simplified`: the node, given that its operands are simple.
Expr simple_node(Expr e);

// Makers of simple nodes from simple operands.
Expr sum(Expr a, Expr b);
Expr difference(Expr a, Expr b);
Expr product(Expr a, Expr b);
Expr quotient(Expr a, Expr b);
Expr negative(Expr a);

/// A constant of this name in the place of an expression: of its type and dimension.
Expr constant_like(const Expr& e, std::string name);

/// What `make` makes of a node, made once: parts of trees are shared.
template <class T, class Make>
T remembered(std::unordered_map<const Node*, T>& known, const Expr& e, Make make) {
    if (const auto found = known.find(e.get()); found != known.end()) {
        return found->second;
    }
    const T out = make();
    known.emplace(e.get(), out);
    return out;
}

/// The node with what `change` makes of its operands.
template <class Change>
Expr with_operands(const Expr& e, Change& change) {
    Node node = *e;
    bool changed = false;
    for (Expr& operand : node.operands) {
        Expr next = change(operand);
        changed = changed || next != operand;
        operand = std::move(next);
    }
    return changed ? made(std::move(node)) : e;
}

/// A number without unit that is 0 (or a quantity that is 0).
bool is_zero(const Expr& e);
/// The number 1 without unit.
bool is_one(const Expr& e);

}  // namespace ranvier::language
