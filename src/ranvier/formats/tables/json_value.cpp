#include "ranvier/formats/tables/json_value.hpp"

#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"

namespace ranvier::formats {

using Json = nlohmann::ordered_json;

Json parsed_json(std::string_view text) {
    constexpr int deepest = 64;
    try {
        return Json::parse(text, [](int depth, Json::parse_event_t, const Json&) {
            require(depth <= deepest, [] { return "JSON may be nested " + text_of(deepest) + " levels deep"; });
            return true;
        });
    } catch (const Json::exception& error) {
        std::string what = error.what();  // which cites bytes that may be no text
        std::ranges::replace_if(
            what, [](char c) { return c < ' ' || c > '~'; }, '?');
        throw InvalidInput("no JSON: " + what);
    }
}

Json json_of(const Value& value) {
    return std::visit(
        []<class V>(const V& v) -> Json {
            if constexpr (std::is_same_v<V, std::monostate>) {
                return nullptr;
            } else if constexpr (std::is_same_v<V, Value::List>) {
                Json list = Json::array();
                for (const Value& item : v) {
                    list.push_back(json_of(item));
                }
                return list;
            } else if constexpr (std::is_same_v<V, Value::Map>) {
                Json map = Json::object();
                for (const auto& [name, item] : v) {
                    map[name] = json_of(item);
                }
                return map;
            } else if constexpr (std::is_same_v<V, double>) {
                return std::isfinite(v) ? Json(v) : Json(text_of(v));  // JSON has no word for inf
            } else {
                return v;
            }
        },
        value.held);
}

Value value_of(const Json& json) {
    if (json.is_boolean()) {
        return json.get<bool>();
    }
    if (json.is_number_integer()) {
        return json.get<std::int64_t>();
    }
    if (json.is_number()) {
        return json.get<double>();
    }
    if (json.is_string()) {
        const auto text = json.get<std::string>();
        for (const double number : {HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN()}) {
            if (text == text_of(number)) {
                return number;
            }
        }
        return text;
    }
    if (json.is_array()) {
        Value::List list;
        for (const Json& item : json) {
            list.push_back(value_of(item));
        }
        return list;
    }
    if (json.is_object()) {
        Value::Map map;
        for (const auto& [name, item] : json.items()) {
            map.emplace_back(name, value_of(item));
        }
        return map;
    }
    return {};
}

}  // namespace ranvier::formats
