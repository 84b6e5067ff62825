#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/kinds.hpp"

namespace ranvier::meeg {

/// What a surface bounds, by the numbers of FIFF; surfaces may have others.
namespace surface_id {
inline constexpr int unknown = -1, inner_skull = 1, csf = 2, outer_skull = 3, head = 4, left_hemisphere = 101,
                     right_hemisphere = 102, helmet = 201;
}  // namespace surface_id
/// "inner skull", "outer skin" …, for messages.
std::string surface_name(int id);

/// A surface of triangles.
struct Surface {
    int id = surface_id::unknown;
    CoordFrame frame = CoordFrame::mri;
    double sigma = 1;                  // [S/m], of what is inside
    Array<double, 2> points;           // [m], shape (points, 3)
    Array<double, 2> normals;          ///< of the points, shape (points, 3); empty where there are none
    Array<std::int32_t, 2> triangles;  ///< positions of their corners, counter-clockwise from outside, shape (n, 3)

    index n_points() const { return points.extent(0); }
    index n_triangles() const { return triangles.extent(0); }
};

/// Throws InvalidInput unless points have three finite coordinates and triangles three of the points.
void check_triangles(View<const double, 2> points, View<const std::int32_t, 2> triangles);
void check(const Surface& surface);

/// What follows from the corners of triangles.
struct TriangleGeometry {
    Array<double, 2> centroids;  // [m], shape (n, 3)
    Array<double, 2> normals;    ///< of unit length, zero where an area is; shape (n, 3)
    std::vector<double> areas;   // [m²]
};
TriangleGeometry triangle_geometry(View<const double, 2> points, View<const std::int32_t, 2> triangles);

/// Normals of points: the sum of unit normals of the triangles around each, in their order, brought to unit length;
/// zero where that sum is. Triangles count alike whatever their areas are, as in MNE-Python.
Array<double, 2> vertex_normals(View<const double, 2> points, View<const std::int32_t, 2> triangles);

/// Lists of numbers, one for each point.
struct Neighbours {
    std::vector<index> starts{0};
    std::vector<std::int32_t> list;
    std::span<const std::int32_t> of(index point) const {
        const auto begin = static_cast<std::size_t>(starts[static_cast<std::size_t>(point)]);
        return std::span(list).subspan(begin,
                                       static_cast<std::size_t>(starts[static_cast<std::size_t>(point) + 1]) - begin);
    }
};
/// The triangles around each point, in their order.
Neighbours neighbour_triangles(index n_points, View<const std::int32_t, 2> triangles);
/// Points with fewer than three triangles around them: defects of a closed surface.
std::vector<index> defects(const Surface& surface);
/// The points that share a triangle with each, rising, without itself. Points of fewer than three triangles have none,
/// as in MNE-Python.
Neighbours neighbour_points(index n_points, View<const std::int32_t, 2> triangles);

/// The solid angle of a closed surface seen from each point, over 4π: 1 inside, 0 outside, if its triangles are
/// counter-clockwise from outside.
/// @source  van Oosterom & Strackee 1983, doi:10.1109/TBME.1983.325207, eq. 8
/// @cost    O(points · triangles); threads()
std::vector<double> solid_angles(const Surface& surface, View<const double, 2> points);
/// What the mean of its points sees of a surface, as solid_angles: 1 where the surface is closed around it.
double closure(const Surface& surface);
/// Throws InvalidInput unless closure() is 1 to 1e-5.
void check_closed(const Surface& surface);

}  // namespace ranvier::meeg
