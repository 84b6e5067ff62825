#include "ranvier/formats/tables/toml_value.hpp"

#include "ranvier/base/error.hpp"
#include "ranvier/base/utf8.hpp"

namespace {

/// What the library takes for granted of a text and does not hold ("[ = 1" is such a text).
[[noreturn]] void not_granted() { throw ranvier::InvalidInput("brackets, keys or quotes do not fit"); }

}  // namespace

#undef NDEBUG  // without which it would go on as if it held
#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? void() : not_granted())
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_MAX_NESTED_VALUES 64
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace ranvier::formats {

namespace {

/// Tables are sorted by their keys; the text has another order.
class Reader {
public:
    Reader(const std::string& place, std::map<std::string, std::string>& places) : place_(place), places_(places) {}

    Value::Map table(const toml::table& given, const std::string& path) {
        struct Entry {
            const toml::key* key;
            const toml::node* node;
        };
        std::vector<Entry> entries;
        for (const auto& [key, node] : given) {
            entries.push_back({&key, &node});
        }
        std::ranges::stable_sort(entries, [](const Entry& a, const Entry& b) {
            const auto &x = a.key->source().begin, &y = b.key->source().begin;
            return std::pair(x.line, x.column) < std::pair(y.line, y.column);
        });
        Value::Map map;
        for (const auto& [key, node] : entries) {
            const std::string name(key->str()), here = path.empty() ? name : path + "." + name;
            places_[here] = at(key->source());
            map.emplace_back(name, value(*node, here));
        }
        return map;
    }

private:
    std::string at(const toml::source_region& source) const { return place_ + ":" + text_of(source.begin.line); }

    Value value(const toml::node& node, const std::string& path) {
        if (const auto* inner = node.as_table()) {
            return table(*inner, path);
        }
        if (const auto* list = node.as_array()) {
            Value::List all;
            for (const toml::node& item : *list) {
                const std::string here = path + "[" + text_of(all.size()) + "]";
                places_[here] = at(item.source());
                all.push_back(value(item, here));
            }
            return all;
        }
        if (const auto* text = node.as_string()) {
            return text->get();
        }
        if (const auto* whole = node.as_integer()) {
            return whole->get();
        }
        if (const auto* real = node.as_floating_point()) {
            return real->get();
        }
        if (const auto* yes = node.as_boolean()) {
            return yes->get();
        }
        throw InvalidInput(at(node.source()) + ": '" + path + "' is a date or a time of day, which nothing here is");
    }

    const std::string& place_;
    std::map<std::string, std::string>& places_;
};

/// Behind the string or comment that begins at `at`; `at` where none does.
std::size_t skipped(std::string_view text, std::size_t at) {
    if (text[at] == '#') {
        return std::min(text.find('\n', at), text.size());
    }
    if (text[at] != '"' && text[at] != '\'') {
        return at;
    }
    const std::string_view one = text.substr(at, 1), three = text.substr(at, 3);
    const bool lines = three == "\"\"\"" || three == "\'\'\'", escapes = one == "\"";
    const std::string_view quotes = lines ? three : one;
    for (std::size_t k = at + quotes.size(); k < text.size(); ++k) {
        if (escapes && text[k] == '\\') {
            ++k;
        } else if (text.substr(k).starts_with(quotes)) {
            k += quotes.size();
            for (int more = 0; lines && more < 2 && k < text.size() && text[k] == one[0]; ++more) {
                ++k;  // up to two quotes are part of what such a string says
            }
            return k;
        } else if (!lines && text[k] == '\n') {
            return k;  // where it ends, which is a mistake that the library tells
        }
    }
    return text.size();
}

/// A character as strings in double quotes may say it: "\\u00b5".
std::string escaped(std::uint32_t character) {
    std::array<char, 12> buffer{};
    std::snprintf(buffer.data(), buffer.size(), character > 0xFFFF ? "\\U%08x" : "\\u%04x", character);
    return buffer.data();
}

/// A comment or string in ASCII, which says the same.
std::string in_ascii(std::string_view part) {
    if (std::ranges::all_of(part, [](unsigned char c) { return c < 0x80; })) {
        return std::string(part);
    }
    const bool comment = part[0] == '#', literal = part[0] == '\'';
    const std::size_t quotes = !comment && part.size() > 5 && part[1] == part[0] && part[2] == part[0] ? 3 : 1;
    std::string out;
    for (std::size_t at = 0; at < part.size();) {
        const auto [character, bytes] = first_character(part.substr(at));
        if (character >= 0x80) {
            out += comment ? "?" : escaped(character);
        } else if (literal && (at < quotes || at + quotes >= part.size())) {
            out += '"';  // in double quotes, where characters can be escaped
        } else {
            out += literal && (character == '\\' || character == '"') ? "\\" : "";
            out += part[at];
        }
        at += std::max<std::size_t>(1, bytes);
    }
    return out;
}

/// The text in ASCII: the library (3.3) takes other characters for blanks, or for anything, wherever it looks for
/// blanks.
/// @throws InvalidInput  characters beside strings and comments that TOML has not there; bytes that are no UTF-8
std::string in_ascii(std::string_view text, const std::string& place) {
    require(is_utf8(text), [&] { return place + ": this is no TOML: it has bytes that are no UTF-8"; });
    std::string out;
    std::size_t line = 1;
    for (std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text.size();) {
        const std::size_t behind = std::max(skipped(text, at), at + 1);
        const std::string_view part = text.substr(at, behind - at);
        require(static_cast<unsigned char>(part[0]) < 0x80, [&] {
            return place + ":" + text_of(line) + ": '" +
                   std::string(text.substr(at, first_character(text.substr(at)).second)) +
                   "' must stand in quotes: names without quotes have letters from a to z, digits, _ and -";
        });
        out += in_ascii(part);
        line += static_cast<std::size_t>(std::ranges::count(part, '\n'));
        at = behind;
    }
    return out;
}

}  // namespace

TomlText parsed_toml(std::string_view text, const std::string& place) {
    const std::string ascii = in_ascii(text, place);
    try {
        const toml::table table = [&] {
            try {
                return toml::parse(std::string_view(ascii));
            } catch (const InvalidInput& error) {
                throw InvalidInput(place + ": this is no TOML: " + error.what());
            }
        }();
        TomlText read;
        read.tables = Reader(place, read.places).table(table, "");
        return read;
    } catch (const toml::parse_error& error) {
        const auto& at = error.source().begin;
        throw InvalidInput(place + ":" + text_of(at.line) + ":" + text_of(at.column) +
                           ": this is no TOML: " + std::string(error.description()));
    }
}

Value toml_value(std::string_view text) {
    try {
        const TomlText read = parsed_toml("x = " + std::string(text), "");
        if (read.tables.size() == 1) {
            return read.tables[0].second;
        }
    } catch (const InvalidInput&) {  // plain words
    }
    return std::string(text);
}

}  // namespace ranvier::formats
