#include <cmath>

#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

namespace {

class Reduction {
public:
    explicit Reduction(const Program& program) : program_(program), out_(program), uniform_(uniform_values(program)) {}

    Program program() {
        each(program_, [&](Value v) {
            const Instruction i = out_.renewed(v);
            Value better;
            if (i.op == Op::pow) {
                better = power(i);
            } else if (i.op == Op::divide) {
                better = quotient(program_[v], i);
            }
            out_.set(v, better.valid() ? better : out_.append(i));
        });
        return out_.program();
    }

private:
    Value append(Op op, const Instruction& place, std::vector<Value> operands) {
        return out_.append({.op = op, .type = Type::real, .region = place.region, .operands = std::move(operands)});
    }
    Value real(double x, const Instruction& place) {
        return out_.append(
            {.op = Op::constant, .type = Type::real, .region = place.region, .number = x, .operands = {}});
    }

    Value power(const Instruction& i) {
        const Instruction& exponent = out_.now()[i.operands[1]];
        const double n = exponent.number;
        if (exponent.op != Op::constant || n != std::trunc(n) || std::fabs(n) > 4 || n == 0) {
            return {};
        }
        const Value x = i.operands[0];
        Value product = x;
        if (std::fabs(n) >= 2) {
            product = append(Op::multiply, i, {x, x});
            if (std::fabs(n) == 3) {
                product = append(Op::multiply, i, {product, x});
            } else if (std::fabs(n) == 4) {
                product = append(Op::multiply, i, {product, product});
            }
        }
        return n > 0 ? product : append(Op::divide, i, {real(1, i), product});
    }

    /// A quotient by what no step and no lane changes: one division per call in place of one per lane and step.
    Value quotient(const Instruction& before, const Instruction& i) {
        const Value by = before.operands[1];
        const bool fixed = uniform_[static_cast<std::size_t>(by.id)] && program_[by].region == Region::begin;
        const bool one_by = out_.now()[i.operands[0]].op == Op::constant && out_.now()[i.operands[0]].number == 1;
        const bool all_fixed = fixed && uniform_[static_cast<std::size_t>(before.operands[0].id)] &&
                               program_[before.operands[0]].region == Region::begin;
        if (!fixed || one_by || all_fixed) {
            return {};
        }
        const Value inverse = append(Op::divide, i, {real(1, i), i.operands[1]});
        return append(Op::multiply, i, {i.operands[0], inverse});
    }

    const Program& program_;
    Rewriter out_;
    std::vector<bool> uniform_;
};

}  // namespace

Program reduce_strength(const Program& program) { return Reduction(program).program(); }

}  // namespace ranvier::compile
