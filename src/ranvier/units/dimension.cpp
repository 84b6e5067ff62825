#include "ranvier/units/dimension.hpp"

#include <cmath>
#include <map>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"

namespace ranvier::units {

namespace {

constexpr std::array<std::string_view, 7> base_symbols{"m", "kg", "s", "A", "K", "mol", "cd"};

struct Named {
    std::string_view name, symbol;
    std::array<int, 7> exponents;
    double scale;
};

// The 22 named derived units that have a name of their own, the base units, and the litre and molar of physiology.
constexpr std::array<Named, 37> named_units{{
    {"metre", "m", {1, 0, 0, 0, 0, 0, 0}, 1},     {"meter", "m", {1, 0, 0, 0, 0, 0, 0}, 1},
    {"kilogram", "kg", {0, 1, 0, 0, 0, 0, 0}, 1}, {"gram", "g", {0, 1, 0, 0, 0, 0, 0}, 1e-3},
    {"second", "s", {0, 0, 1, 0, 0, 0, 0}, 1},    {"ampere", "A", {0, 0, 0, 1, 0, 0, 0}, 1},
    {"amp", "A", {0, 0, 0, 1, 0, 0, 0}, 1},       {"kelvin", "K", {0, 0, 0, 0, 1, 0, 0}, 1},
    {"mole", "mol", {0, 0, 0, 0, 0, 1, 0}, 1},    {"candela", "cd", {0, 0, 0, 0, 0, 0, 1}, 1},
    {"radian", "rad", {0, 0, 0, 0, 0, 0, 0}, 1},  {"steradian", "sr", {0, 0, 0, 0, 0, 0, 0}, 1},
    {"hertz", "Hz", {0, 0, -1, 0, 0, 0, 0}, 1},   {"newton", "N", {1, 1, -2, 0, 0, 0, 0}, 1},
    {"pascal", "Pa", {-1, 1, -2, 0, 0, 0, 0}, 1}, {"joule", "J", {2, 1, -2, 0, 0, 0, 0}, 1},
    {"watt", "W", {2, 1, -3, 0, 0, 0, 0}, 1},     {"coulomb", "C", {0, 0, 1, 1, 0, 0, 0}, 1},
    {"volt", "V", {2, 1, -3, -1, 0, 0, 0}, 1},    {"farad", "F", {-2, -1, 4, 2, 0, 0, 0}, 1},
    {"ohm", "ohm", {2, 1, -3, -2, 0, 0, 0}, 1},   {"siemens", "S", {-2, -1, 3, 2, 0, 0, 0}, 1},
    {"weber", "Wb", {2, 1, -2, -1, 0, 0, 0}, 1},  {"tesla", "T", {0, 1, -2, -1, 0, 0, 0}, 1},
    {"henry", "H", {2, 1, -2, -2, 0, 0, 0}, 1},   {"lumen", "lm", {0, 0, 0, 0, 0, 0, 1}, 1},
    {"lux", "lx", {-2, 0, 0, 0, 0, 0, 1}, 1},     {"becquerel", "Bq", {0, 0, -1, 0, 0, 0, 0}, 1},
    {"gray", "Gy", {2, 0, -2, 0, 0, 0, 0}, 1},    {"katal", "kat", {0, 0, -1, 0, 0, 1, 0}, 1},
    {"liter", "l", {3, 0, 0, 0, 0, 0, 0}, 1e-3},  {"molar", "M", {-3, 0, 0, 0, 0, 1, 0}, 1e3},
    {"litre", "l", {3, 0, 0, 0, 0, 0, 0}, 1e-3},  {"kilogramme", "kg", {0, 1, 0, 0, 0, 0, 0}, 1},
    {"gramme", "g", {0, 1, 0, 0, 0, 0, 0}, 1e-3}, {"candle", "cd", {0, 0, 0, 0, 0, 0, 1}, 1},
    {"sievert", "Sv", {2, 0, -2, 0, 0, 0, 0}, 1},
}};

constexpr std::array<std::pair<std::string_view, int>, 24> prefixes{
    {{"da", 1}, {"y", -24}, {"z", -21}, {"a", -18}, {"f", -15}, {"p", -12}, {"n", -9},  {"u", -6},
     {"µ", -6}, {"μ", -6},  {"m", -3},  {"c", -2},  {"d", -1},  {"h", 2},   {"k", 3},   {"M", 6},
     {"G", 9},  {"T", 12},  {"P", 15},  {"E", 18},  {"Z", 21},  {"Y", 24},  {"r", -27}, {"R", 27}}};

Dimension whole(const std::array<int, 7>& exponents) {
    Dimension d;
    for (std::size_t k = 0; k < 7; ++k) {
        d.twelfths[k] = 12 * exponents[k];
    }
    return d;
}

const std::map<std::string, Unit, std::less<>>& table() {
    static const auto units = [] {
        std::map<std::string, Unit, std::less<>> all;
        for (const Named& u : named_units) {
            const Unit plain{whole(u.exponents), u.scale};
            for (std::string_view word : {u.name, u.symbol}) {
                all.emplace(word, plain);
            }
        }
        // Prefixed names give way to plain ones: "cd" is the candela, "Pa" the pascal, "min" nobody's milli-inch.
        for (const Named& u : named_units) {
            for (const auto& [prefix, power] : prefixes) {
                for (std::string_view word : {u.name, u.symbol}) {
                    all.emplace(std::string(prefix) + std::string(word),
                                Unit{whole(u.exponents), u.scale * std::pow(10.0, power)});
                }
            }
        }
        return all;
    }();
    return units;
}

}  // namespace

Dimension operator*(const Dimension& a, const Dimension& b) {
    Dimension product;
    for (std::size_t k = 0; k < 7; ++k) {
        product.twelfths[k] = a.twelfths[k] + b.twelfths[k];
    }
    return product;
}

Dimension operator/(const Dimension& a, const Dimension& b) {
    Dimension quotient;
    for (std::size_t k = 0; k < 7; ++k) {
        quotient.twelfths[k] = a.twelfths[k] - b.twelfths[k];
    }
    return quotient;
}

Dimension pow(const Dimension& a, double exponent) {
    Dimension result;
    for (std::size_t k = 0; k < 7; ++k) {
        const double twelfths = a.twelfths[k] * exponent;
        require(std::abs(twelfths - std::round(twelfths)) < 1e-9 && std::abs(twelfths) < 1e6, [&] {
            return "a unit's exponent must be a multiple of 1/12; " + text(a) + " to the power " + text_of(exponent) +
                   " is not";
        });
        result.twelfths[k] = static_cast<int>(std::lround(twelfths));
    }
    return result;
}

std::string text(const Dimension& dimension) {
    std::string out;
    for (std::size_t k = 0; k < 7; ++k) {
        const int t = dimension.twelfths[k];
        if (t == 0) {
            continue;
        }
        out += (out.empty() ? "" : " ") + std::string(base_symbols[k]);
        if (t % 12 == 0) {
            out += t == 12 ? "" : "^" + text_of(t / 12);
        } else {
            const int divisor = t % 6 == 0 ? 6 : t % 4 == 0 ? 4 : t % 3 == 0 ? 3 : t % 2 == 0 ? 2 : 1;
            out += "^(" + text_of(t / divisor) + "/" + text_of(12 / divisor) + ")";
        }
    }
    return out.empty() ? "1" : out;
}

std::optional<Unit> find_unit(std::string_view name) {
    const auto& units = table();
    if (const auto found = units.find(name); found != units.end()) {
        return found->second;
    }
    // "cm2", "metre3": a power of a unit, as Brian writes it.
    if (!name.empty() && (name.back() == '2' || name.back() == '3')) {
        const auto found = units.find(name.substr(0, name.size() - 1));
        if (found != units.end()) {
            const int power = name.back() - '0';
            return Unit{pow(found->second.dimension, power), std::pow(found->second.scale, power)};
        }
    }
    return std::nullopt;
}

Unit unit(std::string_view name) {
    if (const auto found = find_unit(name)) {
        return *found;
    }
    std::vector<std::string> known;
    known.reserve(table().size());
    for (const auto& entry : table()) {
        known.push_back(entry.first);
    }
    throw InvalidInput("there is no unit '" + std::string(name) + "'" + did_you_mean(name, known));
}

}  // namespace ranvier::units
