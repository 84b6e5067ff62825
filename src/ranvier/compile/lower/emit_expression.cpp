#include "ranvier/compile/lower/emit_expression.hpp"

#include <array>
#include <cmath>

#include "ranvier/base/error.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Node;
using language::Role;
using LOp = language::Op;

Type ir_type(language::Type type) {
    switch (type) {
        case language::Type::integer: return Type::integer;
        case language::Type::boolean: return Type::boolean;
        default: return Type::real;
    }
}

Value ExpressionEmitter::operator()(const Expr& e) {
    require(e != nullptr, "an expression needs names of which nothing is known");
    if (const auto found = known_.find(e.get()); found != known_.end()) {
        return found->second;
    }
    const Value v = made(e);
    known_.emplace(e.get(), v);
    kept_.push_back(e);
    return v;
}

Value ExpressionEmitter::converted(Value v, Type type) {
    const Type from = b_.type(v);
    if (from == type) {
        return v;
    }
    switch (type) {
        case Type::real: return b_.apply(Op::to_real, {v});
        case Type::integer: return b_.apply(Op::to_integer, {v});
        default: return b_.apply(Op::not_equal, {v, from == Type::real ? b_.real(0) : b_.integer(0)});
    }
}

std::vector<Value> ExpressionEmitter::promoted(const Node& node) {
    std::vector<Value> values;
    Type widest = Type::integer;
    for (const Expr& operand : node.operands) {
        values.push_back((*this)(operand));
        widest = b_.type(values.back()) == Type::real ? Type::real : widest;
    }
    for (Value& v : values) {
        v = converted(v, widest);
    }
    return values;
}

Value ExpressionEmitter::constant(const Node& node) {
    switch (node.type) {
        case language::Type::boolean: return b_.boolean(node.value != 0);
        case language::Type::integer: return b_.integer(static_cast<std::int64_t>(node.value));
        default: return b_.real(node.value);
    }
}

Value ExpressionEmitter::name(const Node& node) {
    if (special_) {
        if (const auto value = special_(node, *this)) {
            return *value;
        }
    }
    if (node.role == Role::constant) {
        return constant(node);
    }
    if (node.role == Role::subexpression && node.side == language::Side::own) {
        if (const auto found = subexpressions_.find(node.index); found != subexpressions_.end()) {
            return found->second;
        }
        const auto& sub = model_.subexpressions.at(node.index);
        const Value v = converted((*this)(sub.expr), ir_type(sub.type));
        subexpressions_.emplace(node.index, v);
        return v;
    }
    require(node.role != Role::noise, [&] { return "'" + node.name + "' is noise, which has no value"; });
    return name_value_(node);
}

Value ExpressionEmitter::made(const Expr& e) {
    const Node& node = *e;
    const auto arithmetic = [&](Op op) {
        const std::vector<Value> x = promoted(node);
        return b_.apply(op, {x[0], x[1]});
    };
    switch (node.op) {
        case LOp::number: return constant(node);
        case LOp::name: return name(node);
        case LOp::call: return call(node);
        case LOp::negate: return b_.negate(promoted(node)[0]);
        case LOp::logical_not: return b_.apply(Op::logical_not, {boolean(node.operands[0])});
        case LOp::add: return arithmetic(Op::add);
        case LOp::subtract: return arithmetic(Op::subtract);
        case LOp::multiply: return arithmetic(Op::multiply);
        case LOp::floor_divide: return arithmetic(Op::floor_divide);
        case LOp::modulo: return arithmetic(Op::modulo);
        case LOp::divide: {
            const Value a = real(node.operands[0]);
            return b_.divide(a, real(node.operands[1]));
        }
        case LOp::power: return power(node);
        case LOp::logical_and:
        case LOp::logical_or: {
            const Value a = boolean(node.operands[0]);
            return b_.apply(node.op == LOp::logical_and ? Op::logical_and : Op::logical_or,
                            {a, boolean(node.operands[1])});
        }
        default: return comparison(node);
    }
}

Value ExpressionEmitter::power(const Node& node) {
    const Expr& exponent = node.operands[1];
    if (node.type == language::Type::integer) {  // a whole constant exponent ≥ 0
        Value x = converted((*this)(node.operands[0]), Type::integer);
        Value result = b_.integer(1);
        for (auto n = static_cast<std::int64_t>(exponent->value); n > 0; n /= 2) {
            result = n % 2 != 0 ? b_.multiply(result, x) : result;
            x = n > 1 ? b_.multiply(x, x) : x;
        }
        return result;
    }
    const Value x = real(node.operands[0]);
    return b_.apply(Op::pow, {x, real(exponent)});
}

Value ExpressionEmitter::comparison(const Node& node) {
    static constexpr std::array<Op, 6> ops{Op::less,          Op::less_equal, Op::greater,
                                           Op::greater_equal, Op::equal,      Op::not_equal};
    const std::size_t which = static_cast<std::size_t>(node.op) - static_cast<std::size_t>(LOp::less);
    ensure(which < ops.size(), "an operation that expressions have");
    const Value a = (*this)(node.operands[0]), b = (*this)(node.operands[1]);
    const bool equality = node.op == LOp::equal || node.op == LOp::not_equal;
    if (equality && b_.type(a) == Type::boolean && b_.type(b) == Type::boolean) {
        return b_.apply(ops[which], {a, b});
    }
    const std::vector<Value> x = promoted(node);
    return b_.apply(ops[which], {x[0], x[1]});
}

