#pragma once

#include <array>
#include <span>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/recording/points.hpp"

/// Rotations as matrices and as unit quaternions, of which the last three numbers are given: the first one, which is
/// >= 0, follows from them.
namespace ranvier::meeg {

using Rotation = std::array<Point, 3>;  ///< rows

Rotation rotation_of(const Point& quaternion);
/// @throws InvalidInput  no rotation: the determinant differs from 1 by more than 1e-3
Point quaternion_of(const Rotation& rotation);
Rotation rotation_of(const Transform& transform);
Point translation_of(const Transform& transform);
Transform device_to_head(const Rotation& rotation, const Point& translation);

inline Point unit(const Point& a) { return scaled(a, 1 / norm(a)); }
Point rotated(const Rotation& rotation, const Point& point);
Rotation product(const Rotation& a, const Rotation& b);
/// Angle between two rotations. [rad]
double angle_between(const Point& a, const Point& b);

/// The mean of rotations, with weights >= 0: the strongest eigenvector of Σ w² q qᵀ.
/// @source  Markley et al. 2007, doi:10.2514/1.28949
Point mean_quaternion(std::span<const Point> quaternions, std::span<const double> weights);

/// The smallest rotation that turns a unit vector to another; half a turn about any axis between opposite ones.
Rotation rotation_between(const Point& a, const Point& b);

/// The rigid motion that brings points closest to others, one by one (least squares), with weights where given.
struct RigidFit {
    Point quaternion, translation;  // [1], [m]
};
inline Point moved(const RigidFit& motion, const Point& p) {
    const Point there = rotated(rotation_of(motion.quaternion), p);
    return {there[0] + motion.translation[0], there[1] + motion.translation[1], there[2] + motion.translation[2]};
}
/// @source  Horn 1987, doi:10.1364/JOSAA.4.000629
RigidFit matched(std::span<const Point> from, std::span<const Point> to, std::span<const double> weights = {});

}  // namespace ranvier::meeg
