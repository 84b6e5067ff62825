// BrainVision and EEGLAB files beside what MNE-Python reads in them (tests/reference/lab_files.py).
#include <cmath>
#include <cstring>
#include <functional>

#include "ranvier/formats/brainvision/brainvision.hpp"
#include "ranvier/formats/eeglab/eeglab.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "tests/formats/described.hpp"

namespace ranvier::formats {
namespace {

const json& reference() {
    static const json values = reference_values("lab_files.json");
    return values;
}

Value value_of(const json& given) {
    if (given.is_string()) {
        return given.get<std::string>();
    }
    if (given.is_boolean()) {
        return given.get<bool>();
    }
    if (given.is_number_integer()) {
        return given.get<std::int64_t>();
    }
    if (given.is_number()) {
        return given.get<double>();
    }
    if (given.is_array()) {
        Value::List list;
        for (const json& entry : given) {
            list.push_back(value_of(entry));
        }
        return list;
    }
    Value::Map map;
    for (const auto& [name, entry] : given.items()) {
        map.emplace_back(name, value_of(entry));
    }
    return map;
}

template <class Options>
Options options_of(const json& given) {
    return options_from<Options>(*value_of(given).as<Value::Map>());
}

void expect_same_info(const meeg::Info& info, const json& expected) {
    EXPECT_EQ(info.sfreq, expected["sfreq"].get<double>());
    EXPECT_EQ(info.highpass, expected["highpass"].get<double>());
    EXPECT_EQ(info.lowpass, expected["lowpass"].get<double>());
    EXPECT_EQ(info.meas_date ? json({info.meas_date->seconds, info.meas_date->microseconds}) : json(),
              expected["date"]);
    ASSERT_EQ(meeg::channel_names(info), expected["names"].get<std::vector<std::string>>());
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        const meeg::Channel& channel = info.channels[k];
        EXPECT_EQ(json({fiff::number(channel.kind), fiff::coil_number(channel), fiff::number(channel.unit)}),
                  expected["channels"][k])
            << channel.name;
        EXPECT_EQ(channel.cal * channel.range, expected["cals"][k].get<double>()) << channel.name;
        const json& place = expected["places"][k];
        ASSERT_EQ(std::isfinite(channel.loc[0]), !place.is_null()) << channel.name;
        for (std::size_t axis = 0; axis < (place.is_null() ? 0 : 6); ++axis) {
            EXPECT_NEAR(channel.loc[axis], place[axis].get<double>(), 1e-15);  // rounding of 0.1 m
        }
    }
    if (expected.contains("dig")) {
        ASSERT_EQ(info.dig.size(), expected["dig"].size());
        for (std::size_t k = 0; k < info.dig.size(); ++k) {
            const meeg::DigPoint& point = info.dig[k];
            const json& other = expected["dig"][k];
            EXPECT_EQ(fiff::number(point.kind), other[0].get<int>());
            EXPECT_EQ(point.ident, other[1].get<int>());
            for (std::size_t axis = 0; axis < 3; ++axis) {
                EXPECT_NEAR(point.r[axis], other[2 + axis].get<double>(), 1e-15);
            }
        }
    }
}

/// Rows of samples, of all epochs after each other.
void expect_same_samples(View<const double, 2> rows, const json& expected) {
    if (expected.contains("data")) {
        std::vector<double> all;
        const std::function<void(const json&)> add = [&](const json& part) {
            if (part.is_array()) {
                std::ranges::for_each(part, add);
            } else {
                all.push_back(part.get<double>());
            }
        };
        add(expected["data"]);
        ASSERT_EQ(std::ssize(all), rows.size());
        for (index k = 0; k < rows.size(); ++k) {
            const double reference = all[static_cast<std::size_t>(k)];
            ASSERT_NEAR(rows.data()[k], reference, 1e-15 * std::abs(reference)) << k;  // the product's last bit
        }
        return;
    }
    for (std::size_t r = 0; r < expected["rows"].size(); ++r) {
        const index row = expected["rows"][r];
        const double tolerance = 1e-15 * expected["largest"][r].get<double>();
        double sum = 0;
        for (index t = 0; t < rows.extent(1); ++t) {
            sum += rows(row, t);
        }
        for (std::size_t k = 0; k < expected["at"].size(); ++k) {
            EXPECT_NEAR(rows(row, expected["at"][k].get<index>()), expected["samples"][r][k].get<double>(), tolerance);
        }
        // summed in another order than NumPy's
        EXPECT_NEAR(sum, expected["sums"][r].get<double>(), 1e3 * static_cast<double>(rows.extent(1)) * tolerance);
    }
}

void expect_same_recording(meeg::Raw raw, const json& expected) {
    expect_same_info(raw.info, expected);
    EXPECT_EQ(raw.annotations.orig_time, raw.info.meas_date);
    ASSERT_EQ(raw.annotations.items.size(), expected["annotations"].size());
    for (std::size_t k = 0; k < raw.annotations.items.size(); ++k) {
        const meeg::Annotation& own = raw.annotations.items[k];
        const json& other = expected["annotations"][k];
        EXPECT_NEAR(own.onset, other[0].get<double>(), 0.51e-6);  // MNE rounds to microseconds
        EXPECT_NEAR(own.duration, other[1].get<double>(), 0.51e-6);
        EXPECT_EQ(own.description, other[2].get<std::string>());
    }
    meeg::load(raw);
    EXPECT_EQ(json({raw.data.extents()[0], raw.data.extents()[1]}), expected["shape"]);
    expect_same_samples(raw.data, expected);
}

void expect_same_epochs(const meeg::Epochs& epochs, const json& expected) {
    expect_same_info(epochs.info, expected);
    EXPECT_EQ(epochs.tmin, expected["tmin"].get<double>());
    ASSERT_EQ(json({epochs.n_epochs(), epochs.info.n_channels(), epochs.n_times}), expected["shape"]);
    for (std::size_t k = 0; k < epochs.events.size(); ++k) {
        const meeg::Event& event = epochs.events[k];
        EXPECT_EQ(json({event.sample, event.before, event.id}), expected["events"][k]);
    }
    for (const auto& [name, id] : epochs.event_id) {
        EXPECT_EQ(expected["event_id"].value(name, -1), id) << name;
    }
    EXPECT_EQ(epochs.event_id.size(), expected["event_id"].size());
    const index rows = epochs.n_epochs() * epochs.info.n_channels();
    expect_same_samples(View<const double, 2>(epochs.data.data(), {rows, epochs.n_times}), expected);
}

void expect_same(const std::filesystem::path& path, const json& expected) {
    const json& options = expected["options"];
    if (path.extension() != ".set") {
        const auto chosen = options_of<ReadBrainVisionOptions>(options);
        const auto [raw, units, impedances] = read_brainvision(path, chosen);
        expect_same_recording(raw, expected);
        ASSERT_EQ(impedances.size(), expected["impedances"].size());
        for (std::size_t k = 0; k < impedances.size(); ++k) {
            const Impedance& own = impedances[k];
            EXPECT_EQ(json({own.electrode, std::isnan(own.value) ? json() : json(own.value), own.unit,
                            own.range ? json((*own.range)[0]) : json(), own.range ? json((*own.range)[1]) : json()}),
                      expected["impedances"][k]);
        }
    } else if (expected.contains("events")) {
        expect_same_epochs(read_epochs_eeglab(path, options_of<ReadEeglabOptions>(options)), expected);
    } else {
        expect_same_recording(read_raw_eeglab(path, options_of<ReadEeglabOptions>(options)), expected);
    }
}

TEST(LabFiles, agree_with_mne_on_recorded_files) {
    if (!recorded_data("formats/Brainvision/test_NO.vhdr")) {
        GTEST_SKIP() << "the recorded data is not here; set RANVIER_DATA";
    }
    const Quiet quiet;
    ASSERT_EQ(reference()["real"].size(), 8u);
    for (const json& expected : reference()["real"]) {
        SCOPED_TRACE(expected["file"].get<std::string>());
        const auto path = recorded_data(expected["file"]);
        ASSERT_TRUE(path);
        expect_same(*path, expected);
    }
}

TEST(LabFiles, agree_with_mne_on_files_made_to_have_every_quirk) {
    const Quiet quiet;
    ASSERT_GE(reference()["made"].size(), 28u);
    for (const json& expected : reference()["made"]) {
        SCOPED_TRACE(expected["name"].get<std::string>());
        const TemporaryFolder folder;
        for (const auto& [name, content] : expected["files"].items()) {
            written(folder, name, bytes_of_base64(content));
        }
        expect_same(folder / expected["open"].get<std::string>(), expected);
    }
}

/// Writes the files of a made recording. @return  the one to open
std::filesystem::path put(const TemporaryFolder& folder, const std::string& name) {
    for (const json& entry : reference()["made"]) {
        if (entry["name"] == name) {
            for (const auto& [file, content] : entry["files"].items()) {
                written(folder, file, bytes_of_base64(content));
            }
            return folder / entry["open"].get<std::string>();
        }
    }
    throw InternalError("no made file " + name);
}

/// Reads whatever a file holds, and all of its samples. @return  how many samples there are
index read_all(const std::filesystem::path& path) {
    if (path.extension() == ".vmrk") {
        return std::ssize(read_annotations_brainvision(path, 500).items);
    }
    if (path.extension() == ".set" && holds_epochs_eeglab(path)) {
        return read_epochs_eeglab(path).data.size();
    }
    meeg::Raw raw = path.extension() == ".set" ? read_raw_eeglab(path) : read_raw_brainvision(path);
    meeg::load(raw);
    return raw.data.size();
}

TEST(LabFiles, that_are_cut_anywhere_give_data_or_an_error_that_names_the_file) {
    const Quiet quiet;
    for (const auto& [name, cut] : std::vector<std::pair<std::string, std::string>>{
             {"BrainVision units and names", "x.vhdr"},
             {"BrainVision units and names", "x.vmrk"},
             {"BrainVision units and names", "x.eeg"},
             {"BrainVision vectorized 32 bit", "x.eeg"},
             {"BrainVision text", "x.eeg"},
             {"BrainVision places", "x.vhdr"},
             {"BrainVision filters of the software and impedances", "x.vhdr"},
             {"EEGLAB structure", "x.set"},
             {"EEGLAB structure packed", "x.set"},
             {"EEGLAB fields packed", "x.set"},
             {"EEGLAB apart", "x.fdt"},
             {"EEGLAB epochs", "x.set"}}) {
        SCOPED_TRACE(name + " " + cut);
        const TemporaryFolder folder;
        const auto path = put(folder, name);
        const auto size = std::filesystem::file_size(folder / cut);
        const index whole = read_all(path);
        std::size_t refused = 0;
        for (std::size_t length = size; length-- > 0;) {
            std::filesystem::resize_file(folder / cut, length);
            try {
                ASSERT_LE(read_all(cut == "x.vmrk" ? folder / cut : path), whole) << length;
            } catch (const FileError& error) {
                EXPECT_NE(std::string(error.what()).find((folder / "x").string()), std::string::npos) << error.what();
                EXPECT_LE(error.offset(), static_cast<std::int64_t>(std::max<std::size_t>(size, 10000)))
                    << error.what();
                ++refused;
            }
        }
        EXPECT_GT(refused, 0u);
    }
}

TEST(LabFiles, that_were_recorded_and_are_cut_anywhere_give_data_or_an_error) {
    if (!recorded_data("formats/Brainvision/test_NO.vhdr")) {
        GTEST_SKIP() << "the recorded data is not here; set RANVIER_DATA";
    }
    const Quiet quiet;
    for (const auto& [header, data] : std::vector<std::pair<std::string, std::string>>{
             {"formats/Brainvision/Analyzer_nV_Export.vhdr", "Analyzer_nV_Export.eeg"},
             {"formats/Brainvision/test_NO.vhdr", "test_NO.eeg"},
             {"formats/Brainvision/test_VAmp.ahdr", "test_VAmp.eeg"},
             {"formats/mne/brainvision_test.vhdr", "test.eeg"}}) {
        SCOPED_TRACE(header);
        const auto source = *recorded_data(header);
        const TemporaryFolder folder;
        const auto path = folder / source.filename().string();
        written(folder, data, std::string(28'000, '\0'));  // samples of any content
        for (const bool markers : {false, true}) {
            auto part = source;
            if (markers) {
                part.replace_extension(source.extension() == ".ahdr" ? ".amrk" : ".vmrk");
            }
            std::filesystem::copy_file(source, path, std::filesystem::copy_options::overwrite_existing);
            std::filesystem::permissions(path, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
            const auto goal = markers ? folder / (source.stem().string() + part.extension().string()) : path;
            if (markers) {
                std::filesystem::copy_file(part, goal);
                std::filesystem::permissions(goal, std::filesystem::perms::owner_write,
                                             std::filesystem::perm_options::add);
            }
            std::size_t refused = 0;
            for (std::size_t length = std::filesystem::file_size(goal); length-- > 0;) {
                std::filesystem::resize_file(goal, length);
                try {
                    read_all(path);
                } catch (const FileError&) {
                    ++refused;
                }
            }
            EXPECT_GT(refused, 0u);
        }
    }
}

TEST(LabFiles, of_eeglab_whose_samples_are_many_have_them_in_a_file_of_their_own) {
    const Quiet quiet;
    const TemporaryFolder folder;
    const meeg::Raw raw = read_raw_eeglab(put(folder, "EEGLAB structure"));
    write_raw_eeglab(raw, folder / "a.set", {.largest = 3 * 20 * 4 + 20 * 8 - 1});
    EXPECT_EQ(std::filesystem::file_size(folder / "a.fdt"), 3u * 20 * 4);
    write_raw_eeglab(raw, folder / "b.set", {.largest = 3 * 20 * 4 + 20 * 8});
    EXPECT_FALSE(std::filesystem::exists(folder / "b.fdt"));
    const auto whole = meeg::samples(raw, {0, 1, 2}, 0, 20);
    for (const char* name : {"a.set", "b.set"}) {
        const auto again = meeg::samples(read_raw_eeglab(folder / name), {0, 1, 2}, 0, 20);
        for (index k = 0; k < whole.size(); ++k) {
            EXPECT_NEAR(again.data()[k], whole.data()[k], 6e-8 * std::abs(whole.data()[k]));  // 32 bits
        }
    }
    EXPECT_THROW(write_raw_eeglab(raw, folder / "a.set"), FileError);
    std::filesystem::remove(folder / "a.set");
    EXPECT_THROW(write_raw_eeglab(raw, folder / "a.set", {.largest = 0}), FileError);  // a.fdt is there
    EXPECT_FALSE(std::filesystem::exists(folder / "a.set"));
}

TEST(LabFiles, whose_bytes_are_flipped_are_read_or_refused_but_never_a_crash) {
    const Quiet quiet;
    for (const std::string name : {"BrainVision units and names", "BrainVision filters of the software and impedances",
                                   "EEGLAB structure", "EEGLAB structure packed", "EEGLAB epochs packed"}) {
        SCOPED_TRACE(name);
        const TemporaryFolder folder;
        const auto path = put(folder, name);
        const std::string whole = [&] {
            std::ifstream stream(path, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(stream), {});
        }();
        std::size_t refused = 0;
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        const auto write = [&](std::size_t at, int byte) {
            file.seekp(static_cast<std::streamoff>(at));
            file.put(static_cast<char>(byte));
            file.flush();
        };
        for (std::size_t at = 0; at < whole.size(); write(at, whole[at]), ++at) {
            for (const int flip : {0x01, 0x80}) {
                write(at, whole[at] ^ flip);
                try {
                    read_all(path);
                } catch (const FileError&) {
                    ++refused;
                } catch (const InvalidInput&) {
                    ++refused;
                }
            }
        }
        EXPECT_GT(refused, 0u);
    }
}

TEST(LabFiles, stretches_are_the_same_as_in_the_whole) {
    const Quiet quiet;
    for (const std::string name :
         {"BrainVision units and names", "BrainVision vectorized 32 bit", "EEGLAB structure packed"}) {
        const TemporaryFolder folder;
        const auto path = put(folder, name);
        const meeg::Raw raw = path.extension() == ".set" ? read_raw_eeglab(path) : read_raw_brainvision(path);
        const index n = raw.n_samples();
        const Array<double, 2> whole = meeg::samples(raw, {0, 1, 2}, 0, n);
        for (const auto& [start, stop] : {std::pair<index, index>{0, 1}, {3, 17}, {n - 1, n}, {5, 5}}) {
            const Array<double, 2> part = meeg::samples(raw, {2, 0}, start, stop);
            for (index t = start; t < stop; ++t) {
                EXPECT_EQ(part(0, t - start), whole(2, t));
                EXPECT_EQ(part(1, t - start), whole(0, t));
            }
        }
    }
}

TEST(LabFiles, of_two_gigabytes_are_read_within_a_few_megabytes) {
    const Quiet quiet;
    for (const std::string name : {"BrainVision units and names", "BrainVision vectorized 32 bit", "EEGLAB apart"}) {
        const TemporaryFolder folder;
        const auto path = put(folder, name);
        std::string small = [&] {
            std::ifstream stream(path, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(stream), {});
        }();
        const bool eeglab = path.extension() == ".set", vectorized = name.find("vectorized") != std::string::npos;
        const index sample_bytes = eeglab ? 12 : vectorized ? 12 : 34, samples = 2'000'000'000 / sample_bytes;
        // holes behind the header's data take no room on the disk
        std::filesystem::resize_file(folder / (eeglab ? "x.fdt" : "x.eeg"),
                                     static_cast<std::size_t>(samples * sample_bytes));
        if (vectorized) {
            small.erase(small.find("DataPoints"), std::string("DataPoints=30\n").size());
            written(folder, "x.vhdr", small);
        }
        if (eeglab) {  // the length is a number of the structure: 20.0 as a double behind its name
            std::string points(8, '\0'), many(8, '\0');
            const double before = 20, after = static_cast<double>(samples);
            std::memcpy(points.data(), &before, 8);
            std::memcpy(many.data(), &after, 8);
            for (std::size_t at = small.find(points); at != std::string::npos; at = small.find(points, at + 8)) {
                small.replace(at, 8, many);
            }
            written(folder, "x.set", small);
        }
        const meeg::Raw raw = eeglab ? read_raw_eeglab(path) : read_raw_brainvision(path);
        ASSERT_EQ(raw.n_samples(), samples) << name;
        constexpr index block = 1 << 18;
        Array<double, 2> values({1, block});
        index before = 0, most = 0;
        for (index start = 0; start + block <= samples; start += samples / 40) {  // pieces all over the file
            meeg::read_samples(raw, {1}, start, values);
            before = start == 0 ? resident() : before;
            most = std::max(most, resident());
        }
        EXPECT_LT(most - before, index{20} << 20) << name;
    }
}

}  // namespace
}  // namespace ranvier::formats
