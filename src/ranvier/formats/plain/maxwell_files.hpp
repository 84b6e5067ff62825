#pragma once

#include <filesystem>

#include "ranvier/meeg/maxwell/calibration.hpp"
#include "ranvier/meeg/maxwell/head_positions.hpp"

/// Text files of MaxFilter.
namespace ranvier::formats {

/// A fine calibration (.dat): a line for each channel, its number or name, its loc, and 1 or 3 imbalances.
/// @throws FileError  a line that is none
meeg::FineCalibration read_fine_calibration(const std::filesystem::path& path);
/// Six decimals, as MaxFilter has them. Channels of four digits after "MEG" go by number.
void write_fine_calibration(const meeg::FineCalibration& calibration, const std::filesystem::path& path,
                            bool overwrite = false);

/// Head positions (.pos): a heading, then ten numbers a line. @throws FileError  a line that is none
meeg::HeadPositions read_head_positions(const std::filesystem::path& path);
/// Three decimals of times, five of the rest, as MaxFilter has them.
void write_head_positions(const meeg::HeadPositions& positions, const std::filesystem::path& path,
                          bool overwrite = false);

}  // namespace ranvier::formats
