#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ranvier/base/value.hpp"

namespace ranvier::formats {

/// What a TOML text says, in its order, and where: "neurons[0].n" stands at "net.toml:12".
struct TomlText {
    Value::Map tables;
    std::map<std::string, std::string> places;
};

/// @param place  how messages call the text
/// @throws InvalidInput  no TOML (with line and column), dates and times, more than 64 levels
TomlText parsed_toml(std::string_view text, const std::string& place);

/// A value as TOML writes it (0.1, [1, 2], "a"); other words are a text.
Value toml_value(std::string_view text);

}  // namespace ranvier::formats
