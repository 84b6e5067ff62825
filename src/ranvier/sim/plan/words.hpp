#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/value.hpp"
#include "ranvier/sim/groups/surroundings.hpp"
#include "ranvier/sim/plan/plan.hpp"

/// How the words of a plan are read: quantities, elements of groups, what is recorded.
namespace ranvier::sim {

using Constants = std::map<std::string, language::Scope::Constant, std::less<>>;

/// @throws InvalidInput  no word of letters, digits and _
void check_name(const std::string& name);

/// A number, a number with a unit ("20 mV", "1s"), or True and False; nothing of any other expression.
std::optional<language::Scope::Constant> quantity(const Value& value);

/// A value as an expression of the model language: "20 mV" is "0.02*volt".
/// @throws InvalidInput  a list or a table
std::string expression_text(const Value& value, const std::string& what);

/// One value of a quantity or of an expression of constants.
/// @throws InvalidInput  anything else, or another dimension than `wanted`
language::Scope::Constant constant(const Value& value, const Constants& known, const std::string& what);
double constant(const Value& value, const Constants& known, const std::string& what, const units::Dimension& wanted);

/// An expression in the words of a group, and its value where that is one for all elements, never drawn and unmoving.
struct ReadValue {
    std::string text;
    language::Expr tree;
    std::optional<double> common;
};
/// @param known  values of the words' parameters
ReadValue read_value(const Value& value, const language::Model& words, const language::Scope& scope,
                     const Constants& known, const std::string& what);
std::optional<double> common_value(const language::Expr& e, const Constants& known);

/// "cells", "cells[:100]", "cells[0:3,10]": a group and some of its elements.
struct ElementsText {
    std::string group;
    bool chosen = false;  ///< are elements given?
    /// From, to (excluded); nothing: from the first, to the last.
    std::vector<std::pair<std::optional<index>, std::optional<index>>> ranges;
    /// The ranges in numbers of a group of n. @throws InvalidInput  elements that it has not
    std::vector<std::pair<index, index>> among(index n) const;
    /// All of them, in their order.
    std::vector<std::int32_t> elements(index n) const;
};
ElementsText elements_text(const std::string& text);

/// "cells[0:3].v every 1 ms": what of which elements, and how often.
struct RecordText {
    ElementsText of;
    std::string what;
    std::string every;  ///< a time, or "": each step
};
RecordText record_text(const std::string& text);

/// Does something that a part of a plan asks for; errors say where it was said.
template <class F>
auto said_at(const Origin& origin, const std::string& key, F&& work) {
    const auto where = [&](const std::exception& error) { return origin.of(key) + ": " + error.what(); };
    try {
        return work();
    } catch (const ModelError& error) {
        throw ModelError(where(error), error.diagnostics());
    } catch (const NotYet& error) {
        throw NotYet(where(error));
    } catch (const InvalidInput& error) {
        throw InvalidInput(where(error));
    }
}

}  // namespace ranvier::sim
