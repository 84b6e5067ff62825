#pragma once

#include <string>

#include "ranvier/base/error.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::fuzz {

/// What is printed reads as what was printed. (A quantity that folding made prints as a product: its text, not its
/// tree, comes back.)
inline void check_round_trip(const language::Expr& e) {
    language::Report report;
    const std::string words = language::text(e);
    const language::Expr again = language::parsed_expression({words, "printed"}, report);
    ensure(again && language::text(again) == words, "what is printed can be read");
}

/// All that may be asked of a model without mistakes. Refusals are InvalidInput.
inline void use(const language::Model& model) {
    using namespace language;
    if (model.states.size() + model.subexpressions.size() > 20) {
        return;  // a Jacobian of many states takes the time that other texts need
    }
    for (const State& s : model.states) {
        ensure(s.rhs && s.drift, "a checked equation has a right side");
        ensure(s.rhs->dimension == s.dimension / model.time, "its dimension is that of the left side");
        check_round_trip(s.rhs);
    }
    try {
        for (const State& s : model.states) {
            const Expr drift = expanded(s.drift, model);
            if (const auto parts = linear_in(drift, s.name)) {
                ensure(!contains(parts->a, s.name) && !contains(parts->b, s.name), "offset and slope are free");
            }
            ensure(simplified(drift)->dimension == drift->dimension, "simplifying keeps the dimension");
        }
        linear_system(model);
        jacobian(model);
    } catch (const InvalidInput&) {
    }
    try {
        initial_values(model, parameter_values(model));
    } catch (const InvalidInput&) {
    }
}

inline void look_at(const language::Checked& checked, const std::string& text) {
    if (checked.diagnostics.empty()) {
        use(checked.model);
    } else {
        ensure(checked.diagnostics.size() <= language::Report::limit + 1, "mistakes are told up to a limit");
        language::rendered(checked.diagnostics, {{"equations", text}, {"x.model", text}});
    }
}

}  // namespace ranvier::fuzz
