#pragma once

#include <filesystem>

#include "ranvier/formats/freesurfer/freesurfer.hpp"

namespace ranvier::formats {

/// A surface in a GIFTI file (.gii, .gii.gz): its points and triangles, as the file has them.
/// @throws FileError  another file, without both, or damaged
/// @source  GIFTI 1.0, nitrc.org/projects/gifti
SurfaceMesh read_gifti_surface(const std::filesystem::path& path);

/// A surface of text (.tri): how many points, a line of each, how many triangles, a line of each.
/// @param normals  whether the file has normals, too, which are passed over
SurfaceMesh read_tri_surface(const std::filesystem::path& path, bool& normals);

}  // namespace ranvier::formats
