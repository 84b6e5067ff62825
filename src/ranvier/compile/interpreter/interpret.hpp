#pragma once

#include "ranvier/compile/ir/frame.hpp"
#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// Runs the program instruction by instruction, lane by lane: slow and obvious, the oracle of machine code. Lanes of a
/// block do each instruction together, as vectors do (ArrayKind). The caller has checked the frame, and flushes
/// denormals.
void interpret(const Program& program, Scalar scalar, const Frame& frame, std::int64_t block);

/// A value outside of any kernel.
struct Constant {
    double number = 0;         ///< real
    std::int64_t integer = 0;  ///< integer, boolean
};

/// The result of arithmetic, logic, conversion or mathematics, as kernels compute it; `operand_type` is that of the
/// first operand. Denormals must be flushed by the caller.
Constant evaluate(const Instruction& instruction, Type operand_type, const Constant* operands, Scalar scalar);

/// `x` as it enters a kernel: rounded to `scalar`, subnormal numbers as zero.
double in_precision(double x, Scalar scalar);

}  // namespace ranvier::compile
