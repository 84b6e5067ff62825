#include <cmath>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::language {

namespace {

struct Splitter {
    std::string_view x;
    units::Dimension x_dimension;
    bool apparent = false;  ///< what holds x inside a function, a root or a denominator counts as free of it
    std::unordered_map<const Node*, std::optional<Linear>> known;

    std::optional<Linear> operator()(const Expr& e) {
        return remembered(known, e, [&] { return of(e); });
    }

    Linear free(const Expr& e) const { return {e, number(0, e->dimension / x_dimension)}; }

    std::optional<Linear> of(const Expr& e) {
        if (e->op == Op::name && e->name == x) {
            return Linear{number(0, x_dimension), number(1)};
        }
        if (e->operands.empty()) {
            return free(e);
        }
        const bool whole_power = e->op == Op::power && e->operands[1]->op == Op::number &&
                                 e->operands[1]->value == std::floor(e->operands[1]->value);
        if (apparent && ((e->op == Op::call && e->name != "where") || (e->op == Op::power && !whole_power))) {
            return free(e);
        }
        std::vector<Linear> parts;
        bool all_free = true;
        for (const Expr& operand : e->operands) {
            auto part = (*this)(operand);
            if (!part) {
                return std::nullopt;
            }
            all_free = all_free && is_zero(part->b);
            parts.push_back(std::move(*part));
        }
        if (all_free) {
            return free(e);
        }
        switch (e->op) {
            case Op::negate: return Linear{negative(parts[0].a), negative(parts[0].b)};
            case Op::add: return Linear{sum(parts[0].a, parts[1].a), sum(parts[0].b, parts[1].b)};
            case Op::subtract: return Linear{difference(parts[0].a, parts[1].a), difference(parts[0].b, parts[1].b)};
            case Op::multiply:
                if (is_zero(parts[0].b)) {
                    return Linear{product(parts[0].a, parts[1].a), product(parts[0].a, parts[1].b)};
                }
                if (is_zero(parts[1].b)) {
                    return Linear{product(parts[0].a, parts[1].a), product(parts[0].b, parts[1].a)};
                }
                return std::nullopt;
            case Op::divide:
                if (apparent && !is_zero(parts[1].b)) {
                    return Linear{quotient(parts[0].a, e->operands[1]), quotient(parts[0].b, e->operands[1])};
                }
                if (is_zero(parts[1].b)) {
                    return Linear{quotient(parts[0].a, parts[1].a), quotient(parts[0].b, parts[1].a)};
                }
                return std::nullopt;
            case Op::call:
                if (e->name == "where" && is_zero(parts[0].b)) {
                    const auto choose = [&](const Expr& a, const Expr& b) {
                        return simple_node(call("where", {e->operands[0], a, b}));
                    };
                    return Linear{choose(parts[1].a, parts[2].a), choose(parts[1].b, parts[2].b)};
                }
                return std::nullopt;
            default: return std::nullopt;
        }
    }
};

}  // namespace

std::optional<Linear> linear_in(const Expr& e, std::string_view name) {
    const Expr simple = simplified(e);
    return Splitter{name, dimension_of(simple, name).value_or(units::Dimension{}), false, {}}(simple);
}

std::optional<Linear> apparently_linear_in(const Expr& e, std::string_view name) {
    const Expr simple = simplified(e);
    return Splitter{name, dimension_of(simple, name).value_or(units::Dimension{}), true, {}}(simple);
}

std::optional<LinearSystem> linear_system(const Model& model) {
    const auto bound = [&](const Expr& e) {  // does it depend on a state, or on time?
        return any_name(e, [](const Node& node) { return node.role == Role::state || node.role == Role::time; });
    };
    LinearSystem system;
    for (const State& state : model.states) {
        Expr rest = expanded(state.drift, model);
        if (is_random(rest)) {
            return std::nullopt;
        }
        std::vector<Expr> row;
        for (const State& other : model.states) {
            auto split = linear_in(rest, other.name);
            if (!split || bound(split->b)) {
                return std::nullopt;
            }
            row.push_back(contains(rest, other.name) ? split->b : number(0, rest->dimension / other.dimension));
            rest = split->a;
        }
        if (bound(rest)) {
            return std::nullopt;
        }
        system.matrix.push_back(std::move(row));
        system.offset.push_back(std::move(rest));
    }
    return system;
}

}  // namespace ranvier::language
