#pragma once

#include <string_view>
#include <vector>

#include "ranvier/base/error.hpp"

namespace ranvier::language {

/// Mistakes that can be seen without knowing what a text's names from outside stand for.
/// @param kind  "equations", "statements" or "expression": those of syntax; "neuron", "synapse" or "cable": equations
/// of
///              such a model, with what can be said of their names and dimensions
/// @throws InvalidInput  another kind
std::vector<Diagnostic> syntax_mistakes(std::string_view text, std::string_view kind);

}  // namespace ranvier::language
