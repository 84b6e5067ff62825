#pragma once

#include <nlohmann/json.hpp>

#include "ranvier/base/value.hpp"

namespace ranvier::formats {

/// Settings as JSON, in their order, and back.
nlohmann::ordered_json json_of(const Value& value);
Value value_of(const nlohmann::ordered_json& json);

}  // namespace ranvier::formats
