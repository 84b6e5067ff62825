#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/functions.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::language {

namespace {

const std::unordered_map<std::string_view, double (*)(const double*)> by_name{
    {"sin", [](const double* u) -> double { return std::sin(u[0]); }},
    {"cos", [](const double* u) -> double { return std::cos(u[0]); }},
    {"tan", [](const double* u) -> double { return std::tan(u[0]); }},
    {"sinh", [](const double* u) -> double { return std::sinh(u[0]); }},
    {"cosh", [](const double* u) -> double { return std::cosh(u[0]); }},
    {"tanh", [](const double* u) -> double { return std::tanh(u[0]); }},
    {"arcsin", [](const double* u) -> double { return std::asin(u[0]); }},
    {"arccos", [](const double* u) -> double { return std::acos(u[0]); }},
    {"arctan", [](const double* u) -> double { return std::atan(u[0]); }},
    {"arcsinh", [](const double* u) -> double { return std::asinh(u[0]); }},
    {"arccosh", [](const double* u) -> double { return std::acosh(u[0]); }},
    {"arctanh", [](const double* u) -> double { return std::atanh(u[0]); }},
    {"exp", [](const double* u) -> double { return std::exp(u[0]); }},
    {"expm1", [](const double* u) -> double { return std::expm1(u[0]); }},
    {"exprel", [](const double* u) -> double { return u[0] == 0 ? 1 : std::expm1(u[0]) / u[0]; }},
    {"log", [](const double* u) -> double { return std::log(u[0]); }},
    {"log10", [](const double* u) -> double { return std::log10(u[0]); }},
    {"log1p", [](const double* u) -> double { return std::log1p(u[0]); }},
    {"sqrt", [](const double* u) -> double { return std::sqrt(u[0]); }},
    {"abs", [](const double* u) -> double { return std::abs(u[0]); }},
    {"sign", [](const double* u) -> double { return u[0] > 0 ? 1 : (u[0] < 0 ? -1 : u[0]); }},
    {"floor", [](const double* u) -> double { return std::floor(u[0]); }},
    {"ceil", [](const double* u) -> double { return std::ceil(u[0]); }},
    {"int", [](const double* u) -> double { return std::trunc(u[0]); }},
    {"clip", [](const double* u) -> double { return std::min(std::max(u[0], u[1]), u[2]); }},
    {"min", [](const double* u) -> double { return std::min(u[0], u[1]); }},
    {"max", [](const double* u) -> double { return std::max(u[0], u[1]); }},
    {"where", [](const double* u) -> double { return u[0] != 0 ? u[1] : u[2]; }},
    {"mod", [](const double* u) -> double { return u[0] - u[1] * std::floor(u[0] / u[1]); }},
    // As Brian: a time within 1e-3 dt counts.
    {"timestep", [](const double* u) -> double { return std::floor((u[0] + 1e-3 * u[1]) / u[1]); }},
};

struct Evaluator {
    const std::function<std::optional<double>(const Node&)>& value_of;
    std::unordered_map<const Node*, double> known;

    double operator()(const Expr& e) {
        if (e->op == Op::number) {
            return e->value;
        }
        return remembered(known, e, [&] { return of(e); });
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
        if (const auto computed = by_name.find(n); computed != by_name.end()) {
            return computed->second(u.data());
        }
        throw InternalError("no such function");
    }
};

}  // namespace

double value(const Expr& e, const std::function<std::optional<double>(const Node&)>& value_of) {
    return Evaluator{value_of, {}}(e);
}

}  // namespace ranvier::language
