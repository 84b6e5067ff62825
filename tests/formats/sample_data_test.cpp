#include "ranvier/formats/sample_data.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "ranvier/base/digest.hpp"
#include "ranvier/base/error.hpp"
#include "tests/formats/recorded_data.hpp"

namespace ranvier::formats {
namespace {

namespace fs = std::filesystem;

/// Sets an environment variable for one test.
class Setting {
public:
    Setting(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) {
            before_ = before;
        }
        setenv(name, value.c_str(), 1);
    }
    ~Setting() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }

private:
    const char* name_;
    std::optional<std::string> before_;
};

SampleSet set_at(const fs::path& home, const std::string& content) {
    const SampleFile file{"x.edf", "file://" + home.string(), sha256(std::as_bytes(std::span(content))),
                          static_cast<std::int64_t>(content.size()), "none"};
    return {"test", "a made-up set", "folder", {file}};
}

bool have_curl() { return std::system("command -v curl > /dev/null 2>&1") == 0; }

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(SampleData, a_fetched_file_is_found_again) {
    if (!have_curl()) {
        GTEST_SKIP() << "curl is not installed";
    }
    const TemporaryFolder folder;
    const Setting data("RANVIER_DATA", ""), cache("RANVIER_CACHE", (folder / "cache").string());
    const std::string content(100000, 'x');
    std::ofstream(folder / "home") << content;
    const SampleSet set = set_at(folder / "home", content);
    EXPECT_FALSE(found(set));
    const auto paths = found_or_fetched(set);
    EXPECT_EQ(paths, std::vector<fs::path>{folder / "cache/data/folder/x.edf"});
    EXPECT_EQ(found(set), paths);
    EXPECT_EQ(sha256_of_file(paths[0]), set.files[0].sha256);
    fs::remove(folder / "home");
    EXPECT_EQ(found_or_fetched(set), paths);  // without its home
}

TEST(SampleData, another_file_than_the_promised_one_is_thrown_away) {
    if (!have_curl()) {
        GTEST_SKIP() << "curl is not installed";
    }
    const TemporaryFolder folder;
    std::ofstream(folder / "home") << "something else";
    const SampleSet set = set_at(folder / "home", "the promised bytes");
    try {
        fetch(set, set.files[0], folder / "goal");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_NE(std::string(error.what()).find("14 bytes with SHA-256"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("set $RANVIER_DATA"), std::string::npos);
    }
    EXPECT_EQ(entries(folder / "goal/folder"), 0u);
}

TEST(SampleData, an_unreachable_home_is_an_error_that_says_what_to_do) {
    const TemporaryFolder folder;
    SampleSet set = set_at(folder / "absent", "x");
    try {
        fetch(set, set.files[0], folder / "goal");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_NE(std::string(error.what()).find("fetch it by hand"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("folder/x.edf"), std::string::npos);
    }
    EXPECT_EQ(entries(folder / "goal/folder"), 0u);
}

TEST(SampleData, without_curl_and_wget_the_error_names_both) {
    const TemporaryFolder folder;
    const Setting path("PATH", (folder / "nowhere").string());
    const SampleSet set = set_at(folder / "home", "x");
    try {
        fetch(set, set.files[0], folder / "goal");
        FAIL();
    } catch (const FileError& error) {
        EXPECT_NE(std::string(error.what()).find("neither curl nor wget"), std::string::npos) << error.what();
    }
}

TEST(SampleData, a_file_of_another_size_is_not_taken_for_the_data) {
    const TemporaryFolder folder;
    const Setting data("RANVIER_DATA", (folder / "data").string()), cache("RANVIER_CACHE", (folder / "cache").string());
    const SampleSet set = set_at(folder / "home", "12345");
    fs::create_directories(folder / "data/folder");
    std::ofstream(folder / "data/folder/x.edf") << "1234";
    EXPECT_FALSE(found(set));
    std::ofstream(folder / "data/folder/x.edf") << "12345";
    EXPECT_EQ(found(set), std::vector<fs::path>{folder / "data/folder/x.edf"});
}

TEST(SampleData, a_misspelt_set_is_told_with_the_near_one) {
    try {
        sample_set("eegmidb");
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(),
                     "there is no sample data called 'eegmidb'; there is eegmmidb; did you mean 'eegmmidb'?");
    }
    EXPECT_EQ(sample_set("eegmmidb").files.size(), 3u);
}

TEST(SampleData, the_recorded_files_have_the_promised_digests) {
    if (!recorded_data("eegmmidb_S001/S001R06.edf")) {
        GTEST_SKIP() << "the recorded data is not here; set RANVIER_DATA";
    }
    for (const SampleFile& file : sample_set("eegmmidb").files) {
        EXPECT_EQ(sha256_of_file(*recorded_data("eegmmidb_S001/" + file.name)), file.sha256);
    }
}

}  // namespace
}  // namespace ranvier::formats
