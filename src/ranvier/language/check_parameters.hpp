#pragma once

#include "ranvier/language/check_units.hpp"
#include "ranvier/language/draft.hpp"

namespace ranvier::language {

/// Defines the lines of the section "parameters".
void check_parameters(const Draft& draft, Model& model, Symbols& symbols, Report& report);

/// The values of a model without mistakes: defaults and presets are numbers, and within their ranges.
void check_numbers(const Model& model, const std::string& place, Report& report);

/// Flags of an equation. Unknown and unsuitable ones are reported.
Flags flags_of(const std::vector<std::pair<std::string, Position>>& words, Form form, const std::string& place,
               Report& report);

}  // namespace ranvier::language
