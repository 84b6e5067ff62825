#pragma once

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

/// A number without unit that is 0 (or a quantity that is 0).
bool is_zero(const Expr& e);
/// The number 1 without unit.
bool is_one(const Expr& e);

}  // namespace ranvier::language
