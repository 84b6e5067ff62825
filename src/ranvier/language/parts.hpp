#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::language {

/// What stands behind a name or an equation: " : mV (constant, shared)" and the end of the line.
std::string ending(const Variable& v);
/// Statements as lines of text.
std::string text(const std::vector<Statement>& statements);

/// A checked model as texts again, which read as the same model: its equations, events, refractoriness, pathways and
/// updates. Values, presets and delays are not among them.
///
/// @param outside  which parameters are left out of the equations, because their values come from outside; null: none
Parts parts_of(const Model& model, const std::function<bool(const Parameter&)>& outside = nullptr);

}  // namespace ranvier::language
