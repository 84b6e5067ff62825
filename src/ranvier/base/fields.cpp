#include "ranvier/base/fields.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier {

namespace {

std::string number_text(double x) {
    return x == std::floor(x) && std::abs(x) < 1e15 ? text_of(static_cast<std::int64_t>(x)) : text_of(x);
}

const char* word_of(FieldKind kind) {
    constexpr const char* words[] = {"bool", "int", "float", "str", "list", "dict", "object"};
    return words[static_cast<int>(kind)];
}

std::optional<double> number_of(const Value& value) {
    if (const auto* whole = value.as<std::int64_t>()) {
        return static_cast<double>(*whole);
    }
    if (const auto* real = value.as<double>()) {
        return *real;
    }
    return {};
}

}  // namespace

namespace detail {

bool FieldType<bool>::write(bool& to, const Value& v) {
    if (const auto* yes = v.as<bool>()) {
        to = *yes;
        return true;
    }
    const auto* number = v.as<std::int64_t>();
    if (number == nullptr || (*number != 0 && *number != 1)) {
        return false;
    }
    to = *number == 1;
    return true;
}

bool FieldType<double>::write(double& to, const Value& v) {
    const auto number = number_of(v);
    if (!number || std::isnan(*number)) {
        return false;
    }
    to = *number;
    return true;
}

bool FieldType<std::string>::write(std::string& to, const Value& v) {
    const auto* text = v.as<std::string>();
    if (text == nullptr) {
        return false;
    }
    to = *text;
    return true;
}

bool write_whole(std::int64_t& to, const Value& v) {
    if (const auto* whole = v.as<std::int64_t>()) {
        to = *whole;
        return true;
    }
    const auto* real = v.as<double>();
    if (real == nullptr || *real != std::floor(*real) || std::abs(*real) >= 1e15) {
        return false;
    }
    to = static_cast<std::int64_t>(*real);
    return true;
}

}  // namespace detail

Field&& Field::also(Value from, Value to) && {
    synonyms_.emplace_back(std::move(from), std::move(to));
    return std::move(*this);
}
Field&& Field::not_yet(Value what, std::string use) && {
    refused_.emplace_back(std::move(what), std::move(use));
    return std::move(*this);
}
Field&& Field::where(std::string rule, std::function<bool(const Value&)> holds) && {
    rules_.emplace_back(std::move(rule), std::move(holds));
    return std::move(*this);
}

std::string Field::type() const {
    std::string word = kind == FieldKind::list ? std::string("list of ") + word_of(item) : word_of(kind);
    if (takes_numbers_) {
        word += " | int";
    }
    if (!none_word_.empty()) {
        word += " | '" + none_word_ + "'";
    }
    return optional ? word + " | None" : word;
}

std::string Field::rule() const {
    if (!choices.empty()) {
        return "one of " + quoted(choices);
    }
    const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
    if (has_low && has_high) {
        return std::string("in ") + (above_low ? "(" : "[") + number_text(low) + ", " + number_text(high) +
               (below_high ? ")" : "]");
    }
    return has_low    ? (above_low ? "> " : ">= ") + number_text(low)
           : has_high ? (below_high ? "< " : "<= ") + number_text(high)
                      : "";
}

void Field::check(const Value& value) const {
    if (const auto* list = value.as<Value::List>()) {
        std::for_each(list->begin(), list->end(), [&](const Value& v) { check(v); });
        return;
    }
    const auto* text = value.as<std::string>();
    const auto number = number_of(value);
    const bool in_range =
        !number || ((above_low ? *number > low : *number >= low) && (below_high ? *number < high : *number <= high));
    const bool chosen = text == nullptr || choices.empty() || std::count(choices.begin(), choices.end(), *text) > 0;
    require(in_range && chosen, [&] {
        const std::string bounds =
            rule().empty() ? "a number that is not nan" : rule();  // without bounds nan alone fails
        const bool has_unit = !unit.empty() && number && !rule().empty();
        return name + " must be " + bounds + (has_unit ? " " + unit : "") + "; got " + text_of(value) +
               (text != nullptr ? did_you_mean(*text, choices) : "");
    });
}

void Field::set(void* options, const Value& given) const {
    Value value = given;
    for (const auto& [what, use] : refused_) {
        if (value == what) {
            throw NotYet(name + "=" + text_of(value) + " is not in Ranvier yet; use " + use);
        }
    }
    for (const auto& [from, to] : synonyms_) {
        if (value == from) {
            value = to;
            break;
        }
    }
    if (!none_word_.empty() && value == Value(none_word_)) {
        value = {};
    } else if (takes_numbers_ && number_of(value)) {
        value = number_text(*number_of(value));
    } else if (!value.is_none() || (!optional && none_word_.empty())) {
        check(value);
    }
    const auto rule_broken =
        std::find_if(rules_.begin(), rules_.end(), [&](const auto& r) { return !r.second(value); });
    const auto must_be = [&](const std::string& wanted) {
        return name + " must be " + wanted + "; got " + text_of(given);
    };
    require(rule_broken == rules_.end(), [&] { return must_be(rule_broken->first); });
    const bool lacks = value.is_none() && !optional && none_word_.empty() && kind != FieldKind::any;
    require(!lacks && write(options, value), [&] { return must_be(choices.empty() ? type() : rule()); });
}

Value Field::get(const void* options) const {
    Value value = read(options);
    return value.is_none() && !none_word_.empty() ? Value(none_word_) : value;
}

Value Field::parsed(std::string_view text) const {
    const auto one = [&](std::string_view word, FieldKind wanted) -> Value {
        if ((optional || kind == FieldKind::any) && (word == "none" || word == "None")) {
            return {};
        }
        if (wanted == FieldKind::yes_no || wanted == FieldKind::any) {
            if (word == "true" || word == "True" || word == "yes") {
                return true;
            }
            if (word == "false" || word == "False" || word == "no") {
                return false;
            }
        }
        if (wanted != FieldKind::text) {
            if (const auto whole = number_in<std::int64_t>(word)) {
                return *whole;
            }
            if (const auto real = number_in<double>(word)) {
                return *real;
            }
        }
        return std::string(word);
    };
    if (kind != FieldKind::list && kind != FieldKind::map) {
        return one(text, kind);
    }
    Value::List list;
    Value::Map map;
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find(','));
        text.remove_prefix(std::min(entry.size() + 1, text.size()));
        if (kind == FieldKind::list) {
            list.push_back(one(entry, item));
            continue;
        }
        const std::size_t equals = entry.find('=');
        require(equals != entry.npos, name, " must be KEY=VALUE,…; got '", entry, "'");
        map.emplace_back(std::string(entry.substr(0, equals)), one(entry.substr(equals + 1), FieldKind::any));
    }
    return kind == FieldKind::list ? Value(list) : Value(map);
}

const Field& Fields::at(std::string_view name) const {
    if (const Field* found = named(list, name)) {
        return *found;
    }
    const std::vector<std::string> known = names_of(list);
    const std::string near = did_you_mean(name, known);
    throw InvalidInput(of + " has no setting '" + std::string(name) + "'" +
                       (near.empty() ? "; it has " + joined(known) : near));
}

}  // namespace ranvier
