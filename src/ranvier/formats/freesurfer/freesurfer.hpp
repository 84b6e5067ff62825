#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/anatomy/label.hpp"
#include "ranvier/meeg/recording/info.hpp"

/// FreeSurfer's files. Every reader throws FileError with the byte or line at which a file is damaged.
namespace ranvier::formats {

/// Where the MRI lies that a surface was made from, as surfaces say it behind their triangles.
struct VolumeGeometry {
    std::vector<int> head;  ///< the numbers that begin it: 20, or 2, 0, 20
    std::string valid, filename;
    std::array<int, 3> volume{};                                        ///< voxels along each axis
    std::array<double, 3> voxelsize{}, xras{}, yras{}, zras{}, cras{};  // [mm]
};

/// Points and triangles as the file has them.
struct SurfaceMesh {
    Array<double, 2> points;  ///< in FreeSurfer's files [mm]
    Array<std::int32_t, 2> triangles;
    std::optional<VolumeGeometry> geometry;
    std::string stamp;  ///< who made it
};

/// A surface of FreeSurfer, of triangles. @throws FileError  of quadrangles, or triangles of points that are none
SurfaceMesh read_freesurfer_surface(const std::filesystem::path& path);
void write_freesurfer_surface(const SurfaceMesh& mesh, const std::filesystem::path& path, bool overwrite = false);
/// Wavefront's text files (.obj), of triangles.
SurfaceMesh read_obj_surface(const std::filesystem::path& path);
void write_obj_surface(const SurfaceMesh& mesh, const std::filesystem::path& path, bool overwrite = false);

/// Values at the points of a surface (?h.curv, ?h.sulc, ?h.thickness).
std::vector<double> read_freesurfer_curvature(const std::filesystem::path& path);

/// Which region each point of a surface is in.
struct Annotation {
    std::vector<std::int32_t> ids;  ///< of each point: r + 256 g + 65536 b of its region
    struct Region {
        std::string name;
        std::array<int, 4> rgbt{};  ///< red, green, blue, transparency, 0 to 255
        std::int32_t id() const { return rgbt[0] + (rgbt[1] << 8) + (rgbt[2] << 16); }
    };
    std::vector<Region> regions;
    std::string table;  ///< name of the table of colours
};
Annotation read_annotation(const std::filesystem::path& path);
void write_annotation(const Annotation& annotation, const std::filesystem::path& path, bool overwrite = false);

/// A label: vertices, places, values and comment; the rest is not in the file.
meeg::Label read_freesurfer_label(const std::filesystem::path& path);
void write_freesurfer_label(const meeg::Label& label, const std::filesystem::path& path, bool overwrite = false);

/// The matrix of a linear transform of MNI's (talairach.xfm) [mm].
std::array<std::array<double, 4>, 4> read_xfm(const std::filesystem::path& path);

}  // namespace ranvier::formats
