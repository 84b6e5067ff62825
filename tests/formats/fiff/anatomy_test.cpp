#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/formats/fiff/examples.hpp"
#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::formats {
namespace {

using namespace meeg;

bool same(const Array<double, 2>& a, const Array<double, 2>& b) {
    return a.extents() == b.extents() && std::equal(a.data(), a.data() + a.size(), b.data());
}
bool same(const Array<std::int32_t, 2>& a, const Array<std::int32_t, 2>& b) {
    return a.extents() == b.extents() && std::equal(a.data(), a.data() + a.size(), b.data());
}

SourceSpace volume_space() {
    SourceSpace space = octahedral_space();
    space.kind = SourceSpaceKind::volume;
    space.id = surface_id::unknown;
    space.triangles = space.use_triangles = {};
    space.vertices = {1, 2};
    VolumeGrid grid;
    grid.shape = {1, 2, 3};
    grid.grid_to_mri = {mri_voxel_frame, CoordFrame::mri};
    grid.voxel_to_mri = {mri_voxel_frame, CoordFrame::mri};
    grid.mri_to_ras = {CoordFrame::mri, ras_frame};
    grid.mri_shape = {2, 2, 1};
    grid.segment = "Left-Amygdala";
    grid.mri_file = "aseg.mgz";
    grid.neighbours.starts = {0, 1, 3, 3, 3, 3, 3};
    grid.neighbours.list = {2, 0, -1};
    const std::vector<numerics::SparseEntry> entries{{0, 1, 0.5}, {3, 2, 1}};
    grid.interpolator = numerics::sparse(4, 6, entries);
    space.volume = grid;
    return space;
}

TEST(FiffSourceSpace, all_that_is_known_of_a_surface_and_a_volume_comes_back) {
    const TemporaryFolder folder;
    SourceSpaces spaces;
    SourceSpace surface = octahedral_space();
    surface.subject = "somebody";
    surface.vertices = {1, 4};
    surface.nearest = {4, 1, 4, 1, 4, 1};
    surface.nearest_distances = {0.5, 0, 0.25, 0.125, 0, 1};
    const std::vector<numerics::SparseEntry> entries{{1, 4, 0.5}, {4, 1, 0.5}};
    surface.distances = numerics::sparse(6, 6, entries);
    surface.distance_limit = 0.75;
    spaces.spaces.push_back(surface);
    spaces.spaces.push_back(volume_space());
    spaces.working_dir = "/somewhere";
    spaces.command_line = "by hand";
    write_source_spaces_fif(spaces, folder / "a-src.fif");
    const SourceSpaces back = read_source_spaces_fif(folder / "a-src.fif");
    EXPECT_EQ(back.working_dir, "/somewhere");
    EXPECT_EQ(back.command_line, "by hand");
    ASSERT_EQ(back.spaces.size(), 2u);
    const SourceSpace &s = back.spaces[0], &v = back.spaces[1];
    EXPECT_TRUE(same(s.points, surface.points) && same(s.normals, surface.normals));
    EXPECT_TRUE(same(s.triangles, surface.triangles) && same(s.use_triangles, surface.use_triangles));
    EXPECT_EQ(s.id, surface_id::left_hemisphere);
    EXPECT_EQ(s.subject, "somebody");
    EXPECT_EQ(s.vertices, surface.vertices);
    EXPECT_EQ(s.nearest, surface.nearest);
    EXPECT_EQ(s.nearest_distances, surface.nearest_distances);
    EXPECT_EQ(s.distances, surface.distances);
    EXPECT_EQ(s.distance_limit, 0.75);
    EXPECT_FALSE(s.volume);
    ASSERT_TRUE(v.volume);
    const VolumeGrid was = *volume_space().volume, &grid = *v.volume;
    EXPECT_EQ(grid.shape, was.shape);
    EXPECT_EQ(grid.mri_shape, was.mri_shape);
    EXPECT_EQ(grid.segment, "Left-Amygdala");
    EXPECT_EQ(grid.mri_file, "aseg.mgz");
    EXPECT_EQ(grid.neighbours.starts, was.neighbours.starts);
    EXPECT_EQ(grid.neighbours.list, was.neighbours.list);
    EXPECT_EQ(grid.interpolator, was.interpolator);
    EXPECT_TRUE(grid.voxel_to_mri && grid.mri_to_ras);
}

TEST(FiffSourceSpace, a_file_cut_at_any_byte_is_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    SourceSpaces spaces;
    spaces.spaces.push_back(octahedral_space());
    spaces.spaces.push_back(volume_space());
    write_source_spaces_fif(spaces, folder / "a-src.fif");
    const auto read = [](const fs::path& path) { read_source_spaces_fif(path); };
    expect_no_part_is_read(folder / "a-src.fif", folder / "cut-src.fif", 1, read);
    expect_flips_are_survived(folder / "a-src.fif", folder / "b-src.fif", 2000, 5, read);
}

BemModel small_model() {
    BemModel model;
    model.surfaces.push_back(octahedron());
    model.surfaces.begin()->sigma = 0.25;
    model.surfaces.begin()->id = surface_id::inner_skull;
    model.method = BemMethod::linear_collocation;
    model.solution = Array<double, 2>({6, 6});
    model.solution(2, 3) = 0.5;
    return model;
}

TEST(FiffBem, a_model_comes_back_with_its_solution_and_with_normals_that_it_lacked) {
    const TemporaryFolder folder;
    const BemModel model = small_model();
    write_bem_solution_fif(model, folder / "a-bem-sol.fif");
    const BemModel back = read_bem_solution_fif(folder / "a-bem-sol.fif");
    EXPECT_TRUE(same(back.solution, model.solution));
    EXPECT_EQ(back.solver, "mne");
    ASSERT_EQ(back.surfaces.size(), 1u);
    EXPECT_EQ(back.surfaces[0].sigma, 0.25);
    EXPECT_EQ(back.surfaces[0].id, surface_id::inner_skull);
    EXPECT_TRUE(same(back.surfaces[0].points, model.surfaces[0].points));
    EXPECT_NEAR(back.surfaces[0].normals(0, 0), 1, 1e-15);
    EXPECT_TRUE(same(read_bem_surfaces_fif(folder / "a-bem-sol.fif")[0].triangles, model.surfaces[0].triangles));
}

TEST(FiffBem, a_model_without_solution_is_told) {
    const TemporaryFolder folder;
    write_bem_surfaces_fif(small_model().surfaces, folder / "a-bem.fif");
    try {
        read_bem_solution_fif(folder / "a-bem.fif");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("use make_bem_solution()"));
    }
}

