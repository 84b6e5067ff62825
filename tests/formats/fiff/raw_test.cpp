#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/formats/fiff/data.hpp"
#include "tests/formats/fiff/examples.hpp"
#include "tests/places.hpp"

namespace ranvier::formats {
namespace {

using nlohmann::json;
using testing::HasSubstr;

void expect_same_info(const meeg::Info& a, const meeg::Info& b) {
    ASSERT_EQ(a.channels.size(), b.channels.size());
    for (std::size_t k = 0; k < a.channels.size(); ++k) {
        const auto &p = a.channels[k], &q = b.channels[k];
        EXPECT_EQ(p.name, q.name);
        EXPECT_EQ(p.scanno, q.scanno);
        EXPECT_EQ(p.logno, q.logno);
        EXPECT_EQ(p.kind, q.kind);
        EXPECT_EQ(p.coil_type, q.coil_type);
        EXPECT_EQ(p.unit, q.unit);
        EXPECT_EQ(p.unit_mul, q.unit_mul);
        EXPECT_EQ(p.coord_frame, q.coord_frame);
        EXPECT_EQ(p.cal, q.cal);
        for (std::size_t i = 0; i < 12; ++i) {
            EXPECT_TRUE(p.loc[i] == q.loc[i] || (std::isnan(p.loc[i]) && std::isnan(q.loc[i]))) << p.name << " " << i;
        }
    }
    EXPECT_EQ(a.sfreq, b.sfreq);
    EXPECT_EQ(a.highpass, b.highpass);
    EXPECT_EQ(a.lowpass, b.lowpass);
    EXPECT_EQ(a.line_freq, b.line_freq);
    EXPECT_EQ(a.bads, b.bads);
    EXPECT_EQ(a.meas_date, b.meas_date);
    EXPECT_EQ(a.experimenter, b.experimenter);
    EXPECT_EQ(a.description, b.description);
    EXPECT_EQ(a.proj_name, b.proj_name);
    EXPECT_EQ(a.custom_ref_applied, b.custom_ref_applied);
    EXPECT_EQ(a.maxshield, b.maxshield);
    ASSERT_EQ(a.dev_head_t.has_value(), b.dev_head_t.has_value());
    if (a.dev_head_t) {
        EXPECT_EQ((*a.dev_head_t)->matrix, (*b.dev_head_t)->matrix);
    }
    ASSERT_EQ(a.dig.size(), b.dig.size());
    for (std::size_t k = 0; k < a.dig.size(); ++k) {
        EXPECT_EQ(a.dig[k].kind, b.dig[k].kind);
        EXPECT_EQ(a.dig[k].ident, b.dig[k].ident);
        EXPECT_EQ(a.dig[k].r, b.dig[k].r);
        EXPECT_EQ(a.dig[k].coord_frame, b.dig[k].coord_frame);
    }
    ASSERT_EQ(a.projections.size(), b.projections.size());
    for (std::size_t k = 0; k < a.projections.size(); ++k) {
        const auto &p = a.projections[k], &q = b.projections[k];
        EXPECT_EQ(p.description, q.description);
        EXPECT_EQ(p.kind, q.kind);
        EXPECT_EQ(p.active, q.active);
        EXPECT_EQ(p.channels, q.channels);
        EXPECT_EQ(p.explained_variance, q.explained_variance);
        ASSERT_EQ(p.vectors.extents(), q.vectors.extents());
        EXPECT_TRUE(std::equal(p.vectors.data(), p.vectors.data() + p.vectors.size(), q.vectors.data()));
    }
    ASSERT_EQ(a.compensations.size(), b.compensations.size());
    for (std::size_t k = 0; k < a.compensations.size(); ++k) {
        EXPECT_EQ(a.compensations[k].kind, b.compensations[k].kind);
        EXPECT_EQ(a.compensations[k].row_names, b.compensations[k].row_names);
        EXPECT_EQ(a.compensations[k].column_names, b.compensations[k].column_names);
        EXPECT_EQ(a.compensations[k].matrix(0, 0), b.compensations[k].matrix(0, 0));
    }
}

void expect_same_samples(const meeg::Raw& a, const meeg::Raw& b, double tolerance = 0) {
    ASSERT_EQ(a.n_samples(), b.n_samples());
    const auto picks = meeg::pick_all(a.info);
    const auto x = meeg::samples(a, picks, 0, a.n_samples()), y = meeg::samples(b, picks, 0, b.n_samples());
    for (index c = 0; c < x.extent(0); ++c) {
        double worst = 0, largest = 0;
        for (index s = 0; s < x.extent(1); ++s) {
            worst = std::max(worst, std::abs(x(c, s) - y(c, s)));
            largest = std::max(largest, std::abs(x(c, s)));
        }
        EXPECT_LE(worst, tolerance * largest) << a.info.channels[static_cast<std::size_t>(c)].name;
    }
}

TEST(FiffRaw, a_recording_comes_back_from_every_format_with_its_samples_info_and_annotations) {
    const TemporaryFolder folder;
    const meeg::Raw raw = small_recording(1000);
    for (const std::string format : {"single", "double", "int", "short"}) {
        for (const std::string name : {"a_raw.fif", "a_raw.fif.gz"}) {
            SCOPED_TRACE(format + " " + name);
            const auto paths = write_raw_fif(raw, folder / name, {.format = format, .overwrite = true});
            EXPECT_EQ(paths, std::vector{folder / name});
            const meeg::Raw back = read_raw_fif(folder / name);
            EXPECT_FALSE(back.preloaded);
            EXPECT_EQ(back.first_samp, raw.first_samp);
            EXPECT_EQ(back.segments.front().source->storage(), format);
            expect_same_info(raw.info, back.info);
            expect_same_samples(raw, back);
            EXPECT_EQ(back.annotations.orig_time, raw.annotations.orig_time);
            ASSERT_EQ(back.annotations.items.size(), raw.annotations.items.size());
            for (std::size_t k = 0; k < raw.annotations.items.size(); ++k) {
                // Onsets lie on the microsecond grid of dates.
                EXPECT_NEAR(back.annotations.items[k].onset, raw.annotations.items[k].onset, 1e-6);
                EXPECT_NEAR(back.annotations.items[k].duration, raw.annotations.items[k].duration, 1e-6);
                EXPECT_EQ(back.annotations.items[k].description, raw.annotations.items[k].description);
                EXPECT_EQ(back.annotations.items[k].channels, raw.annotations.items[k].channels);
            }
        }
    }
}

TEST(FiffRaw, samples_are_divided_by_the_calibration_and_rounded_to_single_whatever_it_is) {
    // More channels than fill a vector, and some over.
    const TemporaryFolder folder;
    const index n = 26, samples = 1001;
    std::vector<std::string> names;
    for (index c = 0; c < n; ++c) {
        names.push_back("C" + std::to_string(c));
    }
    meeg::Info info = meeg::create_info(names, 1000, std::vector(names.size(), meeg::ChannelType::eeg));
    Array<double, 2> data({n, samples});
    RandomStream stream(3, 0, 0);
    for (index c = 0; c < n; ++c) {
        const double power = std::ldexp(1.0, static_cast<int>(c) - 12);
        info.channels[static_cast<std::size_t>(c)].cal = c < 8 || c == 17 ? power : c < 20 ? 0.1 * power : -power;
        for (index s = 0; s < samples; ++s) {
            data(c, s) = std::ldexp(stream.normal(), static_cast<int>(s % 61) - 30);
        }
    }
    const meeg::Raw raw = meeg::make_raw(info, std::move(data));
    write_raw_fif(raw, folder / "a_raw.fif");
    const meeg::Raw back = read_raw_fif(folder / "a_raw.fif");
    const auto read = meeg::samples(back, meeg::pick_all(back.info), 0, samples);
    for (index c = 0; c < n; ++c) {
        const auto cal = static_cast<double>(static_cast<float>(raw.info.channels[static_cast<std::size_t>(c)].cal));
        for (index s = 0; s < samples; ++s) {
            ASSERT_EQ(read(c, s), static_cast<double>(static_cast<float>(raw.data(c, s) / cal)) * cal) << c << " " << s;
        }
    }
}

TEST(FiffRaw, annotations_without_a_date_keep_their_place) {
    const TemporaryFolder folder;
    meeg::Raw raw = small_recording();
    raw.info.meas_date.reset();
    meeg::set_annotations(raw, {{{0.5, 0.25, "here", {}}}, {}});
    write_raw_fif(raw, folder / "a_raw.fif");
    const fiff::File file(folder / "a_raw.fif");
    const auto* date = file.root().first(fiff::block::meas_info)->find(fiff::tag::meas_date);
    ASSERT_TRUE(date);
    EXPECT_EQ(file.integers(*date), (std::vector{0, 2147483647}));  // MNE-Python's mark of an unknown date
    const meeg::Raw back = read_raw_fif(folder / "a_raw.fif");
    EXPECT_FALSE(back.info.meas_date);
    ASSERT_EQ(back.annotations.items.size(), 1u);
    EXPECT_NEAR(back.annotations.items[0].onset, raw.annotations.items[0].onset, 1e-6);
}

TEST(FiffRaw, a_lazy_recording_is_written_as_it_is) {
    const TemporaryFolder folder;
    const meeg::Raw raw = small_recording(500);
    write_raw_fif(raw, folder / "a_raw.fif", {.format = "short"});
    meeg::Raw lazy = read_raw_fif(folder / "a_raw.fif");
    meeg::crop(lazy, 13, 377);
    write_raw_fif(lazy, folder / "b_raw.fif", {.format = "short"});
    const meeg::Raw back = read_raw_fif(folder / "b_raw.fif");
    EXPECT_EQ(back.first_samp, raw.first_samp + 13);
    expect_same_samples(lazy, back);
}

TEST(FiffRaw, parts_of_the_channels_and_samples_are_what_the_whole_has_there) {
    const TemporaryFolder folder;
    const meeg::Raw raw = small_recording(333);
    write_raw_fif(raw, folder / "a_raw.fif", {.format = "double", .buffer_samples = 7});
    const meeg::Raw back = read_raw_fif(folder / "a_raw.fif");
    const std::vector<index> picks{4, 1, 2, 0};
    for (const auto& [start, stop] : {std::pair<index, index>{0, 1}, {5, 9}, {6, 300}, {332, 333}, {40, 40}}) {
        const auto part = meeg::samples(back, picks, start, stop);
        for (std::size_t row = 0; row < picks.size(); ++row) {
            for (index s = start; s < stop; ++s) {
                EXPECT_EQ(part(static_cast<index>(row), s - start), raw.data(picks[row], s));
            }
        }
    }
}

TEST(FiffRaw, one_and_several_threads_write_and_read_the_same_bytes) {
    const TemporaryFolder folder;
    const meeg::Raw raw = small_recording(5000);
    std::vector<std::vector<char>> files;
    for (const int n : {1, 2, 8}) {
        const ThreadLimit limit(n);
        write_raw_fif(raw, folder / "a_raw.fif", {.overwrite = true, .buffer_samples = 2000});
        files.push_back(contents(folder / "a_raw.fif"));
        expect_same_samples(raw, read_raw_fif(folder / "a_raw.fif"));
    }
    EXPECT_EQ(files[0], files[1]);
    EXPECT_EQ(files[0], files[2]);
}

TEST(FiffRaw, a_split_recording_is_put_together_again) {
    for (const std::string naming : {"neuromag", "bids"}) {
        SCOPED_TRACE(naming);
        const TemporaryFolder folder;
        const meeg::Raw raw = small_recording(200'000);  // 4 MB in single precision
        const auto paths = write_raw_fif(raw, folder / "sub_meg.fif",
                                         {.split_size = 2'500'000, .split_naming = naming, .buffer_samples = 1000});
        ASSERT_EQ(paths.size(), 3u);
        if (naming == "neuromag") {
            EXPECT_EQ(paths[0].filename(), "sub_meg.fif");
            EXPECT_EQ(paths[2].filename(), "sub_meg-2.fif");
        } else {
            EXPECT_EQ(paths[0].filename(), "sub_split-01_meg.fif");
            EXPECT_EQ(paths[2].filename(), "sub_split-03_meg.fif");
        }
        for (const auto& path : paths) {
            EXPECT_LT(fs::file_size(path), 2'500'000u);
        }
        const meeg::Raw back = read_raw_fif(paths[0]);
        EXPECT_EQ(back.segments.size(), 3u);
        EXPECT_EQ(back.first_samp, raw.first_samp);
        expect_same_samples(raw, back);
        EXPECT_EQ(back.annotations.items.size(), 2u);
        EXPECT_EQ(read_raw_fif(paths[0], {.follow_split = false}).segments.size(), 1u);
        const meeg::Raw second = read_raw_fif(paths[1], {.follow_split = false});
        EXPECT_EQ(second.first_samp, raw.first_samp + back.segments[0].end);
        fs::remove(paths[2]);
        EXPECT_THROW(read_raw_fif(paths[0]), FileError);
        EXPECT_EQ(read_raw_fif(paths[0], {.missing_split_is_error = false}).segments.size(), 2u);
    }
}

TEST(FiffRaw, pauses_of_the_acquisition_read_as_zeros_that_are_annotated) {
    const TemporaryFolder folder;
    meeg::Raw raw = small_recording(20);
    raw.info.projections.clear();
    meeg::set_annotations(raw, {});
    fiff::Writer out(folder / "gap_raw.fif", false);
    fiff::start_measurement(out, raw.info);
    fiff::write_info(out, raw.info, fiff::type::float_, true);
    out.start_block(fiff::block::raw_data);
    out.integer(fiff::tag::first_sample, 100);
    out.integer(fiff::tag::data_skip, 2);  // before the first sample: moves the clock by two buffers
    const std::vector<double> ones(5 * 10, 1.0);
    out.reals(fiff::tag::data_buffer, ones, fiff::type::float_);
    out.integer(fiff::tag::data_skip, 3);
    out.reals(fiff::tag::data_buffer, ones, fiff::type::float_);
    out.end_block(fiff::block::raw_data);
    out.end_block(fiff::block::meas);
    out.commit();
    const meeg::Raw back = read_raw_fif(folder / "gap_raw.fif");
    EXPECT_EQ(back.first_samp, 120);
    EXPECT_EQ(back.n_samples(), 50);
    const auto data = meeg::samples(back, {1}, 0, 50);
    for (index s = 0; s < 50; ++s) {
        EXPECT_EQ(data(0, s), s < 10 || s >= 40 ? 1.0 : 0.0) << s;
    }
    ASSERT_EQ(back.annotations.items.size(), 1u);
    EXPECT_EQ(back.annotations.items[0].description, "BAD_ACQ_SKIP");
    EXPECT_DOUBLE_EQ(back.annotations.items[0].onset, 13.0);  // sample 130 at 10 Hz
    EXPECT_DOUBLE_EQ(back.annotations.items[0].duration, 3.0);
}

std::string message(const auto& f) {
    try {
        f();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(FiffRaw, what_can_not_be_written_is_refused_with_the_reason) {
    const TemporaryFolder folder;
    meeg::Raw raw = small_recording();
    EXPECT_THAT(message([&] { write_raw_fif(raw, folder / "a_raw.fif", {.format = "float"}); }),
                HasSubstr("format must be \"single\", \"double\", \"int\" or \"short\"; got \"float\""));
    EXPECT_THAT(message([&] { write_raw_fif(raw, folder / "a_raw.fif", {.split_size = 1000}); }),
                HasSubstr("split_size must hold the measurement info"));
    raw.data(1, 3) = 40000;
    EXPECT_THAT(message([&] { write_raw_fif(raw, folder / "a_raw.fif", {.format = "short"}); }),
                HasSubstr("channel EEG 002 has 40000.0"));
    raw.data(1, 3) = NAN;
    EXPECT_THAT(message([&] { write_raw_fif(raw, folder / "a_raw.fif", {.format = "int"}); }), HasSubstr("nan"));
    EXPECT_TRUE(fs::is_empty(folder / ""));  // no part of a file is left behind
    write_raw_fif(raw, folder / "a_raw.fif");
    EXPECT_THAT(message([&] { write_raw_fif(raw, folder / "a_raw.fif"); }), HasSubstr("exists already"));
}

TEST(FiffRaw, a_recording_under_active_shielding_needs_a_word) {
    const TemporaryFolder folder;
    meeg::Raw raw = small_recording();
    raw.info.maxshield = true;
    write_raw_fif(raw, folder / "a_raw.fif");
    EXPECT_THAT(message([&] { read_raw_fif(folder / "a_raw.fif"); }), HasSubstr("allow_maxshield"));
    EXPECT_TRUE(read_raw_fif(folder / "a_raw.fif", {.allow_maxshield = true}).info.maxshield);
}

TEST(FiffRaw, a_file_cut_at_any_byte_is_an_error) {
    const TemporaryFolder folder;
    const meeg::Raw raw = small_recording();
    const auto read = [](const fs::path& path) { read_raw_fif(path); };
    write_raw_fif(raw, folder / "a_raw.fif");
    expect_no_part_is_read(folder / "a_raw.fif", folder / "cut_raw.fif", 1, read);
    write_raw_fif(raw, folder / "a_raw.fif.gz");
    expect_no_part_is_read(folder / "a_raw.fif.gz", folder / "cut_raw.fif.gz", 1, read);
}

TEST(FiffRaw, changed_bytes_lead_to_a_recording_or_a_file_error) {
    const TemporaryFolder folder;
    write_raw_fif(small_recording(), folder / "a_raw.fif");
    expect_flips_are_survived(folder / "a_raw.fif", folder / "b_raw.fif", 3000, 7, [](const fs::path& path) {
        const meeg::Raw raw = read_raw_fif(path, {.missing_split_is_error = false});
        meeg::samples(raw, {0}, 0, std::min<index>(raw.n_samples(), 100));
    });
}

TEST(FiffRaw, something_else_is_no_fiff_file) {
    const TemporaryFolder folder;
    const std::string text(200, 'x');
    put(folder / "a_raw.fif", text.data(), text.size());
    EXPECT_THAT(message([&] { read_raw_fif(folder / "a_raw.fif"); }), HasSubstr("a_raw.fif at byte 0"));
    EXPECT_THROW(read_raw_fif(folder / "absent_raw.fif"), FileError);
}

/// Values by MNE-Python, from tests/reference/fiff.py.
TEST(FiffRaw, recorded_files_have_the_values_that_mne_reads) {
    const json reference =
        json::parse(std::ifstream(ranvier::tests::source_folder().string() + "/tests/reference/fiff.json"));
    int tested = 0;
    for (const json& entry : reference["raw"]) {
        const auto path = recorded_data(entry["file"]);
        if (!path) {
            continue;
        }
        ++tested;
        SCOPED_TRACE(entry["file"].get<std::string>());
        const meeg::Raw raw = read_raw_fif(*path, {.allow_maxshield = true});
        EXPECT_EQ(raw.first_samp, entry["first_samp"]);
        EXPECT_EQ(raw.n_samples(), entry["n_times"]);
        EXPECT_EQ(raw.info.sfreq, entry["sfreq"].get<double>());
        EXPECT_EQ(raw.info.highpass, entry["highpass"].get<double>());
        EXPECT_EQ(raw.info.lowpass, entry["lowpass"].get<double>());
        EXPECT_EQ(raw.info.bads, entry["bads"].get<std::vector<std::string>>());
        EXPECT_EQ(raw.info.dig.size(), entry["n_dig"].get<std::size_t>());
        EXPECT_EQ(raw.info.projections.size(), entry["n_projs"].get<std::size_t>());
        EXPECT_EQ(raw.info.compensations.size(), entry["n_comps"].get<std::size_t>());
        EXPECT_EQ(meeg::channel_names(raw.info), entry["ch_names"].get<std::vector<std::string>>());
        std::vector<std::string> types;
        for (const auto& channel : raw.info.channels) {
            types.emplace_back(meeg::name(channel.type()));
        }
        EXPECT_EQ(types, entry["ch_types"].get<std::vector<std::string>>());
        for (const json& value : entry["values"]) {
            const index channel = value[0], sample = value[1];
            EXPECT_EQ(meeg::samples(raw, {channel}, sample, sample + 1)(0, 0), value[2].get<double>());
        }
        const TemporaryFolder folder;
        write_raw_fif(raw, folder / "copy_raw.fif", {.format = "double"});
        const meeg::Raw copy = read_raw_fif(folder / "copy_raw.fif", {.allow_maxshield = true});
        expect_same_info(raw.info, copy.info);
        expect_same_samples(raw, copy, 1e-15);  // x·cal/cal may differ in the last bit
    }
    if (tested == 0) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
}

TEST(FiffRaw, a_recorded_file_cut_short_is_an_error) {
    const auto path = recorded_data("formats/misc/neuromag122_test_file-raw.fif");
    if (!path) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
    const TemporaryFolder folder;
    // Every 97th byte: all bytes would take minutes.
    expect_no_part_is_read(*path, folder / "cut_raw.fif", 997, [](const fs::path& cut) { read_raw_fif(cut); });
}

}  // namespace
}  // namespace ranvier::formats
