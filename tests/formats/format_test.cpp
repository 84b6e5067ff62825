#include "ranvier/formats/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ranvier/formats/edf/edf.hpp"
#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {

using ::testing::HasSubstr;

namespace {

class Formats : public testing::Test {
protected:
    void SetUp() override {
        folder = fs::temp_directory_path() / ("ranvier-formats-" + std::to_string(getpid()));
        fs::create_directories(folder);
    }
    void TearDown() override { fs::remove_all(folder); }
    fs::path folder;

    template <class Error, class Call>
    std::string message(Call&& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.what();
        }
        return "no such error";
    }

    meeg::Raw recording() {
        return meeg::make_raw(meeg::create_info({"Cz"}, 10, meeg::ChannelType::eeg), Array<double, 2>({1, 40}));
    }
};

}  // namespace

TEST_F(Formats, have_names_and_extensions_of_their_own) {
    std::set<std::string> names, endings;
    std::size_t count = 0;
    for (const Format* format : formats()) {
        names.insert(format->name);
        for (const std::string& extension : format->extensions) {
            EXPECT_NE(extension.find('.'), std::string::npos);  // ".edf", or how event lists end: "-eve.txt"
            EXPECT_EQ(format_of("some/NAME" + extension), format);
            endings.insert(extension);
            ++count;
        }
        EXPECT_FALSE(format->begins(""));
        EXPECT_FALSE(format->begins("something else"));
    }
    EXPECT_THAT(names, testing::IsSupersetOf({"BDF", "EDF", "FIFF"}));
    EXPECT_EQ(endings.size(), count);
    EXPECT_EQ(format_of("name.xyz"), nullptr);
    EXPECT_THAT(extensions(&Format::read_raw), testing::StartsWith(".fif, .fif.gz, .edf, .rec, .bdf"));
    EXPECT_THAT(extensions(&Format::write_raw), testing::StartsWith(".fif, .fif.gz, .edf, .rec"));
    EXPECT_THAT(extensions(&Format::read_epochs), testing::StartsWith(".fif, .fif.gz"));
}

TEST_F(Formats, the_first_bytes_say_more_than_the_name) {
    write_raw(recording(), folder / "a_raw.fif");
    write_raw(recording(), folder / "b.EDF");
    fs::rename(folder / "a_raw.fif", folder / "a.edf");
    EXPECT_EQ(format_of(folder / "a.edf")->name, "FIFF");
    EXPECT_EQ(format_of(folder / "b.EDF")->name, "EDF");
    EXPECT_EQ(read_raw(folder / "a.edf").n_samples(), 40);
    EXPECT_EQ(read_raw(folder / "b.EDF").n_samples(), 40);
    EXPECT_EQ(message<FileError>([&] { write_raw(recording(), folder / "b.EDF"); }).find("no such error"),
              std::string::npos);
}

TEST_F(Formats, what_they_do_not_hold_is_refused_with_what_does) {
    write_raw(recording(), folder / "b.edf");
    EXPECT_THAT(message<FileError>([&] { read_epochs(folder / "b.edf"); }), HasSubstr("is EDF, which holds no epochs"));
    EXPECT_THAT(message<FileError>([&] { read_raw(folder / "missing.xyz"); }), HasSubstr("missing.xyz"));
    put(folder / "c.xyz", "nothing", 7);
    EXPECT_THAT(message<FileError>([&] { read_raw(folder / "c.xyz"); }), HasSubstr(".fif, .fif.gz, .edf, .rec, .bdf"));
    EXPECT_THAT(message<InvalidInput>([&] { write_raw(recording(), folder / "c.eedf"); }), HasSubstr("did you mean"));
    EXPECT_THAT(message<InvalidInput>([&] { write_raw(recording(), folder / "c.xdf"); }),
                HasSubstr("recordings are written as " + extensions(&Format::write_raw) + "; got 'c.xdf'"));
    EXPECT_THAT(message<FileError>([&] { write_raw_fif(recording(), folder / "c_raw.edf"); }),
                HasSubstr("must end in .fif or .fif.gz"));
    EXPECT_FALSE(fs::exists(folder / "c_raw.edf"));
}

}  // namespace ranvier::formats
