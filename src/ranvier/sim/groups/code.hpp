#pragma once

#include <map>
#include <string>
#include <vector>

#include "ranvier/sim/groups/bound_program.hpp"
#include "ranvier/sim/groups/group.hpp"
#include "ranvier/sim/groups/random.hpp"

namespace ranvier::sim {

/// A function that is called for all elements at once. Each argument is an array of doubles ('r'), int64 ('i') or bytes
/// that are 0 or 1 ('b'), by `types`; of what is the same for all, told by a capital letter, the first counts.
/// `elements` are their numbers, null where they are 0, 1, ….
using WholeFunction = void (*)(std::int64_t n, const char* types, const void* const* arguments, double* result,
                               const std::int32_t* elements);

/// What a group does at one point of a step: programs, and functions that are called for all elements at once between
/// them (compile::cut_at_calls).
class Code {
public:
    Code() = default;
    /// @param role    what it is for, within the group: keys its random numbers
    /// @param serial  elements come one after the other
    Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
         bool serial = false);
    explicit operator bool() const { return !stages_.empty(); }
    /// Its one program; null where functions are called between several.
    const BoundProgram* program() const { return stages_.size() == 1 ? &stages_[0].program : nullptr; }
    const Draws& draws() const { return draws_; }

    /// Whether any of its programs reads or writes an array of this name.
    bool has_array(std::string_view name) const;
    /// What an array is that is no variable of the group: "elements", "value.0", "sum.post.g". It must live as long,
    /// may grow, and is looked at in each call.
    void give(const std::string& array, Variable& variable);
    /// The uniform "first".
    void give(const std::string& uniform, double value);

    /// Runs for `lanes` lanes at a step of length dt; random numbers go on where the last run ended.
    void run(index lanes, std::int64_t step, double dt);
    /// At a moment of a clock; one that ticks at given times says only when, and `dt` is that of the group.
    void run(index lanes, const Clock& clock, double dt);
    /// Outside of a run: random numbers that nothing else draws.
    void run_once(index lanes, std::int64_t step, double dt);

    /// Runs for all elements of a group, and looks at its states.
    /// @throws NumericalError  one became NaN: says when, which, of which element
    void run_states(const Group& group);

    /// The events of the last run, ascending. Empty where there is no such event.
    const compile::EventList& events(std::string_view name) const;

private:
    struct Call {
        WholeFunction function;
        std::string types;
        std::vector<Variable*> arguments;
        Variable* result;
    };
    struct Stage {
        BoundProgram program;
        std::vector<Call> calls;  ///< made after it
    };
    void cut(const Group& group, const compile::Program& program, const Surroundings& around, bool serial);
    Variable* given(std::string_view array) const;
    void run(index lanes, const BoundProgram::Moment& moment);
    void run_stages(index lanes, const BoundProgram::Moment& moment);

    std::vector<Stage> stages_;
    Draws draws_;
    std::shared_ptr<std::map<std::string, Variable, std::less<>>> between_;  ///< what stages hand on
    bool one_by_one_ = false;  ///< all stages for one element, then for the next
};

}  // namespace ranvier::sim
