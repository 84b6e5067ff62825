#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/compile/ir/program.hpp"
#include "ranvier/compile/llvm/backend.hpp"

namespace ranvier::compile {

// Objects on disk, in cache_folder()/kernels: read by later processes in place of compiling. $RANVIER_CACHE moves the
// folder. Losing it costs time only, so nothing here is an error.

/// What the bytes depend on: program, target, processor, LLVM, and the sources of this module.
std::string object_key(const Program& program, const machine::Target& target);

/// The object of this key; nothing where there is none, or where its digest does not fit.
std::optional<std::vector<std::byte>> cached_object(const std::string& key);

/// Writes beside and renames. The oldest entries go when there are more than 256 MB of them.
void store_object(const std::string& key, std::span<const std::byte> object);

}  // namespace ranvier::compile
