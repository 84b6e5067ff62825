#include "ranvier/meeg/sensors/head_shape.hpp"

#include <cmath>
#include <string>

#include "ranvier/base/log.hpp"

namespace ranvier::meeg {
namespace {

using Point = std::array<double, 3>;

constexpr int eeg = 3, extra = 4;  // FIFFV_POINT_*
constexpr std::size_t fewest_points = 4, few_points = 10;

std::vector<Point> points_of(const Info& info, bool electrodes) {
    std::vector<Point> points;
    for (const DigPoint& p : info.dig) {
        if (p.kind != extra && !(electrodes && p.kind == eeg)) {
            continue;
        }
        require(p.coord_frame == frame::head, [&] {
            return "digitised points must be in head coordinates (frame " + std::to_string(frame::head) +
                   ") to fit a sphere; found frame " + std::to_string(p.coord_frame);
        });
        if (!(p.r[2] < -1e-6 && p.r[1] > 1e-6)) {
            points.push_back(p.r);
        }
    }
    return points;
}

}  // namespace

HeadSphere fitted_sphere(const std::vector<Point>& points) {
    require(points.size() >= fewest_points,
            [&] { return "a sphere needs at least 4 points to fit; got " + std::to_string(points.size()); });
    // The problem does not change when all points move, so they are centred: then the unknown constant is the mean of
    // |p|² and what is left are the 3×3 normal equations of well-scaled numbers.
    const double n = static_cast<double>(points.size());
    Point mean{};
    for (const Point& p : points) {
        for (std::size_t k = 0; k < 3; ++k) {
            mean[k] += p[k] / n;
        }
    }
    double mean_square = 0;
    double a[3][4] = {};
    for (const Point& p : points) {
        const Point q{p[0] - mean[0], p[1] - mean[1], p[2] - mean[2]};
        const double square = q[0] * q[0] + q[1] * q[1] + q[2] * q[2];
        mean_square += square / n;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                a[i][k] += 2 * q[i] * q[k];
            }
            a[i][3] += q[i] * square;
        }
    }
    const double scale = a[0][0] + a[1][1] + a[2][2];
    for (std::size_t column = 0; column < 3; ++column) {  // Gauss–Jordan with pivots
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < 3; ++row) {
            if (std::abs(a[row][column]) > std::abs(a[pivot][column])) {
                pivot = row;
            }
        }
        require(std::abs(a[pivot][column]) > 1e-12 * scale, "the points to fit a sphere to must not lie on one plane");
        std::swap(a[pivot], a[column]);
        for (std::size_t row = 0; row < 3; ++row) {
            if (row != column) {
                const double factor = a[row][column] / a[column][column];
                for (std::size_t k = column; k < 4; ++k) {
                    a[row][k] -= factor * a[column][k];
                }
            }
        }
    }
    HeadSphere sphere;
    double square = mean_square;
    for (std::size_t k = 0; k < 3; ++k) {
        const double c = a[k][3] / a[k][k];
        square += c * c;
        sphere.centre[k] = mean[k] + c;
    }
    sphere.radius = std::sqrt(square);
    return sphere;
}

std::vector<Point> fitting_points(const Info& info) {
    std::vector<Point> points = points_of(info, false);
    if (points.size() < fewest_points) {
        points = points_of(info, true);
    }
    return points.size() < fewest_points ? std::vector<Point>{} : points;
}

HeadSphere head_sphere(const Info& info) {
    const std::vector<Point> points = fitting_points(info);
    require(!points.empty(),
            "the head's sphere is fitted to digitised points, of which at least 4 are needed: set a montage first");
    if (points.size() <= few_points) {
        warn("the head's sphere is fitted to " + std::to_string(points.size()) + " points only and may be inaccurate");
    }
    const HeadSphere sphere = fitted_sphere(points);
    if (std::hypot(sphere.centre[0], sphere.centre[1]) > 0.02) {
        warn("the fitted sphere's centre lies more than 2 cm from the head's axis: (" +
             std::to_string(sphere.centre[0]) + ", " + std::to_string(sphere.centre[1]) + ") m");
    }
    return sphere;
}

HeadSphere drawing_sphere(const Info& info) {
    const std::vector<Point> shape = points_of(info, false);
    return shape.size() < fewest_points ? HeadSphere{} : fitted_sphere(shape);
}

}  // namespace ranvier::meeg
