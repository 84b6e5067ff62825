#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Words for messages, and what stands under a name.
namespace ranvier {

/// "a, b, c"
std::string joined(const std::vector<std::string>& words, std::string_view between = ", ");

/// A number as printf writes it, the same in every locale: formatted("%.3g", 0.1).
std::string formatted(const char* format, double value);

/// Without the blanks around it.
std::string_view trimmed(std::string_view text);

/// The number that the whole of `text` is, in every locale; nothing where it is none ("", "1,5", "2abc").
template <class T>
std::optional<T> number_in(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// The names of things that have a `name`, in order.
template <class List>
std::vector<std::string> names_of(const List& things) {
    std::vector<std::string> names;
    for (const auto& thing : things) {
        names.emplace_back(thing.name);
    }
    return names;
}

/// The first of that name, or null.
template <class List>
auto* named(List& things, std::string_view name) {
    for (auto& thing : things) {
        if (thing.name == name) {
            return &thing;
        }
    }
    return static_cast<decltype(&*things.begin())>(nullptr);
}

}  // namespace ranvier
