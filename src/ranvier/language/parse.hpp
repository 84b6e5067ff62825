#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/token.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::language {

// From words to trees, before names are resolved. A mistake is reported, and reading goes on behind it.

/// How strongly operators bind, the weakest first.
enum Binding : std::uint8_t {
    or_level,
    and_level,
    not_level,
    compare_level,
    sum_level,
    product_level,
    sign_level,
    power_level,
    atom_level
};
Binding binding(Op op);

/// Brackets, signs and `not` nested deeper than this are refused.
inline constexpr int max_nesting = 200;

/// What stands behind a colon: "volt", "uA/cm**2", "1", "boolean", "integer".
struct UnitText {
    units::Unit unit;
    Type type = Type::real;
    std::string text = "1";
    Position position;
    bool good = false;
};

enum class Form : std::uint8_t { differential, subexpression, parameter };

/// One equation as written.
struct Equation {
    Form form = Form::parameter;
    std::string name;
    Expr expr;  ///< null for parameters, and where it can't be read
    UnitText unit;
    std::vector<std::pair<std::string, Position>> flags;
    std::string comment;
    Position position;  ///< of the name
};

/// Walks along tokens.
struct Reader {
    std::span<const Token> tokens;  ///< ends with an `end` token
    const std::string& place;
    Report& report;
    std::size_t at = 0;
    int nesting = 0;            ///< of brackets, signs, powers
    int brackets = 0;           ///< open ones: inside them a new line is a blank
    bool across_lines = false;  ///< are new lines blanks?

    const Token& now();
    const Token& ahead(std::size_t count = 1);
    void advance();
    bool is(std::string_view sign);
    bool take(std::string_view sign);
    bool done() { return now().kind == TokenKind::end; }
    /// Always false.
    bool complain(Position where, std::string message, std::string suggestion = "");
};

/// Reads one expression as far as it goes. Null, with a report, where there is none.
Expr read_expression(Reader& reader);

/// Says what is wrong where an expression should have ended.
void complain_about_rest(Reader& reader);

/// Reads a unit as far as it goes. `good` is false, with a report, where there is none.
UnitText read_unit(Reader& reader);

/// Reads "(flag, flag)" as far as the reader's lines go, on from the bracket. False, with a report, where it stays
/// open.
bool read_flags(Reader& reader, std::vector<std::pair<std::string, Position>>& flags);

/// All of a text.
std::vector<Equation> parsed_equations(const Source& source, Report& report);
std::vector<Statement> parsed_statements(const Source& source, Report& report);
Expr parsed_expression(const Source& source, Report& report);  ///< null where it can't be read
/// That of an event: an expression, or "a rises above b" or "a falls below b", the comparison that is true beyond the
/// level, with `edge`.
struct Condition {
    Expr expr;  ///< null where it can't be read
    bool edge = false;
};
Condition parsed_condition(const Source& source, Report& report);

/// A unit by the names that expressions may use: whole names with any prefix ("volt", "msecond"), and prefixed symbols
/// of what physiology measures ("mV", "uS", "cm2"). Single letters are left to variables.
std::optional<units::Unit> unit_in_expression(std::string_view name);

/// Is the name one of the units that every text may use, and therefore not free for a variable?
bool reserved_unit(std::string_view name);

}  // namespace ranvier::language
