#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "ranvier/base/value.hpp"

namespace ranvier::formats {

/// Every JSON text that comes from outside. Printing, copying and freeing a value descend as deep as it is nested, so
/// that a file of brackets could exhaust the stack: more than 64 levels are refused.
/// @throws InvalidInput  no JSON, or nested too deeply
nlohmann::ordered_json parsed_json(std::string_view text);

/// Settings as JSON, in their order, and back. Numbers that JSON has no word for are the texts inf, -inf and nan, and
/// such a text comes back as the number.
nlohmann::ordered_json json_of(const Value& value);
Value value_of(const nlohmann::ordered_json& json);

}  // namespace ranvier::formats
