#pragma once

#include <optional>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"

/// Algebra of transforms between coordinate frames, rigid ones and others with an inverse.
namespace ranvier::meeg {

using Matrix4 = std::array<std::array<double, 4>, 4>;

/// The way back, exactly: matrices of files have single precision, so that a rotation's transpose is not its inverse.
/// @throws InvalidInput  there is none
Transform exact_inverse(const Transform& transform);
/// `first` and then `second`. @throws InvalidInput  they do not lead from `from` to `to` by way of one frame
Transform combined(const Transform& first, const Transform& second, CoordFrame from, CoordFrame to);
/// The product of their matrices, `b` first.
Matrix4 product(const Matrix4& a, const Matrix4& b);
/// Places, shape (n, 3), or directions where they do not `move`, in the other frame.
Array<double, 2> transformed(const Matrix4& matrix, View<const double, 2> points, bool move = true);

/// A rotation about x, then y, then z. [rad]
Rotation rotation_about(const Point& angles);
/// The angles of `rotation_about`: about y at most a quarter of a turn. [rad]
Point angles_of(const Rotation& rotation);
/// A rotation that brings z to a direction. @throws InvalidInput  of length 0
Rotation rotation_of_z_to(const Point& direction);

/// What brings points closest to others, one by one: scaled, rotated, then moved.
struct MatchedPoints {
    Point angles{}, translation{};  // [rad], in the unit of the points
    double scale = 1;
};
/// @param weights  empty, of one number, or of one for each point
/// @throws InvalidInput  other numbers of points, or weights that do not fit
/// @source  Horn 1987, doi:10.1364/JOSAA.4.000629
MatchedPoints fit_matched_points(View<const double, 2> from, View<const double, 2> to, std::span<const double> weights,
                                 bool scaled);

}  // namespace ranvier::meeg
