#include "ranvier/base/value.hpp"

#include <charconv>
#include <cmath>
#include <type_traits>

namespace ranvier {

namespace {

template <class T>
std::string shortest(T x) {
    if (!std::isfinite(x)) {
        return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
    }
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
    std::string text(digits, end);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

std::string text_of(double x) { return shortest(x); }
std::string text_of(float x) { return shortest(x); }

std::string text_of(const Value& value) {
    return std::visit(
        [](const auto& v) -> std::string {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                return "None";
            } else if constexpr (std::is_same_v<T, bool>) {
                return v ? "True" : "False";
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                return text_of(v);
            } else if constexpr (std::is_same_v<T, double>) {
                return text_of(v);
            } else if constexpr (std::is_same_v<T, std::string>) {
                return "'" + v + "'";
            } else if constexpr (std::is_same_v<T, Value::List>) {
                std::string list;
                for (const Value& item : v) {
                    list += (list.empty() ? "" : ", ") + text_of(item);
                }
                return "[" + list + "]";
            } else {
                std::string list;
                for (const auto& [key, item] : v) {
                    list += (list.empty() ? "'" : ", '") + key + "': " + text_of(item);
                }
                return "{" + list + "}";
            }
        },
        value.held);
}

}  // namespace ranvier
