#pragma once

#include <map>
#include <string>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/symbols.hpp"

namespace ranvier::language {

/// What an expression may hold besides variables.
struct Allowed {
    bool noise = false;  ///< xi
    bool random = true;  ///< rand() and its like
};

/// Names of a block of statements, made by its assignments.
struct Local {
    Type type = Type::real;
    units::Dimension dimension;
    bool used = false;
    Position position;
};
using Locals = std::map<std::string, Local, std::less<>>;

/// The tree with every name resolved, every type and dimension known and unit names turned into numbers; null, with
/// reports, where something is wrong. All parts are looked at, and nothing is reported that follows from another
/// mistake.
class UnitCheck {
public:
    UnitCheck(Symbols& symbols, const std::string& place, Report& report, Allowed allowed = {},
              Locals* locals = nullptr)
        : symbols_(symbols), place_(place), report_(report), allowed_(allowed), locals_(locals) {}

    Expr operator()(const Expr& e);

    /// The tree, if it has this dimension and type; `what` begins the sentence of a complaint: "the equation of 'v'".
    Expr demanded(const Expr& e, const units::Dimension& dimension, Type type, const std::string& what);
    Expr condition(const Expr& e, const std::string& what);

private:
    Expr name(const Expr& e);
    Expr call(const Expr& e);
    Expr power(const Expr& e, Expr a, Expr b);
    Expr two(const Expr& e);
    Expr numeric(const Expr& original, Expr e, const std::string& who);
    Expr complain(Position at, std::string message, std::string suggestion = "");  ///< null
    std::string quoted(const Expr& e) const;
    std::string with_unit(const Expr& e, const units::Dimension& dimension) const;
    bool one_dimension(const Expr& original, const Expr& a, const Expr& b, const std::string& who);

    Symbols& symbols_;
    const std::string& place_;
    Report& report_;
    Allowed allowed_;
    Locals* locals_;
};

/// From the first to the last word of a tree on its first line.
Position span_of(const Expr& e);

/// "in volt", or "a number without unit": behind "… is" in a message.
std::string in_words(const units::Dimension& dimension);

}  // namespace ranvier::language
