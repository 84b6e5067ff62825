#include "ranvier/meeg/anatomy/morphing.hpp"

#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/meeg/anatomy/regions.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"
#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::meeg {
namespace {

using ::testing::ElementsAre;

TEST(MorphMap, of_a_sphere_to_its_own_points_is_one_to_one) {
    const Surface sphere = icosahedron(3);
    const auto map = morph_map(sphere, sphere.points);
    for (index row = 0; row < map.rows; ++row) {
        for (std::size_t k = 0; k < map.columns_in(row).size(); ++k) {
            EXPECT_NEAR(map.values_in(row)[k], map.columns_in(row)[k] == row, 1e-12);
        }
    }
}

TEST(MorphMap, weights_the_corners_of_the_triangle_that_a_point_lies_in) {
    const Surface sphere = octahedron();
    Array<double, 2> place({1, 3});
    place(0, 0) = 5, place(0, 1) = 3, place(0, 2) = 2;  // any size will do
    const auto map = morph_map(sphere, place);
    double sum = 0;
    for (const double w : map.values_in(0)) {
        sum += w;
    }
    EXPECT_NEAR(sum, 1, 1e-14);
    EXPECT_THAT(map.columns_in(0), ElementsAre(0, 2, 4));
    // Between the corners it lies as the point below it does: along the normal (1, 1, 1) / √3.
    const double size = std::sqrt(38.0), above = (10 / size - 1) / 3;
    EXPECT_NEAR(map.values_in(0)[0], 5 / size - above, 1e-14);
    EXPECT_NEAR(map.values_in(0)[2], 2 / size - above, 1e-14);
}

TEST(Spread, reaches_neighbours_step_by_step) {
    const Surface surface = octahedron();
    const Spread none = spread(6, surface.triangles, {0}, 0), one = spread(6, surface.triangles, {0}, 1),
                 all = spread(6, surface.triangles, {0, 1}, std::nullopt);
    EXPECT_EQ(none.missing, 5);
    EXPECT_EQ(one.missing, 1);
    EXPECT_EQ(one.matrix.values_in(4)[0], 1);  // of the points with a value, point 0 alone is its neighbour
    EXPECT_TRUE(one.matrix.columns_in(1).empty());
    EXPECT_EQ(all.missing, 0);
    EXPECT_EQ(all.steps, 1);
    EXPECT_THAT(all.matrix.values_in(4), ElementsAre(0.5, 0.5));
    EXPECT_THAT(all.matrix.columns_in(0), ElementsAre(0));
    EXPECT_THROW(spread(6, surface.triangles, {6}, 1), InvalidInput);
    EXPECT_THROW(spread(6, surface.triangles, {0, 0}, 1), InvalidInput);
    EXPECT_THROW(spread(6, surface.triangles, {0}, -1), InvalidInput);
}

TEST(Spread, keeps_what_is_the_same_everywhere) {
    const Surface surface = icosahedron(3);
    std::vector<index> vertices;
    for (index v = 0; v < surface.n_points(); v += 37) {
        vertices.push_back(v);
    }
    const Spread made = spread(surface.n_points(), surface.triangles, vertices, std::nullopt);
    EXPECT_EQ(made.missing, 0);
    for (index p = 0; p < surface.n_points(); ++p) {
        double sum = 0;
        for (const double w : made.matrix.values_in(p)) {
            sum += w;
        }
        EXPECT_NEAR(sum, 1, 1e-12);
    }
}

TEST(Regions, the_area_of_half_an_octahedron_is_half_of_its_area) {
    const Surface surface = octahedron();
    EXPECT_NEAR(area_of(surface, {0, 1, 2, 3, 4}), 4 * std::sqrt(3.0) / 2, 1e-14);
    EXPECT_EQ(area_of(surface, {0, 1, 4}), 0);
    EXPECT_THROW(area_of(surface, {6}), InvalidInput);
}

TEST(Regions, are_cut_along_their_longest_direction) {
    Array<double, 2> region({8, 3});
    for (index k = 0; k < 8; ++k) {
        region(k, 1) = static_cast<double>(7 - k);  // from high to low y
        region(k, 0) = 0.1 * static_cast<double>(k % 2);
        region(k, 2) = 100;
    }
    EXPECT_THAT(parts_along(region, {0, 0, 2}, 2), ElementsAre(1, 1, 1, 1, 0, 0, 0, 0));
    EXPECT_THROW(parts_along(region, {0, 0, 1}, 1), InvalidInput);
    EXPECT_THROW(parts_along(Array<double, 2>({2, 3}), {0, 0, 1}, 2), InvalidInput);
}

TEST(Regions, that_do_not_touch_are_parts) {
    const Surface surface = octahedron();
    EXPECT_THAT(connected_parts(surface, {0, 1}), ElementsAre(0, 1));
    EXPECT_THAT(connected_parts(surface, {0, 1, 4}), ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace ranvier::meeg
