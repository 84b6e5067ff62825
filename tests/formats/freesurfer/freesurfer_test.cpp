#include "ranvier/formats/freesurfer/freesurfer.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/meeg/anatomy/spheres.hpp"
#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {
namespace {

using ::testing::HasSubstr;

SurfaceMesh small_mesh() {
    SurfaceMesh mesh;
    const meeg::Surface ico = meeg::icosahedron(1);
    mesh.points = ico.points;
    mesh.triangles = ico.triangles;
    mesh.stamp = "made by hand";
    mesh.geometry = VolumeGeometry{{2, 0, 20}, "1  # it is", "x.mgz",   {256, 256, 128}, {1, 1, 2},
                                   {-1, 0, 0}, {0, 0, -1},   {0, 1, 0}, {0.5, -1.25, 3}};
    return mesh;
}

bool same(const SurfaceMesh& a, const SurfaceMesh& b) {
    return std::equal(a.points.data(), a.points.data() + a.points.size(), b.points.data()) &&
           std::equal(a.triangles.data(), a.triangles.data() + a.triangles.size(), b.triangles.data());
}

TEST(FreeSurferSurface, comes_back_with_what_it_says_of_its_volume) {
    const TemporaryFolder folder;
    const SurfaceMesh mesh = small_mesh();
    write_freesurfer_surface(mesh, folder / "lh.white");
    const SurfaceMesh back = read_freesurfer_surface(folder / "lh.white");
    EXPECT_TRUE(same(mesh, back));
    EXPECT_EQ(back.stamp, "made by hand");
    ASSERT_TRUE(back.geometry);
    EXPECT_EQ(back.geometry->head, mesh.geometry->head);
    EXPECT_EQ(back.geometry->volume, mesh.geometry->volume);
    EXPECT_EQ(back.geometry->cras, mesh.geometry->cras);
    EXPECT_EQ(back.geometry->filename, "x.mgz");
}

TEST(FreeSurferSurface, a_file_cut_at_any_byte_is_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    SurfaceMesh mesh = small_mesh();
    mesh.geometry.reset();
    write_freesurfer_surface(mesh, folder / "a");
    const auto read = [](const fs::path& path) { read_freesurfer_surface(path); };
    expect_no_part_is_read(folder / "a", folder / "cut", 1, read);
    write_freesurfer_surface(small_mesh(), folder / "b");
    expect_flips_are_survived(folder / "b", folder / "changed", 2000, 5, read);
}

TEST(FreeSurferSurface, of_quadrangles_says_what_to_do) {
    const TemporaryFolder folder;
    put(folder / "lh.old", "\xff\xff\xff\0\0\0\0\0\0", 9);
    try {
        read_freesurfer_surface(folder / "lh.old");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_THAT(error.what(), HasSubstr("mris_convert"));
    }
}

TEST(WavefrontSurface, comes_back) {
    const TemporaryFolder folder;
    write_obj_surface(small_mesh(), folder / "a.obj");
    EXPECT_TRUE(same(read_obj_surface(folder / "a.obj"), small_mesh()));
    std::ofstream(folder / "quad.obj") << "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n";
    EXPECT_THROW(read_obj_surface(folder / "quad.obj"), FileError);
    std::ofstream(folder / "beyond.obj") << "v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1/1 2/1 5/1\n";
    EXPECT_THROW(read_obj_surface(folder / "beyond.obj"), FileError);
}

TEST(FreeSurferAnnotation, comes_back) {
    const TemporaryFolder folder;
    const Annotation annotation{
        {255, 255, 65280, 0}, {{"red", {255, 0, 0, 0}}, {"green", {0, 255, 0, 127}}}, "colours"};
    write_annotation(annotation, folder / "lh.a.annot");
    const Annotation back = read_annotation(folder / "lh.a.annot");
    EXPECT_EQ(back.ids, annotation.ids);
    EXPECT_EQ(back.table, "colours");
    ASSERT_EQ(back.regions.size(), 2u);
    EXPECT_EQ(back.regions[1].name, "green");
    EXPECT_EQ(back.regions[1].rgbt, annotation.regions[1].rgbt);
    EXPECT_EQ(back.regions[1].id(), 65280);
    const auto read = [](const fs::path& path) { read_annotation(path); };
    expect_no_part_is_read(folder / "lh.a.annot", folder / "cut", 1, read);
    expect_flips_are_survived(folder / "lh.a.annot", folder / "changed", 2000, 5, read);
}

meeg::Label small_label() {
    meeg::Label label;
    label.vertices = Array<std::int64_t, 1>({2});
    label.vertices(0) = 3, label.vertices(1) = 70;
    label.places = Array<double, 2>({2, 3});
    label.places(1, 2) = -0.0125;
    label.values = Array<double, 1>({2});
    label.values(0) = 0.5;
    label.hemisphere = "lh";
    label.comment = " a comment";
    return label;
}

TEST(FreeSurferLabel, comes_back) {
    const TemporaryFolder folder;
    write_freesurfer_label(small_label(), folder / "a-lh.label");
    const meeg::Label back = read_freesurfer_label(folder / "a-lh.label");
    EXPECT_EQ(back.comment, " a comment");
    EXPECT_EQ(back.n_vertices(), 2);
    EXPECT_EQ(back.vertices(1), 70);
    EXPECT_DOUBLE_EQ(back.places(1, 2), -0.0125);
    EXPECT_EQ(back.values(0), 0.5);
}

TEST(FreeSurferLabel, with_another_number_of_lines_than_it_says_is_damaged) {
    const TemporaryFolder folder;
    std::ofstream(folder / "few") << "#a\n3\n0 0 0 0 1\n1 0 0 0 1\n";
    std::ofstream(folder / "twice") << "#a\n2\n1 0 0 0 1\n1 0 0 0 1\n";
    std::ofstream(folder / "none") << "hello\n";
    for (const std::string name : {"few", "twice", "none"}) {
        EXPECT_THROW(read_freesurfer_label(folder / name), FileError);
    }
}

TEST(FreeSurferCurvature, both_kinds_of_files_are_read) {
    const TemporaryFolder folder;
    put(folder / "new", "\xff\xff\xff\0\0\0\2\0\0\0\1\0\0\0\1\x3f\x80\0\0\xc0\0\0\0", 23);
    EXPECT_THAT(read_freesurfer_curvature(folder / "new"), ::testing::ElementsAre(1.0, -2.0));
    put(folder / "old", "\0\0\2\0\0\1\0\x64\xff\x9c", 10);
    EXPECT_THAT(read_freesurfer_curvature(folder / "old"), ::testing::ElementsAre(1.0, -1.0));
    put(folder / "cut", "\xff\xff\xff\0\0\0\2\0\0\0\1\0\0\0\1\x3f\x80\0\0", 19);
    EXPECT_THROW(read_freesurfer_curvature(folder / "cut"), FileError);
}

TEST(FreeSurferTransform, is_read_from_its_text) {
    const TemporaryFolder folder;
    std::ofstream(folder / "a.xfm") << "MNI Transform File\n\nTransform_Type = Linear;\nLinear_Transform = \n"
                                       "1 0 0 2.5\n0 1 0 -1\n0 0 1e0 4;\n";
    EXPECT_EQ(read_xfm(folder / "a.xfm")[0][3], 2.5);
    EXPECT_EQ(read_xfm(folder / "a.xfm")[2][3], 4);
    std::ofstream(folder / "b.xfm") << "Linear_Transform = 1 2 3";
    EXPECT_THROW(read_xfm(folder / "b.xfm"), FileError);
}

}  // namespace
}  // namespace ranvier::formats
