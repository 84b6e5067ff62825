#pragma once

#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::formats {

/// Writes all samples as 32-bit floats, little-endian, all channels of a sample together, a piece at a time.
/// @param channels  those to write; @param scales  numbers of the file per SI unit, of each of them
/// @throws InvalidInput  a sample is too large for 32 bits; NaN and infinities are kept
void write_interleaved(const meeg::Raw& raw, const std::vector<index>& channels, const std::vector<double>& scales,
                       OutputFile& file);

/// Warns of channels of fields and of light (mag, grad, hbo …), which a format of voltages holds as numbers whose type
/// and unit readers don't learn. @param format  "EDF"
void warn_of_lost_types(const meeg::Info& info, const std::string& format);

/// Appends the bytes of 32-bit floats: those of a (channels, samples) block, all channels of a sample together.
void append_interleaved(View<const double, 2> block, const std::vector<double>& scales, std::string& bytes);

}  // namespace ranvier::formats
