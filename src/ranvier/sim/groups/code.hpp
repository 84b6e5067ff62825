#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/sim/groups/group.hpp"

namespace ranvier::sim {

/// A compiled program of a group, and where its arrays and uniforms lie.
class Code {
public:
    Code() = default;
    /// @param role  what it is for, within the group: keys its random numbers
    Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
         bool serial = false);
    explicit operator bool() const { return static_cast<bool>(kernel_); }

    /// What an array is that is no variable of the group: "elements", "value.0", "sum.post.g". It must live as long,
    /// may grow, and is looked at in each call.
    void give(const std::string& array, Variable& variable);
    /// The uniform "first".
    void give(const std::string& uniform, double value);
    bool has_array(const std::string& name) const;

    /// Runs for `lanes` lanes at a step of length dt; random numbers go on where the last run ended.
    void run(index lanes, std::int64_t step, double dt);
    /// At a moment of a clock; one that ticks at given times says only when, and `dt` is that of the group.
    void run(index lanes, const Clock& clock, double dt);
    /// Outside of a run: random numbers that nothing else draws.
    void run_once(index lanes, std::int64_t step, double dt);

    /// Runs for all elements of a group, and looks at its states.
    /// @throws NumericalError  one became NaN: says when, which, of which element
    void run_states(const Group& group);

    /// The events of the last run, ascending.
    std::vector<std::int32_t>& events(std::size_t list = 0) { return events_[list].lanes; }

private:
    /// @param length  t = step · length
    void call(index lanes, std::int64_t step, double length, double dt, std::uint32_t object, std::int64_t first_draw);

    compile::Kernel kernel_;
    struct Source {
        Variable* variable = nullptr;  ///< or given
        bool snapshot = false;         ///< what is read is as it was when the call began
    };
    std::vector<Source> array_sources_, uniform_sources_;
    std::vector<compile::ArrayArgument> arrays_;
    std::vector<double> uniforms_;
    index dt_at_ = -1;  ///< which uniform is dt; −1: none
    std::vector<const void*> functions_;
    std::vector<compile::EventList> events_;
    std::vector<std::vector<compile::EventList>> block_events_;
    std::vector<std::vector<std::uint8_t>> snapshots_;
    bool in_blocks_ = false;  ///< lanes don't write what others write
    std::vector<std::shared_ptr<const Table>> tables_;
    std::uint32_t object_ = 0;
    std::int64_t* draws_ = nullptr;  ///< the count of the object; null: nothing is drawn
};

}  // namespace ranvier::sim
