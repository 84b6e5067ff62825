#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ranvier/meeg/anatomy/mri.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// What bounds a volume of sources: a closed surface, or a sphere.
struct Ball {
    Point centre{};
    double radius = 0;  // [m]
};
using Bounds = std::variant<Surface, Ball>;

/// Which points lie inside; triangles of a surface must be counter-clockwise from outside.
/// @param points   shape (n, 3), in the frame of the bounds [m]
/// @param mindist  those nearer than this to a ball's surface or to a point of a surface are none [m]
/// @cost  O(points · triangles) for points that are neither clearly inside nor outside; threads()
std::vector<bool> inside(const Bounds& bounds, View<const double, 2> points, double mindist = 0);
/// How far points are from a ball, or from the nearest point of a surface [m].
std::vector<double> distances_to(const Bounds& bounds, View<const double, 2> points);

struct VolumeOptions {
    double spacing = 0.005;  // [m], of the grid
    double exclude = 0;      // [m]: points nearer to the centre of the bounds are left out
    double mindist = 0.005;  // [m]
};
/// A grid of sources inside of bounds, with the 26 neighbours of each; x is fastest. Grid points are multiples of the
/// spacing along each axis of the MRI's frame.
/// @throws InvalidInput  spacing, exclude or mindist below 0, or more than 10⁸ points
SourceSpace volume_grid(const Bounds& bounds, const VolumeOptions& options);

/// The sources that lie in regions of an atlas, as a source space each, in their order; where `single`, as one.
SourceSpaces regions_of(const SourceSpace& grid, const Mri& atlas,
                        const std::vector<std::pair<std::string, double>>& regions, bool single);

/// Fills in the neighbours of the sources that are used: −1 where the grid ends or nothing is used.
void set_neighbours(SourceSpace& space);
/// Where the volume lies that the sources are shown on.
void show_on(SourceSpace& space, const Mri& mri, const std::string& name);
/// How values at the grid become values at the voxels of its MRI: linear between the eight grid points around each, for
/// voxels with a source of any of `spaces` among them; each gets the rows that have a source of its own.
/// @cost  O(voxels); threads()
void add_interpolators(std::vector<SourceSpace*> spaces);

/// Sources at points of one's own. @throws InvalidInput  shapes that differ, or a direction without length
SourceSpace discrete_space(View<const double, 2> points, View<const double, 2> normals, CoordFrame frame);

}  // namespace ranvier::meeg
