#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ranvier/base/number_text.hpp"

namespace ranvier {

/// What a caller gives for a setting before anyone has looked at its type: from Python, a command line, JSON or a file.
struct Value {
    using List = std::vector<Value>;
    using Map = std::vector<std::pair<std::string, Value>>;  ///< in the order given
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> held;

    Value() = default;  ///< none
    Value(std::nullptr_t) {}
    Value(bool v) : held(v) {}
    Value(int v) : held(std::int64_t{v}) {}
    Value(std::int64_t v) : held(v) {}
    Value(double v) : held(v) {}
    Value(const char* v) : held(std::string(v)) {}
    Value(std::string v) : held(std::move(v)) {}
    Value(List v) : held(std::move(v)) {}
    Value(Map v) : held(std::move(v)) {}

    bool is_none() const { return held.index() == 0; }
    template <class T>
    const T* as() const {
        return std::get_if<T>(&held);
    }
    friend bool operator==(const Value&, const Value&) = default;
};

/// As Python writes it: None, True, 0.5, 'word', [1, 2], {'a': 1}. The same in every locale.
std::string text_of(const Value& value);

}  // namespace ranvier
