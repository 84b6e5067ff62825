#pragma once

#include <cstdint>

#include "ranvier/meeg/recording/fiff_numbers.hpp"

/// What the files of the FIFF format are made of, under the names of the Neuromag/MNE dictionaries.
/// @source  Elekta Neuromag, Functional Image File Format description 1.3
namespace ranvier::formats::fiff {

namespace tag = meeg::fiff_tag;
namespace block = meeg::fiff_block;

/// How a tag's bytes are laid out.
namespace type {
inline constexpr int void_ = 0, byte = 1, short_ = 2, int_ = 3, float_ = 4, double_ = 5, julian = 6, ushort_ = 7,
                     uint_ = 8, string = 10, dau_pack16 = 16, complex_float = 20, complex_double = 21, old_pack = 23,
                     ch_info_struct = 30, id_struct = 31, dir_entry_struct = 32, dig_point_struct = 33,
                     coord_trans_struct = 35, dig_string_struct = 36;
inline constexpr int matrix = 1 << 30, sparse_mask = 0x0ff00000, sparse_by_columns = 0x00100000,
                     sparse_by_rows = 0x00200000, element_mask = 0x0000ffff;
}  // namespace type

inline constexpr std::size_t header_bytes = 16;  ///< kind, type, size, next: four big-endian 32-bit numbers
inline constexpr int next_sequential = 0, next_none = -1;
inline constexpr int role_previous_file = 1, role_next_file = 2;
inline constexpr int version = 65540;
/// Seconds and microseconds of a time that is not known.
inline constexpr std::int32_t no_date_seconds = 0, no_date_microseconds = INT32_MAX;

}  // namespace ranvier::formats::fiff
