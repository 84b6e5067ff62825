#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

Program contract_fma(const Program& program) {
    std::vector<int> uses(program.instructions.size(), 0);
    for (const Instruction& i : program.instructions) {
        for (const Value v : i.operands) {
            ++uses[static_cast<std::size_t>(v.id)];
        }
    }
    Rewriter out(program);
    const auto append = [&](Op op, const Instruction& place, std::vector<Value> operands) {
        return out.append({.op = op, .type = Type::real, .region = place.region, .operands = std::move(operands)});
    };
    each(program, [&](Value v) {
        const Instruction& i = program[v];
        if ((i.op != Op::add && i.op != Op::subtract) || i.type != Type::real) {
            out.keep(v);
            return;
        }
        const auto product = [&](std::size_t k) {
            const Instruction& from = program[i.operands[k]];
            return from.op == Op::multiply && from.region == i.region &&
                   uses[static_cast<std::size_t>(i.operands[k].id)] == 1;
        };
        const auto any_product = [&](std::size_t k) { return program[i.operands[k]].op == Op::multiply; };
        // a·b − c·d stays: fused, x·x − x·x might not be 0.
        const bool difference = i.op == Op::subtract && any_product(0) && any_product(1);
        for (const std::size_t k : {std::size_t{1}, std::size_t{0}}) {
            if (difference || !product(k)) {
                continue;
            }
            const Instruction& factors = program[i.operands[k]];
            Value a = out.became(factors.operands[0]);
            const Value b = out.became(factors.operands[1]);
            Value c = out.became(i.operands[1 - k]);
            if (i.op == Op::subtract && k == 1) {
                a = append(Op::negate, i, {a});
            } else if (i.op == Op::subtract) {
                c = append(Op::negate, i, {c});
            }
            out.set(v, append(Op::fma, i, {a, b, c}));
            return;
        }
        out.keep(v);
    });
    return eliminate_dead_code(out.program());
}

}  // namespace ranvier::compile
