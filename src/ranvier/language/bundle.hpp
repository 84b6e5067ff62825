#pragma once

#include <span>

#include "ranvier/base/bundled_text.hpp"

namespace ranvier::language {

/// The models of the folder models/.
std::span<const BundledText> bundled_models();

}  // namespace ranvier::language
