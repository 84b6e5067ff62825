#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::language {

/// Where something was written. Lines and columns count from 1, columns in characters; line 0: nowhere (made by us).
struct Position {
    std::uint32_t line = 0, column = 0, length = 0;
};

enum class Type : std::uint8_t { real, integer, boolean };

/// What a node does. Its operands are `Node::operands`, in the order of the text.
enum class Op : std::uint8_t {
    number,  ///< `value` [SI], of `dimension`; booleans are 0 and 1 with Type::boolean
    name,    ///< `name`, resolved by `role`, `side` and `index`
    call,    ///< `name`(operands...)
    negate,
    logical_not,  // 1 operand
    add,
    subtract,
    multiply,
    divide,
    floor_divide,
    modulo,
    power,  // 2 operands
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,  // 2 operands, Type::boolean
    logical_and,
    logical_or,  // 2 operands, Type::boolean
};

/// What a name stands for; `unresolved` before checking.
enum class Role : std::uint8_t {
    unresolved,
    state,          ///< has a differential equation: Model::states[index]
    subexpression,  ///< Model::subexpressions[index]
    parameter,      ///< Model::parameters[index]: given from outside, perhaps changed by statements
    local,          ///< made by an assignment of the same block of statements
    constant,       ///< from outside, or physical: `value` holds it
    time,           ///< t
    timestep,       ///< dt
    noise,          ///< xi, xi_name: white noise, s^-1/2
    built_in,       ///< i, j, N, t_in_timesteps, lastspike, not_refractory, delay, ... by `name`
};

/// Whose variable a name is: in a synapse `v_pre` and `v_post` are those of the neurons it joins.
enum class Side : std::uint8_t { own, pre, post };

struct Node;
/// An immutable tree. Copies share; parts may be shared (a directed graph without cycles), so a walk that costs
/// anything remembers nodes by their address.
using Expr = std::shared_ptr<const Node>;

struct Node {
    Op op = Op::number;
    Type type = Type::real;
    Role role = Role::unresolved;
    Side side = Side::own;
    std::int32_t index = -1;     ///< into the vector of the Model that `role` names
    std::uint32_t depth = 1;     ///< of the tree below, at most `max_depth`
    double value = 0;            ///< [SI] of Op::number, and of Role::constant
    std::size_t hash = 0;        ///< of structure; positions do not enter
    units::Dimension dimension;  ///< known once checked
    std::string name;            ///< of Op::name and Op::call; of Op::number: the unit it was written as, or ""
    std::vector<Expr> operands;
    Position position;
};

/// Trees deeper than this are refused, so that every walk may be recursive.
inline constexpr std::uint32_t max_depth = 2000;

// Makers. They derive depth and hash, and the type and dimension where the operands are checked.
// @throws InvalidInput  deeper than max_depth
Expr number(double value, const units::Dimension& dimension = {}, Position at = {});
Expr boolean(bool value, Position at = {});
Expr made(Node node);  ///< any node: fills in depth and hash
Expr unary(Op op, Expr a, Position at = {});
Expr binary(Op op, Expr a, Expr b, Position at = {});
Expr call(std::string name, std::vector<Expr> operands, Position at = {});
Expr unresolved(std::string name, Position at = {});

/// Same structure, names, numbers and sides (positions aside).
bool same(const Expr& a, const Expr& b);
bool is_number(const Expr& e, double value);
inline bool is_comparison(Op op) { return op >= Op::less && op <= Op::not_equal; }

/// How the language writes an operator: "+", "**", "and", ...
std::string_view symbol(Op op);

/// An assignment. `v += w` has op add, value w, and, once checked, result v + w.
struct Statement {
    std::string target;
    Role role = Role::unresolved;  ///< of the target: state, parameter, local
    Side side = Side::own;
    std::int32_t index = -1;
    Type type = Type::real;      ///< of the target
    units::Dimension dimension;  ///< of the target
    Op op = Op::name;  ///< Op::name: plain `=`; else add, subtract, multiply, divide, floor_divide, modulo, power
    Expr value;        ///< what stands right of the sign
    Expr result;       ///< what the target is afterwards
    std::string comment;
    Position position;  ///< of the target
};

}  // namespace ranvier::language
