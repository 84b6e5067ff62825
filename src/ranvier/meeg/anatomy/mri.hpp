#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// A volume of an MRI, and where it lies.
struct Mri {
    std::array<int, 3> shape{};    ///< voxels along each axis; the first is fastest
    std::array<double, 3> size{};  // [mm], of a voxel along each axis
    std::array<std::array<double, 4>, 4> voxel_to_ras{}, voxel_to_surface{};  // [mm]: scanner's RAS, FreeSurfer's tkr
    Array<float, 1> values;  ///< of the voxels, of the first frame; empty where only the head was read

    index n_voxels() const { return index{shape[0]} * shape[1] * shape[2]; }
};

/// From voxels to MRI (surface RAS) coordinates, and from these to the scanner's RAS [m].
Transform voxel_to_mri(const Mri& mri);
Transform mri_to_ras(const Mri& mri);
/// From MRI coordinates to MNI's Talairach space [m].
/// @param ras_to_mni  FreeSurfer's talairach.xfm [mm]
Transform mri_to_mni(const Mri& mri, const std::array<std::array<double, 4>, 4>& ras_to_mni);

/// The value of the voxel that each place lies in; NaN outside of the volume.
/// @param points  MRI coordinates [m], shape (n, 3)
std::vector<double> values_at(const Mri& mri, View<const double, 2> points);
/// The values that occur, rising.
std::vector<float> different_values(const Mri& mri);

/// A region of an atlas: its number in volumes, its name and colour.
struct AtlasRegion {
    std::int64_t id = 0;
    std::string name;
    std::array<double, 4> colour{};  ///< red, green, blue, transparency, 0 to 255
};

}  // namespace ranvier::meeg
