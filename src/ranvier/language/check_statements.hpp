#pragma once

#include <string>
#include <vector>

#include "ranvier/language/check_units.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

/// What statements may do.
enum class Writing : std::uint8_t {
    variables,  ///< change variables, make local names: resets, pathways, updates
    values,     ///< give values to parameters and states, `=` only: presets, initial values
};

/// Statements with every name resolved and every dimension checked. Those with mistakes are left out, with a report.
std::vector<Statement> checked_statements(const Source& source, Symbols& symbols, Report& report,
                                          Writing writing = Writing::variables);

}  // namespace ranvier::language
