#pragma once

#include <string_view>
#include <vector>

#include "ranvier/base/error.hpp"

namespace ranvier::language {

/// Mistakes of syntax alone: names and units of names are not looked up.
/// @param kind  "equations", "statements" or "expression"
/// @throws InvalidInput  another kind
std::vector<Diagnostic> syntax_mistakes(std::string_view text, std::string_view kind);

}  // namespace ranvier::language
