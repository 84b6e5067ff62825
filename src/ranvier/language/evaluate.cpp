#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/functions.hpp"

namespace ranvier::language {

namespace {

struct Evaluator {
    const std::function<std::optional<double>(const Node&)>& value_of;
    std::unordered_map<const Node*, double> known;

    double operator()(const Expr& e) {
        if (e->op == Op::number) {
            return e->value;
        }
        if (const auto found = known.find(e.get()); found != known.end()) {
            return found->second;
        }
        const double out = of(e);
        known.emplace(e.get(), out);
        return out;
    }

    double of(const Expr& e) {
        if (e->op == Op::name) {
            if (const auto given = value_of(*e)) {
                return *given;
            }
            if (e->role == Role::constant) {
                return e->value;
            }
            throw InvalidInput("'" + e->name + "' has no value here");
        }
        if (e->op == Op::call) {
            return of_call(e);
        }
        const double a = (*this)(e->operands[0]);
        const double b = e->operands.size() > 1 ? (*this)(e->operands[1]) : 0;
        switch (e->op) {
            case Op::negate: return -a;
            case Op::logical_not: return a == 0;
            case Op::add: return a + b;
            case Op::subtract: return a - b;
            case Op::multiply: return a * b;
            case Op::divide: return a / b;
            case Op::floor_divide: return std::floor(a / b);
            case Op::modulo: return a - b * std::floor(a / b);
            case Op::power: return std::pow(a, b);
            case Op::less: return a < b;
            case Op::less_equal: return a <= b;
            case Op::greater: return a > b;
            case Op::greater_equal: return a >= b;
            case Op::equal: return a == b;
            case Op::not_equal: return a != b;
            case Op::logical_and: return a != 0 && b != 0;
            case Op::logical_or: return a != 0 || b != 0;
            default: throw InternalError("no such operation");
        }
    }

    double of_call(const Expr& e) {
        std::vector<double> u;
        for (const Expr& operand : e->operands) {
            u.push_back((*this)(operand));
        }
        const std::string& n = e->name;
        const Function* function = find_function(n);
        if (!function || function->signature == Signature::random || u.size() < function->least) {
            throw InvalidInput("'" + n + "()' has no value here");
        }
        if (n == "sin")
            return std::sin(u[0]);
        if (n == "cos")
            return std::cos(u[0]);
        if (n == "tan")
            return std::tan(u[0]);
        if (n == "sinh")
            return std::sinh(u[0]);
        if (n == "cosh")
            return std::cosh(u[0]);
        if (n == "tanh")
            return std::tanh(u[0]);
        if (n == "arcsin")
            return std::asin(u[0]);
        if (n == "arccos")
            return std::acos(u[0]);
        if (n == "arctan")
            return std::atan(u[0]);
        if (n == "arcsinh")
            return std::asinh(u[0]);
        if (n == "arccosh")
            return std::acosh(u[0]);
        if (n == "arctanh")
            return std::atanh(u[0]);
        if (n == "exp")
            return std::exp(u[0]);
        if (n == "expm1")
            return std::expm1(u[0]);
        if (n == "exprel")
            return u[0] == 0 ? 1 : std::expm1(u[0]) / u[0];
        if (n == "log")
            return std::log(u[0]);
        if (n == "log10")
            return std::log10(u[0]);
        if (n == "log1p")
            return std::log1p(u[0]);
        if (n == "sqrt")
            return std::sqrt(u[0]);
        if (n == "abs")
            return std::abs(u[0]);
        if (n == "sign")
            return u[0] > 0 ? 1 : u[0] < 0 ? -1 : u[0];
        if (n == "floor")
            return std::floor(u[0]);
        if (n == "ceil")
            return std::ceil(u[0]);
        if (n == "int")
            return std::trunc(u[0]);
        if (n == "clip")
            return std::min(std::max(u[0], u[1]), u[2]);
        if (n == "min")
            return std::min(u[0], u[1]);
        if (n == "max")
            return std::max(u[0], u[1]);
        if (n == "where")
            return u[0] != 0 ? u[1] : u[2];
        if (n == "mod")
            return u[0] - u[1] * std::floor(u[0] / u[1]);
        if (n == "timestep")
            return std::floor((u[0] + 1e-3 * u[1]) / u[1]);  // as Brian: a time within 1e-3 dt counts
        throw InternalError("no such function");
    }
};

}  // namespace

double value(const Expr& e, const std::function<std::optional<double>(const Node&)>& value_of) {
    return Evaluator{value_of, {}}(e);
}

}  // namespace ranvier::language
