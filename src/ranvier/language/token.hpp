#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/syntax.hpp"

namespace ranvier::language {

enum class TokenKind : std::uint8_t { number, name, sign, new_line, end };

/// A word of the language. `text` points into the source.
struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;
    double value = 0;    ///< of numbers
    bool whole = false;  ///< a number written without point and exponent
    Position position;
    std::size_t offset = 0;  ///< of its first byte in the source
};

/// A text cut into words, with new_line tokens between lines and one `end` token.
struct Tokens {
    std::vector<Token> list;
    std::map<std::uint32_t, std::string> comments;  ///< of a line, what follows its '#'

    std::string comment(std::uint32_t line) const {
        const auto found = comments.find(line);
        return found == comments.end() ? "" : found->second;
    }
};

/// A piece of text and where it begins, so that positions in a part of a file are those in the file.
struct Source {
    std::string_view text;
    std::string place;       ///< "equations", "adex.model", ...
    std::uint32_t line = 1;  ///< of the first character
    std::uint32_t column = 1;
};

/// Characters that the language does not know are reported and left out. @cost  O(n)
Tokens tokens(const Source& source, Report& report);

std::vector<std::string_view> lines_of(std::string_view text);

/// Number of characters (not bytes) of UTF-8 text; bytes that are no UTF-8 count one each.
std::uint32_t character_count(std::string_view text);

}  // namespace ranvier::language
