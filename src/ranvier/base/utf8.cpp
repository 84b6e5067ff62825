#include "ranvier/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace ranvier {

std::pair<std::uint32_t, std::size_t> first_character(std::string_view text) {
    if (text.empty()) {
        return {0, 0};
    }
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80         ? 1
                               : (lead >> 5) == 6  ? 2
                               : (lead >> 4) == 14 ? 3
                               : (lead >> 3) == 30 ? 4
                                                   : 5;
    if (length > std::min<std::size_t>(text.size(), 4)) {
        return {0, 0};
    }
    std::uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
    for (const char c : text.substr(1, length - 1)) {
        const auto next = static_cast<unsigned char>(c);
        if ((next & 0xC0) != 0x80) {
            return {0, 0};
        }
        code = (code << 6) | (next & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};  // shorter forms exist below
    const bool allowed = code >= least[length] && code <= 0x10FFFF && (code < 0xD800 || code >= 0xE000);
    return {code, allowed ? length : 0};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_character(text).second;
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

void append_utf8(std::string& text, std::uint32_t character) {
    const int more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    const std::uint32_t lead = more == 0 ? 0 : 0xFF00u >> (more + 1) & 0xFF;
    text += static_cast<char>(lead | character >> (6 * more));
    for (int k = more - 1; k >= 0; --k) {
        text += static_cast<char>(0x80 | (character >> (6 * k) & 0x3F));
    }
}

std::string utf8_of_latin1(std::string_view text) {
    std::string out;
    for (const char c : text) {
        append_utf8(out, static_cast<unsigned char>(c));
    }
    return out;
}

std::string latin1_of(std::string_view text) {
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        const auto [character, length] = first_character(rest);
        if (length == 0 || character > 0xFF) {
            return std::string(text);
        }
        out += static_cast<char>(character);
        rest.remove_prefix(length);
    }
    return out;
}

std::string utf8_of(std::string_view text) { return is_utf8(text) ? std::string(text) : utf8_of_latin1(text); }

}  // namespace ranvier
