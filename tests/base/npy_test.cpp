// .npy files that grow: the bytes of the header are NumPy's format 1.0 (numpy.lib.format), written out by hand.
#include "ranvier/base/npy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/system_error.hpp"

namespace ranvier {
namespace {

using testing::HasSubstr;

class Npy : public testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() /
                 ("ranvier-npy-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

void add(NpyFile& file, const std::vector<double>& rows, std::int64_t total) {
    file.put(std::as_bytes(std::span(rows)));
    file.tell(total);
}

std::vector<double> numbers(const std::filesystem::path& path) {
    const auto bytes = file_bytes(path);
    const NpyHeader header = NpyHeader::read(bytes, path);
    index size = 1;
    for (const index n : header.shape) {
        size *= n;
    }
    const auto* first = reinterpret_cast<const double*>(bytes.data() + header.data);
    return {first, first + size};
}

TEST_F(Npy, has_the_header_of_the_format_with_room_for_every_shape) {
    const auto file = NpyFile::create(folder / "v.npy", "<f8", {2});
    add(*file, {1, 2, 3, 4, 5, 6}, 3);
    std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
    expected += "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }";
    expected.resize(127, ' ');
    expected += '\n';
    EXPECT_EQ(file_text(folder / "v.npy").substr(0, 128), expected);
    EXPECT_EQ(std::filesystem::file_size(folder / "v.npy"), 128 + 6 * 8);
    EXPECT_THAT(numbers(folder / "v.npy"), testing::ElementsAre(1, 2, 3, 4, 5, 6));
    const auto flat = NpyFile::create(folder / "t.npy", "|b1", {});
    EXPECT_THAT(file_text(folder / "t.npy"), HasSubstr("{'descr': '|b1', 'fortran_order': False, 'shape': (0,), }"));
    const auto largest = NpyFile::create(folder / "l.npy", "|u1", {999'999'999'999});
    largest->tell(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(file_text(folder / "l.npy").size(), 128);
}

TEST_F(Npy, is_whole_at_every_moment) {
    const auto path = folder / "v.npy";
    const auto file = NpyFile::create(path, "<f8", {});
    add(*file, {1, 2}, 2);
    const std::vector<double> more{3, 4, 5};
    file->put(std::as_bytes(std::span(more)));
    EXPECT_THAT(numbers(path), testing::ElementsAre(1, 2));  // until the header tells of them
    file->tell(5);
    EXPECT_THAT(numbers(path), testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Npy, overwrites_nothing) {
    std::ofstream(folder / "v.npy") << "mine";
    EXPECT_THROW(NpyFile::create(folder / "v.npy", "<f8", {}), SystemError);
    EXPECT_EQ(file_text(folder / "v.npy"), "mine");
}

TEST_F(Npy, goes_on_where_it_was_closed_or_cut) {
    const auto path = folder / "v.npy";
    add(*NpyFile::create(path, "<f8", {2}), {1, 2, 3, 4, 5, 6}, 3);
    const auto file = NpyFile::open(path, "<f8", {2});
    EXPECT_EQ(file->rows(), 3);
    file->tell(1);
    file->trim();
    EXPECT_EQ(std::filesystem::file_size(path), 128 + 2 * 8);
    add(*file, {7, 8}, 2);
    EXPECT_THAT(numbers(path), testing::ElementsAre(1, 2, 7, 8));
}

TEST_F(Npy, of_another_type_or_shape_is_not_gone_on_with) {
    const auto path = folder / "v.npy";
    add(*NpyFile::create(path, "<f8", {2}), {1, 2}, 1);
    for (const auto& [type, row] :
         std::vector<std::pair<std::string, std::vector<index>>>{{"<f4", {2}}, {"<f8", {3}}, {"<f8", {}}}) {
        try {
            static_cast<void>(NpyFile::open(path, type, row));
            ADD_FAILURE() << type;
        } catch (const FileError& error) {
            EXPECT_THAT(error.what(), HasSubstr("holds other arrays than those that would be added"));
        }
    }
    std::filesystem::resize_file(path, 130);
    EXPECT_THROW(NpyFile::open(path, "<f8", {2}), FileError);
    std::filesystem::resize_file(path, 20);
    EXPECT_THROW(NpyFile::open(path, "<f8", {2}), FileError);
}

TEST_F(Npy, whose_beginning_goes_on_leaves_the_whole_to_who_has_mapped_it) {
    const auto path = folder / "v.npy";
    const auto file = NpyFile::create(path, "<f8", {});
    add(*file, {1, 2, 3}, 3);
    const MappedFile before(path);
    const auto copy = file->beginning(1);
    copy->replace(*file);
    add(*copy, {8, 9}, 3);
    EXPECT_THAT(numbers(path), testing::ElementsAre(1, 8, 9));
    const auto* seen = reinterpret_cast<const double*>(before.bytes().data() + NpyFile::data);
    EXPECT_THAT(std::vector(seen, seen + 3), testing::ElementsAre(1, 2, 3));
    static_cast<void>(copy->beginning(2));  // and has gone away
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

TEST_F(Npy, that_was_removed_is_not_written_on_in_secret) {
    const auto file = NpyFile::create(folder / "v.npy", "<f8", {});
    std::filesystem::remove(folder / "v.npy");
    EXPECT_THROW(add(*file, {1}, 1), SystemError);
}

TEST_F(Npy, is_as_before_where_the_disk_is_full) {
    const auto path = folder / "v.npy";
    const auto file = NpyFile::create(path, "<f8", {});
    add(*file, {1, 2}, 2);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 200;
    setrlimit(RLIMIT_FSIZE, &small);
    const std::vector<double> more(100, 7);
    EXPECT_THROW(file->put(std::as_bytes(std::span(more))), SystemError);
    EXPECT_THAT(numbers(path), testing::ElementsAre(1, 2));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    add(*file, more, 102);
    EXPECT_EQ(numbers(path).size(), 102);
}

TEST_F(Npy, header_of_other_writers_is_read) {
    const auto path = folder / "x.npy";
    const auto read = [&](std::string dictionary, int major = 1) {
        std::string text = std::string("\x93NUMPY") + static_cast<char>(major) + '\0';
        const auto length = static_cast<std::uint32_t>(dictionary.size());
        text.append(reinterpret_cast<const char*>(&length), major == 1 ? 2 : 4);
        text += dictionary;
        return NpyHeader::read(std::as_bytes(std::span(text)), path);
    };
    const NpyHeader header = read("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }\n");
    EXPECT_EQ(header.type, "<f4");
    EXPECT_TRUE(header.by_columns);
    EXPECT_THAT(header.shape, testing::ElementsAre(3, 4));
    EXPECT_EQ(read("{'shape': (7,), 'descr': '<i8', 'fortran_order': False}", 2).data, 12 + 55);
    EXPECT_THAT(read("{'shape': (), 'descr': '<i8', 'fortran_order': False}").shape, testing::IsEmpty());
    for (const char* wrong :
         {"{'descr': '<f4', 'fortran_order': True}", "{'descr': '<f4', 'fortran_order': True, 'shape': (3, -4)}",
          "{'descr': '<f4', 'fortran_order': True, 'shape': (3, x)}",
          "{'descr': '<f4', 'fortran_order': True, 'shape': 3}", "{'fortran_order': True, 'shape': (3,)}"}) {
        EXPECT_THROW(read(wrong), FileError) << wrong;
    }
}

}  // namespace
}  // namespace ranvier
