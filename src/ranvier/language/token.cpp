#include "ranvier/language/token.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ranvier::language {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Bytes of the character that begins the text; 1 for what is no UTF-8.
std::size_t character_bytes(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = first < 0x80         ? 1
                               : first >> 5 == 0x6  ? 2
                               : first >> 4 == 0xe  ? 3
                               : first >> 3 == 0x1e ? 4
                                                    : 1;
    if (length > text.size()) {
        return 1;
    }
    for (std::size_t k = 1; k < length; ++k) {
        if ((static_cast<unsigned char>(text[k]) & 0xc0) != 0x80) {
            return 1;
        }
    }
    return length;
}

/// Greek letters and the micro sign may stand in names.
std::size_t greek_bytes(std::string_view text) {
    if (text.size() < 2) {
        return 0;
    }
    const auto a = static_cast<unsigned char>(text[0]), b = static_cast<unsigned char>(text[1]);
    const bool continued = (b & 0xc0) == 0x80;
    const bool micro = a == 0xc2 && b == 0xb5;
    const bool greek =
        (a == 0xcd && b >= 0xb0 && b != 0xbe) || a == 0xce || a == 0xcf;  // without the Greek question mark
    return continued && (micro || greek) ? 2 : 0;
}

/// Longer ones first.
constexpr std::string_view signs[] = {
    "**=", "//=", "**", "//", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "%=", "+", "-",
    "*",   "/",   "%",  "<",  ">",  "=",  "(",  ")",  ",",  ":",  ";",  "&",  "|",  "[", "]"};

/// What a character that looks like one of ours was meant to be.
std::string meant(std::string_view c) {
    static constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"−", "-"},  {"–", "-"},   {"—", "-"},   {"×", "*"},   {"·", "*"},  {"⋅", "*"},
        {"÷", "/"},  {"²", "**2"}, {"³", "**3"}, {"^", "**"},  {"≤", "<="}, {"≥", ">="},
        {"≠", "!="}, {"Ω", "ohm"}, {"!", "not"}, {"~", "not"}, {"¬", "not"}};
    for (const auto& [seen, wanted] : known) {
        if (c == seen) {
            return "write '" + std::string(wanted) + "'";
        }
    }
    return c == "?" ? "write where(condition, a, b)" : "";
}

struct Cutter {
    const Source& source;
    Report& report;
    Tokens out;
    std::size_t at = 0;
    std::uint32_t line, column;

    std::string_view rest() const { return source.text.substr(at); }

    void add(TokenKind kind, std::size_t bytes, double value = 0, bool whole = false) {
        Token token;
        token.kind = kind;
        token.text = source.text.substr(at, bytes);
        token.value = value;
        token.whole = whole;
        token.offset = at;
        token.position = {line, column,
                          kind == TokenKind::new_line || kind == TokenKind::end ? 1 : character_count(token.text)};
        out.list.push_back(token);
        at += bytes;
        column += kind == TokenKind::new_line ? 1 : token.position.length;
    }

    /// Reports what it can't read; it stays as a sign that nothing expects, so that the parser reports the same place.
    void unknown(std::size_t bytes, std::string message, std::string suggestion = "") {
        const std::string_view text = rest().substr(0, bytes);
        out.list.push_back({TokenKind::sign, text, 0, false, {line, column, 1}, at});
        report.add(source.place, {line, column, character_count(text)}, std::move(message), std::move(suggestion));
        at += bytes;
        column += character_count(text);
    }

