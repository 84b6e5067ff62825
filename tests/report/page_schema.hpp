#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string>

#include "ranvier/base/file.hpp"
#include "tests/places.hpp"

/// Compares pages with viewer/page.schema.json, as viewer/src/schema.ts does before it draws.
namespace page_schema {

using Json = nlohmann::ordered_json;

inline const Json& schema() {
    static const Json all =
        Json::parse(ranvier::file_text(ranvier::tests::source_folder() / "viewer/page.schema.json"));
    return all;
}

inline const Json& definition(const std::string& ref) { return schema()["$defs"].at(ref.substr(ref.rfind('/') + 1)); }
inline const Json& resolved(const Json& rule) { return rule.contains("$ref") ? definition(rule["$ref"]) : rule; }

inline std::string type_of(const Json& value) { return value.is_number() ? "number" : value.type_name(); }
inline std::string type_of_rule(const Json& rule) { return rule["type"] == "integer" ? "number" : rule["type"]; }

inline bool fits(const Json& value, const Json& rule) {
    for (const auto& [keyword, wanted] : rule.items()) {
        if ((keyword == "type" && type_of(value) != type_of_rule(rule)) || (keyword == "const" && value != wanted) ||
            (keyword == "type" && wanted == "integer" && !value.is_number_integer()) ||
            (keyword == "enum" && std::find(wanted.begin(), wanted.end(), value) == wanted.end()) ||
            (keyword == "minimum" && value < wanted) || (keyword == "exclusiveMinimum" && value <= wanted) ||
            (keyword == "minItems" && value.size() < wanted) || (keyword == "maxItems" && value.size() > wanted) ||
            (value.is_number_float() && !std::isfinite(value.get<double>()))) {
            return false;
        }
    }
    return true;
}

struct SectionCheck {
    const Json& section;

    [[noreturn]] void fail(const std::string& where, const std::string& rule, const Json& value) const {
        throw std::runtime_error(where + " must be " + rule + "; got " +
                                 value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80));
    }

    /// How many a field of the section says: its entries, or its number.
    std::size_t count(const std::string& path) const {
        const Json* found = &section;
        for (std::size_t begin = 0; begin <= path.size();) {
            const std::size_t end = std::min(path.find('.', begin), path.size());
            const std::string key = path.substr(begin, end - begin);
            if (!found->contains(key)) {
                return 0;
            }
            found = &(*found)[key];
            begin = end + 1;
        }
        return found->is_number() ? found->get<std::size_t>() : found->size();
    }

    void check(const Json& value, const Json& rule, const std::string& where) const {
        if (!fits(value, rule)) {
            Json wanted = rule;
            wanted.erase("properties");
            wanted.erase("items");
            wanted.erase("description");
            fail(where, wanted.dump(), value);
        }
        if (rule.contains("$ref")) {
            check(value, definition(rule["$ref"]), where);
        }
        if (rule.contains("anyOf")) {
            const auto& rows = rule["anyOf"];
            const auto row = std::find_if(rows.begin(), rows.end(),
                                          [&](const Json& r) { return type_of(value) == type_of_rule(resolved(r)); });
            if (row == rows.end()) {
                fail(where, "any of " + rows.dump(), value);
            }
            check(value, *row, where);
        }
        if (rule.contains("properties")) {
            for (const auto& [key, property] : rule["properties"].items()) {
                const std::string at = where.empty() ? key : where + "." + key;
                if (value.contains(key)) {
                    check(value[key], property, at);
                }
            }
        }
        for (const Json& key : rule.value("required", Json::array())) {
            if (!value.contains(key.get<std::string>())) {
                fail(where.empty() ? key.get<std::string>() : where + "." + key.get<std::string>(), "there", nullptr);
            }
        }
        if (rule.contains("items")) {
            const Json prefix = rule.value("prefixItems", Json::array());
            for (std::size_t k = 0; k < value.size(); ++k) {
                check(value[k], k < prefix.size() ? prefix[k] : rule["items"], where + "[" + std::to_string(k) + "]");
            }
        }
        check_against_others(value, rule, where);
    }

    void check_against_others(const Json& value, const Json& rule, const std::string& where) const {
        if (rule.contains("x-shape")) {
            check_shape(value, rule["x-shape"], where);
        }
        if (rule.contains("x-length") && value.size() != count(rule["x-length"])) {
            fail(where, "as long as " + rule["x-length"].get<std::string>(), value);
        }
        if (rule.contains("x-below") && value >= count(rule["x-below"])) {
            fail(where, "below the number of " + rule["x-below"].get<std::string>(), value);
        }
        if (rule.contains("x-ascending")) {
            const Json& by = rule["x-ascending"];
            const auto key = [&](const Json& entry) { return by.is_string() ? entry.value(by, Json()) : entry; };
            for (std::size_t k = 1; k < value.size(); ++k) {
                if (!(key(value[k]) > key(value[k - 1]))) {
                    fail(where + "[" + std::to_string(k) + "]" + (by.is_string() ? "." + by.get<std::string>() : ""),
                         "above the one before", key(value[k]));
                }
            }
        }
    }

    void check_shape(const Json& array, const Json& dims, const std::string& where) const {
        static const std::regex form(R"((?:>=(\d+)|(?:(\d+)\*)?([a-z_.]+)(?:\+(\d+))?))");
        const auto number = [](const std::string& digits, std::size_t otherwise) {
            return digits.empty() ? otherwise : std::stoul(digits);
        };
        const Json& shape = array["shape"];
        bool right = shape.size() == dims.size();
        for (std::size_t k = 0; right && k < dims.size(); ++k) {
            const std::size_t n = shape[k];
            std::smatch part;
            const std::string text = dims[k].is_string() ? dims[k].get<std::string>() : "";
            if (!std::regex_match(text, part, form)) {
                right = n == dims[k];
            } else if (part[1].matched) {
                right = n >= number(part[1], 0);
            } else {
                right = n == number(part[2], 1) * count(part[3]) + number(part[4], 0);
            }
        }
        if (!right) {
            fail(where + ".shape", dims.dump(), shape);
        }
        if (array.contains("scale") && array["scale"].is_array() && array["scale"].size() != shape[0]) {
            fail(where + ".scale", "as long as the first axis", array["scale"]);
        }
    }
};

/// @throws std::runtime_error  place, rule and value of what differs
inline void check_section(const Json& section) {
    for (const Json& row : schema()["$defs"]["Section"]["anyOf"]) {
        if (resolved(row)["properties"]["kind"]["const"] == section["kind"]) {
            return SectionCheck{section}.check(section, resolved(row), "");
        }
    }
    throw std::runtime_error("no section is of kind '" + section["kind"].get<std::string>() + "'");
}

/// The data of a page, after a look at all of it.
inline Json checked_data(const std::string& html) {
    const std::string begin = "<script id=\"ranvier-data\" type=\"application/json\">";
    const std::size_t at = html.find(begin) + begin.size();
    Json data = Json::parse(html.substr(at, html.find("</script>", at) - at));
    Json rule = schema();
    rule["properties"]["sections"].erase("items");
    SectionCheck{data}.check(data, rule, "");
    for (const Json& section : data["sections"]) {
        check_section(section);
    }
    return data;
}

}  // namespace page_schema
