#include "ranvier/language/syntax_check.hpp"

#include <string>

#include "ranvier/language/check_parameters.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

std::vector<Diagnostic> syntax_mistakes(std::string_view text, std::string_view kind) {
    if (kind == "neuron" || kind == "synapse" || kind == "cable") {
        Parts parts;
        parts.equations = text;
        parts.kind = kind == "neuron" ? Kind::neuron : kind == "synapse" ? Kind::synapse : Kind::cable;
        Scope scope;
        scope.open = true;
        return checked(parts, scope).diagnostics;
    }
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
            return "a kind of text is 'equations', 'statements', 'expression', 'neuron', 'synapse' or 'cable'; not '" +
                   std::string(kind) + "'";
        });
        parsed_expression(source, report);
    }
    return report.diagnostics();
}

}  // namespace ranvier::language
