#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ranvier {

/// The character that a text begins with, and its bytes; 0 bytes where UTF-8 allows none like this.
std::pair<std::uint32_t, std::size_t> first_character(std::string_view text);
bool is_utf8(std::string_view text);
void append_utf8(std::string& text, std::uint32_t character);
/// Bytes of the Latin-1 set as UTF-8.
std::string utf8_of_latin1(std::string_view text);
/// UTF-8 as it is; other bytes are taken as those of the Latin-1 set, which programs write without saying so.
std::string utf8_of(std::string_view text);
/// UTF-8 as bytes of the Latin-1 set, as FIFF has texts; UTF-8 as it is where a character isn't among them.
std::string latin1_of(std::string_view text);

}  // namespace ranvier
