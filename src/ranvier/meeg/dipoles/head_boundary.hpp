#pragma once

#include <optional>

#include "ranvier/meeg/anatomy/nearest_points.hpp"
#include "ranvier/meeg/anatomy/surface.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// What dipoles must stay inside of, in head coordinates: a sphere, or an inner skull, whose distance is that of its
/// nearest point, as in MNE-Python.
class HeadBoundary {
public:
    HeadBoundary(const Point& centre, double radius) : centre_(centre), radius_(radius) {}
    explicit HeadBoundary(Surface inner_skull);

    /// How far inside a place is, negative outside, and the direction that leads farther in.
    struct Depth {
        double distance = 0;  // [m]
        Point inwards{};
    };
    Depth depth(const Point& place) const;
    /// Whether it is a surface of points, whose least distance has bumps.
    bool bumpy() const { return surface_.has_value(); }
    const Point& centre() const { return centre_; }
    /// Points of a grid that are farther in than `least`, and farther from the centre than `exclude` [m].
    Array<double, 2> grid(double step, double least, double exclude) const;

private:
    Point centre_{};  // of the sphere that fits it
    double radius_ = 0;
    std::optional<Surface> surface_;
    std::optional<NearestPoints> points_;
    Array<double, 2> normals_;
};

}  // namespace ranvier::meeg
