#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <mutex>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/compile/llvm/backend.hpp"
#include "ranvier/compile/llvm/emit.hpp"

namespace ranvier::compile::machine {

namespace {

struct Host {
    std::string triple, cpu;
    std::vector<std::string> features;  ///< "+avx2", "-avx512f", … sorted
};

const Host& host() {
    static const Host found = [] {
        Host h{llvm::sys::getProcessTriple(), llvm::sys::getHostCPUName().str(), {}};
        for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
            h.features.push_back((feature.second ? "+" : "-") + feature.first().str());
        }
        std::sort(h.features.begin(), h.features.end());
        return h;
    }();
    return found;
}

/// The processor's features, less those that $RANVIER_ISA rules out.
std::string features() {
    std::string list;
    for (const std::string& feature : host().features) {
        const bool of_512 = feature.starts_with("+avx512") || feature == "+evex512" || feature.starts_with("+avx10");
        const bool of_256 = feature.starts_with("+avx") || feature == "+fma" || feature == "+f16c" ||
                            feature == "+fma4" || feature == "+xop" || feature == "+vaes" || feature == "+vpclmulqdq";
        const bool dropped = (of_512 && instruction_set() < InstructionSet::avx512) ||
                             (of_256 && instruction_set() < InstructionSet::avx2);
        list += (list.empty() ? "" : ",") + (dropped ? "-" + feature.substr(1) : feature);
    }
    return list;
}

std::unique_ptr<llvm::TargetMachine> target_machine(bool quick) {
    static std::once_flag once;
    std::call_once(once, [] {
        llvm::InitializeNativeTarget();
        llvm::InitializeNativeTargetAsmPrinter();
    });
    std::string error;
    const llvm::Target* const found = llvm::TargetRegistry::lookupTarget(host().triple, error);
    if (found == nullptr) {
        throw InternalError("LLVM has no code generator for this machine: " + error);
    }
    llvm::TargetOptions options;
    options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
    return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(
        host().triple, host().cpu, features(), options, llvm::Reloc::PIC_, llvm::CodeModel::Small,
        quick ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Less, true));
}

}  // namespace

std::string identity() {
    return std::string("LLVM ") + LLVM_VERSION_STRING + " " + host().triple + " " + host().cpu + " " + features();
}

std::vector<std::byte> object_code(const Program& program, const Target& target) {
    const std::unique_ptr<llvm::TargetMachine> machine = target_machine(target.quick);
    llvm::LLVMContext context;
    const std::unique_ptr<llvm::Module> module = module_of(program, target, context);
    module->setTargetTriple(host().triple);
    module->setDataLayout(machine->createDataLayout());
    for (llvm::Function& function : *module) {
        if (function.isDeclaration()) {
            continue;
        }
        function.setDoesNotThrow();
        function.addFnAttr("target-cpu", host().cpu);
        function.addFnAttr("target-features", features());
        function.addFnAttr("denormal-fp-math", "preserve-sign,preserve-sign");
        function.addFnAttr("no-trapping-math", "true");
        function.addFnAttr("prefer-vector-width", text_of(std::max(target.vector_bits, 128)));
        function.addFnAttr("min-legal-vector-width", text_of(std::max(target.vector_bits, 128)));
    }
    std::string complaint;
    llvm::raw_string_ostream complaints(complaint);
    if (llvm::verifyModule(*module, &complaints)) {
        throw InternalError("kernel " + program.name + ": " + complaint);
    }
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager passes;
    if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile, true)) {
        throw InternalError("LLVM can't write an object for this machine");
    }
    passes.run(*module);
    const auto* const first = reinterpret_cast<const std::byte*>(bytes.data());
    return {first, first + bytes.size()};
}

}  // namespace ranvier::compile::machine
