#include "ranvier/formats/freesurfer/volumes.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "ranvier/base/error.hpp"
#include "ranvier/formats/freesurfer/bytes.hpp"
#include "ranvier/formats/freesurfer/gifti.hpp"
#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {
namespace {

/// A file that holds a text, until the next one is written.
fs::path written(const std::string& text) {
    static const TemporaryFolder folder;
    std::ofstream(folder / "file", std::ios::binary) << text;
    return folder / "file";
}

std::vector<std::byte> volume(int type) {
    using namespace freesurfer;
    std::vector<std::byte> out;
    for (const int n : {1, 2, 3, 1, 1, type, 0}) {
        put_int32(out, n);
    }
    out.push_back(std::byte{0});
    out.push_back(std::byte{1});
    for (const float x : {1.F, 2.F, 3.F, -1.F, 0.F, 0.F, 0.F, 0.F, -1.F, 0.F, 1.F, 0.F, 5.F, 6.F, 7.F}) {
        put_float32(out, x);
    }
    out.resize(284);
    for (int k = 0; k < 6; ++k) {
        if (type == 0) {
            out.push_back(static_cast<std::byte>(k + 250));
        } else if (type == 1) {
            put_int32(out, -k);
        } else {
            put_float32(out, static_cast<float>(k) / 2);
        }
    }
    return out;
}

TEST(Mgh, voxels_and_where_they_lie_are_what_the_file_says) {
    const TemporaryFolder folder;
    const auto path = folder / "a.mgh";
    for (const auto& [type, last] : {std::pair{0, 255.F}, {1, -5.F}, {3, 2.5F}}) {
        freesurfer::write_file(path, volume(type), true);
        const meeg::Mri mri = read_mgh(path);
        EXPECT_EQ(mri.shape, (std::array<int, 3>{2, 3, 1}));
        EXPECT_EQ(mri.values(5), last);
        // The centre of the volume, voxel (1, 1.5, 0.5), is at (5, 6, 7) mm.
        const auto& m = mri.voxel_to_ras;
        EXPECT_DOUBLE_EQ(m[0][0] * 1 + m[0][1] * 1.5 + m[0][2] * 0.5 + m[0][3], 5);
        EXPECT_DOUBLE_EQ(m[1][0] * 1 + m[1][1] * 1.5 + m[1][2] * 0.5 + m[1][3], 6);
        EXPECT_DOUBLE_EQ(m[2][0] * 1 + m[2][1] * 1.5 + m[2][2] * 0.5 + m[2][3], 7);
    }
}

TEST(Mgh, a_file_cut_anywhere_is_refused) {
    const TemporaryFolder folder;
    const auto path = folder / "cut.mgh";
    const auto whole = volume(1);
    for (std::size_t n = 0; n < whole.size(); n += 7) {
        freesurfer::write_file(path, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)}, true);
        EXPECT_THROW(read_mgh(path), FileError) << n;
    }
    freesurfer::write_file(path, volume(9), true);
    EXPECT_THROW(read_mgh(path), FileError);
}

TEST(ColourTable, freesurfers_own_has_its_regions_and_others_are_checked) {
    const auto regions = freesurfer_regions();
    EXPECT_EQ(regions.size(), 1266U);
    EXPECT_EQ(regions[18].name, "Left-Amygdala");
    EXPECT_EQ(regions[18].id, 18);
    EXPECT_THROW(read_colour_table(written("1 x 2 3 4\n")), FileError);
    EXPECT_THROW(read_colour_table(written("# nothing\n")), FileError);
    EXPECT_THROW(read_lta(written("type = 2\n")), FileError);
    EXPECT_THROW(read_lta(written("type = 1\nx\n")), FileError);
}

const std::string head = R"(<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="2">)";
std::string array(const std::string& intent, const std::string& type, int rows, const std::string& encoding,
                  const std::string& data) {
    return "<DataArray Intent=\"NIFTI_INTENT_" + intent + "\" DataType=\"NIFTI_TYPE_" + type +
           "\" ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"2\" Dim0=\"" + std::to_string(rows) +
           "\" Dim1=\"3\" Encoding=\"" + encoding + "\" Endian=\"LittleEndian\"><Data>" + data + "</Data></DataArray>";
}

TEST(Gifti, points_and_triangles_are_read_from_text_and_base64) {
    const std::string points = array("POINTSET", "FLOAT32", 3, "ASCII", "0 0 0 1 0 0 0 1.5 0");
    // 0, 1, 2 as 32-bit numbers, the lowest byte first
    const std::string corners = array("TRIANGLE", "INT32", 1, "Base64Binary", "AAAAAAEAAAACAAAA");
    const SurfaceMesh mesh = read_gifti_surface(written(head + points + corners + "</GIFTI>"));
    EXPECT_EQ(mesh.points(2, 1), 1.5);
    EXPECT_EQ(mesh.triangles(0, 2), 2);
    EXPECT_THROW(read_gifti_surface(written(head + points + "</GIFTI>")), FileError);
    EXPECT_THROW(read_gifti_surface(written("nothing")), FileError);
    EXPECT_THROW(read_gifti_surface(written(head + points + array("TRIANGLE", "INT32", 1, "ASCII", "0 1 3"))),
                 FileError);
    EXPECT_THROW(read_gifti_surface(written(head + points + array("TRIANGLE", "INT32", 9, "GZipBase64Binary", "AAAA"))),
                 FileError);
    const std::string whole = head + points + corners;
    for (std::size_t n = 0; n < whole.size(); n += 5) {
        EXPECT_THROW(read_gifti_surface(written(whole.substr(0, n))), FileError) << n;
    }
}

TEST(Tri, numbers_of_points_and_normals_are_passed_over) {
    bool normals = false;
    const SurfaceMesh mesh =
        read_tri_surface(written("3\n1 0 0 0 0 0 1\n2 1 0 0 0 0 1\n3 0 1 0 0 0 1\n1\n1 1 2 3\n"), normals);
    EXPECT_TRUE(normals);
    EXPECT_EQ(mesh.points(1, 0), 1);
    EXPECT_EQ(mesh.triangles(0, 2), 2);
    EXPECT_THROW(read_tri_surface(written("3\n0 0 0\n"), normals), FileError);
    EXPECT_THROW(read_tri_surface(written("1\n0 0 0\n1\n1 2 3\n"), normals), FileError);
}

}  // namespace
}  // namespace ranvier::formats
