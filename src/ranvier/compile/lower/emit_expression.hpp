#pragma once

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ranvier/compile/ir/builder.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::compile {

/// Numbers of random draws in a program, given out once each.
struct Draws {
    int next = 0;
    int taken() { return next++; }
};

/// Writes expressions of a model as instructions: one evaluation at one state and one time, in which every part is
/// computed once, subexpressions included. A new evaluation, after something changed, wants a new emitter.
class ExpressionEmitter {
public:
    /// @param name_value  what a state, parameter, local, built-in name, t or dt is here
    ExpressionEmitter(Builder& builder, const language::Model& model, Draws& draws,
                      std::function<Value(const language::Node& name)> name_value)
        : b_(builder), model_(model), draws_(draws), name_value_(std::move(name_value)) {}

    /// The value, of the type that the checked node says.
    Value operator()(const language::Expr& e);
    Value real(const language::Expr& e) { return converted((*this)(e), Type::real); }
    Value boolean(const language::Expr& e) { return converted((*this)(e), Type::boolean); }

    /// The value in another type, as the language converts: true is 1, all but 0 is true.
    Value converted(Value v, Type type);

    /// Asked first about every name and call of a function of one's own: nothing where there is nothing special.
    using Special = std::function<std::optional<Value>(const language::Node&, ExpressionEmitter&)>;
    /// @param element  whose random numbers are drawn; not valid: the lane's
    void treat_specially(Special special, Value element) {
        special_ = std::move(special);
        element_ = element;
    }

    /// A call of a function of one's own.
    Value own_call(const language::Node& node, const language::UserFunction& function);

private:
    Value made(const language::Expr& e);
    Value constant(const language::Node& node);
    Value name(const language::Node& node);
    Value power(const language::Node& node);
    Value comparison(const language::Node& node);
    Value call(const language::Node& node);
    Value function_of_one(const language::Node& node);
    Value inverse_hyperbolic(std::string_view name, Value x);
    Value user_call(const language::Node& node);
    /// The operands promoted to the widest of their types, at least integer.
    std::vector<Value> promoted(const language::Node& node);

    Builder& b_;
    const language::Model& model_;
    Draws& draws_;
    std::function<Value(const language::Node&)> name_value_;
    Special special_;
    Value element_;
    std::unordered_map<const language::Node*, Value> known_;
    std::vector<language::Expr> kept_;  ///< so that addresses of nodes stay theirs
    std::unordered_map<std::int32_t, Value> subexpressions_;
};

Type ir_type(language::Type type);

}  // namespace ranvier::compile
