#include "ranvier/meeg/sensors/rotation.hpp"

#include <cmath>
#include <limits>

#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// The first of a quaternion's four numbers.
double real_part(const Point& q) { return std::sqrt(std::max(1 - dot(q, q), 0.0)); }

/// The eigenvector of the largest eigenvalue of a symmetric 4 × 4 matrix.
std::array<double, 4> strongest(const Array<double, 2>& a) {
    const auto eigen = numerics::symmetric_eigen(a);
    return {eigen.vectors(0, 3), eigen.vectors(1, 3), eigen.vectors(2, 3), eigen.vectors(3, 3)};
}

}  // namespace

Rotation rotation_of(const Point& q) {
    const double bb = q[0] * q[0], cc = q[1] * q[1], dd = q[2] * q[2];
    const double aa = std::max(1 - bb - cc - dd, 0.0), a = std::sqrt(aa);
    const double ab = 2 * a * q[0], ac = 2 * a * q[1], ad = 2 * a * q[2];
    const double bc = 2 * q[0] * q[1], bd = 2 * q[0] * q[2], cd = 2 * q[1] * q[2];
    return {Point{aa + bb - cc - dd, bc - ad, bd + ac}, Point{bc + ad, aa + cc - bb - dd, cd - ab},
            Point{bd - ac, cd + ab, aa + dd - bb - cc}};
}

Point quaternion_of(const Rotation& r) {
    const double determinant = dot(r[0], cross(r[1], r[2]));
    require(std::abs(determinant - 1) <= 1e-3, "a rotation must have determinant 1; got ", determinant);
    const double t = 1 + r[0][0] + r[1][1] + r[2][2];
    if (t > std::numeric_limits<double>::epsilon()) {
        const double s = 2 * std::sqrt(t);
        return {(r[2][1] - r[1][2]) / s, (r[0][2] - r[2][0]) / s, (r[1][0] - r[0][1]) / s};
    }
    // Half a turn: the largest of the three is found first.
    const std::size_t i = r[0][0] > r[1][1] && r[0][0] > r[2][2] ? 0 : r[1][1] > r[2][2] ? 1 : 2;
    const std::size_t k = (i + 1) % 3, l = (i + 2) % 3;
    const double s = 2 * std::sqrt(1 + r[i][i] - r[k][k] - r[l][l]);
    Point q;
    q[i] = s / 4;
    q[k] = (r[i][k] + r[k][i]) / s;
    q[l] = (r[i][l] + r[l][i]) / s;
    return q;
}

Rotation rotation_of(const Transform& transform) {
    const auto& m = static_cast<const std::array<std::array<double, 4>, 4>&>(transform.matrix);
    return {Point{m[0][0], m[0][1], m[0][2]}, Point{m[1][0], m[1][1], m[1][2]}, Point{m[2][0], m[2][1], m[2][2]}};
}

Point translation_of(const Transform& transform) {
    const auto& m = static_cast<const std::array<std::array<double, 4>, 4>&>(transform.matrix);
    return {m[0][3], m[1][3], m[2][3]};
}

Transform device_to_head(const Rotation& r, const Point& t) {
    Transform transform{CoordFrame::device, CoordFrame::head, {}};
    std::array<std::array<double, 4>, 4> m{};
    for (std::size_t i = 0; i < 3; ++i) {
        m[i] = {r[i][0], r[i][1], r[i][2], t[i]};
    }
    m[3] = {0, 0, 0, 1};
    transform.matrix = m;
    return transform;
}

Point rotated(const Rotation& r, const Point& p) { return {dot(r[0], p), dot(r[1], p), dot(r[2], p)}; }

Rotation product(const Rotation& a, const Rotation& b) {
    Rotation out{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            out[i][k] = a[i][0] * b[0][k] + a[i][1] * b[1][k] + a[i][2] * b[2][k];
        }
    }
    return out;
}

double angle_between(const Point& x, const Point& y) {
    // The vector part of conj(y) x, whose length is the sine of half the angle, and its real part.
    const double a = real_part(x), b = real_part(y);
    const Point v = minus(minus(scaled(x, b), scaled(y, a)), cross(y, x));
    return 2 * std::atan2(norm(v), std::abs(a * b + dot(x, y)));
}

