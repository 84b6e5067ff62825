#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/language/syntax.hpp"

namespace ranvier::language {

/// What stands in round brackets behind an equation; in spelling and meaning Brian 2's.
struct Flags {
    bool unless_refractory = false;  ///< the state rests while the neuron is refractory
    bool constant = false;           ///< a parameter that does not change during a run
    bool shared = false;             ///< one value for all elements
    bool event_driven = false;       ///< solved from one spike to the next
    bool clock_driven = false;
    bool summed = false;            ///< its values are added up into a variable of the pre- or postsynaptic neuron
    bool linked = false;            ///< a variable that lives in another group
    bool constant_over_dt = false;  ///< evaluated once, at the beginning of a step
    bool point_current = false;     ///< in a cable: a current into one compartment [A], not one per area
};

/// What all named quantities of a model have.
struct Variable {
    std::string name;
    Type type = Type::real;
    units::Dimension dimension;
    Flags flags;
    std::string unit = "1";  ///< in which it is shown, as the text says it: "mV"
    double unit_scale = 1;   ///< 1 `unit` in SI
    std::string comment;     ///< what the text says about it
    Position position;
};

/// factor · name, of an equation dx/dt = drift + Σ factor · noise.
struct Noise {
    std::string name;  ///< "xi" or "xi_...": equal names are the same random numbers
    Expr factor;       ///< of dimension [x] s^-1/2
};

/// dx/dt = rhs
struct State : Variable {
    Expr rhs;    ///< as written, with noise and names of subexpressions
    Expr drift;  ///< rhs without noise
    std::vector<Noise> noise;
    Expr initial;  ///< of parameters, constants and random numbers; null: 0
};

/// x = expr
struct Subexpression : Variable {
    Expr expr;
    std::vector<Noise> noise;  ///< not empty where `expr` holds noise; then expr is usable in dx/dt only
};

/// x : unit, or a line of the section "parameters"
struct Parameter : Variable {
    Expr initial;  ///< its default, of earlier parameters and constants; null: must be given
    double low = -std::numeric_limits<double>::infinity();  ///< allowed range [SI]
    double high = std::numeric_limits<double>::infinity();
    bool low_open = false, high_open = false;  ///< true: the end itself is not allowed
};

/// When `condition` becomes true the statements run. The threshold is the event "spike".
struct Event {
    std::string name;
    Expr condition;  ///< Type::boolean
    std::vector<Statement> statements;
    Position position;
    bool edge = false;  ///< "rises above", "falls below": only passing the level counts, not lying beyond it
};

/// What a spike (or another event) does at a synapse.
struct Pathway {
    std::string name;       ///< "pre", "post", or what the text calls it: "pre_plasticity"
    Side side = Side::pre;  ///< whose events start it
    std::string event = "spike";
    Expr delay;  ///< [s], or null
    std::vector<Statement> statements;
};

/// Statements that run at fixed times.
struct Update {
    Expr period;  ///< [s]; null: every step
    std::vector<Statement> statements;
};

/// A named set of parameter (and initial) values, e.g. that of a paper's figure.
struct Preset {
    std::string name;
    std::string comment;
    std::vector<Statement> values;  ///< target: a parameter or a state; value: of parameters and constants
};

/// A function that a user brings: double name(double, ...), called with SI values.
struct UserFunction {
    std::string name;
    const void* address = nullptr;  ///< null: the engine binds it later (a TimedArray)
    std::vector<units::Dimension> arguments;
    units::Dimension result;
    Type type = Type::real;        ///< of what its result is taken for
    std::vector<Type> types = {};  ///< of the arguments: boolean, integer, or any number (real); empty: numbers
    bool whole = false;            ///< called for all elements at once, with arrays
};

/// What a model is of. A cable is a neuron in space: it knows v, area, Cm, Ri, ... of its compartments.
enum class Kind : std::uint8_t { neuron, synapse, population, channel, system, cable };
/// Their words, as `.model` files and lists write them.
inline constexpr std::pair<std::string_view, Kind> kinds[] = {
    {"neuron", Kind::neuron},   {"synapse", Kind::synapse}, {"population", Kind::population},
    {"channel", Kind::channel}, {"system", Kind::system},   {"cable", Kind::cable}};

/// Is t in seconds, or a number? `either`: in seconds if the text makes sense so, else a number.
enum class Time : std::uint8_t { second, number, either };

/// A text whose every name is resolved and whose every dimension is checked.
struct Model {
    std::string name;
    Kind kind = Kind::neuron;
    std::string title, paper, doi, about;

    std::vector<State> states;
    std::vector<Subexpression> subexpressions;  ///< in an order in which each needs only earlier ones
    std::vector<Parameter> parameters;
    std::vector<Event> events;  ///< events[0] is "spike" where the model has a threshold
    Expr refractory;            ///< a duration [s], or a condition (Type::boolean); or null
    std::vector<Pathway> pathways;
    std::vector<Update> updates;
    std::vector<Preset> presets;
    std::vector<UserFunction> functions;  ///< those that its equations may call
    std::vector<Variable> pre, post;      ///< of a synapse: what it uses of the neurons it joins, without suffix
    units::Dimension time;                ///< of t and dt: second, or none
    std::string time_unit = "second";     ///< in which time is shown
    double time_scale = 1;                ///< 1 `time_unit` in SI
    std::string method;                   ///< the integrator that the file recommends, or ""
    double step = 0, span = 0;            ///< a step and a length of time that suit it [time]; 0: not said
    std::string vary;                     ///< a parameter that is worth varying, or ""
    double vary_low = 0, vary_high = 0;   ///< and from where to where [SI]

