#pragma once

#include <array>
#include <filesystem>

#include "ranvier/base/array.hpp"

namespace ranvier::formats {

/// An image that changes in time.
struct NiftiImage {
    std::array<int, 3> shape{};                     ///< voxels along each axis; the first is fastest
    Array<double, 2> values;                        ///< shape (voxels, times)
    std::array<std::array<double, 4>, 4> affine{};  // [mm], from voxels to scanner coordinates
    double tstep = 1;                               // [s]
};

/// Writes a NIfTI file, compressed where its name ends in .gz; of double precision, with the affine as "aligned" sform.
/// @param version  1 or 2
/// @throws InvalidInput  shapes that differ, an axis that is too long for version 1, or a name that ends in neither
///                       .nii nor .nii.gz
/// @source  NIfTI-1 and NIfTI-2, nifti.nimh.nih.gov
void write_nifti(const NiftiImage& image, int version, const std::filesystem::path& path, bool overwrite = false);

}  // namespace ranvier::formats
