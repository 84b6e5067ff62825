#pragma once

#include <nlohmann/json.hpp>

#include "ranvier/language/model.hpp"

namespace ranvier::report {

/// A tree as the page holds it, for the viewer to set as mathematics: ["number", "0.5"], ["unit", "ms"],
/// ["name", "g_Ca"], ["call", "exp", …], or an operator with its operands: ["+", a, b], ["not", a], ["neg", a].
nlohmann::ordered_json formula(const language::Expr& e);

/// A named quantity as the page holds it: {name, unit, scale, comment}.
nlohmann::ordered_json quantity(const std::string& name, const std::string& unit, double scale,
                                const std::string& comment);
nlohmann::ordered_json quantity(const language::Variable& variable);

}  // namespace ranvier::report
