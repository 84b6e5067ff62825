#include <array>
#include <cstdlib>
#include <optional>

#include "ranvier/base/number_text.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::units {

namespace {

/// Names for whole dimensions, the likelier first.
constexpr std::array<std::string_view, 19> known{"volt",   "amp",     "siemens", "farad",  "ohm",     "second", "hertz",
                                                 "metre",  "coulomb", "joule",   "kelvin", "mole",    "newton", "watt",
                                                 "pascal", "tesla",   "weber",   "henry",  "kilogram"};
constexpr std::array<std::string_view, 7> bases{"metre", "kilogram", "second", "amp", "kelvin", "mole", "candela"};

std::optional<std::string_view> known_name(const Dimension& dimension) {
    static const auto dimensions = [] {
        std::array<Dimension, known.size()> all;
        for (std::size_t k = 0; k < known.size(); ++k) {
            all[k] = unit(known[k]).dimension;
        }
        return all;
    }();
    for (std::size_t k = 0; k < known.size(); ++k) {
        if (dimension == dimensions[k]) {
            return known[k];
        }
    }
    return std::nullopt;
}

std::string exponent(int twelfths) {
    if (twelfths % 12 == 0) {
        return text_of(twelfths / 12);
    }
    if (twelfths % 6 == 0) {
        return (twelfths < 0 ? "-" : "") + text_of(std::abs(twelfths) / 12) + ".5";
    }
    const int divisor = twelfths % 4 == 0 ? 4 : twelfths % 3 == 0 ? 3 : twelfths % 2 == 0 ? 2 : 1;
    return "(" + text_of(twelfths / divisor) + "/" + text_of(12 / divisor) + ")";
}

}  // namespace

std::string name(const Dimension& dimension) {
    if (dimension.dimensionless()) {
        return "1";
    }
    if (const auto plain = known_name(dimension)) {
        return std::string(*plain);
    }
    struct Tail {
        const char* unit;
        double power;
        const char* text;
    };
    static constexpr std::array<Tail, 12> tails{{{"second", -1, "/second"},
                                                 {"metre", -2, "/metre**2"},
                                                 {"second", -0.5, "*second**-0.5"},
                                                 {"metre", -1, "/metre"},
                                                 {"second", 1, "*second"},
                                                 {"volt", -1, "/volt"},
                                                 {"metre", -3, "/metre**3"},
                                                 {"volt", -2, "/volt**2"},
                                                 {"second", -2, "/second**2"},
                                                 {"metre", 1, "*metre"},
                                                 {"amp", -1, "/amp"},
                                                 {"mole", -1, "/mole"}}};
    for (const Tail& tail : tails) {
        const Dimension rest = dimension / pow(unit(tail.unit).dimension, tail.power);
        if (rest.dimensionless() && tail.text[0] == '/') {
            return std::string("1") + tail.text;
        }
        if (const auto head = known_name(rest); head && !rest.dimensionless()) {
            return std::string(*head) + tail.text;
        }
    }
    for (std::string_view candidate : known) {
        const Dimension d = unit(candidate).dimension;
        if (dimension == pow(d, 2)) {
            return std::string(candidate) + "**2";
        }
        if (dimension == pow(d, 3)) {
            return std::string(candidate) + "**3";
        }
    }
    std::string out;
    for (std::size_t k = 0; k < bases.size(); ++k) {
        const int t = dimension.twelfths[k];
        if (t != 0) {
            out += (out.empty() ? "" : "*") + std::string(bases[k]) + (t == 12 ? "" : "**" + exponent(t));
        }
    }
    return out;
}

}  // namespace ranvier::units
