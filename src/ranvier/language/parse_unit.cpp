// unit: product of powers, e.g. "volt", "1/second", "uA/cm**2", "volt*second**-0.5"
#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

/// The symbols that Brian 2 gives to every equation; whole names ("volt", "msecond") come with them.
constexpr std::array<std::string_view, 30> standard{"mV",  "mA",  "uA", "nA",  "pA",  "pF",  "uF", "nF",  "nS",  "uS",
                                                    "mS",  "ms",  "us", "Hz",  "kHz", "MHz", "cm", "cm2", "cm3", "mm",
                                                    "mm2", "mm3", "um", "um2", "um3", "mM",  "uM", "nM",  "ns",  "pS"};

bool whole_name(std::string_view name) {
    static constexpr std::array<std::string_view, 32> names{
        "kilogram", "metre",   "meter",  "gram",      "second", "ampere",  "amp",    "kelvin",
        "mole",     "candela", "radian", "steradian", "hertz",  "newton",  "pascal", "joule",
        "watt",     "coulomb", "volt",   "farad",     "ohm",    "siemens", "weber",  "tesla",
        "henry",    "lumen",   "lux",    "becquerel", "gray",   "katal",   "liter",  "molar"};
    if (!name.empty() && (name.back() == '2' || name.back() == '3')) {
        name.remove_suffix(1);
    }
    for (std::string_view n : names) {
        if (name.ends_with(n) && name.size() <= n.size() + 2) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> unit_words() {
    std::vector<std::string> words(standard.begin(), standard.end());
    for (const char* word :
         {"metre",   "gram",   "second", "amp",     "kelvin", "mole",     "hertz", "joule",  "coulomb",
          "volt",    "farad",  "ohm",    "siemens", "molar",  "msecond",  "mvolt", "Mohm",   "boolean",
          "integer", "newton", "tesla",  "watt",    "pascal", "kilogram", "meter", "ampere", "liter"}) {
        words.emplace_back(word);
    }
    return words;
}

struct UnitReader {
    Reader& reader;
    bool good = true;

    units::Unit fail(Position at, std::string message, std::string suggestion = "") {
        if (good) {
            reader.complain(at, std::move(message), std::move(suggestion));
        }
        good = false;
        return {};
    }

    units::Unit factor() {
        const Token token = reader.now();
        if (token.kind == TokenKind::number) {
            if (token.value != 1) {
                return fail(token.position, "a unit is a product of unit names; the only number in it may be 1");
            }
            reader.advance();
            return {};
        }
        if (token.kind == TokenKind::name) {
            reader.advance();
            const auto unit = units::find_unit(token.text);
            if (!unit) {
                return fail(token.position, "there is no unit '" + std::string(token.text) + "'",
                            did_you_mean(token.text, unit_words(), ""));
            }
            return power(*unit, token);
        }
        if (reader.is("(") && reader.brackets < max_nesting) {
            ++reader.brackets;
            reader.advance();
            const units::Unit inner = product();
            --reader.brackets;
            if (good && !reader.take(")")) {
                return fail(reader.now().position, "')' is missing in this unit");
            }
            return good ? power(inner, token) : units::Unit{};
        }
        return fail(token.position, "a unit is missing here", "write '1' for a number without unit");
    }

    units::Unit power(const units::Unit& base, const Token& token) {
        if (!reader.take("**")) {
            return base;
        }
        const bool bracket = reader.take("(");
        const bool minus = reader.take("-");
        const Token exponent = reader.now();
        if (exponent.kind != TokenKind::number) {
            return fail(exponent.position, "an exponent of a unit is a number");
        }
        reader.advance();
        double value = exponent.value;
        if (bracket && reader.take("/")) {
            if (reader.now().kind != TokenKind::number || reader.now().value == 0) {
                return fail(reader.now().position, "an exponent of a unit is a number");
            }
            value /= reader.now().value;
            reader.advance();
        }
        if (bracket && !reader.take(")")) {
            return fail(reader.now().position, "')' is missing in this unit");
        }
        value = minus ? -value : value;
        const double twelfths = 12 * value;
        if (std::abs(value) > 100 || std::abs(twelfths - std::round(twelfths)) > 1e-9) {
            return fail(exponent.position, "an exponent of a unit is a fraction of twelfths between -100 and 100");
        }
        for (const int t : base.dimension.twelfths) {
            if (std::abs(t) > 12 * 100 || std::abs(t * value - std::round(t * value)) > 1e-9) {
                return fail(token.position, "this power of a unit is out of range");
            }
        }
        return {units::pow(base.dimension, value), std::pow(base.scale, value)};
    }

    units::Unit product() {
        units::Unit total = factor();
        while (good && (reader.is("*") || reader.is("/"))) {
            const bool times = reader.is("*");
            const Position at = reader.now().position;
            reader.advance();
            const units::Unit next = factor();
            total.dimension = times ? total.dimension * next.dimension : total.dimension / next.dimension;
            total.scale = times ? total.scale * next.scale : total.scale / next.scale;
            for (const int t : total.dimension.twelfths) {
                if (std::abs(t) > 12 * 1000) {
                    return fail(at, "this power of a unit is out of range");
                }
            }
        }
        return total;
    }
};

}  // namespace

UnitText read_unit(Reader& reader) {
    UnitText out;
    const std::size_t begin = (reader.now(), reader.at);
    out.position = reader.now().position;
    if (reader.now().kind == TokenKind::name && (reader.now().text == "boolean" || reader.now().text == "integer")) {
        out.type = reader.now().text == "boolean" ? Type::boolean : Type::integer;
        out.text = "1";
        out.good = true;
        reader.advance();
        return out;
    }
    if (reader.now().kind == TokenKind::name && (reader.now().text == "bool" || reader.now().text == "int")) {
        const bool b = reader.now().text == "bool";
        reader.complain(reader.now().position, "there is no unit '" + std::string(reader.now().text) + "'",
                        b ? "write 'boolean'" : "write 'integer'");
        reader.advance();
        return out;
    }
    UnitReader units_reader{reader};
    out.unit = units_reader.product();
    out.good = units_reader.good;
    std::string text;
    for (std::size_t k = begin; k < reader.at; ++k) {
        if (reader.tokens[k].kind != TokenKind::new_line) {
            text += reader.tokens[k].text;
            out.position.length =
                reader.tokens[k].position.line == out.position.line
                    ? reader.tokens[k].position.column + reader.tokens[k].position.length - out.position.column
                    : out.position.length;
        }
    }
    out.text = text.empty() ? "1" : text;
    return out;
}

std::optional<units::Unit> unit_in_expression(std::string_view name) {
    const bool listed = std::find(standard.begin(), standard.end(), name) != standard.end();
    if (listed || whole_name(name)) {
        return units::find_unit(name);
    }
    // A prefix and a symbol ("fF", "kohm", "Mohm"), of what people measure in cells and with the prefixes they use;
    // single letters, and what a variable may well be called (Mg2, Km, gK), are left to variables.
    struct Symbol {
        std::string_view symbol, prefixes;
    };
    static constexpr Symbol symbols[] = {{"V", "num"},   {"A", "fpnum"}, {"S", "fpnum"}, {"F", "fpnum"},
                                         {"s", "num"},   {"m", "numck"}, {"M", "pnum"},  {"ohm", "mkMG"},
                                         {"Hz", "mkMG"}, {"C", "fpnum"}, {"T", "fpnum"}, {"mol", "fpnum"},
                                         {"J", "fpnum"}};
    std::string_view base = name;
    if (base.size() > 2 && (base.back() == '2' || base.back() == '3')) {
        base.remove_suffix(1);
    }
    for (const auto& [symbol, prefixes] : symbols) {
        if (!base.ends_with(symbol)) {
            continue;
        }
        const std::string_view prefix = base.substr(0, base.size() - symbol.size());
        const bool micro = prefix == "µ" || prefix == "μ";
        const bool plain = prefix.empty() && symbol.size() > 1;
        const bool prefixed = prefix.size() == 1 && prefixes.find(prefix[0]) != std::string_view::npos;
        if (plain || prefixed || (micro && prefixes.find('u') != std::string_view::npos)) {
            return units::find_unit(name);
        }
    }
    return std::nullopt;
}

bool reserved_unit(std::string_view name) {
    return std::find(standard.begin(), standard.end(), name) != standard.end() ||
           (whole_name(name) && units::find_unit(name));
}

}  // namespace ranvier::language
