#include "ranvier/formats/edf/numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace {

constexpr std::size_t room = 8;
enum class Side { nearest, below, above };

std::string text_of(double value, std::chars_format format, int digits) {
    std::array<char, 400> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, digits);
    ensure(error == std::errc{}, "400 characters hold any double with eight digits");
    return {buffer.data(), end};
}

/// A text on the right side of `value`: the rounded digits, or one step of the last digit further out.
std::string on_side(double value, std::chars_format format, int digits, Side side) {
    std::string text = text_of(value, format, digits);
    const double written = number_of(text);
    if ((side == Side::below && written > value) || (side == Side::above && written < value)) {
        const double magnitude = format == std::chars_format::fixed || value == 0
                                     ? 1
                                     : std::pow(10, std::floor(std::log10(std::abs(value))));
        const double step = magnitude * std::pow(10, -digits);
        text = text_of(written + (side == Side::above ? step : -step), format, digits);
    }
    return text;
}

std::string eight_characters(double value, Side side) {
    require(std::isfinite(value), "EDF holds finite numbers only");
    std::string best;
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto format : {std::chars_format::fixed, std::chars_format::scientific}) {
        for (int digits = static_cast<int>(room); digits >= 0; --digits) {
            const std::string text = on_side(value, format, digits, side);
            const double away = number_of(text) - value;
            const bool right = side == Side::nearest || (side == Side::below ? away <= 0 : away >= 0);
            if (text.size() <= room && right && std::abs(away) < nearest) {
                best = text;
                nearest = std::abs(away);
            }
        }
    }
    require(!best.empty(),
            [&] { return "EDF has eight characters for a number, too few for " + ranvier::text_of(value); });
    if (best.find('.') != std::string::npos && best.find('e') == std::string::npos) {
        best.erase(best.find_last_not_of('0') + 1);
        best.erase(best.find_last_not_of('.') + 1);
    }
    return best == "-0" ? "0" : best;
}

}  // namespace

std::string nearest_text(double value) { return eight_characters(value, Side::nearest); }
std::string text_below(double value) { return eight_characters(value, Side::below); }
std::string text_above(double value) { return eight_characters(value, Side::above); }

std::string plain_text(double value) {
    std::array<char, 400> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    ensure(error == std::errc{}, "400 characters hold any double");
    return {buffer.data(), end};
}

double number_of(const std::string& text) {
    const auto value = number_in<double>(text);
    ensure(value.has_value(), "a text of a number");
    return *value;
}

}  // namespace ranvier::formats
