#pragma once

#include <optional>
#include <string_view>

#include "ranvier/units/dimension.hpp"

namespace ranvier::language {

/// A unit from its text; nothing where it is none.
std::optional<units::Unit> unit_from(std::string_view text);

}  // namespace ranvier::language
