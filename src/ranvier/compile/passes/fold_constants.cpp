#include <array>
#include <cmath>

#include "ranvier/base/cpu.hpp"
#include "ranvier/compile/interpreter/interpret.hpp"
#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

namespace {

/// The operand that an instruction is equal to by an identity of algebra (x·1, x + (−0), …), or none.
Value identity_of(const Instruction& i, const Program& now) {
    const auto constant = [&](std::size_t k) { return now[i.operands[k]].op == Op::constant; };
    const auto real = [&](std::size_t k, double x) {
        const Instruction& o = now[i.operands[k]];
        return o.op == Op::constant && o.type == Type::real && o.number == x &&
               std::signbit(o.number) == std::signbit(x);
    };
    const auto integer = [&](std::size_t k, std::int64_t x) {
        const Instruction& o = now[i.operands[k]];
        return o.op == Op::constant && o.type != Type::real && o.integer == x;
    };
    switch (i.op) {
        case Op::add:
            if (real(1, -0.0) || integer(1, 0)) {
                return i.operands[0];
            }
            return real(0, -0.0) || integer(0, 0) ? i.operands[1] : Value{};
        case Op::subtract: return real(1, 0.0) || integer(1, 0) ? i.operands[0] : Value{};
        case Op::multiply:
            if (real(1, 1) || integer(1, 1)) {
                return i.operands[0];
            }
            return real(0, 1) || integer(0, 1) ? i.operands[1] : Value{};
        case Op::divide: return real(1, 1) ? i.operands[0] : Value{};
        case Op::floor_divide: return integer(1, 1) ? i.operands[0] : Value{};
        case Op::logical_and:
        case Op::logical_or: {
            const std::int64_t neutral = i.op == Op::logical_and ? 1 : 0;
            for (const std::size_t k : {0, 1}) {
                if (constant(k)) {
                    return integer(k, neutral) ? i.operands[1 - k] : i.operands[k];
                }
            }
            return {};
        }
        case Op::select:
            if (constant(0)) {
                return integer(0, 1) ? i.operands[1] : i.operands[2];
            }
            return i.operands[1] == i.operands[2] ? i.operands[1] : Value{};
        default: return {};
    }
}

}  // namespace

Program fold_constants(const Program& program, Scalar scalar) {
    const FlushDenormals flush;
    Rewriter out(program);
    each(program, [&](Value v) {
        Instruction i = out.renewed(v);
        if (i.op == Op::constant && i.type == Type::real) {
            i.number = in_precision(i.number, scalar);
        }
        if (is_computed(i.op)) {
            std::array<Constant, 3> operands;
            bool all = true;
            for (std::size_t k = 0; k < i.operands.size(); ++k) {
                const Instruction& from = out.now()[i.operands[k]];
                all = all && from.op == Op::constant;
                operands[k] = {from.number, from.integer};
            }
            if (all) {
                const Constant result = evaluate(i, out.now()[i.operands[0]].type, operands.data(), scalar);
                out.set(v, out.append({.op = Op::constant,
                                       .type = i.type,
                                       .region = i.region,
                                       .number = i.type == Type::real ? result.number : 0,
                                       .integer = i.type == Type::real ? 0 : result.integer,
                                       .operands = {}}));
                return;
            }
            if (const Value same = identity_of(i, out.now()); same.valid()) {
                out.set(v, same);
                return;
            }
        }
        out.set(v, out.append(std::move(i)));
    });
    return out.program();
}

}  // namespace ranvier::compile
