#pragma once

#include <llvm/IR/Module.h>

#include <memory>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/compile/llvm/backend.hpp"

namespace ranvier::compile::machine {

/// The program as LLVM's module: one function `kernel(frame)` (frame.hpp), in explicit vectors of `target.lanes`.
std::unique_ptr<llvm::Module> module_of(const Program& program, const Target& target, llvm::LLVMContext& context);

}  // namespace ranvier::compile::machine
