#pragma once

#include <filesystem>

namespace ranvier::tests {

/// The checkout.
std::filesystem::path source_folder();

}  // namespace ranvier::tests
