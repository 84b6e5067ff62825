#include "ranvier/sim/plan/words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/sim/groups/group.hpp"

namespace ranvier::sim {

using language::Type;
using Constant = language::Scope::Constant;

namespace {

/// "20 mV", "20mV", "5/second": what stands behind the number is a unit as a whole. Behind a * stands an expression, in
/// which single letters are left to variables.
/// @throws InvalidInput  a single word that is no unit: no expression has one behind a number
std::optional<Constant> number_and_unit(std::string_view text) {
    text = trimmed(text);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) || c == '.'; };
    if (text.empty() || !(digit(text[0]) || (text.size() > 1 && text[0] == '-' && digit(text[1])))) {
        return std::nullopt;
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    std::string_view rest = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    if (rest.empty()) {
        return Constant{number, {}, Type::real};
    }
    const auto in = [&](const units::Unit& unit) { return Constant{number * unit.scale, unit.dimension, Type::real}; };
    const auto in_word = [](unsigned char c) { return std::isalnum(c) || c == '_' || c >= 0x80; };
    if (std::ranges::all_of(rest, in_word)) {
        return in(units::unit(rest));
    }
    try {
        return in(language::unit_from_text((rest.starts_with('/') ? "1" : "") + std::string(rest)));
    } catch (const InvalidInput&) {  // an expression
        return std::nullopt;
    }
}

std::string in_unit(const units::Dimension& dimension) {
    return dimension.dimensionless() ? "without unit" : "in " + units::name(dimension);
}

index whole(std::string_view text, const std::string& all) {
    const auto number = number_in<std::int64_t>(trimmed(text));
    require(number && *number >= 0, [&] {
        return "elements are chosen as in 'cells[5]', 'cells[:100]' or 'cells[0:3,10]'; got '" + all + "'";
    });
    return *number;
}

}  // namespace

void check_name(const std::string& name) {
    const auto in_word = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    require(!name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) && std::ranges::all_of(name, in_word),
            "a name has letters, digits and _, and begins with a letter; got '", name, "'");
}

std::optional<Constant> quantity(const Value& value) {
    if (const auto* number = value.as<double>()) {
        return Constant{*number, {}, Type::real};
    }
    if (const auto* number = value.as<std::int64_t>()) {
        return Constant{static_cast<double>(*number), {}, Type::integer};
    }
    if (const auto* yes = value.as<bool>()) {
        return Constant{*yes ? 1.0 : 0.0, {}, Type::boolean};
    }
    const auto* text = value.as<std::string>();
    return text ? number_and_unit(*text) : std::nullopt;
}

std::string expression_text(const Value& value, const std::string& what) {
    if (const auto found = quantity(value)) {
        return found->type == Type::boolean   ? (found->value != 0 ? "True" : "False")
               : found->type == Type::integer ? text_of(static_cast<std::int64_t>(found->value))
                                              : language::text(language::number(found->value, found->dimension));
    }
    const auto* text = value.as<std::string>();
    require(text != nullptr,
            [&] { return what + " must be a quantity such as \"20 mV\", or an expression; got " + text_of(value); });
    return *text;
}

Constant constant(const Value& value, const Constants& known, const std::string& what) {
    if (const auto found = quantity(value)) {
        return *found;
    }
    language::Model words;
    words.kind = language::Kind::system;
    words.time = units::unit("second").dimension;
    language::Scope scope;
    scope.constants = known;
    const ReadValue read = read_value(value, words, scope, known, what);
    require(read.common.has_value(), what, " must be one value; got '", read.text, "'");
    return {*read.common, read.tree->dimension, read.tree->type};
}

ReadValue read_value(const Value& value, const language::Model& words, const language::Scope& scope,
                     const Constants& known, const std::string& what) {
    const std::string text = expression_text(value, what);
    const auto read = language::checked_expression(text, words, scope, what);
    refuse(read.diagnostics, what, text);
    return {text, read.expr, common_value(read.expr, known)};
}

std::optional<double> common_value(const language::Expr& e, const Constants& known) {
    try {
        return language::value(e, [&](const language::Node& node) -> std::optional<double> {
            if (node.role == language::Role::constant) {
                return node.value;
            }
            const auto found = known.find(node.name);
            return node.role != language::Role::parameter || found == known.end() ? std::nullopt
                                                                                  : std::optional(found->second.value);
        });
    } catch (const InvalidInput&) {  // it is drawn, or differs between elements
        return std::nullopt;
    }
}

double constant(const Value& value, const Constants& known, const std::string& what, const units::Dimension& wanted) {
    const Constant found = constant(value, known, what);
    require(found.dimension == wanted, [&] {
        return what + " must be " + in_unit(wanted) + "; " + text_of(value) + " is " + in_unit(found.dimension);
    });
    return found.value;
}

ElementsText elements_text(const std::string& text) {
    ElementsText found;
    const std::size_t open = text.find('[');
    found.group = std::string(trimmed(text.substr(0, open)));
    if (open == std::string::npos) {
        return found;
    }
    require(text.back() == ']', "'", text, "' wants a ] at its end");
    found.chosen = true;
    std::string_view rest = std::string_view(text).substr(open + 1, text.size() - open - 2);
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        const std::string_view one = trimmed(rest.substr(0, comma));
        const std::size_t colon = one.find(':');
        if (colon == std::string_view::npos) {
            const index at = whole(one, text);
            found.ranges.emplace_back(at, at + 1);
        } else {
            const auto end = [&](std::string_view word) {
                return trimmed(word).empty() ? std::nullopt : std::optional(whole(word, text));
            };
            found.ranges.emplace_back(end(one.substr(0, colon)), end(one.substr(colon + 1)));
        }
        more = comma != std::string_view::npos;
        rest = more ? rest.substr(comma + 1) : rest;
    }
    return found;
}

std::vector<std::pair<index, index>> ElementsText::among(index n) const {
    std::vector<std::pair<index, index>> all;
    if (!chosen) {
        all.emplace_back(0, n);
    }
    for (const auto& [first, last] : ranges) {
        const index from = first.value_or(0), to = last.value_or(n);
        require(from < to && to <= n, [&, &first = first, &last = last] {
            return "'" + group + "' has the elements 0 to " + text_of(n - 1) + "; got [" +
                   (first ? text_of(*first) : "") + ":" + (last ? text_of(*last) : "") + "]";
        });
        all.emplace_back(from, to);
    }
    return all;
}

std::vector<std::int32_t> ElementsText::elements(index n) const {
    std::vector<std::int32_t> all;
    for (const auto& [from, to] : among(n)) {
        for (index k = from; k < to; ++k) {
            all.push_back(static_cast<std::int32_t>(k));
        }
    }
    return all;
}

RecordText record_text(const std::string& text) {
    const std::size_t every = text.find(" every ");
    const std::string whose(trimmed(text.substr(0, every)));
    const std::size_t dot = whose.rfind('.');
    require(dot != std::string::npos && dot > 0 && dot + 1 < whose.size(), [&] {
        return "what is recorded is said as 'cells.spikes', 'cells.rate' or 'cells[0:3].v every 1 ms'; got '" + text +
               "'";
    });
    return {elements_text(whose.substr(0, dot)), whose.substr(dot + 1),
            every == std::string::npos ? "" : std::string(trimmed(text.substr(every + 7)))};
}

}  // namespace ranvier::sim
