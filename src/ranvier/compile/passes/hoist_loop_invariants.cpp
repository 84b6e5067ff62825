#include <set>

#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

Program hoist_loop_invariants(const Program& program) {
    std::set<std::int32_t> written;
    for (const Instruction& i : program.instructions) {
        if (i.op == Op::store) {
            written.insert(i.index);
        }
    }
    const std::vector<bool> scattered = written_elements(program);
    std::vector<bool> moves(program.instructions.size(), false);
    each(program, [&](Value v) {
        const Instruction& i = program[v];
        bool same = i.region == Region::steps && has_result(i.op) && i.op != Op::carry && i.op != Op::step &&
                    i.op != Op::time && i.op != Op::random_uniform && i.op != Op::random_normal &&
                    !(i.op == Op::load && written.count(i.index) > 0) &&
                    !(i.op == Op::gather && scattered[static_cast<std::size_t>(i.index)]) &&
                    !(i.op == Op::call && !program.functions[static_cast<std::size_t>(i.index)].pure);
        for (const Value o : i.operands) {
            same = same && (program[o].region == Region::begin || moves[static_cast<std::size_t>(o.id)]);
        }
        moves[static_cast<std::size_t>(v.id)] = same;
    });
    Rewriter out(program);
    // First what belongs before the steps, then the rest.
    each(program, [&](Value v) {
        if (program[v].region == Region::begin || moves[static_cast<std::size_t>(v.id)]) {
            Instruction i = out.renewed(v);
            i.region = Region::begin;
            out.set(v, out.append(std::move(i)));
        }
    });
    each(program, [&](Value v) {
        if (program[v].region != Region::begin && !moves[static_cast<std::size_t>(v.id)]) {
            out.keep(v);
        }
    });
    return out.program();
}

}  // namespace ranvier::compile
