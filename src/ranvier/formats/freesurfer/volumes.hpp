#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "ranvier/meeg/anatomy/mri.hpp"

/// FreeSurfer's files of volumes, and what belongs to them. Readers throw FileError where a file is damaged.
namespace ranvier::formats {

/// A volume (.mgz, .mgh): of several frames the first.
/// @param with_values  whether the voxels are read, too; whole numbers are exact up to 2^24
meeg::Mri read_mgh(const std::filesystem::path& path, bool with_values = true);

/// A table of an atlas' regions: number, name, red, green, blue, transparency in each line.
std::vector<meeg::AtlasRegion> read_colour_table(const std::filesystem::path& path);
/// FreeSurfer's own, which comes with Ranvier.
std::vector<meeg::AtlasRegion> freesurfer_regions();

/// The matrix of a linear transform (.lta): between scanner coordinates [mm] where the file says so, else one between
/// voxels of the first volume.
std::array<std::array<double, 4>, 4> read_lta(const std::filesystem::path& path);

}  // namespace ranvier::formats
