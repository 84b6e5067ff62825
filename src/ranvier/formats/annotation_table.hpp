#pragma once

#include <filesystem>
#include <string_view>

#include "ranvier/meeg/recording/annotations.hpp"

namespace ranvier::formats {

/// Annotations from a table of text: onset, duration, description, perhaps ch_names (with ":" between them) and columns
/// of one's own, which become extras. Lines that begin with "#" before the first row may hold orig_time and the names
/// of the columns.
/// @param text   UTF-8
/// @param dates  the first row names the columns, and onsets are dates in UTC unless they name a zone (else seconds);
///               those of 1970 count from its begin, with no orig_time
/// @param path   for messages
/// @throws InvalidInput  a row that does not hold the columns, or a time that is none
meeg::Annotations annotations_of_table(std::string_view text, bool dates, const std::filesystem::path& path);

}  // namespace ranvier::formats
