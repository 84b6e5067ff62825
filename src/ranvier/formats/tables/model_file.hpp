#pragma once

#include <filesystem>

#include "ranvier/learn/model.hpp"

namespace ranvier::formats {

/// Writes a trained model; docs/model-files.md has the layout.
/// @throws FileError  the folder is missing, or the file exists and `overwrite` is false
void write_model(const learn::Model& model, const std::filesystem::path& path, bool overwrite);
/// @throws FileError  missing, damaged (the digest at the end covers every byte), or not a model file
learn::Model read_model(const std::filesystem::path& path);

}  // namespace ranvier::formats
