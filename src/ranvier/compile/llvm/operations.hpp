#pragma once

#include <array>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/compile/llvm/vectors.hpp"

namespace ranvier::compile::machine {

/// Arithmetic, logic, conversion or mathematics of the operands, in lanes or (as `code` says) one scalar.
/// @param from  type of the first operand
template <class T>
llvm::Value* operation(const Instruction& instruction, Type from, Code& code,
                       const std::array<llvm::Value*, 3>& operands);

extern template llvm::Value* operation<double>(const Instruction&, Type, Code&, const std::array<llvm::Value*, 3>&);
extern template llvm::Value* operation<float>(const Instruction&, Type, Code&, const std::array<llvm::Value*, 3>&);

}  // namespace ranvier::compile::machine
