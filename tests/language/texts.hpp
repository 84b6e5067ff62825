#pragma once

#include <string>
#include <vector>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

/// The tree of a text without mistakes, names not resolved.
inline Expr tree(const std::string& words) {
    Report report;
    Expr e = parsed_expression({words, "expression"}, report);
    if (report.count() > 0) {
        throw InvalidInput(rendered(report.diagnostics(), {{"expression", words}}));
    }
    return e;
}

/// Every mistake of some equations, one per line: "line:column message; suggestion".
inline std::string mistakes(const std::vector<Diagnostic>& diagnostics) {
    std::string out;
    for (const Diagnostic& d : diagnostics) {
        out += (out.empty() ? "" : "\n") + std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message +
               (d.suggestion.empty() ? "" : "; " + d.suggestion);
    }
    return out;
}

inline std::string mistakes(const std::string& equations, const Scope& scope = {}, Kind kind = Kind::neuron) {
    Parts parts;
    parts.equations = equations;
    parts.kind = kind;
    return mistakes(checked(parts, scope).diagnostics);
}

inline std::string mistakes_of(const Parts& parts, const Scope& scope = {}) {
    return mistakes(checked(parts, scope).diagnostics);
}

}  // namespace ranvier::language
