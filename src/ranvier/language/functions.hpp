#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ranvier/language/syntax.hpp"

namespace ranvier::language {

/// What a built-in function asks of the dimensions of its arguments, and what it returns.
enum class Signature : std::uint8_t {
    pure,        ///< dimensionless arguments and result: exp
    same,        ///< all arguments of one dimension, which is the result's: abs, clip, floor, min
    root,        ///< the square root of the argument's: sqrt
    to_number,   ///< any dimension, dimensionless result: sign
    to_integer,  ///< a dimensionless or boolean argument, an integer result: int
    steps,       ///< two times, an integer result: timestep
    choice,      ///< a boolean, then two of one dimension: where(condition, a, b)
    random,      ///< dimensionless arguments, a new value at every evaluation: rand, randn, poisson, binomial
};

struct Function {
    std::string_view name;
    std::uint8_t least, most;  ///< number of arguments
    Signature signature;
    Type result;
    std::string_view says;  ///< for lists of functions
};

/// sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh exp expm1 exprel log log10 log1p sqrt
/// abs sign floor ceil int clip min max mod timestep where rand randn poisson binomial.
/// Brian's names; `asin` ... are taken too and become `arcsin`.
std::span<const Function> functions();
const Function* find_function(std::string_view name);
/// What to write for a function that other languages have and this one has not, or "".
std::string_view written_instead(std::string_view function);

/// Names that always have a value: pi, e, inf, and the physical constants of Brian's units.constants.
struct NamedConstant {
    std::string_view name;
    double value;  ///< [SI]
    units::Dimension dimension;
    std::string_view source;
};
std::span<const NamedConstant> named_constants();
const NamedConstant* find_constant(std::string_view name);

}  // namespace ranvier::language