    void number() {
        const std::string_view text = rest();
        const auto after_digits = [&](std::size_t n) {
            while (n < text.size() && digit(text[n])) {
                ++n;
            }
            return n;
        };
        std::size_t n = after_digits(0);
        bool whole = true;
        if (n < text.size() && text[n] == '.') {
            whole = false;
            n = after_digits(n + 1);
        }
        if (n < text.size() && (text[n] == 'e' || text[n] == 'E')) {
            std::size_t m = n + 1;
            if (m < text.size() && (text[m] == '+' || text[m] == '-')) {
                ++m;
            }
            if (m < text.size() && digit(text[m])) {
                whole = false;
                n = after_digits(m);
            }
        }
        if (n < text.size() && (letter(text[n]) || text[n] == '.' || greek_bytes(text.substr(n)) > 0)) {
            std::size_t m = n;
            while (m < text.size() && (letter(text[m]) || digit(text[m]) || text[m] == '.')) {
                ++m;
            }
            m = std::max(m, n + greek_bytes(text.substr(n)));
            const std::string head(text.substr(0, n)), tail(text.substr(n, m - n));
            unknown(m, "'" + std::string(text.substr(0, m)) + "' is neither a number nor a name",
                    text[n] == '.' ? "" : "write '" + head + "*" + tail + "'");
            return;
        }
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + n, value);
        if (error == std::errc::result_out_of_range) {
            // from_chars leaves the value alone: tiny numbers are 0, huge ones a mistake
            const bool tiny = text.substr(0, n).find("e-") != std::string_view::npos ||
                              text.substr(0, n).find("E-") != std::string_view::npos || text[0] == '0' ||
                              text[0] == '.';
            if (!tiny) {
                unknown(n, "this number is too large: the largest is about 1.8e308");
                return;
            }
        }
        add(TokenKind::number, n, value, whole);
    }

    bool name() {
        const std::string_view text = rest();
        std::size_t n = 0;
        while (n < text.size()) {
            if (letter(text[n]) || (n > 0 && digit(text[n]))) {
                ++n;
            } else if (const std::size_t bytes = greek_bytes(text.substr(n))) {
                n += bytes;
            } else {
                break;
            }
        }
        if (n > 0) {
            add(TokenKind::name, n);
        }
        return n > 0;
    }

    bool sign() {
        for (const std::string_view s : signs) {
            if (rest().starts_with(s)) {
                add(TokenKind::sign, s.size());
                return true;
            }
        }
        return false;
    }

    void run() {
        while (at < source.text.size()) {
            const char c = source.text[at];
            if (c == '\n') {
                add(TokenKind::new_line, 1);
                ++line;
                column = 1;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                ++at;
                ++column;
            } else if (rest().starts_with("\xc2\xa0")) {  // no-break space
                at += 2;
                ++column;
            } else if (c == '\\' && rest().find_first_not_of(" \t\r", 1) != std::string_view::npos &&
                       rest()[rest().find_first_not_of(" \t\r", 1)] == '\n') {
                at += rest().find('\n') + 1;  // the line goes on
                ++line;
                column = 1;
            } else if (c == '#') {
                const std::size_t n = std::min(rest().find('\n'), rest().size());
                std::string_view words = rest().substr(1, n - 1);
                while (!words.empty() && (words.front() == ' ' || words.front() == '#')) {
                    words.remove_prefix(1);
                }
                while (!words.empty() && (words.back() == ' ' || words.back() == '\r')) {
                    words.remove_suffix(1);
                }
                out.comments[line] = words;
                column += character_count(rest().substr(0, n));
                at += n;
            } else if (digit(c) || (c == '.' && rest().size() > 1 && digit(rest()[1]))) {
                number();
            } else if (!name() && !sign()) {
                const std::size_t dots = std::min(rest().find_first_not_of('.'), rest().size());
                const std::size_t bytes = dots > 0 ? dots : character_bytes(rest());
                const std::string text(rest().substr(0, bytes));
                const bool shown = bytes > 1 || (c >= ' ' && c < 0x7f);
                unknown(bytes,
                        shown ? "'" + text + "' has no meaning here"
                              : "a control character, or text that is not UTF-8, can't stand here",
                        meant(text));
            }
        }
        add(TokenKind::end, 0);
    }
};

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::uint32_t character_count(std::string_view text) {
    std::uint32_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += character_bytes(text.substr(at))) {
        ++count;
    }
    return count;
}

Tokens tokens(const Source& source, Report& report) {
    Cutter cutter{source, report, {}, 0, source.line, source.column};
    cutter.run();
    return std::move(cutter.out);
}

}  // namespace ranvier::language
