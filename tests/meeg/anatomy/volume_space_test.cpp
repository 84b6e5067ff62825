#include "ranvier/meeg/anatomy/volume_space.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/parcels.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

namespace ranvier::meeg {
namespace {

Mri cube() {
    Mri mri;
    mri.shape = {20, 20, 20};
    mri.size = {10, 10, 10};
    mri.voxel_to_surface = {{{-10, 0, 0, 100}, {0, 0, 10, -100}, {0, -10, 0, 100}, {0, 0, 0, 1}}};
    mri.voxel_to_ras = mri.voxel_to_surface;
    mri.values = Array<float, 1>({8000});
    for (index k = 0; k < 8000; ++k) {
        mri.values(k) = k % 20 < 10 ? 7.0F : 8.0F;  // x of voxels below 10: right of the middle
    }
    return mri;
}

TEST(VolumeSpace, a_ball_holds_the_grid_points_that_are_inside_and_not_near_its_surface) {
    const SourceSpace space = volume_grid(Ball{{0, 0, 0}, 0.05}, {.spacing = 0.01, .exclude = 0.015, .mindist = 0.005});
    EXPECT_EQ(space.volume->shape, (std::array<int, 3>{13, 13, 13}));
    index expected = 0;
    for (int x = -6; x <= 6; ++x) {
        for (int y = -6; y <= 6; ++y) {
            for (int z = -6; z <= 6; ++z) {
                const double d = 0.01 * std::sqrt(x * x + y * y + z * z);
                expected += d >= 0.015 && d <= 0.045 ? 1 : 0;
            }
        }
    }
    EXPECT_EQ(space.n_used(), expected);
}

TEST(VolumeSpace, an_icosahedron_bounds_like_the_ball_in_it_on_any_number_of_threads) {
    Surface surface = icosahedron(4);
    for (index k = 0; k < surface.points.size(); ++k) {
        surface.points.data()[k] *= 0.05;
    }
    const VolumeOptions options{.spacing = 0.01, .exclude = 0, .mindist = 0.006};
    std::vector<index> one, two;
    {
        const ThreadLimit limit(1);
        one = volume_grid(surface, options).vertices;
    }
    {
        const ThreadLimit limit(2);
        two = volume_grid(surface, options).vertices;
    }
    EXPECT_EQ(one, two);
    EXPECT_EQ(one.size(), volume_grid(Ball{{0, 0, 0}, 0.05}, options).vertices.size());
}

TEST(VolumeSpace, neighbours_are_used_points_one_step_away) {
    const SourceSpace space = volume_grid(Ball{{0, 0, 0}, 0.02}, {.spacing = 0.01, .exclude = 0, .mindist = 0.005});
    ASSERT_EQ(space.n_used(), 19);  // the centre, 6 at 10 mm and 12 at 14.1 mm
    const index centre = space.vertices[9];
    std::vector<std::int32_t> near(space.volume->neighbours.of(centre).begin(),
                                   space.volume->neighbours.of(centre).end());
    EXPECT_EQ(near.size(), 26U);
    EXPECT_EQ(std::count(near.begin(), near.end(), -1), 8);  // corners of the cube
    EXPECT_EQ(near[0], centre - 7 * 7);                      // below
    EXPECT_EQ(near[1], centre + 1);
}

TEST(VolumeSpace, values_that_are_linear_in_space_are_shown_as_they_are) {
    SourceSpace space = volume_grid(Ball{{0, 0, 0}, 0.06}, {.spacing = 0.02, .exclude = 0, .mindist = 0});
    show_on(space, cube(), "cube");
    add_interpolators({&space});
    const numerics::SparseMatrix& matrix = *space.volume->interpolator;
    ASSERT_EQ(matrix.rows, 8000);
    index shown = 0;
    for (index voxel = 0; voxel < 8000; ++voxel) {
        const auto columns = matrix.columns_in(voxel);
        const auto weights = matrix.values_in(voxel);
        double sum = 0, value = 0;
        for (std::size_t k = 0; k < columns.size(); ++k) {
            sum += weights[k];
            value += weights[k] * (2 * space.points(columns[k], 0) - space.points(columns[k], 2));
        }
        if (std::abs(sum - 1) < 1e-9) {  // not at the edge of the grid
            const double x = 0.1 - 0.01 * static_cast<double>(voxel % 20);
            const double z = 0.1 - 0.01 * static_cast<double>(voxel / 20 % 20);
            EXPECT_NEAR(value, 2 * x - z, 1e-12);
            ++shown;
        }
    }
    EXPECT_GT(shown, 1000);
}

TEST(VolumeSpace, regions_part_the_sources) {
    const SourceSpace space = volume_grid(Ball{{0, 0, 0}, 0.06}, {.spacing = 0.013, .exclude = 0, .mindist = 0});
    SourceSpaces parts = regions_of(space, cube(), {{"right", 7}, {"left", 8}}, false);
    ASSERT_EQ(parts.spaces.size(), 2U);
    EXPECT_EQ(parts.spaces[0].n_used() + parts.spaces[1].n_used(), space.n_used());
    const SourceSpaces whole = regions_of(space, cube(), {{"right", 7}, {"left", 8}}, true);
    EXPECT_EQ(whole.spaces[0].vertices, space.vertices);
    EXPECT_EQ(whole.spaces[0].volume->segment, "right+left");
}

TEST(VolumeSpace, what_has_no_grid_is_refused) {
    EXPECT_THROW(volume_grid(Ball{{0, 0, 0}, 0.05}, {.spacing = 0}), InvalidInput);
    EXPECT_THROW(volume_grid(Ball{{0, 0, 0}, 0.05}, {.spacing = 1e-5}), InvalidInput);
    EXPECT_THROW(volume_grid(Ball{{0, 0, 0}, 0.05}, {.spacing = 0.01, .exclude = 0, .mindist = -1}), InvalidInput);
    Array<double, 2> points({1, 3}), none({1, 3});
    EXPECT_THROW(discrete_space(points, none, CoordFrame::mri), InvalidInput);
}

TEST(Transforms, the_way_there_and_back_is_none) {
    Transform there{CoordFrame::head, CoordFrame::mri, {}};
    const Rotation turn = rotation_about({0.1, -0.7, 2});
    Matrix4 m{};
    for (std::size_t i = 0; i < 3; ++i) {
        m[i] = {1.3 * turn[i][0], 1.3 * turn[i][1], 1.3 * turn[i][2], 0.1 * static_cast<double>(i)};
    }
    m[3][3] = 1;
    there.matrix = m;
    const Transform none = combined(there, exact_inverse(there), CoordFrame::head, CoordFrame::head);
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
            EXPECT_NEAR((*none.matrix)[i][k], i == k, 1e-15);
        }
    }
    EXPECT_THROW(combined(there, there, CoordFrame::head, CoordFrame::mri), InvalidInput);
    const Point angles = angles_of(turn);
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(angles[k], (Point{0.1, -0.7, 2})[k], 1e-15);
    }
}

