#include "ranvier/language/simplify.hpp"

#include <cmath>
#include <optional>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"

namespace ranvier::language {

namespace {

bool is_literal(const Expr& e) { return e->op == Op::number; }
bool finite_number(const Expr& e) { return is_literal(e) && std::isfinite(e->value) && e->type != Type::boolean; }

/// What an operation on two numbers gives, where that is the same on every machine.
std::optional<double> folded(Op op, double a, double b) {
    double result = 0;
    switch (op) {
        case Op::add: result = a + b; break;
        case Op::subtract: result = a - b; break;
        case Op::multiply: result = a * b; break;
        case Op::divide: result = a / b; break;
        case Op::power: {
            constexpr double largest = 9007199254740992.0;  // whole numbers below are exact
            result = std::pow(a, b);
            if (a != std::floor(a) || b != std::floor(b) || b < 0 || std::abs(result) > largest) {
                return std::nullopt;
            }
            break;
        }
        default: return std::nullopt;
    }
    return std::isfinite(result) ? std::optional(result) : std::nullopt;
}

std::optional<bool> truth(const Expr& e) {
    return is_literal(e) && e->type == Type::boolean ? std::optional(e->value != 0) : std::nullopt;
}

bool is_minus_one(const Expr& e) {
    return is_number(e, -1) && e->type != Type::boolean && e->dimension.dimensionless();
}

Expr number_like(const Expr& e, double value) {
    Node node;
    node.op = Op::number;
    node.value = value;
    node.dimension = e->dimension;
    node.type = e->type == Type::integer && value == std::floor(value) ? Type::integer : Type::real;
    node.position = e->position;
    return made(std::move(node));
}

Expr simple_binary(const Expr& e) {
    const Expr& a = e->operands[0];
    const Expr& b = e->operands[1];
    if (finite_number(a) && finite_number(b)) {
        if (const auto result = folded(e->op, a->value, b->value)) {
            return number_like(e, *result);
        }
    }
    switch (e->op) {
        case Op::add: return is_zero(a) ? b : is_zero(b) ? a : b->op == Op::negate ? difference(a, b->operands[0]) : e;
        case Op::subtract:
            return is_zero(b) ? a : is_zero(a) ? negative(b) : b->op == Op::negate ? sum(a, b->operands[0]) : e;
        case Op::multiply:
            if (is_zero(a) || is_zero(b)) {
                return number_like(e, 0);
            }
            if (is_one(a)) {
                return b;
            }
            if (is_minus_one(a)) {
                return negative(b);
            }
            return is_one(b) ? a : is_minus_one(b) ? negative(a) : e;
        case Op::divide:
            if (is_zero(a) && !is_zero(b)) {
                return number_like(e, 0);
            }
            return is_one(b) ? a : e;
        case Op::power:
            if (is_one(b)) {
                return a;
            }
            return is_zero(b) && a->dimension.dimensionless() ? number_like(e, 1) : e;
        case Op::logical_and:
        case Op::logical_or: {
            const bool absorbing = e->op == Op::logical_or;  // True or x, False and x
            for (std::size_t k = 0; k < 2; ++k) {
                if (const auto known = truth(e->operands[k])) {
                    return *known == absorbing ? boolean(absorbing, e->position) : e->operands[1 - k];
                }
            }
            return e;
        }
        default: return e;
    }
}

}  // namespace

bool is_zero(const Expr& e) { return e->op == Op::number && e->value == 0 && e->type != Type::boolean; }
bool is_one(const Expr& e) {
    return e->op == Op::number && e->value == 1 && e->type != Type::boolean && e->dimension.dimensionless();
}

Expr constant_like(const Expr& e, std::string name) {
    Node node;
    node.op = Op::name;
    node.role = Role::constant;
    node.type = e->type;
    node.dimension = e->dimension;
    node.position = e->position;
    node.name = std::move(name);
    return made(std::move(node));
}

Expr simple_node(Expr e) {
    switch (e->op) {
        case Op::number:
        case Op::name: return e;
        case Op::negate:
            if (e->operands[0]->op == Op::negate) {
                return e->operands[0]->operands[0];
            }
            return finite_number(e->operands[0]) ? number_like(e, -e->operands[0]->value) : e;
        case Op::logical_not: {
            const auto known = truth(e->operands[0]);
            return known ? boolean(!*known, e->position) : e;
        }
        case Op::call:
            if (e->name == "where") {
                if (const auto known = truth(e->operands[0])) {
                    return e->operands[*known ? 1 : 2];
                }
                if (same(e->operands[1], e->operands[2])) {
                    return e->operands[1];
                }
            }
            return e;
        default: return simple_binary(e);
    }
}

Expr sum(Expr a, Expr b) { return simple_node(binary(Op::add, std::move(a), std::move(b))); }
Expr difference(Expr a, Expr b) { return simple_node(binary(Op::subtract, std::move(a), std::move(b))); }
Expr product(Expr a, Expr b) { return simple_node(binary(Op::multiply, std::move(a), std::move(b))); }
Expr quotient(Expr a, Expr b) { return simple_node(binary(Op::divide, std::move(a), std::move(b))); }
Expr negative(Expr a) { return simple_node(unary(Op::negate, std::move(a))); }

namespace {

struct Simplifier {
    std::unordered_map<const Node*, Expr> known;

    Expr operator()(const Expr& e) {
        if (e->operands.empty()) {
            return e;
        }
        return remembered(known, e, [&] { return simple_node(with_operands(e, *this)); });
    }
};

}  // namespace

Expr simplified(const Expr& e) { return Simplifier{}(e); }

}  // namespace ranvier::language
