#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::language {

/// What a name means in a model.
struct Symbol {
    Role role = Role::unresolved;
    Side side = Side::own;
    std::int32_t index = -1;
    Type type = Type::real;
    units::Dimension dimension;
    double value = 0;        ///< of constants
    bool fixed = false;      ///< statements may not change it
    bool broken = false;     ///< its definition has a mistake, which was reported: nothing is known about it
    std::uint32_t line = 0;  ///< of its definition
};

/// Names of a model under construction, of its surroundings, and of the language itself.
class Symbols {
public:
    Symbols(Model& model, const Scope& scope);

    /// Makes the model's own variables known; later definitions of a name do not replace the first.
    void define(const std::string& name, const Symbol& symbol) { own_.emplace(name, symbol); }
    bool defines(std::string_view name) const { return own_.find(name) != own_.end(); }
    /// A variable of the neurons that a synapse joins, declared by the text.
    void define_outside(Side side, const Variable& variable);

    /// Own variables, those of pre- and postsynaptic neurons, t and its like, noise, constants from outside and of
    /// nature. Units are not symbols.
    std::optional<Symbol> find(std::string_view name);
    const UserFunction* find_user_function(std::string_view name) const;

    /// Names that `word` may have meant, as a sentence without its first "; ".
    std::string suggestion(std::string_view word) const;
    std::string function_suggestion(std::string_view word) const;
    /// The same among variables that statements can change.
    std::string target_suggestion(std::string_view word) const;

    const units::Dimension& time() const { return model_.time; }
    Kind kind() const { return model_.kind; }
    bool open() const { return scope_.open; }
    bool random_drift() const { return scope_.random_drift; }

private:
    std::optional<Symbol> built_in(std::string_view name) const;
    std::vector<std::string> names_outside(Side side) const;
    std::optional<Symbol> outside(std::string_view base, Side side);

    Model& model_;
    const Scope& scope_;
    std::map<std::string, Symbol, std::less<>> own_;
};

/// Why a name can't be given to a variable; "" if it can.
std::string refusal_of_name(std::string_view name, Kind kind);

}  // namespace ranvier::language
