#include "ranvier/language/syntax_check.hpp"

#include <string>

#include "ranvier/language/check_parameters.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

std::vector<Diagnostic> syntax_mistakes(std::string_view text, std::string_view kind) {
    Report report;
    const Source source{text, std::string(kind)};
    if (kind == "equations") {
        for (const Equation& e : parsed_equations(source, report)) {
            flags_of(e.flags, e.form, source.place, report);
        }
    } else if (kind == "statements") {
        parsed_statements(source, report);
    } else {
        require(kind == "expression", [&] {
            return "a kind of text is 'equations', 'statements' or 'expression'; not '" + std::string(kind) + "'";
        });
        parsed_expression(source, report);
    }
    return report.diagnostics();
}

}  // namespace ranvier::language
