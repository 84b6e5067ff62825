#pragma once

#include <string>
#include <string_view>

#include "ranvier/language/draft.hpp"

namespace ranvier::language {

/// The lines of a section "parameters".
std::vector<ParameterLine> parsed_parameters(const Source& source, Report& report);

}  // namespace ranvier::language
