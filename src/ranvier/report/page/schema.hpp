#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace ranvier::report {

/// "ranvier-report/1": which pages the viewer reads.
std::string page_format();

/// Compares a section with what viewer/page.schema.json says of its kind, as the viewer does before it draws.
/// @throws InvalidInput  place, rule and value of what differs
void check_section(const nlohmann::ordered_json& section);

}  // namespace ranvier::report
