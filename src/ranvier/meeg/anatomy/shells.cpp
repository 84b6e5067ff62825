#include "ranvier/meeg/anatomy/shells.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"

namespace ranvier::meeg {

namespace {

constexpr double smallest_size = 0.05;  // [m], of a head along each axis

/// The grade of an icosahedron with so many triangles, or −1.
int grade_of(index n_triangles) {
    for (int grade = 0; grade <= 7; ++grade) {
        if (n_triangles == 20 * (index{1} << 2 * grade)) {
            return grade;
        }
    }
    return -1;
}

void check_size(const Surface& surface) {
    for (index axis = 0; axis < 3; ++axis) {
        double low = surface.points(0, axis), high = low;
        for (index p = 0; p < surface.n_points(); ++p) {
            low = std::min(low, surface.points(p, axis));
            high = std::max(high, surface.points(p, axis));
        }
        require(high - low >= smallest_size, [&] {
            return "surface " + surface_name(surface.id) + " must measure 0.05 m at least along each axis; it has " +
                   text_of(high - low) + " m: are its coordinates in another unit?";
        });
    }
}

void check_inside(const Surface& inner, const Surface& outer) {
    const auto angles = solid_angles(outer, inner.points);
    const auto outside = std::count_if(angles.begin(), angles.end(), [](double x) { return std::abs(x - 1) > 1e-5; });
    require(outside == 0, [&] {
        return "surface " + surface_name(inner.id) + " must lie inside of " + surface_name(outer.id) + "; " +
               text_of(outside) + " of its " + text_of(inner.n_points()) + " points do not: surfaces touch or cross";
    });
}

}  // namespace

Surface decimated(const Surface& surface, int grade) {
    const int own = grade_of(surface.n_triangles());
    require(own >= 0, [&] {
        return "only a surface that is a subdivided icosahedron (20 · 4^n triangles) can be decimated; this one has " +
               text_of(surface.n_triangles()) + " triangles: pass ico=None, which leaves it as it is";
    });
    require(grade >= 0 && grade <= own,
            [&] { return "ico must be 0 to " + text_of(own) + " for this surface; got " + text_of(grade); });
    const Surface fine = icosahedron(own), coarse = icosahedron(grade);
    require(
        std::equal(fine.triangles.data(), fine.triangles.data() + fine.triangles.size(), surface.triangles.data()),
        "this surface has as many triangles as an icosahedron, in another order, so that it can't be decimated: pass "
        "ico=None, which leaves it as it is");
    const NearestPoints tree(fine.points);
    Surface made = surface;
    made.points = Array<double, 2>(coarse.points.extents());
    made.triangles = coarse.triangles;
    for (index p = 0; p < coarse.n_points(); ++p) {
        const auto found = tree.nearest({coarse.points(p, 0), coarse.points(p, 1), coarse.points(p, 2)});
        ensure(found.distance < 5e-3, "points of a coarse icosahedron are those of a finer one");
        for (index axis = 0; axis < 3; ++axis) {
            made.points(p, axis) = surface.points(found.point, axis);
        }
    }
    made.normals = vertex_normals(made.points, made.triangles);
    return made;
}

StableVector<Surface> shells(StableVector<Surface> surfaces) {
    require(surfaces.size() == 1 || surfaces.size() == 3,
            [&] { return "a head must have 1 or 3 shells; got " + text_of(surfaces.size()); });
    if (surfaces.size() == 3) {
        StableVector<Surface> ordered;
        for (const int id : {surface_id::head, surface_id::outer_skull, surface_id::inner_skull}) {
            const auto found =
                std::find_if(surfaces.begin(), surfaces.end(), [&](const Surface& s) { return s.id == id; });
            require(found != surfaces.end(), [&] {
                return "a head of three shells must have the surfaces outer skin, outer skull and inner skull; it "
                       "lacks " +
                       surface_name(id);
            });
            ordered.push_back(*found);
        }
        surfaces = std::move(ordered);
    }
    for (const Surface& surface : surfaces) {
        check(surface);
        check_closed(surface);
    }
    for (std::size_t k = 1; k < surfaces.size(); ++k) {
        check_inside(surfaces[k], surfaces[k - 1]);
    }
    std::for_each(surfaces.begin(), surfaces.end(), check_size);
    return surfaces;
}

}  // namespace ranvier::meeg
