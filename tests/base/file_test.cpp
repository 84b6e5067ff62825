#include "ranvier/base/file.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

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

TEST_F(File, a_link_stays_a_link_and_what_it_points_to_is_replaced) {
    const auto target = folder_ / "target.txt", link = folder_ / "link.txt", dangling = folder_ / "dangling.txt";
    std::ofstream(target) << "old";
    std::filesystem::create_symlink("target.txt", link);
    std::filesystem::create_symlink("new.txt", dangling);
    for (const auto& goal : {link, dangling}) {
        OutputFile out(goal, true);
        out.write("new");
        out.commit();
        EXPECT_TRUE(std::filesystem::is_symlink(goal));
        EXPECT_EQ(file_text(goal), "new");
    }
    EXPECT_EQ(file_text(target), "new");
    std::filesystem::create_symlink("circle", folder_ / "circle");
    EXPECT_THROW(OutputFile(folder_ / "circle", true), FileError);
}

TEST_F(File, patients_data_that_only_their_owner_may_read_stay_so_when_replaced) {
    const auto mode = [](const std::filesystem::path& path) {
        struct stat status {};
        EXPECT_EQ(stat(path.c_str(), &status), 0);
        return status.st_mode & 07777;
    };
    const auto write_to = [](const std::filesystem::path& goal) {
        OutputFile out(goal, true);
        out.write("data");
        out.commit();
    };
    std::ofstream(folder_ / "private.txt") << "old";
    ASSERT_EQ(chmod((folder_ / "private.txt").c_str(), 0600), 0);
    write_to(folder_ / "private.txt");
    EXPECT_EQ(mode(folder_ / "private.txt"), 0600U);
    const mode_t before = umask(0002);
    write_to(folder_ / "group.txt");
    umask(before);
    EXPECT_EQ(mode(folder_ / "group.txt"), 0664U);
}

TEST_F(File, what_a_group_may_do_does_not_fall_to_another_group) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can play another user";
    }
    const auto goal = folder_ / "lab.txt";
    std::ofstream(goal) << "old";
    ASSERT_EQ(chown(goal.c_str(), 1234, 2000), 0);
    ASSERT_EQ(chmod(goal.c_str(), 0660), 0);
    ASSERT_EQ(chmod(folder_.c_str(), 0777), 0);
    const pid_t child = fork();
    if (child == 0) {  // somebody who is not in the file's group
        const bool done =
            setgroups(0, nullptr) == 0 && setresgid(100, 100, 100) == 0 && setresuid(1500, 1500, 1500) == 0;
        OutputFile out(goal, true);
        out.write("new");
        out.commit();
        _exit(done ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    struct stat now {};
    ASSERT_EQ(stat(goal.c_str(), &now), 0);
    EXPECT_EQ(now.st_gid, 100U);
    EXPECT_EQ(now.st_mode & 07777, 0600U);
}

TEST_F(File, devices_pipes_and_folders_are_never_replaced) {
    const auto pipe = folder_ / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THROW(OutputFile(pipe, true), FileError);
    EXPECT_THROW(OutputFile("/dev/null", true), FileError);
    EXPECT_THROW(OutputFile(folder_, true), FileError);
    EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST_F(File, of_several_writers_without_overwriting_one_succeeds_and_the_others_hear_of_it) {
    const auto goal = folder_ / "a.txt";
    std::vector<std::unique_ptr<OutputFile>> writers;
    for (int k = 0; k < 6; ++k) {
        writers.push_back(std::make_unique<OutputFile>(goal, false));  // none is there yet
        writers.back()->write(std::to_string(k));
    }
    writers[3]->commit();
    for (int k : {0, 1, 2, 4, 5}) {
        EXPECT_THROW(writers[static_cast<std::size_t>(k)]->commit(), FileError);
    }
    writers.clear();
    EXPECT_EQ(file_text(goal), "3");
    EXPECT_EQ(files(), 1);
}

TEST_F(File, a_name_as_long_as_the_file_system_allows_can_be_written_and_a_longer_one_is_refused_at_once) {
    const std::string longest(255, 'a');
    OutputFile out(folder_ / longest, false);
    out.commit();
    EXPECT_TRUE(std::filesystem::exists(folder_ / longest));
    EXPECT_THROW(check_goal(folder_ / (longest + "a"), false), FileError);
}

TEST_F(File, a_goal_is_checked_before_hours_of_work) {
    std::ofstream(folder_ / "old.txt") << "old";
    EXPECT_THROW(check_goal(folder_ / "old.txt", false), FileError);
    EXPECT_THROW(check_goal(folder_ / "missing" / "a.txt", true), FileError);
    check_goal(folder_ / "old.txt", true);
    check_goal(folder_ / "new.txt", false);
    EXPECT_EQ(files(), 1);
    EXPECT_EQ(file_text(folder_ / "old.txt"), "old");
}

TEST_F(File, bytes_that_a_file_has_lost_are_an_error_and_not_the_end_of_the_program) {
    std::ofstream(folder_ / "a.txt") << std::string(10'000, 'a');
    const MappedFile file(folder_ / "a.txt");
    file.check_present(10'000);
    std::filesystem::resize_file(folder_ / "a.txt", 5'000);
    file.check_present(5'000);
    EXPECT_THROW(file.check_present(5'001), FileError);
}

TEST_F(File, machine_code_is_kept_in_no_folder_that_others_own_or_may_write_into) {
    const auto set = [](const char* name, const std::string& value) { setenv(name, value.c_str(), 1); };
    const std::string home = getenv("HOME") ? getenv("HOME") : "";
    const std::string own = getenv("RANVIER_CACHE") ? getenv("RANVIER_CACHE") : "";
    set("RANVIER_CACHE", folder_ / "cache");
    EXPECT_EQ(cache_folder(), folder_ / "cache");
    chmod((folder_ / "cache").c_str(), 0777);
    EXPECT_EQ(cache_folder(), "");
    unsetenv("RANVIER_CACHE");
    unsetenv("XDG_CACHE_HOME");
    set("HOME", folder_);
    EXPECT_EQ(cache_folder(), folder_ / ".cache" / "ranvier");
    unsetenv("HOME");
    EXPECT_EQ(cache_folder(), "");
    set("HOME", home);
    if (!own.empty()) {
        set("RANVIER_CACHE", own);
    }
}

}  // namespace ranvier
