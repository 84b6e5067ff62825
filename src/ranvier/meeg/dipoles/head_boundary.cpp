#include "ranvier/meeg/dipoles/head_boundary.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"

namespace ranvier::meeg {

namespace {

Point row(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }

}  // namespace

HeadBoundary::HeadBoundary(Surface inner_skull) : surface_(std::move(inner_skull)), points_(surface_->points.view()) {
    std::vector<Point> points;
    for (index k = 0; k < surface_->n_points(); ++k) {
        points.push_back(row(surface_->points, k));
    }
    normals_ = vertex_normals(surface_->points, surface_->triangles);
    const HeadSphere sphere = fitted_sphere(points);
    centre_ = sphere.centre;
    radius_ = sphere.radius;
}

HeadBoundary::Depth HeadBoundary::depth(const Point& place) const {
    if (!surface_) {
        const Point from_centre = minus(place, centre_);
        const double r = norm(from_centre);
        return {radius_ - r, r > 0 ? scaled(from_centre, -1 / r) : Point{0, 0, -1}};
    }
    const NearestPoints::Found nearest = points_->nearest(place);
    const Point away = minus(place, row(surface_->points, nearest.point));
    const double r = norm(away), along = dot(away, row(normals_, nearest.point));
    double sign = along < 0 ? 1 : -1;
    if (std::abs(along) < 0.15 * r) {  // beside the point rather than below or above it: seen from all of the surface
        sign = solid_angles(*surface_, View<const double, 2>(place.data(), {1, 3}))[0] > 0.5 ? 1 : -1;
    }
    return {sign * nearest.distance, scaled(row(normals_, nearest.point), -1)};
}

Array<double, 2> HeadBoundary::grid(double step, double least, double exclude) const {
    Point low{}, high{};
    for (std::size_t k = 0; k < 3; ++k) {
        low[k] = centre_[k] - radius_;
        high[k] = centre_[k] + radius_;
        for (index i = 0; surface_ && i < surface_->n_points(); ++i) {
            low[k] = std::min(low[k], surface_->points(i, static_cast<index>(k)));
            high[k] = std::max(high[k], surface_->points(i, static_cast<index>(k)));
        }
    }
    std::vector<Point> kept;
    const auto first = [&](std::size_t k) { return std::floor((low[k] - centre_[k]) / step); };
    for (double x = first(0); centre_[0] + step * x <= high[0]; ++x) {
        for (double y = first(1); centre_[1] + step * y <= high[1]; ++y) {
            for (double z = first(2); centre_[2] + step * z <= high[2]; ++z) {
                const Point place{centre_[0] + step * x, centre_[1] + step * y, centre_[2] + step * z};
                if (norm(minus(place, centre_)) > exclude && depth(place).distance >= least) {
                    kept.push_back(place);
                }
            }
        }
    }
    require(!kept.empty(), "no place inside of the inner skull is as far from it as min_dist asks for");
    Array<double, 2> out({std::ssize(kept), 3});
    for (index k = 0; k < out.extent(0); ++k) {
        std::ranges::copy(kept[static_cast<std::size_t>(k)], out.view().row(k).begin());
    }
    return out;
}

}  // namespace ranvier::meeg