    bool noisy() const {
        return std::ranges::any_of(states, [](const auto& state) { return !state.noise.empty(); });
    }
    bool spikes() const { return !events.empty() && events.front().name == "spike"; }
};

/// What a text may refer to besides its own equations.
struct Scope {
    struct Constant {
        double value = 0;  ///< [SI]
        units::Dimension dimension;
        Type type = Type::real;
    };
    std::map<std::string, Constant, std::less<>> constants;
    std::vector<UserFunction> functions;
    const Model* pre = nullptr;  ///< the neurons that a synapse joins, for `v_pre`, `v_post`, bare `v` as v_post
    const Model* post = nullptr;
    bool random_drift = false;  ///< equations may hold rand() and its like, drawn anew wherever an integrator looks
    bool open = false;  ///< names that nobody knows come from outside, later: nothing is said about what they stand in
};

/// The parts of a model as Brian 2 takes them, each a text; empty: absent.
struct Parts {
    std::string name = "equations";  ///< how messages call the place
    Kind kind = Kind::neuron;
    std::string equations;
    std::string threshold, reset, refractory;
    std::vector<std::pair<std::string, std::string>> events;           ///< name, condition
    std::vector<std::pair<std::string, std::string>> on_event;         ///< name of the event, statements
    std::vector<std::pair<std::string, std::string>> on_pre, on_post;  ///< name of the pathway, statements
    std::vector<std::pair<std::string, std::string>> updates;          ///< period ("" for every step), statements
    Time time = Time::second;
};

struct Checked {
    Model model;  ///< complete only if there are no diagnostics
    std::vector<Diagnostic> diagnostics;
};

/// Reads and checks; finds all mistakes at once. @cost  O(length of the text)
Checked checked(const Parts& parts, const Scope& scope = {});

/// The same, as an exception. @throws ModelError  carries every diagnostic, rendered with carets
Model model(const Parts& parts, const Scope& scope = {});

/// One expression or block of statements in the words of a checked model: what is given to a group later (an initial
/// value, a condition for connecting, a periodic operation). `expr` is null where there are diagnostics.
struct CheckedExpression {
    Expr expr;
    std::vector<Diagnostic> diagnostics;
};
CheckedExpression checked_expression(std::string_view text, const Model& model, const Scope& scope = {},
                                     const std::string& place = "expression");
struct CheckedStatements {
    std::vector<Statement> statements;
    std::vector<Diagnostic> diagnostics;
};
CheckedStatements checked_statements(std::string_view text, const Model& model, const Scope& scope = {},
                                     const std::string& place = "statements");

/// Names that the texts use and that neither they define nor the language knows for a model of this kind: what must
/// come from outside, in the order in which they occur. Texts with mistakes give what can be read. Functions are not
/// among them; those that nobody knows are added to `functions`, if given.
std::vector<std::string> free_names(const Parts& parts, std::vector<std::string>* functions = nullptr);

/// "uA/cm**2" → scale and dimension. @throws InvalidInput  no unit
units::Unit unit_from_text(std::string_view text);

/// Reads a `.model` file's text. `place` names it in messages.
Checked checked_file(std::string_view text, const std::string& place);

/// A model by name ("morris_lecar": from the folders that $RANVIER_MODELS lists, else of those that come with Ranvier),
/// or by path ("./mine.model": whatever holds a '/' or ends in ".model").
/// @throws InvalidInput  no such name; near ones are suggested
/// @throws FileError     the file can't be read
/// @throws ModelError    what the file says is wrong
Model loaded(const std::string& name_or_path);

/// Names of all models that `loaded` knows, sorted.
std::vector<std::string> model_names();

/// The text of such a model, and where it is: a path, or "NAME.model" of one that comes with Ranvier.
struct ModelText {
    std::string text, place;
};
ModelText model_text(const std::string& name_or_path);

// Looking things up. `find_*` returns null where there is none.
const State* find_state(const Model& model, std::string_view name);
const Subexpression* find_subexpression(const Model& model, std::string_view name);
const Parameter* find_parameter(const Model& model, std::string_view name);
const Preset* find_preset(const Model& model, std::string_view name);

/// The SI value of every parameter: its default, changed by the preset, changed by `given`. Parameters without
/// default that nothing gives are absent. Keyed by name.
/// @throws InvalidInput  unknown preset or name, a value outside its range, NaN
std::map<std::string, double> parameter_values(const Model& model, std::string_view preset = "",
                                               const std::map<std::string, double>& given = {});

/// The SI value of every state at the start, from `initial` with these parameters (0 where the text says nothing).
std::map<std::string, double> initial_values(const Model& model, const std::map<std::string, double>& parameters,
                                             std::string_view preset = "");

}  // namespace ranvier::language
