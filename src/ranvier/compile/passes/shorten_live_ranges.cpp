#include <algorithm>

#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

namespace {

class Order {
public:
    explicit Order(const Program& program)
        : program_(program), users_(program.instructions.size()), uses_left_(program.instructions.size(), 0) {
        each(program, [&](Value v) {
            for (const Value o : program[v].operands) {
                users_[at(o)].push_back(v);
                ++uses_left_[at(o)];
            }
        });
        done_.resize(program.instructions.size(), false);
    }

    std::vector<Value> order() {
        each(program_, [&](Value v) {
            if (!done_[at(v)]) {
                place(v);
            }
        });
        return order_;
    }

private:
    static std::size_t at(Value v) { return static_cast<std::size_t>(v.id); }

    /// Appends the instruction, then whatever it made possible that frees as many values as it makes.
    void place(Value v) {
        std::vector<Value> work{v};
        while (!work.empty()) {
            const Value now = work.back();
            work.pop_back();
            if (done_[at(now)] || (now != v && !worthwhile(now))) {
                continue;
            }
            done_[at(now)] = true;
            order_.push_back(now);
            // What a carry becomes is needed until the step ends.
            if (program_[now].op != Op::carry) {
                for (const Value o : program_[now].operands) {
                    --uses_left_[at(o)];
                }
            }
            for (const Value o : program_[now].operands) {
                work.insert(work.end(), users_[at(o)].rbegin(), users_[at(o)].rend());
            }
            work.insert(work.end(), users_[at(now)].rbegin(), users_[at(now)].rend());
        }
    }

    bool worthwhile(Value v) const {
        const Instruction& i = program_[v];
        if (!is_computed(i.op) || i.region != program_[order_.back()].region) {
            return false;
        }
        bool ready = true, frees = false;
        for (const Value o : i.operands) {
            ready = ready && done_[at(o)];
            const auto times = std::count(i.operands.begin(), i.operands.end(), o);
            // Constants and values of other regions occupy their places anyway.
            const bool here =
                program_[o].region == i.region && program_[o].op != Op::constant && program_[o].op != Op::carry;
            frees = frees || (here && uses_left_[at(o)] == times);
        }
        return ready && frees;
    }

    const Program& program_;
    std::vector<std::vector<Value>> users_;
    std::vector<std::ptrdiff_t> uses_left_;
    std::vector<bool> done_;
    std::vector<Value> order_;
};

}  // namespace

Program shorten_live_ranges(const Program& program) {
    Rewriter out(program);
    for (const Value v : Order(program).order()) {
        out.keep(v);
    }
    return out.program();
}

}  // namespace ranvier::compile
