#include "ranvier/compile/llvm/emit.hpp"

#include "ranvier/compile/llvm/emit_memory.hpp"
#include "ranvier/compile/llvm/emit_outside.hpp"
#include "ranvier/compile/llvm/emitter.hpp"

namespace ranvier::compile::machine {

std::unique_ptr<llvm::Module> module_of(const Program& program, const Target& target, llvm::LLVMContext& context) {
    auto module = std::make_unique<llvm::Module>("ranvier", context);
    if (target.scalar == Scalar::float64) {
        Emitter<double>(program, target, *module).emit();
    } else {
        Emitter<float>(program, target, *module).emit();
    }
    return module;
}

}  // namespace ranvier::compile::machine
