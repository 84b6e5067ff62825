#pragma once

#include <filesystem>

#include "ranvier/meeg/recording/dipole_course.hpp"

/// Dipoles as Xfit, MNE-C and MNE-Python keep them: tables in text (.dip), whose last comment before the numbers names
/// the columns; and records of Xfit (.bdip), big-endian.
namespace ranvier::formats {

/// @throws FileError  columns that are missing or without names, numbers that are none
meeg::DipoleCourse read_dipole_text(const std::filesystem::path& path);
/// Tenths of ms, hundredths of mm, thousandths of nA m, as others write and expect them.
/// @throws FileError  as OutputFile
void write_dipole_text(const meeg::DipoleCourse& dipole, const std::filesystem::path& path, bool overwrite);

/// @throws FileError  not whole records
meeg::DipoleCourse read_dipole_binary(const std::filesystem::path& path);
void write_dipole_binary(const meeg::DipoleCourse& dipole, const std::filesystem::path& path, bool overwrite);

}  // namespace ranvier::formats
