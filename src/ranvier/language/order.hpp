#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::language {

/// Indices in an order in which each subexpression needs only earlier ones. Circles are reported.
std::vector<std::size_t> order_of_subexpressions(const std::vector<Subexpression>& all, const std::string& place,
                                                 Report& report);

}  // namespace ranvier::language