TEST(FiffBem, a_file_cut_at_any_byte_is_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    write_bem_solution_fif(small_model(), folder / "a-bem-sol.fif");
    const auto read = [](const fs::path& path) { read_bem_solution_fif(path); };
    expect_no_part_is_read(folder / "a-bem-sol.fif", folder / "cut-bem-sol.fif", 1, read);
    expect_flips_are_survived(folder / "a-bem-sol.fif", folder / "b-bem-sol.fif", 2000, 5, read);
}

TEST(FiffBem, the_sample_heads_surfaces_are_read) {
    const auto path = recorded_data("sample/subjects/sample/bem/sample-320-320-320-bem-sol.fif");
    if (!path) {
        GTEST_SKIP() << "no recorded data";
    }
    const BemModel model = read_bem_solution_fif(*path);
    ASSERT_EQ(model.surfaces.size(), 3u);
    EXPECT_EQ(model.surfaces[0].id, surface_id::head);
    EXPECT_EQ(model.solution.extent(0), 3 * 162);
}

TEST(FiffMorphMaps, come_back_for_both_ways) {
    const TemporaryFolder folder;
    const std::vector<numerics::SparseEntry> entries{{0, 1, 0.5}, {0, 2, 0.5}, {3, 0, 1}};
    const MorphMaps there{"a", "b", numerics::sparse(4, 3, entries), numerics::sparse(5, 6, entries)},
        back{"b", "a", numerics::sparse(4, 4, entries), numerics::sparse(6, 5, entries)};
    write_morph_maps_fif({there, back}, folder / "a-b-morph.fif");
    const auto read = read_morph_maps_fif(folder / "a-b-morph.fif");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[1].from, "b");
    EXPECT_EQ(read[0].left, there.left);
    EXPECT_EQ(read[1].right, back.right);
    const auto again = [](const fs::path& path) { read_morph_maps_fif(path); };
    expect_no_part_is_read(folder / "a-b-morph.fif", folder / "cut.fif", 1, again);
    expect_flips_are_survived(folder / "a-b-morph.fif", folder / "b.fif", 2000, 5, again);
}

TEST(FiffTransforms, a_transform_comes_back) {
    const TemporaryFolder folder;
    const Transform t{
        CoordFrame::head, CoordFrame::mri, {{{{0, -1, 0, 0.5}, {1, 0, 0, 0.25}, {0, 0, 1, -0.125}, {0, 0, 0, 1}}}}};
    write_transform_fif(t, folder / "a-trans.fif");
    const auto back = read_transforms_fif(folder / "a-trans.fif");
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].from, CoordFrame::head);
    EXPECT_EQ(back[0].matrix, t.matrix);
}

}  // namespace
}  // namespace ranvier::formats
