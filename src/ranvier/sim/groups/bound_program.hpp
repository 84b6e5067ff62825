#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/sim/groups/surroundings.hpp"
#include "ranvier/sim/groups/variable.hpp"

namespace ranvier::sim {

class Group;

/// Where what a program names lies: entries as it declares them.
struct Bindings {
    struct Source {
        Variable* variable = nullptr;  ///< null: a table, a value, or what is given later
        std::shared_ptr<const Table> table = {};
        double value = 0;  ///< of a uniform that comes from outside
        friend bool operator==(const Source&, const Source&) = default;
    };
    std::vector<Source> arrays, uniforms;
    std::vector<const void*> functions;
};

/// Variables of the group, and what comes from outside.
Bindings bound(const compile::Program& program, const Group& group, const Surroundings& around);

/// A compiled program, and where its arrays and uniforms lie.
class BoundProgram {
public:
    BoundProgram() = default;
    BoundProgram(compile::Kernel kernel, Bindings bindings);

    const compile::Program& program() const { return kernel_.program(); }
    const Bindings& bindings() const { return bindings_; }
    explicit operator bool() const { return static_cast<bool>(kernel_); }

    /// What lies in a variable from now on; it must live as long, may grow, and is looked at in each call.
    void give(std::string_view array, Variable& variable);
    void give(std::string_view uniform, double value);
    /// The variable of an array; null where there is no such array, or it has none.
    Variable* given(std::string_view array) const;
    /// Memory of an array that is no variable, for the next call.
    void set(std::size_t array, const compile::ArrayArgument& memory) { arrays_[array] = memory; }

    /// When, and whose random numbers.
    struct Moment {
        std::int64_t step = 0, steps = 1;
        double length = 0;  ///< t = step · length [s]
        double dt = 0;      ///< [s]
        std::uint32_t object = 0;
        std::int64_t first_draw = 0;
    };
    void call(index lanes, const Moment& moment);
    /// Those of the last call, in order; null where the program has no such events.
    const compile::EventList* events(std::string_view name) const;

private:
    compile::Kernel kernel_;
    Bindings bindings_;
    bool in_blocks_ = false;    ///< lanes don't write what others write
    std::vector<bool> copied_;  ///< arrays of which a copy is read: as they were before the call
    std::vector<std::vector<std::uint8_t>> copies_;
    std::vector<compile::ArrayArgument> arrays_;
    std::vector<double> uniforms_;
    std::vector<compile::EventList> events_;
    std::vector<std::vector<compile::EventList>> block_events_;
};

}  // namespace ranvier::sim
