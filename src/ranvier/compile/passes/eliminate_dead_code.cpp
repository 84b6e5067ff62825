#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

Program eliminate_dead_code(const Program& program) {
    const std::size_t count = program.instructions.size();
    std::vector<bool> used(count, false);
    std::vector<std::size_t> work;
    const auto use = [&](std::size_t id) {
        if (!used[id]) {
            used[id] = true;
            work.push_back(id);
        }
    };
    for (std::size_t id = 0; id < count; ++id) {
        const Instruction& i = program.instructions[id];
        const bool impure = i.op == Op::call && !program.functions[static_cast<std::size_t>(i.index)].pure;
        if (!has_result(i.op) || impure) {
            use(id);
        }
    }
    while (!work.empty()) {
        const std::size_t id = work.back();
        work.pop_back();
        for (const Value v : program.instructions[id].operands) {
            use(static_cast<std::size_t>(v.id));
        }
    }
    Rewriter out(program);
    each(program, [&](Value v) {
        if (used[static_cast<std::size_t>(v.id)]) {
            out.keep(v);
        }
    });
    return out.program();
}

}  // namespace ranvier::compile
