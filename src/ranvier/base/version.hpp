#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ranvier {

/// Ranvier's own version, e.g. "0.1.0".
std::string version();

/// What can matter to a result: Ranvier, compiler, operating system, processor, instruction set, threads.
std::vector<std::pair<std::string, std::string>> platform_description();

}  // namespace ranvier
