#include "ranvier/base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/error.hpp"

namespace ranvier {

namespace {

/// A folder of its own for each test, removed afterwards.
class File : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "ranvier-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::ptrdiff_t files() const {
        return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
    }
    std::filesystem::path folder_;
};

}  // namespace

TEST_F(File, appears_whole_at_commit_and_not_before) {
    const auto goal = folder_ / "a.txt";
    OutputFile out(goal, false);
    out.write("one ");
    out.write("two");
    EXPECT_EQ(out.position(), 7);
    EXPECT_FALSE(std::filesystem::exists(goal));
    out.commit();
    EXPECT_EQ(file_text(goal), "one two");
    EXPECT_EQ(files(), 1);
}

TEST_F(File, leaves_nothing_behind_and_the_old_one_untouched_without_commit) {
    const auto goal = folder_ / "a.txt";
    std::ofstream(goal) << "old";
    {
        OutputFile out(goal, true);
        out.write("new");
    }
    EXPECT_EQ(file_text(goal), "old");
    EXPECT_EQ(files(), 1);
}

TEST_F(File, overwrites_only_when_asked) {
    const auto goal = folder_ / "a.txt";
    std::ofstream(goal) << "old";
    EXPECT_THROW(OutputFile(goal, false), FileError);
    OutputFile out(goal, true);
    out.write("new");
    out.commit();
    EXPECT_EQ(file_text(goal), "new");
}

TEST_F(File, bytes_written_can_be_rewritten_but_no_others) {
    const auto goal = folder_ / "a.txt";
    OutputFile out(goal, false);
    out.write("0000 records");
    const std::string count = "0042";
    out.write_at(0, std::as_bytes(std::span(count)));
    EXPECT_THROW(out.write_at(10, std::as_bytes(std::span(count))), InternalError);
    out.commit();
    EXPECT_EQ(file_text(goal), "0042 records");
}

TEST_F(File, a_named_pipe_is_refused_without_waiting_for_its_writer) {
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THROW(MappedFile{pipe}, FileError);
}

TEST_F(File, errors_name_the_path) {
    const auto missing = folder_ / "missing" / "a.txt";
    try {
        MappedFile file(missing);
        FAIL();
    } catch (const FileError& error) {
        EXPECT_EQ(error.path(), missing);
        EXPECT_EQ(error.offset(), FileError::no_offset);
        EXPECT_NE(std::string(error.what()).find(missing.string()), std::string::npos) << error.what();
    }
    EXPECT_THROW(OutputFile(missing, true), FileError);
    EXPECT_THROW(MappedFile{folder_}, FileError);
}

TEST_F(File, an_empty_file_maps_to_no_bytes) {
    std::ofstream(folder_ / "empty");
    EXPECT_TRUE(MappedFile(folder_ / "empty").bytes().empty());
    EXPECT_EQ(sha256_of_file(folder_ / "empty"), sha256({}));
}

}  // namespace ranvier
