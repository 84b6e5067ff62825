#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/sim/groups/group.hpp"

namespace ranvier::sim {

/// Values of the elements in each step of a call.
struct Rows {
    const std::uint8_t* data = nullptr;
    index stride = 0;  ///< bytes
    compile::Storage storage = compile::Storage::float64;
    double operator()(std::int64_t row, index k) const;
};

/// A function that is called for all elements at once. Each argument is an array of doubles ('r'), int64 ('i') or bytes
/// that are 0 or 1 ('b'), by `types`; of what is the same for all, told by a capital letter, the first counts.
/// `elements` are their numbers, null where they are 0, 1, ….
using WholeFunction = void (*)(std::int64_t n, const char* types, const void* const* arguments, double* result,
                               const std::int32_t* elements);

/// A compiled program of a group, and where its arrays and uniforms lie.
class Code {
public:
    Code() = default;
    /// @param role    what it is for, within the group: keys its random numbers
    /// @param engine  the interpreter needs no compiler: for what is only joined with others
    Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
         bool serial = false, compile::Engine engine = compile::Engine::machine_code);
    /// A program of many steps (compile::joined_steps) that was made of those of others: arrays and uniforms are
    /// theirs.
    /// @return  nothing where one of its names is not the same thing everywhere, or one thing has two names
    static std::optional<Code> joined(const compile::Program& program, std::span<const Code* const> of, index lanes);
    explicit operator bool() const { return static_cast<bool>(kernel_); }
    const compile::Program& program() const { return kernel_.program(); }
    /// Does it run in parts, between which functions are called for all elements at once?
    bool is_cut() const { return !before_.empty(); }

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

    /// Runs many steps.
    /// @return  false where a state became NaN: everything is as before
    bool run_steps(index lanes, std::int64_t first_step, std::int64_t steps, double dt);
    /// What run_steps recorded under a name.
    Rows rows(const std::string& recording) const;

    /// The events of the last run, ascending; of run_steps with their steps. Empty where there is no such event.
    const compile::EventList& events(std::string_view name) const;

private:
    /// @param length  t = step · length
    void call(index lanes, std::int64_t step, std::int64_t steps, double length, double dt, std::uint32_t object,
              std::int64_t first_draw);
    void call_stages(index lanes, std::int64_t step, double length, double dt, std::uint32_t object,
                     std::int64_t first_draw);
    void call_one_by_one(index lanes, std::int64_t step, double length, double dt, std::uint32_t object,
                         std::int64_t first_draw);
    void make_kernel(const compile::Program& program, bool serial, compile::Engine engine, bool decided);
    void find_sources(const Group& group, const Surroundings& around);
    void find_snapshots();
    Variable* given(std::string_view array);

    compile::Kernel kernel_;
    struct Source {
        Variable* variable = nullptr;  ///< or given
        bool snapshot = false;         ///< what is read is as it was when the call began
        std::shared_ptr<const Table> table = {};
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
    std::vector<Array<std::uint8_t, 1>> recordings_;  ///< of the arrays that are recordings
    std::uint32_t object_ = 0;
    std::int64_t* draws_ = nullptr;  ///< the count of the object; null: nothing is drawn

    /// What comes before the program, where it was cut (compile::cut_at_calls).
    struct Stage;
    std::vector<Stage> before_;
    std::shared_ptr<std::map<std::string, Variable, std::less<>>> between_;  ///< what stages hand on
    std::shared_ptr<Variable> one_;  ///< its number, where elements come one after the other
};

struct Code::Stage {
    Code code;
    struct Call {
        WholeFunction function;
        std::string types;
        std::vector<Variable*> arguments;
        Variable* result;
    };
    std::vector<Call> calls;  ///< made after the code
};

}  // namespace ranvier::sim