Point mean_quaternion(std::span<const Point> quaternions, std::span<const double> weights) {
    Array<double, 2> sum({4, 4});
    double total = 0;
    for (std::size_t n = 0; n < quaternions.size(); ++n) {
        const Point& p = quaternions[n];
        const std::array<double, 4> q{real_part(p), p[0], p[1], p[2]};
        total += weights[n];
        for (index i = 0; i < 4; ++i) {
            for (index k = 0; k < 4; ++k) {
                sum(i, k) += weights[n] * weights[n] * q[static_cast<std::size_t>(i)] * q[static_cast<std::size_t>(k)];
            }
        }
    }
    if (total == 0) {
        return {0, 0, 0};
    }
    const auto q = strongest(sum);
    double sign = 1;
    for (std::size_t k = 4; k-- > 0;) {
        sign = q[k] != 0 ? std::copysign(1.0, q[k]) : sign;
    }
    return {sign * q[1], sign * q[2], sign * q[3]};
}

Rotation rotation_between(const Point& a, const Point& b) {
    const Point v = cross(a, b);
    const double sine2 = dot(v, v), cosine = dot(a, b);
    if (sine2 < std::numeric_limits<double>::min()) {
        if (cosine >= 0) {
            return {Point{1, 0, 0}, Point{0, 1, 0}, Point{0, 0, 1}};
        }
        std::size_t least = 0;
        for (std::size_t k = 1; k < 3; ++k) {
            least = std::abs(a[k]) < std::abs(a[least]) ? k : least;
        }
        Point axis{0, 0, 0};
        axis[least] = 1;
        axis = cross(a, axis);
        axis = scaled(axis, 1 / norm(axis));
        Rotation r{};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                r[i][k] = 2 * axis[i] * axis[k] - (i == k);
            }
        }
        return r;
    }
    const Rotation x{Point{0, -v[2], v[1]}, Point{v[2], 0, -v[0]}, Point{-v[1], v[0], 0}};
    const Rotation xx = product(x, x);
    Rotation r{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            r[i][k] = (i == k) + x[i][k] + xx[i][k] * (1 - cosine) / sine2;
        }
    }
    return r;
}

RigidFit matched(std::span<const Point> from, std::span<const Point> to, std::span<const double> weights) {
    double total = 0;
    Point mean_from{}, mean_to{};
    const auto weight = [&](std::size_t n) { return weights.empty() ? 1.0 : weights[n]; };
    for (std::size_t n = 0; n < from.size(); ++n) {
        total += weight(n);
    }
    for (std::size_t n = 0; n < from.size(); ++n) {
        for (std::size_t k = 0; k < 3; ++k) {
            mean_from[k] += weight(n) / total * from[n][k];
            mean_to[k] += weight(n) / total * to[n][k];
        }
    }
    Rotation s{};  // Σ from toᵀ about the means
    for (std::size_t n = 0; n < from.size(); ++n) {
        const Point p = minus(from[n], mean_from), x = minus(to[n], mean_to);
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                s[i][k] += weight(n) / total * p[i] * x[k];
            }
        }
    }
    const double trace = s[0][0] + s[1][1] + s[2][2];
    const Point delta{s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]};
    Array<double, 2> q({4, 4});
    q(0, 0) = trace;
    for (index i = 0; i < 3; ++i) {
        const auto a = static_cast<std::size_t>(i);
        q(0, i + 1) = q(i + 1, 0) = delta[a];
        for (index k = 0; k < 3; ++k) {
            const auto b = static_cast<std::size_t>(k);
            q(i + 1, k + 1) = s[a][b] + s[b][a] - (i == k ? trace : 0);
        }
    }
    const auto v = strongest(q);
    const double sign = v[0] < 0 ? -1 : 1;
    RigidFit fit{{sign * v[1], sign * v[2], sign * v[3]}, {}};
    fit.translation = minus(mean_to, rotated(rotation_of(fit.quaternion), mean_from));
    return fit;
}

}  // namespace ranvier::meeg
