#include "ranvier/language/functions.hpp"

#include <array>
#include <limits>
#include <numbers>

#include "ranvier/base/text.hpp"

namespace ranvier::language {

namespace {

using S = Signature;
constexpr Type real = Type::real;

constexpr std::array<Function, 34> table{{
    {"sin", 1, 1, S::pure, real, "sine of an angle in radians"},
    {"cos", 1, 1, S::pure, real, "cosine of an angle in radians"},
    {"tan", 1, 1, S::pure, real, "tangent of an angle in radians"},
    {"sinh", 1, 1, S::pure, real, "hyperbolic sine"},
    {"cosh", 1, 1, S::pure, real, "hyperbolic cosine"},
    {"tanh", 1, 1, S::pure, real, "hyperbolic tangent"},
    {"arcsin", 1, 1, S::pure, real, "inverse sine, radians"},
    {"arccos", 1, 1, S::pure, real, "inverse cosine, radians"},
    {"arctan", 1, 1, S::pure, real, "inverse tangent, radians"},
    {"arcsinh", 1, 1, S::pure, real, "inverse hyperbolic sine"},
    {"arccosh", 1, 1, S::pure, real, "inverse hyperbolic cosine"},
    {"arctanh", 1, 1, S::pure, real, "inverse hyperbolic tangent"},
    {"exp", 1, 1, S::pure, real, "exponential"},
    {"expm1", 1, 1, S::pure, real, "exp(x) - 1, exact for small x"},
    {"exprel", 1, 1, S::pure, real, "(exp(x) - 1)/x, and 1 at x = 0"},
    {"log", 1, 1, S::pure, real, "natural logarithm"},
    {"log10", 1, 1, S::pure, real, "decimal logarithm"},
    {"log1p", 1, 1, S::pure, real, "log(1 + x), exact for small x"},
    {"sqrt", 1, 1, S::root, real, "square root"},
    {"abs", 1, 1, S::same, Type::integer, "absolute value"},
    {"sign", 1, 1, S::to_number, real, "-1, 0 or 1"},
    {"floor", 1, 1, S::same, real, "the largest whole number not above"},
    {"ceil", 1, 1, S::same, real, "the smallest whole number not below"},
    {"int", 1, 1, S::to_integer, Type::integer, "the whole part; of a condition 1 or 0"},
    {"clip", 3, 3, S::same, Type::integer, "clip(x, low, high): x held between two bounds"},
    {"min", 2, 2, S::same, Type::integer, "the smaller of two"},
    {"max", 2, 2, S::same, Type::integer, "the larger of two"},
    {"timestep", 2, 2, S::steps, Type::integer, "timestep(t, dt): number of steps"},
    {"where", 3, 3, S::choice, real, "where(condition, a, b): a if the condition holds, else b"},
    {"rand", 0, 0, S::random, real, "uniform random number in [0, 1)"},
    {"randn", 0, 0, S::random, real, "normal random number of mean 0 and variance 1"},
    {"poisson", 1, 1, S::random, Type::integer, "Poisson random number of this mean"},
    {"binomial", 2, 2, S::random, Type::integer, "binomial(n, p): successes in n trials of probability p"},
    {"mod", 2, 2, S::same, Type::integer, "mod(a, b): the same as a % b"},
}};

constexpr units::Dimension dimension(int m, int kg, int s, int ampere, int kelvin, int mol) {
    return {{12 * m, 12 * kg, 12 * s, 12 * ampere, 12 * kelvin, 12 * mol, 0}};
}

constexpr std::string_view exact = "exact since the SI of 2019";
constexpr std::string_view codata = "CODATA 2018";

constexpr std::array<NamedConstant, 13> constants{{
    {"pi", std::numbers::pi, {}, "mathematics"},
    {"e", std::numbers::e, {}, "mathematics"},
    {"inf", std::numeric_limits<double>::infinity(), {}, "mathematics"},
    {"avogadro_constant", 6.02214076e23, dimension(0, 0, 0, 0, 0, -1), exact},
    {"boltzmann_constant", 1.380649e-23, dimension(2, 1, -2, 0, -1, 0), exact},
    {"electric_constant", 8.8541878128e-12, dimension(-3, -1, 4, 2, 0, 0), codata},
    {"electron_mass", 9.1093837015e-31, dimension(0, 1, 0, 0, 0, 0), codata},
    {"elementary_charge", 1.602176634e-19, dimension(0, 0, 1, 1, 0, 0), exact},
    {"faraday_constant", 96485.33212331001, dimension(0, 0, 1, 1, 0, -1), exact},
    {"gas_constant", 8.31446261815324, dimension(2, 1, -2, 0, -1, -1), exact},
    {"magnetic_constant", 1.25663706212e-6, dimension(1, 1, -2, -2, 0, 0), codata},
    {"molar_mass_constant", 0.99999999965e-3, dimension(0, 1, 0, 0, 0, -1), codata},
    {"zero_celsius", 273.15, dimension(0, 0, 0, 0, 1, 0), exact},
}};

}  // namespace

std::span<const Function> functions() { return table; }

const Function* find_function(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> other_names[] = {
        {"asin", "arcsin"},   {"acos", "arccos"}, {"atan", "arctan"}, {"asinh", "arcsinh"}, {"acosh", "arccosh"},
        {"atanh", "arctanh"}, {"fabs", "abs"},    {"ln", "log"},      {"ceiling", "ceil"}};
    for (const auto& [alias, meant] : other_names) {
        if (name == alias) {
            name = meant;
        }
    }
    return named(table, name);
}

std::string_view written_instead(std::string_view function) {
    static constexpr std::string_view own =
                                          "give a C function of this name, in Python functions={name: c_function(...)}",
                                      step = "write int(x > 0)", choice = "write where(condition, a, b)";
    static constexpr std::pair<std::string_view, std::string_view> elsewhere[] = {
        {"pow", "write x**y"},
        {"power", "write x**y"},
        {"square", "write x**2"},
        {"cbrt", "write sign(x)*abs(x)**(1/3)"},
        {"hypot", "write sqrt(x**2 + y**2)"},
        {"arctan2", "write 2*arctan(y/(sqrt(x**2 + y**2) + x))"},
        {"atan2", "write 2*arctan(y/(sqrt(x**2 + y**2) + x))"},
        {"heaviside", step},
        {"Heaviside", step},
        {"heav", step},
        {"step", step},
        {"sigmoid", "write 1/(1 + exp(-x))"},
        {"logistic", "write 1/(1 + exp(-x))"},
        {"sgn", "write sign(x)"},
        {"round", "write floor(x + 0.5)"},
        {"trunc", "write int(x)"},
        {"exp2", "write 2**x"},
        {"exp10", "write 10**x"},
        {"log2", "write log(x)/log(2)"},
        {"sech", "write 1/cosh(x)"},
        {"cot", "write 1/tan(x)"},
        {"coth", "write 1/tanh(x)"},
        {"ifelse", choice},
        {"piecewise", choice},
        {"Piecewise", choice},
        {"erf", own},
        {"erfc", own},
        {"gamma", own},
    };
    for (const auto& [name, instead] : elsewhere) {
        if (function == name) {
            return instead;
        }
    }
    return "";
}

std::span<const NamedConstant> named_constants() { return constants; }

const NamedConstant* find_constant(std::string_view name) { return named(constants, name); }

}  // namespace ranvier::language
