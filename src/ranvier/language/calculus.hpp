#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::language {

// Mathematics on trees. All of it is deterministic, keeps dimensions, and walks shared parts once.

/// The tree as text that parses to the same tree. Numbers keep all their digits.
std::string text(const Expr& e);
std::string text(const Statement& statement);

/// Does the name (as written: "v", "v_post") occur in the tree?
bool contains(const Expr& e, std::string_view name);

/// Does one of the tree's names answer to this?
bool any_name(const Expr& e, const std::function<bool(const Node& name)>& what);

/// Does the tree hold rand() or its like, so that each evaluation is another?
bool is_random(const Expr& e);

/// The dimension of a name; nothing where the tree doesn't hold it.
std::optional<units::Dimension> dimension_of(const Expr& e, std::string_view name);

/// Every name in the tree, in the order of first occurrence.
std::vector<std::string> names_in(const Expr& e);

/// Constants folded and neutral elements dropped (x + 0, 1·x, x**1, --x, ...), nothing reassociated: the value of
/// the result equals that of `e` to the bit wherever that is finite, except that 0·x becomes 0.
Expr simplified(const Expr& e);

/// The tree with names replaced. `replacement` returns null for names that stay.
Expr replaced(const Expr& e, const std::function<Expr(const Node& name)>& replacement);

/// All subexpressions written out, so that only states, parameters and built-in names remain.
/// @throws InvalidInput  the tree would be deeper than max_depth
Expr expanded(const Expr& e, const Model& model);

/// ∂e/∂name, simplified. Where e has a kink (abs, clip, int, sign) it is the derivative beside the kink: 0 for
/// int, floor, ceil, sign and comparisons.
/// @throws InvalidInput  e holds a function whose derivative is not known (a user's own, rand, ...) of `name`
Expr derivative(const Expr& e, std::string_view name);

/// e = a + b·name with a and b free of `name`.
struct Linear {
    Expr a, b;
};
/// Nothing where e is not linear in `name` (or not visibly so).
std::optional<Linear> linear_in(const Expr& e, std::string_view name);

/// e = a + b·name where a and b may hold `name` inside of functions, roots and denominators: what looks linear where
/// these are taken for constants, as exponential Euler methods take them.
std::optional<Linear> apparently_linear_in(const Expr& e, std::string_view name);

/// dx/dt = matrix·x + offset for all states at once, with coefficients free of states and of t.
struct LinearSystem {
    std::vector<std::vector<Expr>> matrix;  ///< [i][j]: of states i and j; a number 0 where absent
    std::vector<Expr> offset;
};
/// Nothing where a drift (subexpressions written out) is not linear in all states together, or depends on t.
std::optional<LinearSystem> linear_system(const Model& model);

/// jacobian[i][j] = ∂ drift_i / ∂ state_j with subexpressions written out.
std::vector<std::vector<Expr>> jacobian(const Model& model);

/// The value of a tree, scalar and slow: for defaults, ranges and tests. `value_of` gives names their values.
/// @throws InvalidInput  a name without value, a function that needs random numbers or is a user's own
double value(const Expr& e, const std::function<std::optional<double>(const Node& name)>& value_of);

}  // namespace ranvier::language