Value ExpressionEmitter::function_of_one(const Node& node) {
    static constexpr std::array<std::pair<std::string_view, Op>, 21> direct{{
        {"sin", Op::sin},          {"cos", Op::cos},     {"tan", Op::tan},     {"sinh", Op::sinh},
        {"cosh", Op::cosh},        {"tanh", Op::tanh},   {"arcsin", Op::asin}, {"arccos", Op::acos},
        {"arctan", Op::atan},      {"exp", Op::exp},     {"expm1", Op::expm1}, {"exprel", Op::exprel},
        {"log", Op::log},          {"log10", Op::log10}, {"log1p", Op::log1p}, {"log2", Op::log2},
        {"sqrt", Op::square_root}, {"floor", Op::floor}, {"ceil", Op::ceil},   {"sign", Op::sign},
        {"abs", Op::absolute},
    }};
    for (const auto& [name, op] : direct) {
        if (node.name == name) {
            const bool keeps_integers = op == Op::absolute;
            return b_.apply(op, {keeps_integers ? promoted(node)[0] : real(node.operands[0])});
        }
    }
    return {};
}

/// By log1p, which keeps all digits near 0: asinh x = log(x + √(x²+1)), and so on; odd functions by |x|.
Value ExpressionEmitter::inverse_hyperbolic(std::string_view name, Value x) {
    const Value one = b_.real(1);
    if (name == "arccosh") {
        const Value above = b_.subtract(x, one);
        const Value root = b_.apply(Op::square_root, {b_.multiply(above, b_.add(x, one))});
        return b_.apply(Op::log1p, {b_.add(above, root)});
    }
    const Value a = b_.apply(Op::absolute, {x});
    Value size;
    if (name == "arcsinh") {
        // a + √(a²+1) − 1 = a + a²/(1 + √(a²+1)); beyond 2²⁸ the root is a itself, and a² might overflow
        const Value root = b_.apply(Op::square_root, {b_.fma(a, a, one)});
        const Value small = b_.apply(Op::log1p, {b_.fma(a, b_.divide(a, b_.add(one, root)), a)});
        const Value large = b_.add(b_.apply(Op::log, {a}), b_.real(0.693147180559945309417));
        size = b_.select(b_.less(a, b_.real(0x1p28)), small, large);
    } else {
        const Value quotient = b_.divide(b_.add(a, a), b_.subtract(one, a));
        size = b_.multiply(b_.real(0.5), b_.apply(Op::log1p, {quotient}));
    }
    return b_.select(b_.less(x, b_.real(0)), b_.negate(size), size);
}

Value ExpressionEmitter::user_call(const Node& node) {
    if (special_) {
        if (const auto value = special_(node, *this)) {
            return converted(*value, ir_type(node.type));
        }
    }
    for (const language::UserFunction& f : model_.functions) {
        if (f.name == node.name) {
            return own_call(node, f);
        }
    }
    throw InvalidInput("there is no function '" + node.name + "' that can be compiled");
}

Value ExpressionEmitter::own_call(const Node& node, const language::UserFunction& f) {
    require(f.whole || (node.operands.size() >= 1 && node.operands.size() <= 8), [&] {
        return "a C function takes 1 to 8 arguments; '" + node.name + "' is given " + text_of(node.operands.size());
    });
    std::vector<Value> arguments;
    for (const Expr& operand : node.operands) {
        arguments.push_back(f.whole ? (*this)(operand) : real(operand));
    }
    const int function = b_.function(node.name, static_cast<int>(arguments.size()), false, f.whole);
    return converted(b_.call(function, std::move(arguments)), ir_type(node.type));
}

Value ExpressionEmitter::call(const Node& node) {
    const std::string& name = node.name;
    if (node.operands.size() == 1) {
        if (const Value v = function_of_one(node); v.valid()) {
            return v;
        }
    }
    if (name == "arcsinh" || name == "arccosh" || name == "arctanh") {
        return inverse_hyperbolic(name, real(node.operands[0]));
    }
    if (name == "int") {
        return converted((*this)(node.operands[0]), Type::integer);
    }
    if (name == "clip") {
        const std::vector<Value> x = promoted(node);
        return b_.apply(Op::minimum, {b_.apply(Op::maximum, {x[0], x[1]}), x[2]});
    }
    if (name == "min" || name == "max" || name == "mod") {
        const std::vector<Value> x = promoted(node);
        return b_.apply(name == "min" ? Op::minimum : name == "max" ? Op::maximum : Op::modulo, {x[0], x[1]});
    }
    if (name == "where") {
        const Value condition = boolean(node.operands[0]);
        const Type type = ir_type(node.type);
        const Value a = converted((*this)(node.operands[1]), type);
        return b_.select(condition, a, converted((*this)(node.operands[2]), type));
    }
    if (name == "timestep") {  // a time within a thousandth of a step counts as the whole step
        const Value t = real(node.operands[0]), dt = real(node.operands[1]);
        const Value steps = b_.divide(b_.add(t, b_.multiply(b_.real(1e-3), dt)), dt);
        return b_.apply(Op::to_integer, {b_.apply(Op::floor, {steps})});
    }
    if (name == "rand") {
        return b_.random_uniform(draws_.taken(), element_);
    }
    if (name == "randn") {
        return b_.random_normal(draws_.taken(), element_);
    }
    if (name == "poisson" || name == "binomial") {
        // the quantile of one uniform number (random_quantiles.cpp)
        std::vector<Value> arguments{b_.random_uniform(draws_.taken(), element_)};
        for (const Expr& operand : node.operands) {
            arguments.push_back(real(operand));
        }
        const int function = b_.function("ranvier." + name, static_cast<int>(arguments.size()), true);
        return b_.apply(Op::to_integer, {b_.call(function, std::move(arguments))});
    }
    return user_call(node);
}

}  // namespace ranvier::compile
