#include <cmath>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/anatomy/decimation.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"
#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::meeg {
namespace {

using ::testing::ElementsAre;

TEST(Spheres, have_the_points_that_a_subdivision_has_and_are_closed) {
    for (int grade = 0; grade <= 5; ++grade) {
        const Surface ico = icosahedron(grade);
        EXPECT_EQ(ico.n_points(), 10 * (index{1} << 2 * grade) + 2);
        EXPECT_EQ(ico.n_triangles(), 20 * (index{1} << 2 * grade));
        EXPECT_NEAR(closure(ico), 1, 1e-12);
        const Surface oct = octahedron(grade + 1);
        EXPECT_EQ(oct.n_points(), 4 * (index{1} << 2 * grade) + 2);
        EXPECT_NEAR(closure(oct), 1, 1e-12);
        EXPECT_TRUE(defects(oct).empty());
    }
    EXPECT_THROW(icosahedron(8), InvalidInput);
    EXPECT_THROW(octahedron(0), InvalidInput);
}

TEST(Surface, a_triangle_that_is_missing_is_told) {
    Surface open = icosahedron(2);
    open.triangles.shrink(open.n_triangles() - 1);
    EXPECT_THROW(check_closed(open), InvalidInput);
    EXPECT_NO_THROW(check_closed(icosahedron(2)));
}

TEST(NearestPoints, are_those_that_looking_at_all_finds) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> coordinate(-1, 1);
    Array<double, 2> points({500, 3});
    for (index k = 0; k < points.size(); ++k) {
        points.data()[k] = coordinate(random);
    }
    points(400, 0) = points(100, 0), points(400, 1) = points(100, 1), points(400, 2) = points(100, 2);
    const NearestPoints tree(points);
    EXPECT_EQ(tree.nearest({points(100, 0), points(100, 1), points(100, 2)}).point, 100);  // the first of two
    for (int trial = 0; trial < 200; ++trial) {
        const Point place{coordinate(random), coordinate(random), coordinate(random)};
        std::vector<std::pair<double, index>> all;
        for (index p = 0; p < 500; ++p) {
            all.emplace_back(norm(minus({points(p, 0), points(p, 1), points(p, 2)}, place)), p);
        }
        std::sort(all.begin(), all.end());
        const auto five = tree.nearest(place, 5);
        ASSERT_EQ(five.size(), 5u);
        for (std::size_t k = 0; k < 5; ++k) {
            EXPECT_EQ(five[k].point, all[k].second);
        }
        EXPECT_EQ(tree.nearest(place).point, all[0].second);
        const auto near = tree.within(place, 0.3);
        EXPECT_EQ(std::ssize(near),
                  std::count_if(all.begin(), all.end(), [](const auto& x) { return x.first <= 0.3; }));
    }
}

TEST(Geodesics, opposite_points_of_an_octahedron_are_two_edges_apart) {
    const Surface surface = octahedron();
    const std::vector<index> sources{0};
    const Reached from = reached(edge_lengths(surface.points, surface.triangles), sources);
    EXPECT_NEAR(from.distances[1], 2 * std::sqrt(2.0), 1e-15);
    EXPECT_NEAR(from.distances[4], std::sqrt(2.0), 1e-15);
    const Reached near = reached(edge_lengths(surface.points, surface.triangles), sources, 2.0);
    EXPECT_TRUE(std::isinf(near.distances[1]));
    EXPECT_EQ(near.sources[1], -1);
}

TEST(Geodesics, a_point_between_two_sources_belongs_to_the_first) {
    const Surface surface = octahedron();
    const std::vector<index> sources{0, 1};
    const Reached both = reached(edge_lengths(surface.points, surface.triangles), sources);
    EXPECT_THAT(both.sources, ElementsAre(0, 1, 0, 0, 0, 0));
    const std::vector<index> none{6};
    EXPECT_THROW(reached(edge_lengths(surface.points, surface.triangles), none), InvalidInput);
}

SourceSpaces one_sphere(int grade) {
    SourceSpaces spaces;
    SourceSpace space = whole_surface(icosahedron(grade));
    use_nearest(space, icosahedron(grade), icosahedron(1));
    spaces.spaces.push_back(space);
    return spaces;
}

TEST(Geodesics, distances_have_the_same_bits_on_any_number_of_threads) {
    SourceSpaces one = one_sphere(3), many = one_sphere(3);
    {
        const ThreadLimit bound(1);
        add_distances(one);
    }
    {
        const ThreadLimit bound(4);
        add_distances(many);
    }
    EXPECT_EQ(one.spaces[0].distances, many.spaces[0].distances);
    EXPECT_EQ(one.spaces[0].distances->n_stored(), 42 * 41);
    // Along edges of a sphere it is at least as far as straight through it.
    const auto& d = *one.spaces[0].distances;
    const auto& p = one.spaces[0].points;
    for (index row = 0; row < d.rows; ++row) {
        for (std::size_t k = 0; k < d.columns_in(row).size(); ++k) {
            const index c = d.columns_in(row)[k];
            EXPECT_GE(d.values_in(row)[k],
                      norm({p(row, 0) - p(c, 0), p(row, 1) - p(c, 1), p(row, 2) - p(c, 2)}) - 1e-12);
        }
    }
}

TEST(Geodesics, a_limit_that_leaves_points_out_gives_no_patches) {
    SourceSpaces spaces = one_sphere(3);
    add_distances(spaces, 0.1);
    EXPECT_TRUE(spaces.spaces[0].nearest.empty());
    EXPECT_EQ(spaces.spaces[0].distances->n_stored(), 0);
    add_distances(spaces, 0);
    EXPECT_EQ(spaces.spaces[0].nearest.size(), 642u);
    EXPECT_FALSE(spaces.spaces[0].distances);
    EXPECT_THROW(add_distances(spaces, -1), InvalidInput);
}

TEST(Decimation, of_a_sphere_by_a_coarser_one_is_the_coarser_one) {
    SourceSpace space = whole_surface(icosahedron(4));
    use_nearest(space, icosahedron(4), icosahedron(2));
    EXPECT_EQ(space.n_used(), 162);  // a coarser one's points come first
    EXPECT_EQ(space.vertices.back(), 161);
    EXPECT_EQ(space.use_triangles.extent(0), 320);
    EXPECT_THROW(use_nearest(space, icosahedron(3), icosahedron(2)), InvalidInput);
}

TEST(Decimation, points_that_are_spaced_are_no_neighbours) {
    SourceSpace space = whole_surface(icosahedron(4));
    for (const int steps : {2, 3, 5}) {
        use_spaced(space, steps);
        const std::set<index> used(space.vertices.begin(), space.vertices.end());
        EXPECT_GT(used.size(), 10u);
        const Neighbours around = neighbour_points(space.n_points(), space.triangles);
        index beside = 0;
        for (const index v : used) {
            for (const std::int32_t q : around.of(v)) {
                beside += used.contains(q);
            }
        }
        EXPECT_EQ(steps > 2 ? beside : 0, 0);
    }
    EXPECT_THROW(use_spaced(space, 1), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
