#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::formats {

/// A file format that holds continuous recordings.
struct RecordingFormat {
    std::string name;                     ///< "EDF"
    std::vector<std::string> extensions;  ///< ".edf", lower case
};
/// All formats that read_raw() knows.
const std::vector<RecordingFormat>& recording_formats();

/// A continuous recording in whichever format the file has, read lazily with the default options of its reader. The
/// first bytes decide; where they say nothing, the extension does, so that a damaged file is told by its own reader.
/// @throws FileError  missing, damaged, or of no known format (the message lists the formats)
meeg::Raw read_raw(const std::filesystem::path& path);

/// Writes a recording in the format that the name asks for: .fif and .fif.gz (32-bit numbers), or .edf (EDF+, 16 bit).
/// @throws InvalidInput  the extension says none of these
/// @throws FileError     it exists and `overwrite` is false, or can't be written
void write_raw(const meeg::Raw& raw, const std::filesystem::path& path, bool overwrite = false);

}  // namespace ranvier::formats
