#pragma once

#include "ranvier/formats/fiff/tags.hpp"
#include "ranvier/formats/fiff/writer.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"

/// Source spaces inside of files that hold more: forward solutions, inverse operators.
namespace ranvier::formats::fiff {

/// The source spaces of a file, or of a block of it. @throws FileError  there are none
meeg::SourceSpaces source_spaces_of(const File& file, const Node& node);
/// The blocks of the source spaces, one behind the other.
void write_source_space_blocks(Writer& out, const meeg::SourceSpaces& spaces);

/// A matrix of whole numbers, each `first` less than the file's. @throws FileError  another number of columns
Array<std::int32_t, 2> integer_matrix(const File& file, const Entry& entry, index columns, int first = 0);

}  // namespace ranvier::formats::fiff
