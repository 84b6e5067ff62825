#pragma once

#include <filesystem>

namespace ranvier {

/// Warns, once for each, where a folder that an environment variable names isn't one.
void check_named_folder(const char* variable, const std::filesystem::path& folder);

}  // namespace ranvier
