#include "ranvier/meeg/anatomy/surface.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/meeg/anatomy/bem.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::meeg {
namespace {

using ::testing::ElementsAre;

TEST(Surface, an_octahedron_has_eight_equal_triangles_that_look_outside) {
    const Surface surface = octahedron();
    const TriangleGeometry geometry = triangle_geometry(surface.points, surface.triangles);
    for (index t = 0; t < 8; ++t) {
        EXPECT_NEAR(geometry.areas[static_cast<std::size_t>(t)], std::sqrt(3.0) / 2, 1e-15);  // sides of √2
        for (index k = 0; k < 3; ++k) {
            EXPECT_NEAR(geometry.normals(t, k), 3 * geometry.centroids(t, k) / std::sqrt(3.0), 1e-15);
        }
    }
}

TEST(Surface, normals_of_an_octahedrons_points_are_its_points) {
    const Surface surface = octahedron();
    const auto normals = vertex_normals(surface.points, surface.triangles);
    for (index k = 0; k < normals.size(); ++k) {
        EXPECT_NEAR(normals.data()[k], surface.points.data()[k], 1e-15);
    }
}

TEST(Surface, a_triangle_without_area_has_no_normal) {
    Surface surface = octahedron();
    surface.triangles(0, 1) = surface.triangles(0, 0);
    const auto geometry = triangle_geometry(surface.points, surface.triangles);
    EXPECT_EQ(geometry.areas[0], 0);
    EXPECT_EQ(geometry.normals(0, 0), 0);
}

TEST(Surface, each_point_of_an_octahedron_has_four_neighbours) {
    const Surface surface = octahedron();
    const Neighbours points = neighbour_points(6, surface.triangles);
    EXPECT_THAT(points.of(0), ElementsAre(2, 3, 4, 5));
    EXPECT_THAT(points.of(4), ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(neighbour_triangles(6, surface.triangles).of(5).size(), 4u);
}

TEST(Surface, the_inside_sees_the_whole_sphere_and_the_outside_none_of_it) {
    const Surface surface = octahedron();
    Array<double, 2> points({3, 3});
    points(1, 0) = 0.3, points(1, 1) = -0.2, points(1, 2) = 0.1;
    points(2, 0) = 0.6, points(2, 1) = 0.6;
    const auto angles = solid_angles(surface, points);
    EXPECT_NEAR(angles[0], 1, 1e-14);
    EXPECT_NEAR(angles[1], 1, 1e-14);
    EXPECT_NEAR(angles[2], 0, 1e-14);
}

TEST(Surface, a_corner_that_is_no_point_is_refused) {
    Surface surface = octahedron();
    surface.triangles(3, 2) = 6;
    try {
        check(surface);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(),
                     "corners of triangles must be among the 6 points, counted from 0; triangle 3 has point 6");
    }
}

TEST(SourceSpace, patches_are_the_points_nearest_to_each_vertex) {
    SourceSpace space = octahedral_space();
    space.vertices = {1, 4};
    space.nearest = {4, 1, 4, 1, 4, 1};
    space.nearest_distances.assign(6, 0.1);
    check(space);
    const Patches made = patches(space);
    EXPECT_THAT(made.points, ElementsAre(ElementsAre(1, 3, 5), ElementsAre(0, 2, 4)));
    EXPECT_THAT(made.of_vertex, ElementsAre(0, 1));
    EXPECT_THAT(in_use(space), ElementsAre(0, 1, 0, 0, 1, 0));
}

TEST(SourceSpace, vertices_that_do_not_rise_are_refused) {
    SourceSpace space = octahedral_space();
    space.vertices = {4, 1};
    EXPECT_THROW(check(space), InvalidInput);
    space.vertices = {4, 6};
    EXPECT_THROW(check(space), InvalidInput);
}

TEST(BemModel, multipliers_follow_from_conductivities) {
    BemModel model;
    for (const double sigma : {0.3, 0.006, 0.3}) {
        model.surfaces.push_back(octahedron());
        (model.surfaces.end() - 1)->sigma = sigma;
    }
    const BemMultipliers m = multipliers(model);
    EXPECT_DOUBLE_EQ(m.source[0], 2 / 0.3);
    EXPECT_DOUBLE_EQ(m.source[1], 2 / 0.306);
    EXPECT_DOUBLE_EQ(m.field[1], -0.294);
    EXPECT_DOUBLE_EQ(m.gamma(2, 1), -0.294 / 0.306);
}

}  // namespace
}  // namespace ranvier::meeg
