#pragma once

#include <cstddef>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// Builds the new program of a pass, one instruction at a time, and maps each old value to its new one.
class Rewriter {
public:
    explicit Rewriter(const Program& old) : old_(old), became_(old.instructions.size()) {
        result_.name = old.name;
        result_.arrays = old.arrays;
        result_.uniforms = old.uniforms;
        result_.functions = old.functions;
        result_.events = old.events;
    }

    /// The old instruction with operands as they are now; a carry's next value follows in program().
    Instruction renewed(Value old) const {
        Instruction i = old_[old];
        for (std::size_t k = 0; k < i.operands.size(); ++k) {
            if (i.op == Op::carry && k == 1) {
                continue;
            }
            i.operands[k] = became(i.operands[k]);
        }
        return i;
    }

    /// Appends a new instruction.
    Value append(Instruction i) {
        if (i.op == Op::carry) {
            carries_.push_back(static_cast<std::int32_t>(result_.instructions.size()));
        }
        result_.instructions.push_back(std::move(i));
        return {static_cast<std::int32_t>(result_.instructions.size()) - 1};
    }

    void set(Value old, Value now) { became_[static_cast<std::size_t>(old.id)] = now; }
    /// Copies an old instruction as it is.
    void keep(Value old) { set(old, append(renewed(old))); }
    Value became(Value old) const {
        const Value now = became_[static_cast<std::size_t>(old.id)];
        ensure(now.valid(), "a pass keeps what is still used");
        return now;
    }
    const Program& now() const { return result_; }

    Program program() {
        for (const std::int32_t c : carries_) {
            Value& next = result_.instructions[static_cast<std::size_t>(c)].operands[1];
            next = became(next);
        }
        carries_.clear();
        return std::move(result_);
    }

private:
    const Program& old_;
    Program result_;
    std::vector<Value> became_;
    std::vector<std::int32_t> carries_;
};

/// Calls f(value) for each instruction in order.
template <class F>
void each(const Program& program, F f) {
    for (std::int32_t id = 0; id < static_cast<std::int32_t>(program.instructions.size()); ++id) {
        f(Value{id});
    }
}

}  // namespace ranvier::compile
