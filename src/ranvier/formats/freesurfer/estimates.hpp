#pragma once

#include <filesystem>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::formats {

/// One source space's share of an estimate, as .stc (MNE's) and .w files (FreeSurfer's, of one time) have it: in single
/// precision.
struct EstimateFile {
    double tmin = 0, tstep = 1;   // [s]
    std::vector<index> vertices;  ///< in the file's order
    Array<double, 2> data;        ///< shape (vertices, times)
};
EstimateFile read_stc(const std::filesystem::path& path);
void write_stc(const EstimateFile& estimate, const std::filesystem::path& path, bool overwrite = false);
EstimateFile read_w(const std::filesystem::path& path);
/// @throws InvalidInput  several times
void write_w(const EstimateFile& estimate, const std::filesystem::path& path, bool overwrite = false);

}  // namespace ranvier::formats
