#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "tests/formats/described.hpp"

namespace ranvier::formats {
namespace {

const json& reference() {
    static const json values = reference_values("edf.json");
    return values;
}

const json& made(const std::string& name) {
    for (const json& entry : reference()["made"]) {
        if (entry["name"] == name) {
            return entry;
        }
    }
    throw InternalError("no made file " + name);
}

ReadEdfOptions options_of(const json& given) {
    ReadEdfOptions options;
    options.infer_types = given.value("infer_types", false);
    options.encoding = given.value("encoding", "utf8");
    options.eog = given.value("eog", std::vector<std::string>{});
    options.misc = given.value("misc", std::vector<std::string>{});
    options.exclude = given.value("exclude", std::vector<std::string>{});
    options.include = given.value("include", std::vector<std::string>{});
    return options;
}

void expect_same_description(const meeg::Raw& raw, const json& expected) {
    EXPECT_EQ(raw.info.sfreq, expected["sfreq"].get<double>());
    EXPECT_EQ(raw.info.highpass, expected["highpass"].get<double>());
    EXPECT_EQ(raw.info.lowpass, expected["lowpass"].get<double>());
    EXPECT_EQ(raw.n_samples(), expected["n_samples"].get<index>());
    EXPECT_EQ(raw.info.meas_date.has_value(), !expected["seconds"].is_null());
    if (raw.info.meas_date && !expected["seconds"].is_null()) {
        EXPECT_EQ(raw.info.meas_date->seconds, expected["seconds"].get<std::int64_t>());
    }
    EXPECT_EQ(raw.annotations.orig_time, raw.info.meas_date);
    ASSERT_EQ(meeg::channel_names(raw.info), expected["names"].get<std::vector<std::string>>());
    for (index c = 0; c < raw.info.n_channels(); ++c) {
        const meeg::Channel& channel = raw.info.channels[static_cast<std::size_t>(c)];
        EXPECT_EQ(json({fiff::number(channel.kind), fiff::coil_number(channel), fiff::number(channel.unit)}),
                  expected["channels"][c])
            << channel.name;
    }
    ASSERT_EQ(raw.annotations.items.size(), expected["annotations"].size());
    for (std::size_t k = 0; k < raw.annotations.items.size(); ++k) {
        const meeg::Annotation& own = raw.annotations.items[k];
        const json& other = expected["annotations"][k];
        // MNE rounds to microseconds
        EXPECT_NEAR(own.onset, other[0].get<double>(), 0.51e-6);
        EXPECT_NEAR(own.duration, other[1].get<double>(), 0.51e-6);
        EXPECT_EQ(own.description, other[2].get<std::string>());
        EXPECT_EQ(own.channels, other[3].get<std::vector<std::string>>());
    }
}

TEST(EdfRead, agrees_with_mne_on_recorded_files) {
    if (!recorded_data("eegmmidb_S001/S001R06.edf")) {
        GTEST_SKIP() << "the recorded data is not here; set RANVIER_DATA";
    }
    for (const json& expected : reference()["real"]) {
        const std::string name = expected["file"];
        SCOPED_TRACE(name);
        const auto path = recorded_data(name);
        ASSERT_TRUE(path);
        meeg::Raw raw = (name.ends_with("bdf") ? read_raw_bdf : read_raw_edf)(*path, options_of(expected["options"]));
        expect_same_description(raw, expected);
        meeg::load(raw);
        const auto at = expected["at"].get<std::vector<index>>();
        for (index c = 0; c < raw.info.n_channels(); ++c) {
            const double tolerance = 1e-9 * expected["largest"][c].get<double>();  // the bar of the whole project
            double sum = 0, ramp = 0;
            for (index t = 0; t < raw.n_samples(); ++t) {
                sum += raw.data(c, t);
                ramp += raw.data(c, t) * (static_cast<double>(t) / static_cast<double>(raw.n_samples() - 1));
            }
            for (std::size_t k = 0; k < at.size(); ++k) {
                EXPECT_NEAR(raw.data(c, at[k]), expected["samples"][c][k].get<double>(), tolerance)
                    << c << " " << at[k];
            }
            const double n = static_cast<double>(raw.n_samples());
            EXPECT_NEAR(sum, expected["sums"][c].get<double>(), n * tolerance);
            EXPECT_NEAR(ramp, expected["ramps"][c].get<double>(), n * tolerance);
        }
    }
}

TEST(EdfRead, agrees_with_mne_on_files_made_to_have_every_quirk) {
    ASSERT_GE(reference()["made"].size(), 13u);
    const Quiet quiet;
    const TemporaryFolder folder;
    for (const json& expected : reference()["made"]) {
        SCOPED_TRACE(expected["name"].get<std::string>());
        const std::string kind = expected["kind"];
        const auto path = written(folder, "x." + kind, bytes_of_base64(expected["file"]));
        meeg::Raw raw = (kind == "bdf" ? read_raw_bdf : read_raw_edf)(path, options_of(expected["options"]));
        expect_same_description(raw, expected);
        meeg::load(raw);
        for (index c = 0; c < raw.info.n_channels(); ++c) {
            const double tolerance = 1e-9 * expected["largest"][c].get<double>();
            for (index t = 0; t < raw.n_samples(); ++t) {
                ASSERT_NEAR(raw.data(c, t), expected["data"][c][t].get<double>(), tolerance) << c << " " << t;
            }
        }
    }
}

TEST(EdfRead, a_stretch_is_the_same_as_in_the_whole) {
    const Quiet quiet;
    const TemporaryFolder folder;
    const auto path = written(folder, "x.edf", bytes_of_base64(made("mixed rates")["file"]));
    const meeg::Raw raw = read_raw_edf(path);
    const index n = raw.n_samples();
    const Array<double, 2> whole = meeg::samples(raw, {0, 1, 2, 3}, 0, n);
    for (const auto& [start, stop] : {std::pair<index, index>{0, 1}, {63, 65}, {17, 200}, {n - 1, n}, {5, 5}}) {
        const Array<double, 2> part = meeg::samples(read_raw_edf(path), {3, 1}, start, stop);
        for (index t = start; t < stop; ++t) {
            EXPECT_EQ(part(0, t - start), whole(3, t));
            EXPECT_EQ(part(1, t - start), whole(1, t));
        }
    }
}

TEST(EdfRead, memory_stays_flat_however_long_the_file_is) {
    const TemporaryFolder folder;
    const Quiet quiet;
    // the header of a small file, behind it 320 MB that take no room on the disk
    const std::string bytes = bytes_of_base64(made("included")["file"]);
    const auto path = written(folder, "x.edf", bytes);
    constexpr index record_bytes = (64 + 16 + 16) * 2, records = 1'700'000;
    std::filesystem::resize_file(path, 256 * 4 + record_bytes * records);
    ReadEdfOptions options;
    options.include = {"A"};
    const meeg::Raw raw = read_raw_edf(path, options);
    ASSERT_EQ(raw.n_samples(), 64 * records);
    constexpr index block = 64 * 4000;
    Array<double, 2> values({1, block});
    index before = 0, most = 0;
    for (index start = 0; start + block <= raw.n_samples(); start += block) {
        meeg::read_samples(raw, {0}, start, values);
        before = start == 0 ? resident() : before;
        most = std::max(most, resident());
    }
    EXPECT_LT(most - before, index{20} << 20);  // of 320 MB that were read
}

TEST(EdfRead, a_truncated_file_gives_its_whole_records_or_an_error_with_an_offset_at_every_length) {
    const Quiet quiet;
    const TemporaryFolder folder;
    for (const char* name : {"mixed rates", "bdf", "texts of channels"}) {
        const std::string kind = made(name)["kind"];
        const std::string whole = bytes_of_base64(made(name)["file"]);
        const auto path = written(folder, "x." + kind, whole);
        const index header_bytes = std::stoi(whole.substr(184, 8)), n_records = std::stoi(whole.substr(236, 8));
        const index record_bytes = (static_cast<index>(whole.size()) - header_bytes) / n_records;
        const index n_samples = (kind == "bdf" ? read_raw_bdf : read_raw_edf)(path, {}).n_samples();
        for (std::size_t length = whole.size(); length-- > 0;) {
            std::filesystem::resize_file(path, length);
            const meeg::Raw raw = [&]() -> meeg::Raw {
                try {
                    return (kind == "bdf" ? read_raw_bdf : read_raw_edf)(path, {});
                } catch (const FileError& error) {
                    EXPECT_GE(error.offset(), 0);
                    EXPECT_LE(error.offset(), static_cast<std::int64_t>(length));
                    EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
                    return {};
                }
            }();
            const index records = (static_cast<index>(length) - header_bytes) / record_bytes;
            ASSERT_EQ(raw.n_samples() > 0, static_cast<index>(length) >= header_bytes + record_bytes) << length;
            ASSERT_EQ(raw.n_samples() * n_records, raw.n_samples() > 0 ? records * n_samples : 0) << length;
        }
    }
}

TEST(EdfRead, a_flipped_byte_is_read_or_refused_but_never_a_crash) {
    const Quiet quiet;
    const TemporaryFolder folder;
    const std::string whole = bytes_of_base64(made("latin1")["file"]);
    std::size_t refused = 0;
    const auto path = written(folder, "x.edf", whole);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&](std::size_t at, int byte) {
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(byte));
        file.flush();
    };
    for (std::size_t at = 0; at < whole.size(); put(at, whole[at]), ++at) {
        for (const int flip : {0x01, 0x10, 0x80, 0xFF}) {
            put(at, whole[at] ^ flip);
            try {
                meeg::Raw raw = read_raw_edf(path);
                ASSERT_LE(raw.n_samples(), static_cast<index>(whole.size()));
                meeg::load(raw);
            } catch (const FileError&) {
                ++refused;
            } catch (const InvalidInput&) {
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 0u);
}

TEST(EdfRead, a_short_file_states_both_sizes) {
    const TemporaryFolder folder;
    const std::string whole = bytes_of_base64(made("excluded")["file"]);
    const auto path = written(folder, "x.edf", whole.substr(0, whole.size() - 4));
    const Quiet quiet;
    const meeg::Raw raw = read_raw_edf(path);
    // two records of (64 + 16 + 64 + 16) samples of 2 bytes
    EXPECT_NE(quiet.said().find("promises 2 records of 320 bytes, but 636 bytes follow"), std::string::npos)
        << quiet.said();
    EXPECT_EQ(raw.n_samples(), 64);
}

/// The largest magnitude of the channel that has `unit`, in a made file whose first signal says so.
double largest_in(const TemporaryFolder& folder, const std::string& unit, const ReadEdfOptions& options = {}) {
    std::string bytes = bytes_of_base64(made("excluded")["file"]);
    const auto n = static_cast<std::size_t>(std::stoi(bytes.substr(252, 4)));
    bytes.replace(256 + n * (16 + 80), 8, unit + std::string(8 - unit.size(), ' '));
    const meeg::Raw raw = read_raw_edf(written(folder, "unit.edf", bytes), options);
    Array<double, 2> values({1, raw.n_samples()});
    meeg::read_samples(raw, {0}, 0, values);
    double most = 0;
    for (index t = 0; t < raw.n_samples(); ++t) {
        most = std::max(most, std::abs(values(0, t)));
    }
    return most;
}

TEST(EdfRead, an_eeg_is_not_a_million_times_too_large_because_its_unit_is_written_otherwise) {
    const TemporaryFolder folder;
    const Quiet quiet;
    const double microvolts = largest_in(folder, "uV");
    ASSERT_GT(microvolts, 0);
    EXPECT_EQ(quiet.said().find("microvolts"), std::string::npos);
    for (const char* unit : {"UV", "uv", "microV", "\xB5V", "\xB5v", "\xC2\xB5V", "\xCE\xBCV"}) {
        EXPECT_EQ(largest_in(folder, unit), microvolts) << unit;
    }
    EXPECT_NE(quiet.said().find("(UV)"), std::string::npos) << quiet.said();
    EXPECT_NEAR(largest_in(folder, ""), 1e6 * microvolts, 1e-6 * microvolts);
    EXPECT_NE(quiet.said().find("units='uV' reads microvolts"), std::string::npos);
    for (const char* unit : {"mV", "MV", "mv"}) {
        EXPECT_NEAR(largest_in(folder, unit), 1e3 * microvolts, 1e-9 * microvolts) << unit;
    }
    EXPECT_NEAR(largest_in(folder, "V"), 1e6 * microvolts, 1e-6 * microvolts);
    EXPECT_NEAR(largest_in(folder, "bpm"), 1e6 * microvolts, 1e-6 * microvolts);  // the number itself
}

TEST(EdfRead, a_unit_that_is_given_holds_where_the_file_says_none) {
    const TemporaryFolder folder;
    const Quiet quiet;
    const std::string name =
        channel_names(read_raw_edf(written(folder, "x.edf", bytes_of_base64(made("excluded")["file"]))).info).at(0);
    ReadEdfOptions options;
    options.units = {{name, "mV"}};
    EXPECT_NEAR(largest_in(folder, "", options), 1e3 * largest_in(folder, "uV"), 1e-12);
    EXPECT_THROW(largest_in(folder, "uV", options), InvalidInput);
    options.units = {{"", "uV"}};  // of all that say none
    EXPECT_EQ(largest_in(folder, "", options), largest_in(folder, "uV"));
    EXPECT_THROW(largest_in(folder, "mV", options), InvalidInput);  // no channel lacks one
    EXPECT_EQ(quiet.said().find("units='uV' reads microvolts"), std::string::npos);
    options.units = {{name, "bananas"}};
    EXPECT_THROW(largest_in(folder, "", options), InvalidInput);
}

TEST(EdfRead, annotations_without_signals_are_read_with_their_encoding) {
    const auto path = recorded_data("formats/EDF/SC4001EC-Hypnogram.edf");
    if (!path) {
        GTEST_SKIP() << "the recorded data is not here; set RANVIER_DATA";
    }
    const meeg::Annotations stages = read_annotations_edf(*path);
    ASSERT_EQ(stages.items.size(), 154u);
    EXPECT_EQ(stages.items[0].description, "Sleep stage W");
    EXPECT_EQ(stages.items[0].duration, 30630);
}

TEST(EdfRead, bdf_bytes_are_not_read_as_edf) {
    const TemporaryFolder folder;
    const auto path = written(folder, "x.edf", bytes_of_base64(made("bdf")["file"]));
    EXPECT_THROW(read_raw_edf(path), FileError);
}

TEST(EdfRead, text_in_another_encoding_names_the_option) {
    const Quiet quiet;
    const TemporaryFolder folder;
    const auto path = written(folder, "x.edf", bytes_of_base64(made("latin1")["file"]));
    try {
        read_raw_edf(path);
        FAIL();
    } catch (const FileError& error) {
        EXPECT_NE(std::string(error.what()).find("set encoding to 'latin1'"), std::string::npos);
    }
    EXPECT_EQ(read_annotations_edf(path, "latin1").items.at(0).description, "0.25 über");
}

TEST(EdfRead, pieces_of_an_interrupted_recording_are_joined_and_annotations_move_with_them) {
    const TemporaryFolder folder;
    // records at 0, 1 and 10 s; annotations 0.5 s into the first and into the last
    std::string bytes = bytes_of_base64(made("texts of channels")["file"]);
    bytes.replace(bytes.find("EDF+C"), 5, "EDF+D");
    const auto third = bytes.rfind("+2\x14\x14");
    const std::string list = std::string("+10\x14\x14\0+10.5\x14late\x14\0", 18);
    bytes.replace(third, list.size(), list);
    const auto path = written(folder, "x.edf", bytes);
    const Quiet quiet;
    const meeg::Raw raw = read_raw_edf(path);
    EXPECT_EQ(raw.n_samples(), 48);
    std::vector<std::pair<double, std::string>> found;
    for (const meeg::Annotation& item : raw.annotations.items) {
        found.emplace_back(item.onset, item.description);
    }
    using Found = std::pair<double, std::string>;
    EXPECT_NE(std::find(found.begin(), found.end(), Found(2.0, "BAD boundary")), found.end());
    EXPECT_NE(std::find(found.begin(), found.end(), Found(2.0, "EDGE boundary")), found.end());
    EXPECT_NE(std::find(found.begin(), found.end(), Found(2.5, "late")), found.end());
    EXPECT_NE(std::find(found.begin(), found.end(), Found(0.5, "x")), found.end());
    EXPECT_NE(quiet.said().find("interrupted 1 times"), std::string::npos);
}

TEST(EdfRead, an_absent_channel_that_is_asked_for_is_told_with_what_may_have_been_meant) {
    const TemporaryFolder folder;
    const Quiet quiet;
    const auto path = written(folder, "x.edf", bytes_of_base64(made("types and double names")["file"]));
    ReadEdfOptions options;
    options.eog = {"EEG Fp2"};
    read_raw_edf(path, options);
    EXPECT_NE(quiet.said().find("did you mean 'EEG Fp1'"), std::string::npos) << quiet.said();
    options.include = {"nothing"};
    EXPECT_THROW(read_raw_edf(path, options), InvalidInput);
    options.exclude = {"nothing"};
    EXPECT_THROW(read_raw_edf(path, options), InvalidInput);
}

}  // namespace
}  // namespace ranvier::formats
