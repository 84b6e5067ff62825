#include "ranvier/language/syntax.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <unordered_set>

#include "ranvier/language/functions.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

std::size_t mixed(std::size_t seed, std::size_t value) {
    // 64-bit finaliser of splitmix64 over the running sum
    std::uint64_t x = seed + 0x9e3779b97f4a7c15ULL + value;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>(x ^ (x >> 31));
}

Node bare(Op op, Position at) {
    Node node;
    node.op = op;
    node.position = at;
    return node;
}

/// Type and dimension that follow from those of the operands; exact where these are checked, harmless where not.
void derive_kind(Node& node) {
    if (node.op == Op::number || node.op == Op::name || node.op == Op::call) {
        return;
    }
    const bool arithmetic = node.op == Op::negate || (node.op >= Op::add && node.op <= Op::power);
    const bool whole =
        std::all_of(node.operands.begin(), node.operands.end(), [](const Expr& e) { return e->type == Type::integer; });
    node.type = !arithmetic ? Type::boolean : whole && node.op != Op::divide ? Type::integer : Type::real;
    const units::Dimension& first = node.operands[0]->dimension;
    switch (node.op) {
        case Op::negate:
        case Op::add:
        case Op::subtract:
        case Op::modulo: node.dimension = first; break;
        case Op::multiply: node.dimension = first * node.operands[1]->dimension; break;
        case Op::divide: node.dimension = first / node.operands[1]->dimension; break;
        case Op::power: {
            const bool negative = node.operands[1]->op == Op::negate;
            const Node& exponent = negative ? *node.operands[1]->operands[0] : *node.operands[1];
            if (negative || exponent.op != Op::number || !(exponent.value >= 0)) {
                node.type = Type::real;
            }
            node.dimension = !first.dimensionless() && exponent.op == Op::number
                                 ? units::pow(first, negative ? -exponent.value : exponent.value)
                                 : units::Dimension{};
            break;
        }
        default: node.dimension = {};
    }
}

/// The same for a call, by the function's signature; a user's own function keeps what the checker wrote.
void derive_call(Node& node) {
    const Function* function = find_function(node.name);
    if (!function || node.operands.empty()) {
        return;
    }
    node.type = function->result;
    switch (function->signature) {
        case Signature::same:
            node.dimension = node.operands[0]->dimension;
            if (function->result == Type::integer &&
                !std::all_of(node.operands.begin(), node.operands.end(),
                             [](const Expr& e) { return e->type == Type::integer; })) {
                node.type = Type::real;
            }
            break;
        case Signature::choice:
            node.dimension = node.operands.back()->dimension;
            node.type = node.operands.back()->type;
            break;
        case Signature::root: node.dimension = units::pow(node.operands[0]->dimension, 0.5); break;
        default: node.dimension = {};
    }
}

}  // namespace

Expr made(Node node) {
    std::size_t h = mixed(static_cast<std::size_t>(node.op), std::hash<std::string>{}(node.name));
    h = mixed(h, std::bit_cast<std::uint64_t>(node.value));
    h = mixed(h, static_cast<std::size_t>(node.side));
    std::uint32_t depth = 0;
    for (const Expr& operand : node.operands) {
        h = mixed(h, operand->hash);
        depth = std::max(depth, operand->depth);
    }
    require(depth < max_depth, [] {
        return "an expression may be nested " + text_of(max_depth) +
               " levels deep; this one is deeper: give parts of it names of their own";
    });
    node.depth = depth + 1;
    node.hash = h;
    return std::make_shared<const Node>(std::move(node));
}

Expr number(double value, const units::Dimension& dimension, Position at) {
    Node node = bare(Op::number, at);
    node.value = value;
    node.dimension = dimension;
    return made(std::move(node));
}

Expr boolean(bool value, Position at) {
    Node node = bare(Op::number, at);
    node.value = value ? 1 : 0;
    node.type = Type::boolean;
    return made(std::move(node));
}

Expr unary(Op op, Expr a, Position at) {
    Node node = bare(op, at);
    node.operands = {std::move(a)};
    derive_kind(node);
    return made(std::move(node));
}

Expr binary(Op op, Expr a, Expr b, Position at) {
    Node node = bare(op, at);
    node.operands = {std::move(a), std::move(b)};
    derive_kind(node);
    return made(std::move(node));
}

Expr call(std::string name, std::vector<Expr> operands, Position at) {
    Node node = bare(Op::call, at);
    node.name = std::move(name);
    node.operands = std::move(operands);
    derive_call(node);
    return made(std::move(node));
}

Expr unresolved(std::string name, Position at) {
    Node node = bare(Op::name, at);
    node.name = std::move(name);
    return made(std::move(node));
}

bool same(const Expr& a, const Expr& b) {
    if (a == b) {
        return true;
    }
    if (!a || !b || a->hash != b->hash || a->op != b->op || a->side != b->side || a->name != b->name ||
        a->operands.size() != b->operands.size() ||
        std::bit_cast<std::uint64_t>(a->value) != std::bit_cast<std::uint64_t>(b->value) ||
        (a->op == Op::number && (a->dimension != b->dimension || a->type != b->type))) {
        return false;
    }
    for (std::size_t k = 0; k < a->operands.size(); ++k) {
        if (!same(a->operands[k], b->operands[k])) {
            return false;
        }
    }
    return true;
}

bool is_number(const Expr& e, double value) { return e->op == Op::number && e->value == value; }

namespace {

struct Operator {
    std::string_view sign;
    Binding level;
};

constexpr Operator operators[] = {
    {"number", atom_level}, {"name", atom_level},  {"call", atom_level},  {"-", sign_level},     {"not", not_level},
    {"+", sum_level},       {"-", sum_level},      {"*", product_level},  {"/", product_level},  {"//", product_level},
    {"%", product_level},   {"**", power_level},   {"<", compare_level},  {"<=", compare_level}, {">", compare_level},
    {">=", compare_level},  {"==", compare_level}, {"!=", compare_level}, {"and", and_level},    {"or", or_level}};

}  // namespace

std::string_view symbol(Op op) { return operators[static_cast<std::size_t>(op)].sign; }

Binding binding(Op op) { return operators[static_cast<std::size_t>(op)].level; }

}  // namespace ranvier::language
