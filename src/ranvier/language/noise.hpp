#pragma once

#include <string>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::language {

/// Splits every dx/dt into drift and noise. Subexpressions must be in order.
void split_noise(Model& model, const std::string& place, Report& report);

}  // namespace ranvier::language
