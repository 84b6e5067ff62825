#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::compile {

// From a checked model to programs. Names of arrays and uniforms are those of the model:
//
//   arrays     every state ("v"), every parameter with a value per lane, "lastspike" and "not_refractory" where the
//              model knows refractoriness, and "division.beyond" of an event "division" with an edge: was it beyond
//              its level when last looked at? What is recorded of x is the recording "x.recorded"; results of other
//              programs are "d.v" (dv/dt), "d.v.w" (∂(dv/dt)/∂w), or as given.
//   uniforms   every other parameter, "dt", "N" (number of lanes), "record.every" (steps from record to record)
//   events     "spike" and the custom events
//   functions  the user's own, by name
// Parameters and uniforms that a program does not use it does not declare. Before the first step lastspike is −1e4 s
// and not_refractory true, and every event with an edge counts as beyond its level.

/// Which parameters have a value of their own for each lane. All others are uniform, but those that statements change:
/// these always have one per lane.
using Varying = std::set<std::string, std::less<>>;

struct Lowering {
    Varying varying = {};
    std::string method = {};               ///< an integrator's name; "": the choice of chosen_integrator()
    bool many_steps = true;                ///< a loop over steps, states in registers; otherwise a single step
    std::vector<std::string> record = {};  ///< states, subexpressions, parameters: recorded after every `every`-th step
    bool thresholds = true;                ///< conditions are looked at, events are emitted
    bool resets = true;                    ///< and their statements run at once; otherwise see statements_program()
    bool updates = true;                   ///< the model's own periodic statements run, at the beginning of a step
};

/// Steps of length dt: periodic statements, refractoriness, the integrator, thresholds, resets, recording — in Brian
/// 2's order. `method` of the result says which integrator it is.
///
/// @throws InvalidInput  an unknown name, an unsuitable method, what only synapses and cables have
struct Lowered {
    Program program;
    std::string method;
};
Lowered lowered(const language::Model& model, const Lowering& how = {});

/// States as their `initial` says (of the preset, where it gives one), with random numbers per lane.
Program initial_program(const language::Model& model, std::string_view preset = "", const Varying& varying = {});

/// Assignments for all lanes, or for those where the array `where` (boolean) holds: resets apart, code by the user.
Program statements_program(const language::Model& model, const std::vector<language::Statement>& statements,
                           const Varying& varying = {}, bool masked = false);

/// dx/dt without noise: arrays "d.v", … from the states; time is t0 of the call.
/// With `frozen`, "unless refractory" states rest where the array "not_refractory" is false; otherwise nothing rests.
Program rhs_program(const language::Model& model, const Varying& varying = {}, bool frozen = false);

/// ∂(dx/dt)/∂y by symbolic derivation: arrays "d.x.y" for all states x and each y of the states (default) or of
/// `by` (names of states, of parameters, and "t") that stands in dx/dt. The others are 0, and not there.
Program jacobian_program(const language::Model& model, const Varying& varying = {},
                         const std::vector<std::string>& by = {});

/// Any expressions of the model's names: each becomes an array of the given name (real, integer or boolean).
Program expression_program(const language::Model& model,
                           const std::vector<std::pair<std::string, language::Expr>>& expressions,
                           const Varying& varying = {});

/// The expression behind a name of the model: of a state, subexpression, parameter, or "t".
/// @throws InvalidInput  no such name
language::Expr expression(const language::Model& model, std::string_view name);

/// A number that becomes positive when the condition becomes true: `a > b` is a − b, `p and q` the smaller of both, …
/// A condition without comparisons (not_refractory) is ±1.
language::Expr switching_function(const language::Expr& condition);

/// Addresses for KernelCall::functions, of the model's own functions and of those the lowering brings (poisson, …).
std::vector<const void*> addresses(const Program& program, const language::Model& model);

}  // namespace ranvier::compile
