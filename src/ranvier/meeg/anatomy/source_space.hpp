#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/stable_vector.hpp"
#include "ranvier/meeg/anatomy/surface.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/numerics/sparse.hpp"

namespace ranvier::meeg {

/// Frames of volumes: voxels counted from 0, and FreeSurfer's RAS with the scanner's origin [m].
inline constexpr CoordFrame mri_voxel_frame = unnamed<CoordFrame>(2001), ras_frame = unnamed<CoordFrame>(2002);

enum class SourceSpaceKind { surface, volume, discrete };

/// The grid that sources of a volume lie on.
struct VolumeGrid {
    std::array<int, 3> shape{};  ///< points along x, y, z; x is fastest
    Transform grid_to_mri;       ///< positions in the grid → frame of the points, in MNE-Python "src_mri_t"
    Neighbours neighbours;       ///< 26 of each point, −1 where the grid ends or nothing is used
    std::optional<Transform> voxel_to_mri, mri_to_ras;  ///< of the MRI that the grid is shown on
    std::array<int, 3> mri_shape{};                     ///< its width, height, depth; 0 where not known
    std::string mri_file, mri_volume_name;
    std::string segment;                                 ///< the region that its sources lie in
    std::optional<numerics::SparseMatrix> interpolator;  ///< shape (voxels of the MRI, points)
};

/// Where sources are: points, of which some are used.
struct SourceSpace {
    SourceSpaceKind kind = SourceSpaceKind::surface;
    int id = surface_id::unknown;  ///< surface_id::left_hemisphere and right_hemisphere
    CoordFrame frame = CoordFrame::mri;
    std::string subject;                   ///< empty where not known
    Array<double, 2> points;               // [m], shape (points, 3): all of the surface or grid
    Array<double, 2> normals;              ///< of unit length, shape (points, 3)
    std::vector<index> vertices;           ///< the points that are used, rising: MNE-Python's "vertno"
    Array<std::int32_t, 2> triangles;      ///< of all points, shape (n, 3)
    Array<std::int32_t, 2> use_triangles;  ///< of those used, by numbers of points
    /// The used point that is nearest to each point along the surface, and how far [m] it is; empty where not known.
    std::vector<index> nearest;
    std::vector<double> nearest_distances;
    /// Distances between used points along the surface, as a matrix of all points [m], and up to which distance.
    std::optional<numerics::SparseMatrix> distances;
    double distance_limit = 0;  // [m]
    std::optional<VolumeGrid> volume;

    index n_points() const { return points.extent(0); }
    index n_used() const { return static_cast<index>(vertices.size()); }
};

struct SourceSpaces {
    StableVector<SourceSpace> spaces;
    std::string working_dir, command_line;  ///< where and how they were made; empty where not known
};

/// Throws InvalidInput where a source space contradicts itself: shapes, vertices that do not rise or are no points,
/// triangles of points that are none.
void check(const SourceSpace& space);
/// 1 where a point is used, else 0: MNE-Python's "inuse".
std::vector<std::int64_t> in_use(const SourceSpace& space);

/// Points that are nearest to the same used point.
struct Patches {
    std::vector<std::vector<index>> points;  ///< of each patch, rising; patches in the order of their used point
    std::vector<index> of_vertex;            ///< the patch of each of space.vertices
};
/// @throws InvalidInput  nearest points are not known
Patches patches(const SourceSpace& space);

}  // namespace ranvier::meeg