TEST(Parcels, regions_that_grow_apart_do_not_overlap_and_parcels_cover_everything) {
    const Surface sphere = icosahedron(3);
    const auto edges = edge_lengths(sphere.points, sphere.triangles);
    const auto apart = grown_apart(edges, {{0}, {100}}, {0.5, 0.5});
    std::vector<index> both;
    std::set_intersection(apart[0].begin(), apart[0].end(), apart[1].begin(), apart[1].end(), std::back_inserter(both));
    EXPECT_TRUE(both.empty());
    index drawn = 0;
    const auto parcels = random_parcels(edges, 642 / 10, 10, [&](index n) { return (drawn += 37) % n; });
    EXPECT_EQ(parcels.size(), 10U);
    index total = 0;
    for (const auto& parcel : parcels) {
        total += std::ssize(parcel);
    }
    EXPECT_EQ(total, 642);
    EXPECT_THROW(grown(edges, {642}, 1), InvalidInput);
}

TEST(Parcels, a_bumpy_sphere_is_smoother_and_as_large_when_it_is_inflated) {
    Surface bumpy = icosahedron(4);
    const auto roughness = [&](View<const double, 2> points) {
        double sum = 0, square = 0;
        for (index p = 0; p < points.extent(0); ++p) {
            const double r =
                std::sqrt(points(p, 0) * points(p, 0) + points(p, 1) * points(p, 1) + points(p, 2) * points(p, 2));
            sum += r;
            square += r * r;
        }
        const double n = static_cast<double>(points.extent(0)), mean = sum / n;
        return std::sqrt(square / n - mean * mean) / mean;
    };
    for (index p = 0; p < bumpy.n_points(); ++p) {
        const double factor = 1 + 0.15 * std::sin(12 * bumpy.points(p, 0)) * std::cos(9 * bumpy.points(p, 1));
        for (index k = 0; k < 3; ++k) {
            bumpy.points(p, k) *= factor;
        }
    }
    const Array<double, 2> smooth = inflated(bumpy, 80);
    EXPECT_LT(roughness(smooth), 0.25 * roughness(bumpy.points));
    const auto area = [&](View<const double, 2> points) {
        double sum = 0;
        for (const double a : triangle_geometry(points, bumpy.triangles).areas) {
            sum += a;
        }
        return sum;
    };
    EXPECT_NEAR(area(smooth), area(bumpy.points), 1e-9 * area(smooth));
}

}  // namespace
}  // namespace ranvier::meeg
