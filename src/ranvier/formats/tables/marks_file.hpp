#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "ranvier/meeg/recording/marks.hpp"

namespace ranvier::formats {

/// Marks as JSON, which pages write too: viewer/src/marks.ts.
///
///   {"format": "ranvier-marks/1", "of": "recording", "first_time": 0, "bads": ["Fp1"],
///    "annotations": [{"onset": 3.5, "duration": 1, "description": "BAD_blink", "ch_names": ["Fp1"]}]}
///   {"format": "ranvier-marks/1", "of": "epochs", "bads": [], "dropped": [3, 17]}
///   {"format": "ranvier-marks/1", "of": "ica", "exclude": [0, 4]}
///
/// Onsets in the file count from `first_time` on the acquisition's clock, so that marks fit a recording that was
/// cropped since. Without ch_names an annotation is about all channels, or about those that the recording says.
std::string json_of(const meeg::Marks& marks);
/// @throws InvalidInput  no JSON, or other than the above: the message names the field and the rule
meeg::Marks marks_of_json(std::string_view text);

/// @throws FileError  as marks_of_json, or the file can't be read
meeg::Marks read_marks(const std::filesystem::path& path);
/// @throws FileError  as check_goal
void write_marks(const meeg::Marks& marks, const std::filesystem::path& path, bool overwrite = false);

}  // namespace ranvier::formats
