#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ranvier {

/// Instruction sets that kernels are compiled for, narrowest first.
enum class InstructionSet { generic, sse2, avx2, avx512 };

/// The widest instruction set that this machine and this build share; $RANVIER_ISA (sse2, avx2, avx512) may lower it.
/// Decided once, never by timing. @throws InvalidInput for an unknown or unavailable name in $RANVIER_ISA
InstructionSet instruction_set();
std::string_view name(InstructionSet set);

/// Processors that this process may use.
int processors();

/// Memory of this machine [bytes].
std::size_t memory_bytes();
/// Memory of this process that is resident now, and at most so far [bytes].
std::size_t resident_bytes();
std::size_t peak_resident_bytes();

/// Sets the processor's flush-to-zero mode for its lifetime: denormal arithmetic costs up to a hundred times more.
class FlushDenormals {
public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

private:
    unsigned long before_;
};

}  // namespace ranvier
