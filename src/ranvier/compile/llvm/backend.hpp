#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/ir/frame.hpp"
#include "ranvier/compile/ir/program.hpp"

// All that the rest of the engine knows of the compiler behind it. Only llvm/ includes LLVM.

namespace ranvier::compile::machine {

/// What machine code is made for.
struct Target {
    Scalar scalar = Scalar::float64;
    int lanes = 1;        ///< of a vector; 1 is scalar code
    int interleave = 1;   ///< vectors side by side
    int vector_bits = 0;  ///< in scalar code: of vectors of functions that stand side by side, 0: none
    bool calls = false;   ///< mathematics is called, not written out at each place
    bool quick = false;   ///< code is generated in a time that grows with its length alone, and is slower
};

/// What beside program and target decides about the bytes: the compiler's version, the processor and its features.
std::string identity();

/// An object file. Any thread. @throws InternalError  what LLVM refuses
std::vector<std::byte> object_code(const Program& program, const Target& target);

struct LinkedCode {
    KernelFunction function = nullptr;
    std::shared_ptr<void> memory;
};

/// The object in memory, ready to run. Any thread. @throws InvalidInput  bytes that are no object of ours
LinkedCode linked(std::span<const std::byte> object);

}  // namespace ranvier::compile::machine
