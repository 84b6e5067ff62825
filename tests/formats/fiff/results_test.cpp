#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ranvier/formats/fiff/data.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "tests/formats/fiff/examples.hpp"
#include "tests/places.hpp"

namespace ranvier::formats {
namespace {

using nlohmann::json;

const json& reference() {
    static const json values =
        json::parse(std::ifstream(ranvier::tests::source_folder().string() + "/tests/reference/fiff.json"));
    return values;
}

/// Values exact in single precision, and with them a calibration.
Array<double, 2> small_matrix(index rows, index columns, unsigned seed = 3) {
    std::mt19937 random(seed);
    Array<double, 2> m({rows, columns});
    for (index k = 0; k < m.size(); ++k) {
        m.data()[k] = static_cast<double>(static_cast<int>(random() % 2001) - 1000) / 64;
    }
    return m;
}

meeg::Evoked small_evoked(const std::string& comment, const std::string& kind) {
    meeg::Evoked evoked;
    evoked.info = small_recording().info;
    evoked.data = small_matrix(evoked.info.n_channels(), 9, static_cast<unsigned>(comment.size()));
    evoked.first = -3;
    evoked.nave = 17;
    evoked.comment = comment;
    evoked.kind = kind;
    evoked.baseline_tmin = -0.25;
    evoked.baseline_tmax = 0.0;
    return evoked;
}

TEST(FiffEvoked, averages_and_standard_errors_come_back) {
    const TemporaryFolder folder;
    const std::vector<meeg::Evoked> evokeds{small_evoked("left × right", "average"),
                                            small_evoked("the same", "standard_error")};
    for (const std::string name : {"a-ave.fif", "a-ave.fif.gz"}) {
        write_evokeds_fif(evokeds, folder / name);
        const auto back = read_evokeds_fif(folder / name);
        ASSERT_EQ(back.size(), 2u);
        for (std::size_t k = 0; k < 2; ++k) {
            EXPECT_EQ(back[k].comment, evokeds[k].comment);
            EXPECT_EQ(back[k].kind, evokeds[k].kind);
            EXPECT_EQ(back[k].nave, 17);
            EXPECT_EQ(back[k].first, -3);
            EXPECT_EQ(back[k].baseline_tmin, -0.25);
            EXPECT_EQ(back[k].baseline_tmax, 0.0);
            EXPECT_EQ(meeg::channel_names(back[k].info), meeg::channel_names(evokeds[k].info));
            ASSERT_EQ(back[k].data.extents(), evokeds[k].data.extents());
            EXPECT_TRUE(
                std::equal(back[k].data.data(), back[k].data.data() + back[k].data.size(), evokeds[k].data.data()));
        }
    }
}

TEST(FiffEvoked, times_between_samples_are_kept) {
    const TemporaryFolder folder;
    auto evoked = small_evoked("a", "average");
    meeg::set_tmin(evoked, -0.2625);  // at 10 Hz
    write_evokeds_fif({evoked}, folder / "a-ave.fif");
    EXPECT_NEAR(read_evokeds_fif(folder / "a-ave.fif")[0].tmin(), -0.2625, 1e-7);  // single precision in the file
}

TEST(FiffEvoked, a_file_cut_at_any_byte_is_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    write_evokeds_fif({small_evoked("a", "average"), small_evoked("b", "standard_error")}, folder / "a-ave.fif");
    const auto read = [](const fs::path& path) { read_evokeds_fif(path); };
    expect_no_part_is_read(folder / "a-ave.fif", folder / "cut-ave.fif", 1, read);
    expect_flips_are_survived(folder / "a-ave.fif", folder / "b-ave.fif", 2000, 5, read);
}

TEST(FiffEvoked, recorded_averages_have_the_values_that_mne_reads) {
    int tested = 0;
    for (const json& entry : reference()["evoked"]) {
        const auto path = recorded_data(entry["file"]);
        if (!path) {
            continue;
        }
        ++tested;
        SCOPED_TRACE(entry["file"].get<std::string>());
        const auto all = read_evokeds_fif(*path, true);
        const auto& evoked = all.at(entry["number"]);
        EXPECT_EQ(evoked.comment, entry["comment"]);
        EXPECT_EQ(evoked.nave, entry["nave"]);
        EXPECT_EQ(evoked.first, entry["first"]);
        EXPECT_EQ(evoked.kind, entry["kind"]);
        EXPECT_EQ(evoked.n_times(), entry["n_times"]);
        for (const json& value : entry["values"]) {
            EXPECT_NEAR(evoked.data(value[0].get<index>(), value[1].get<index>()), value[2].get<double>(),
                        1e-15 * std::abs(value[2].get<double>()));
        }
    }
    if (tested == 0) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
}

meeg::Covariance small_covariance(bool diagonal) {
    meeg::Covariance c;
    c.names = {"a", "b:c", "d"};
    c.bads = {"d"};
    c.diagonal = diagonal;
    c.nfree = 250;
    c.method = "empirical";
    c.loglik = -12.5;
    c.data = small_matrix(diagonal ? 1 : 3, 3);
    if (!diagonal) {
        for (index i = 0; i < 3; ++i) {
            for (index j = 0; j < i; ++j) {
                c.data(i, j) = c.data(j, i);
            }
        }
    }
    c.eig = {1, 2, 3};
    c.eigvec = small_matrix(3, 3, 9);
    return c;
}

TEST(FiffCovariance, full_and_diagonal_covariances_come_back) {
    const TemporaryFolder folder;
    for (const bool diagonal : {false, true}) {
        const auto c = small_covariance(diagonal);
        write_covariance_fif(c, folder / "a-cov.fif", true);
        const auto back = read_covariance_fif(folder / "a-cov.fif");
        EXPECT_EQ(back.names, c.names);
        EXPECT_EQ(back.bads, c.bads);
        EXPECT_EQ(back.diagonal, c.diagonal);
        EXPECT_EQ(back.nfree, c.nfree);
        EXPECT_EQ(back.method, c.method);
        EXPECT_EQ(back.loglik, c.loglik);
        EXPECT_EQ(back.eig, c.eig);
        ASSERT_EQ(back.data.extents(), c.data.extents());
        EXPECT_TRUE(std::equal(back.data.data(), back.data.data() + back.data.size(), c.data.data()));
        const auto read = [](const fs::path& path) { read_covariance_fif(path); };
        expect_no_part_is_read(folder / "a-cov.fif", folder / "cut-cov.fif", 1, read);
        expect_flips_are_survived(folder / "a-cov.fif", folder / "b-cov.fif", 2000, 11, read);
    }
}

TEST(FiffCovariance, recorded_covariances_have_the_values_that_mne_reads) {
    int tested = 0;
    for (const json& entry : reference()["cov"]) {
        const auto path = recorded_data(entry["file"]);
        if (!path) {
            continue;
        }
        ++tested;
        SCOPED_TRACE(entry["file"].get<std::string>());
        const auto c = read_covariance_fif(*path);
        EXPECT_EQ(c.names, entry["names"].get<std::vector<std::string>>());
        EXPECT_EQ(c.bads, entry["bads"].get<std::vector<std::string>>());
        EXPECT_EQ(c.nfree, entry["nfree"]);
        EXPECT_EQ(c.diagonal, entry["diag"]);
        EXPECT_EQ(c.projections.size(), entry["n_projs"].get<std::size_t>());
        for (const json& value : entry["values"]) {
            EXPECT_EQ(c.data(value[0].get<index>(), value[1].get<index>()), value[2].get<double>());
        }
    }
    if (tested == 0) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
}

TEST(FiffEvents, events_come_back_from_fif_and_text) {
    const TemporaryFolder folder;
    const meeg::Events events{{100, 0, 1}, {250, 1, 32}, {-4, 0, 7}};
    for (const std::string name : {"a-eve.fif", "a-eve.fif.gz", "a-eve.txt", "a.eve"}) {
        write_events_fif(events, folder / name);
        EXPECT_EQ(read_events_fif(folder / name), events) << name;
    }
    const auto read = [](const fs::path& path) { read_events_fif(path); };
    expect_no_part_is_read(folder / "a-eve.fif", folder / "cut-eve.fif", 1, read);
    expect_flips_are_survived(folder / "a-eve.fif", folder / "b-eve.fif", 2000, 13, read);
    const std::string old = "100 1.234 0 1\n250 2.5 1 32 # comment\n\n";
    put(folder / "old.eve", old.data(), old.size());
    EXPECT_EQ(read_events_fif(folder / "old.eve"), (meeg::Events{{100, 0, 1}, {250, 1, 32}}));
    const std::string wrong = "100 0 1\n250 x 32\n";
    put(folder / "wrong.eve", wrong.data(), wrong.size());
    EXPECT_THROW(read_events_fif(folder / "wrong.eve"), FileError);
}

TEST(FiffEvents, recorded_lists_are_what_mne_reads) {
    int tested = 0;
    for (const json& entry : reference()["events"]) {
        const auto path = recorded_data(entry["file"]);
        if (!path) {
            continue;
        }
        ++tested;
        meeg::Events expected;
        for (const json& event : entry["events"]) {
            expected.push_back({event[0].get<index>(), event[1].get<int>(), event[2].get<int>()});
        }
        EXPECT_EQ(read_events_fif(*path), expected) << entry["file"];
    }
    if (tested == 0) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
}

TEST(FiffProjections, projections_come_back) {
    const TemporaryFolder folder;
    auto projections = small_recording().info.projections;
    projections.push_back(projections.front());
    projections[1].kind = meeg::ProjectionKind::field;
    projections[1].active = true;
    projections[1].explained_variance.reset();
    write_projections_fif(projections, folder / "a-proj.fif");
    const auto back = read_projections_fif(folder / "a-proj.fif");
    ASSERT_EQ(back.size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(back[k].kind, projections[k].kind);
        EXPECT_EQ(back[k].active, projections[k].active);
        EXPECT_EQ(back[k].description, projections[k].description);
        EXPECT_EQ(back[k].channels, projections[k].channels);
        EXPECT_EQ(back[k].explained_variance, projections[k].explained_variance);
        EXPECT_EQ(back[k].vectors(0, 2), projections[k].vectors(0, 2));
    }
    const auto read = [](const fs::path& path) { read_projections_fif(path); };
    expect_no_part_is_read(folder / "a-proj.fif", folder / "cut-proj.fif", 1, read);
    expect_flips_are_survived(folder / "a-proj.fif", folder / "b-proj.fif", 2000, 17, read);
}

TEST(FiffProjections, recorded_projections_have_the_values_that_mne_reads) {
    int tested = 0;
    for (const json& entry : reference()["proj"]) {
        const auto path = recorded_data(entry["file"]);
        if (!path) {
            continue;
        }
        ++tested;
        const auto projections = read_projections_fif(*path);
        ASSERT_EQ(projections.size(), entry["projs"].size());
        for (std::size_t k = 0; k < projections.size(); ++k) {
            const json& expected = entry["projs"][k];
            EXPECT_EQ(projections[k].description, expected["desc"]);
            EXPECT_EQ(fiff::number(projections[k].kind), expected["kind"]);
            EXPECT_EQ(projections[k].channels, expected["names"].get<std::vector<std::string>>());
            for (const json& value : expected["values"]) {
                EXPECT_EQ(projections[k].vectors(value[0].get<index>(), value[1].get<index>()), value[2].get<double>());
            }
        }
    }
    if (tested == 0) {
        GTEST_SKIP() << "no recorded data: set RANVIER_DATA";
    }
}

TEST(FiffAnnotations, annotations_come_back_with_and_without_a_date) {
    const TemporaryFolder folder;
    meeg::Annotations annotations{{{0.125, 0.5, "a: b", {}}, {2, 0, "ω", {"EEG 1", "x:y"}}}, {}};
    for (const bool dated : {false, true}) {
        if (dated) {
            annotations.orig_time = meeg::MeasurementDate{-5, 999'999};
        }
        write_annotations_fif(annotations, folder / "a-annot.fif", true);
        const auto back = read_annotations_fif(folder / "a-annot.fif");
        EXPECT_EQ(back.items, annotations.items);
        EXPECT_EQ(back.orig_time, annotations.orig_time);
        const auto read = [](const fs::path& path) { read_annotations_fif(path); };
        expect_no_part_is_read(folder / "a-annot.fif", folder / "cut-annot.fif", 1, read);
        expect_flips_are_survived(folder / "a-annot.fif", folder / "b-annot.fif", 2000, 19, read);
    }
}

TEST(FiffInfo, measurement_info_comes_back_alone) {
    const TemporaryFolder folder;
    const auto info = small_recording().info;
    write_info_fif(info, folder / "a-info.fif");
    const auto back = read_info_fif(folder / "a-info.fif");
    EXPECT_EQ(meeg::channel_names(back), meeg::channel_names(info));
    EXPECT_EQ(back.bads, info.bads);
    EXPECT_EQ(back.meas_date, info.meas_date);
    ASSERT_EQ(back.preserved_blocks.size(), 1u);
    EXPECT_EQ(back.preserved_blocks[0].tags[0].data, info.preserved_blocks[0].tags[0].data);
    const auto read = [](const fs::path& path) { read_info_fif(path); };
    expect_no_part_is_read(folder / "a-info.fif", folder / "cut-info.fif", 1, read);
}

TEST(FiffText, names_beyond_latin_1_survive) {
    for (const std::string text : {"", "plain", "Zoë × µV", "αβγ → δ", "🧠", "&#38; stays", "&#945"}) {
        EXPECT_EQ(fiff::utf8_from_latin1(fiff::latin1_from_utf8(text)), text);
    }
    EXPECT_THROW(fiff::latin1_from_utf8("\xff\xfe"), InvalidInput);
}

}  // namespace
}  // namespace ranvier::formats
