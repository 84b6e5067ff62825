#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ranvier/compile/ir/builder.hpp"
#include "ranvier/compile/lower/emit_expression.hpp"
#include "ranvier/compile/lower/integrator.hpp"
#include "ranvier/compile/lower/lower.hpp"

namespace ranvier::compile {

/// A program in the making: the model, the builder, and what every name stands for at this point of the step.
struct Draft {
    Draft(const language::Model& original, std::string program_name, const Varying& varying);

    language::Model model;  ///< subexpressions that are constant over dt appear as built-in names "fixed.NAME"
    Builder b;
    Draws draws;
    Varying varying;       ///< parameters with a value per lane
    bool in_loop = false;  ///< in a loop over steps

    // In a network (group.hpp): what names are worth that are no arrays of their own, calls and names of another kind,
    // and whose random numbers are drawn.
    std::function<std::optional<Value>(const language::Node&)> resolve;
    ExpressionEmitter::Special special;
    Value element;

    // Values now. Those of parameters and built-in names are loaded when first wanted, before the steps.
    std::vector<Value> states;
    std::map<std::string, Value, std::less<>> own;    ///< parameters per lane, lastspike, not_refractory, NAME.beyond
    std::map<std::string, Value, std::less<>> fixed;  ///< constant over dt
    Value t, dt;
    std::vector<Value> beyond;  ///< of each event with an edge: was it beyond its level before this step?

    /// An emitter for the values now, or for other states and another time.
    ExpressionEmitter emitter(const std::vector<Value>* states_there = nullptr, Value t_there = {},
                              const std::map<std::string, Value, std::less<>>* locals = nullptr);

    bool refractory() const { return model.refractory != nullptr; }
    bool refractory_duration() const { return refractory() && model.refractory->type != language::Type::boolean; }

    /// Runs statements on the values now; where `mask` is valid, in lanes where it holds.
    void run(const std::vector<language::Statement>& statements, Value mask);

    /// What has a value per lane, loaded when first wanted.
    Value& own_value(const std::string& name, language::Type type);
    Value load(const std::string& name, Type type) { return b.load(b.array(name, type)); }
    Value name_value(const language::Node& node, const std::vector<Value>& states_there, Value t_there,
                     const std::map<std::string, Value, std::less<>>* locals);
};

/// Names of parameters, and of the built-in "lastspike" and "not_refractory", that expressions need, through
/// subexpressions too.
std::set<std::string, std::less<>> needed_names(const language::Model& model,
                                                const std::vector<language::Expr>& expressions);

/// Parameters and built-in names that the model's statements change.
std::set<std::string, std::less<>> changed_names(const std::vector<language::Statement>& statements);

/// Number of steps in a length of time, as the function timestep counts (a real).
Value step_count(Draft& draft, Value t);

// The parts of a step, in the order of lower.cpp.
void integrate(Draft& draft, const Integrator& integrator);
void integrate_exactly(Draft& draft);
void integrate_by_scheme(Draft& draft, const Integrator& integrator);

}  // namespace ranvier::compile
