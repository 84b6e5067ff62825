#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/compile/lower/integrator.hpp"
#include "ranvier/compile/lower/lower.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::compile {

// Programs of a network: what happens to the elements of a group (neurons, synapses) at one point of a step. A name of
// the equations is no fixed array here: it is an element of the group's own array, a value that all share, or an
// element of another array that an index leads to. So one mechanism serves variables of pre- and postsynaptic neurons,
// linked variables, subgroups, and synapses on synapses.

/// Where the value of a name lies, seen from an element of the group.
struct Place {
    enum class Reach : std::uint8_t {
        element,   ///< array[element]
        shared,    ///< one value: the uniform `array`, given at each call
        through,   ///< array[index[element]], index an array of int32
        position,  ///< the element's own number, counted from the first of the group
    };
    Reach reach = Reach::element;
    Type type = Type::real;
    Storage storage = Storage::computed;
    std::string array = {};
    std::string index = {};
};

/// f(t) or f(t, i) from samples: the array `name` holds rows of `columns` values, one every `dt`.
///
/// The time is rounded to the `subdivision`-th part of dt before the row is taken, so that a step that ends a rounding
/// error before a row's time takes that row. @source  the documented rule of Brian 2's TimedArray
struct TableFunction {
    std::string name;
    double dt = 0;
    int subdivision = 1;
    std::int64_t rows = 0, columns = 1;
    bool steady = false;  ///< dt is a multiple of the group's: f(t) keeps its value during a step
};

struct Group;

/// A name that stands for a subexpression of another group.
struct LinkedExpression {
    const Group* group = nullptr;
    std::string name;   ///< of the subexpression there
    std::string index;  ///< an int32 array: element `index[element]` of the other group; "": the element of this number
};

/// A group as programs see it.
struct Group {
    const language::Model* model = nullptr;
    std::string prefix = "own";  ///< of array names: "own.v", "pre.v"
    /// States, parameters, what the language builds in; nothing where the group has no such variable.
    std::function<std::optional<Place>(std::string_view name)> place;
    std::function<std::optional<LinkedExpression>(std::string_view name)> linked = {};
    /// Names from outside whose values are uniforms ("constant.NAME"), so that a new value compiles nothing.
    std::set<std::string, std::less<>> constants = {};
    std::vector<TableFunction> tables = {};
    std::vector<language::UserFunction> functions = {};              ///< that texts may call, beside those of the model
    std::map<std::string, language::Expr, std::less<>> steady = {};  ///< names of reads of tables (steady.hpp)
    const Group* pre = nullptr;  ///< of synapses: the neurons they join, at own.pre[element], own.post[element]
    const Group* post = nullptr;
};

/// Which elements a program runs over.
enum class Elements : std::uint8_t {
    all,     ///< lane k is element k: all arrays of the group are read and written in one piece
    range,   ///< lane k is element k + the uniform "first"
    listed,  ///< lane k is element elements[k]: the int32 array "elements"
};

/// Statements in a network.
struct BlockOptions {
    Elements elements = Elements::all;
    bool refractory_rests = true;  ///< variables that are (unless refractory) do not change in refractory neurons
    bool sums = false;             ///< what only adds to variables of other groups is collected in arrays "sum.post.g"
};

struct Block {
    Program program;
    bool serial = false;  ///< elements must come one after the other: compile with Width::scalar, interleave 1
    struct Sum {
        language::Side side;
        std::string variable;
        bool rests;  ///< refractory neurons are left out
    };
    std::vector<Sum> sums;  ///< variables of other groups that are added up
};

/// One step of the integrator for all elements: refractoriness is decided, states move. Arrays "own.v" …; elements of
/// which a state became NaN are the events "nan", where there are states.
/// @param method  the name of an integrator, "" (the first of `preference` that suits), or the lines of one
/// @throws InvalidInput  an unsuitable method
struct StateUpdate {
    Program program;
    std::string method;
};
StateUpdate state_update_program(const Group& group, std::string_view method,
                                 std::span<const std::string_view> preference = preferred_integrators);

/// Emits the elements where the condition of an event holds; for spikes lastspike and not_refractory follow.
Program threshold_program(const Group& group, const language::Event& event);

/// Runs statements for the elements. @throws InvalidInput  what can't be written to
Block block_program(const Group& group, const std::vector<language::Statement>& statements,
                    const BlockOptions& options = {});

/// Brings the states of a group whose equations are all event-driven to now, exactly, for listed elements: over the
/// time since "lastupdate", which is now afterwards. @throws InvalidInput  equations that are not linear
Block catch_up_program(const Group& group);

/// Values of expressions: arrays "value.0", "value.1", … with an element for each lane.
Program values_program(const Group& group, const std::vector<language::Expr>& expressions,
                       Elements elements = Elements::all);

/// Sums of an expression over synapses: added, in their order, to the array "sum" of their neurons.
Program summed_program(const Group& synapses, const language::Subexpression& summed);

}  // namespace ranvier::compile
