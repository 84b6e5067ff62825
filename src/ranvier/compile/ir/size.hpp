#pragma once

#include <cstdint>

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// How much machine code the program is where mathematics is written out, in operations: a function is some fifty.
std::int64_t code_size(const Program& program);
/// So many instructions that all that is done to them must grow with their number alone.
bool is_large(const Program& program);

}  // namespace ranvier::compile
