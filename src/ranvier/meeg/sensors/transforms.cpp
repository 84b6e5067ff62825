#include "ranvier/meeg/sensors/transforms.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

Transform exact_inverse(const Transform& transform) {
    const auto& m = *transform.matrix;
    // rows of the inverse of the 3×3 part are cross products of its columns
    const Point a{m[0][0], m[1][0], m[2][0]}, b{m[0][1], m[1][1], m[2][1]}, c{m[0][2], m[1][2], m[2][2]};
    const double determinant = dot(a, cross(b, c));
    require(std::abs(determinant) > 1e-12 * norm(a) * norm(b) * norm(c),
            "a transform between coordinate frames must have an inverse");
    const std::array<Point, 3> rows{scaled(cross(b, c), 1 / determinant), scaled(cross(c, a), 1 / determinant),
                                    scaled(cross(a, b), 1 / determinant)};
    const Point t{m[0][3], m[1][3], m[2][3]};
    Transform out;
    out.from = transform.to;
    out.to = transform.from;
    for (std::size_t i = 0; i < 3; ++i) {
        std::ranges::copy(rows[i], (*out.matrix)[i].begin());
        (*out.matrix)[i][3] = -dot(rows[i], t);
    }
    return out;
}

Matrix4 product(const Matrix4& a, const Matrix4& b) {
    Matrix4 made{};
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
            for (std::size_t j = 0; j < 4; ++j) {
                made[i][k] += a[i][j] * b[j][k];
            }
        }
    }
    return made;
}

Transform combined(const Transform& first, const Transform& second, CoordFrame from, CoordFrame to) {
    require(first.from == from, "the first transform must begin at the frame that is asked for; it begins at another");
    require(first.to == second.from, "the second transform must begin where the first ends; it begins elsewhere");
    require(second.to == to, "the second transform must lead to the frame that is asked for; it leads to another");
    Transform made;
    made.from = from;
    made.to = to;
    made.matrix = product(*second.matrix, *first.matrix);
    return made;
}

Array<double, 2> transformed(const Matrix4& m, View<const double, 2> points, bool move) {
    require(points.extent(0) == 0 || points.extent(1) == 3,
            [&] { return "points must have 3 coordinates; got " + text_of(points.extent(1)); });
    Array<double, 2> made({points.extent(0), 3});
    for (index p = 0; p < points.extent(0); ++p) {
        for (index k = 0; k < 3; ++k) {
            const auto& row = m[static_cast<std::size_t>(k)];
            made(p, k) = row[0] * points(p, 0) + row[1] * points(p, 1) + row[2] * points(p, 2) + (move ? row[3] : 0);
        }
    }
    return made;
}

Rotation rotation_about(const Point& angles) {
    const auto [x, y, z] = angles;
    const double cx = std::cos(x), cy = std::cos(y), cz = std::cos(z);
    const double sx = std::sin(x), sy = std::sin(y), sz = std::sin(z);
    return {Point{cy * cz, -cx * sz + sx * sy * cz, sx * sz + cx * sy * cz},
            Point{cy * sz, cx * cz + sx * sy * sz, -sx * cz + cx * sy * sz}, Point{-sy, sx * cy, cx * cy}};
}

Point angles_of(const Rotation& m) {
    const double x = std::atan2(m[2][1], m[2][2]);
    const double y = std::atan2(-m[2][0], std::hypot(m[0][0], m[1][0]));
    const double s = std::sin(x), c = std::cos(x);
    return {x, y, std::atan2(s * m[0][2] - c * m[0][1], c * m[1][1] - s * m[1][2])};
}

Rotation rotation_of_z_to(const Point& direction) {
    require(norm(direction) > 0, "a direction must have a length above 0");
    const Point z = unit(direction);
    if (1 + z[2] < 1e-12) {
        return {Point{1, 0, 0}, Point{0, -1, 0}, Point{0, 0, -1}};
    }
    const double f = 1 / (1 + z[2]);
    return {Point{1 - f * z[0] * z[0], -f * z[0] * z[1], z[0]}, Point{-f * z[0] * z[1], 1 - f * z[1] * z[1], z[1]},
            Point{-z[0], -z[1], 1 - f * (z[0] * z[0] + z[1] * z[1])}};
}

MatchedPoints fit_matched_points(View<const double, 2> from, View<const double, 2> to, std::span<const double> weights,
                                 bool with_scale) {
    const index n = from.extent(0);
    require(n > 0 && from.extents() == to.extents() && from.extent(1) == 3, [&] {
        return "points and those they are fitted to must be as many, of 3 coordinates; got " + text_of(n) + " and " +
               text_of(to.extent(0));
    });
    require(weights.empty() || weights.size() == 1 || std::ssize(weights) == n, [&] {
        return "weights must be one, or one for each of the " + text_of(n) + " points; got " + text_of(weights.size());
    });
    std::vector<Point> a, b;
    for (index p = 0; p < n; ++p) {
        a.push_back({from(p, 0), from(p, 1), from(p, 2)});
        b.push_back({to(p, 0), to(p, 1), to(p, 2)});
    }
    const std::vector<double> w = std::ssize(weights) == n ? std::vector<double>(weights.begin(), weights.end())
                                                           : std::vector<double>(static_cast<std::size_t>(n), 1.0);
    const RigidFit rigid = matched(a, b, w);
    const Rotation turn = rotation_of(rigid.quaternion);
    MatchedPoints made;
    made.angles = angles_of(turn);
    made.translation = rigid.translation;
    if (with_scale) {
        double total = 0, size_a = 0, size_b = 0;
        Point mean_a{}, mean_b{};
        for (std::size_t p = 0; p < a.size(); ++p) {
            total += w[p];
            for (std::size_t k = 0; k < 3; ++k) {
                mean_a[k] += w[p] * a[p][k];
                mean_b[k] += w[p] * b[p][k];
            }
        }
        mean_a = scaled(mean_a, 1 / total);
        mean_b = scaled(mean_b, 1 / total);
        for (std::size_t p = 0; p < a.size(); ++p) {
            size_a += w[p] * dot(minus(a[p], mean_a), minus(a[p], mean_a));
            size_b += w[p] * dot(minus(b[p], mean_b), minus(b[p], mean_b));
        }
        require(size_a > 0, "points must not all be one to be scaled");
        made.scale = std::sqrt(size_b / size_a);
        made.translation = minus(mean_b, scaled(rotated(turn, mean_a), made.scale));
    }
    return made;
}

}  // namespace ranvier::meeg
