#include <array>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::language {

namespace {

Expr one() { return number(1); }
Expr f(const char* name, Expr u) { return call(name, {std::move(u)}); }
Expr square(const Expr& u) { return product(u, u); }

/// d exprel(u)/du = (exp(u) − exprel(u))/u, and its series Σ n u^(n−1)/(n+1)! where that difference cancels.
Expr exprel_slope(const Expr& u) {
    static constexpr std::array<double, 7> inverse_coefficients{2, 3, 8, 30, 144, 840, 5760};
    Expr series = quotient(one(), number(inverse_coefficients.back()));
    for (std::size_t k = inverse_coefficients.size() - 1; k-- > 0;) {
        series = sum(quotient(one(), number(inverse_coefficients[k])), product(u, series));
    }
    Expr closed = quotient(difference(f("exp", u), f("exprel", u)), u);
    // below 0.02 seven terms are exact to 3e-17, above the difference keeps 14 digits
    return call("where", {binary(Op::less, f("abs", u), number(0.02)), series, closed});
}

/// The derivatives of functions of one dimensionless argument.
const std::unordered_map<std::string_view, Expr (*)(const Expr&)> slopes{
    {"sin", [](const Expr& u) { return f("cos", u); }},
    {"cos", [](const Expr& u) { return negative(f("sin", u)); }},
    {"tan", [](const Expr& u) { return sum(one(), square(f("tan", u))); }},
    {"sinh", [](const Expr& u) { return f("cosh", u); }},
    {"cosh", [](const Expr& u) { return f("sinh", u); }},
    {"tanh", [](const Expr& u) { return difference(one(), square(f("tanh", u))); }},
    {"arcsin", [](const Expr& u) { return quotient(one(), f("sqrt", difference(one(), square(u)))); }},
    {"arccos", [](const Expr& u) { return negative(quotient(one(), f("sqrt", difference(one(), square(u))))); }},
    {"arctan", [](const Expr& u) { return quotient(one(), sum(one(), square(u))); }},
    {"arcsinh", [](const Expr& u) { return quotient(one(), f("sqrt", sum(one(), square(u)))); }},
    {"arccosh",
     [](const Expr& u) { return quotient(one(), product(f("sqrt", difference(u, one())), f("sqrt", sum(u, one())))); }},
    {"arctanh", [](const Expr& u) { return quotient(one(), difference(one(), square(u))); }},
    {"exp", [](const Expr& u) { return f("exp", u); }},
    {"expm1", [](const Expr& u) { return f("exp", u); }},
    {"exprel", exprel_slope},
    {"log", [](const Expr& u) { return quotient(one(), u); }},
    {"log10", [](const Expr& u) { return quotient(one(), product(u, f("log", number(10)))); }},
    {"log1p", [](const Expr& u) { return quotient(one(), sum(one(), u)); }},
};

struct Differentiator {
    std::string_view x;
    units::Dimension x_dimension;
    std::unordered_map<const Node*, Expr> known;

    Expr zero(const Expr& e) const { return number(0, e->dimension / x_dimension); }

    Expr operator()(const Expr& e) {
        return remembered(known, e, [&] { return of(e); });
    }

    Expr choice(Expr condition, Expr a, Expr b) {
        return simple_node(call("where", {std::move(condition), std::move(a), std::move(b)}));
    }

    Expr of(const Expr& e) {
        switch (e->op) {
            case Op::number: return zero(e);
            case Op::name: return e->name == x ? one() : zero(e);
            case Op::negate: return negative((*this)(e->operands[0]));
            case Op::add: return sum((*this)(e->operands[0]), (*this)(e->operands[1]));
            case Op::subtract: return difference((*this)(e->operands[0]), (*this)(e->operands[1]));
            case Op::multiply: {
                const Expr &a = e->operands[0], &b = e->operands[1];
                return sum(product((*this)(a), b), product(a, (*this)(b)));
            }
            case Op::divide: {
                const Expr &a = e->operands[0], &b = e->operands[1];
                const Expr da = (*this)(a), db = (*this)(b);
                return quotient(is_zero(db) ? da : difference(da, product(e, db)), b);
            }
            case Op::power: return of_power(e);
            case Op::modulo: {
                const Expr &a = e->operands[0], &b = e->operands[1];
                return difference((*this)(a), product(f("floor", quotient(a, b)), (*this)(b)));
            }
            case Op::call: return of_call(e);
            default: return zero(e);  // conditions and // are constant beside their steps
        }
    }

    Expr of_power(const Expr& e) {
        const Expr &a = e->operands[0], &b = e->operands[1];
        const Expr da = (*this)(a), db = (*this)(b);
        Expr total = zero(e);
        if (!is_zero(da)) {
            Expr lower;
            if (b->op == Op::number) {
                Node exponent = *b;
                exponent.value -= 1;
                lower = simple_node(binary(Op::power, a, made(std::move(exponent))));
            } else if (a->dimension.dimensionless()) {
                lower = simple_node(binary(Op::power, a, difference(b, one())));
            } else {
                lower = quotient(e, a);  // the exponent is a constant expression: its dimension stays visible this way
            }
            total = product(product(b, lower), da);
        }
        if (!is_zero(db)) {
            total = sum(total, product(product(e, f("log", a)), db));
        }
        return total;
    }

    Expr of_call(const Expr& e) {
        const auto& u = e->operands;
        const std::string& name = e->name;
        if (!contains(e, x)) {
            return zero(e);
        }
        if (const auto slope = slopes.find(name); slope != slopes.end()) {
            return product(slope->second(u[0]), (*this)(u[0]));
        }
        if (name == "sqrt") {
            return quotient((*this)(u[0]), product(number(2), e));
        }
        if (name == "abs") {
            return product(f("sign", u[0]), (*this)(u[0]));
        }
        if (name == "sign" || name == "floor" || name == "ceil" || name == "int" || name == "timestep") {
            return zero(e);
        }
        if (name == "clip") {
            return choice(binary(Op::less, u[0], u[1]), (*this)(u[1]),
                          choice(binary(Op::greater, u[0], u[2]), (*this)(u[2]), (*this)(u[0])));
        }
        if (name == "min" || name == "max") {
            return choice(binary(name == "min" ? Op::less : Op::greater, u[0], u[1]), (*this)(u[0]), (*this)(u[1]));
        }
        if (name == "where") {
            return choice(u[0], (*this)(u[1]), (*this)(u[2]));
        }
        throw InvalidInput("the derivative of '" + name + "' is not known; it is needed to differentiate '" + text(e) +
                           "' with respect to '" + std::string(x) + "'");
    }
};

}  // namespace

Expr derivative(const Expr& e, std::string_view name) {
    const auto dimension = dimension_of(e, name);
    if (!dimension) {
        return number(0, e->dimension);
    }
    return Differentiator{name, *dimension, {}}(simplified(e));
}

std::vector<std::vector<Expr>> jacobian(const Model& model) {
    std::vector<std::vector<Expr>> rows;
    for (const State& of : model.states) {
        const Expr drift = simplified(expanded(of.drift, model));
        std::vector<Expr> row;
        for (const State& by : model.states) {
            row.push_back(Differentiator{by.name, by.dimension, {}}(drift));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace ranvier::language
