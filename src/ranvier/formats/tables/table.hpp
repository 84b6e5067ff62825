#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::formats {

/// Numbers in rows, and perhaps a column of names.
struct Table {
    Array<double, 2> X;
    std::vector<std::string> columns;  ///< names of X's columns; empty where the file has none
    std::vector<std::string> target;   ///< the column that was asked for, as text; empty where none was
};

/// Reads .csv (commas, or semicolons, with which decimals may have commas; entries in quotes or not; a first row that
/// is not all numbers gives names) or .npy (two axes, floats, integers or truth values, rows or columns first).
/// @param target  name or number (0 is the first, −1 the last) of the column to take out of a .csv; "" for none
/// @throws FileError  missing, damaged, rows of unequal length, an entry that is no number
Table read_table(const std::filesystem::path& path, const std::string& target);

/// Puts the columns in the order of `names`. @throws InvalidInput  a name that the table lacks, has twice or has
/// besides
void order_columns(Table& table, const std::vector<std::string>& names);

}  // namespace ranvier::formats
