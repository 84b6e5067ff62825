#include <llvm/ExecutionEngine/JITSymbol.h>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <map>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/llvm/backend.hpp"

namespace ranvier::compile::machine {

namespace {

constexpr std::size_t up(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

/// One block of memory for all sections of an object, so that they can reach each other; no page is ever writable and
/// executable at once.
class Sections : public llvm::RuntimeDyld::MemoryManager {
public:
    ~Sections() override {
        if (block_ != nullptr) {
            munmap(block_, size_);
        }
    }

    bool needsToReserveAllocationSpace() override { return true; }

    void reserveAllocationSpace(std::uintptr_t code, llvm::Align code_align, std::uintptr_t constants,
                                llvm::Align constants_align, std::uintptr_t data, llvm::Align data_align) override {
        const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        code_size_ = up(code + code_align.value() + 64, page);
        constants_size_ = up(constants + constants_align.value() + 64, page);
        size_ = code_size_ + constants_size_ + up(data + data_align.value() + 64, page);
        void* const got = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (got == MAP_FAILED) {
            throw InternalError("no memory for machine code");
        }
        block_ = static_cast<std::uint8_t*>(got);
        next_[0] = 0;
        next_[1] = code_size_;
        next_[2] = code_size_ + constants_size_;
    }

    std::uint8_t* allocateCodeSection(std::uintptr_t size, unsigned align, unsigned, llvm::StringRef) override {
        return allocated(0, size, align);
    }
    std::uint8_t* allocateDataSection(std::uintptr_t size, unsigned align, unsigned, llvm::StringRef,
                                      bool constant) override {
        return allocated(constant ? 1 : 2, size, align);
    }
    void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}  // nothing throws through a kernel
    void deregisterEHFrames() override {}

    bool finalizeMemory(std::string* error) override {
        const bool failed = mprotect(block_, code_size_, PROT_READ | PROT_EXEC) != 0 ||
                            mprotect(block_ + code_size_, constants_size_, PROT_READ) != 0;
        if (failed && error != nullptr) {
            *error = "memory can't be made executable";
        }
        return failed;
    }

private:
    std::uint8_t* allocated(int kind, std::size_t size, std::size_t align) {
        std::size_t& next = next_[kind];
        next = up(next, std::max<std::size_t>(align, 1));
        std::uint8_t* const at = block_ + next;
        next += size;
        return at;
    }

    std::uint8_t* block_ = nullptr;
    std::size_t size_ = 0, code_size_ = 0, constants_size_ = 0;
    std::size_t next_[3] = {};
};

/// What code for processors without the instruction calls instead.
std::uint64_t library_function(const std::string& name) {
    const auto address = [](auto f) { return reinterpret_cast<std::uint64_t>(f); };
    static const std::map<std::string, std::uint64_t> known = {
        {"fma", address(static_cast<double (*)(double, double, double)>(std::fma))},
        {"fmaf", address(static_cast<float (*)(float, float, float)>(std::fma))},
        {"floor", address(static_cast<double (*)(double)>(std::floor))},
        {"floorf", address(static_cast<float (*)(float)>(std::floor))},
        {"ceil", address(static_cast<double (*)(double)>(std::ceil))},
        {"ceilf", address(static_cast<float (*)(float)>(std::ceil))},
        {"trunc", address(static_cast<double (*)(double)>(std::trunc))},
        {"truncf", address(static_cast<float (*)(float)>(std::trunc))},
        {"nearbyint", address(static_cast<double (*)(double)>(std::nearbyint))},
        {"nearbyintf", address(static_cast<float (*)(float)>(std::nearbyint))},
        {"memcpy", address(static_cast<void* (*)(void*, const void*, std::size_t)>(std::memcpy))},
        {"memset", address(static_cast<void* (*)(void*, int, std::size_t)>(std::memset))},
    };
    const auto found = known.find(name);
    return found == known.end() ? 0 : found->second;
}

class Library : public llvm::LegacyJITSymbolResolver {
public:
    llvm::JITSymbol findSymbolInLogicalDylib(const std::string&) override { return nullptr; }
    llvm::JITSymbol findSymbol(const std::string& name) override {
        const std::uint64_t address = library_function(name);
        return address == 0 ? llvm::JITSymbol(nullptr) : llvm::JITSymbol(address, llvm::JITSymbolFlags::Exported);
    }
};

}  // namespace

LinkedCode linked(std::span<const std::byte> object) {
    const llvm::StringRef bytes(reinterpret_cast<const char*>(object.data()), object.size());
    auto parsed = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(bytes, "kernel"));
    if (!parsed) {
        throw InvalidInput("not an object file: " + llvm::toString(parsed.takeError()));
    }
    auto sections = std::make_shared<Sections>();
    Library library;
    llvm::RuntimeDyld linker(*sections, library);
    linker.loadObject(**parsed);
    linker.resolveRelocations();
    const std::uint64_t address = linker.getSymbol("kernel").getAddress();
    std::string error;
    if (linker.hasError() || address == 0 || sections->finalizeMemory(&error)) {
        throw InvalidInput("the object can't be linked: " + (error.empty() ? linker.getErrorString().str() : error));
    }
    return {reinterpret_cast<KernelFunction>(address), std::move(sections)};
}

}  // namespace ranvier::compile::machine
