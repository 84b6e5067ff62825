#include "ranvier/numerics/delaunay.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <random>

namespace ranvier::numerics {
namespace {

using Point = std::array<double, 2>;

double area_of(const std::vector<Point>& points, const std::vector<std::array<std::size_t, 3>>& triangles) {
    double sum = 0;
    for (const auto& [i, k, m] : triangles) {
        const Point &a = points[i], &b = points[k], &c = points[m];
        const double area = ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
        EXPECT_GT(area, 0);  // counterclockwise
        sum += area;
    }
    return sum;
}

TEST(Delaunay, triangles_fill_the_hull_and_no_point_lies_in_their_circles) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<Point> points{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
    for (int k = 0; k < 60; ++k) {
        points.push_back({uniform(random), uniform(random)});
    }
    const auto triangles = delaunay_triangles(points);
    EXPECT_EQ(triangles.size(), 2 * points.size() - 2 - 4);  // Euler: 2 n − 2 − corners of the hull
    EXPECT_NEAR(area_of(points, triangles), 4, 1e-9);
    for (const auto& [i, k, m] : triangles) {
        const Point &a = points[i], &b = points[k], &c = points[m];
        const double d = 2 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]));
        const double aa = a[0] * a[0] + a[1] * a[1], bb = b[0] * b[0] + b[1] * b[1], cc = c[0] * c[0] + c[1] * c[1];
        const Point centre{(aa * (b[1] - c[1]) + bb * (c[1] - a[1]) + cc * (a[1] - b[1])) / d,
                           (aa * (c[0] - b[0]) + bb * (a[0] - c[0]) + cc * (b[0] - a[0])) / d};
        const double radius = std::hypot(a[0] - centre[0], a[1] - centre[1]);
        for (const Point& p : points) {
            EXPECT_GT(std::hypot(p[0] - centre[0], p[1] - centre[1]), radius * (1 - 1e-5) - 1e-6);
        }
    }
}

TEST(Delaunay, a_grid_whose_squares_have_four_points_on_a_circle_is_filled_too) {
    std::vector<Point> points;
    for (int k = 0; k < 100; ++k) {
        points.push_back({static_cast<double>(k % 10), static_cast<double>(k / 10)});
    }
    const auto triangles = delaunay_triangles(points);
    EXPECT_EQ(triangles.size(), 2u * 81u);
    EXPECT_NEAR(area_of(points, triangles), 81, 1e-9);
}

TEST(Delaunay, points_on_a_line_have_no_triangles) {
    EXPECT_TRUE(delaunay_triangles({{0, 0}, {1, 1}}).empty());
    EXPECT_TRUE(delaunay_triangles({{0, 0}, {1, 1}, {2, 2}, {3, 3}}).empty());
}

}  // namespace
}  // namespace ranvier::numerics
