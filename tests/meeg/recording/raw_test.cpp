#include "ranvier/meeg/recording/raw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "ranvier/base/parallel.hpp"
#include "tests/meeg/recording/memory_source.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {

using testing::HasSubstr;

namespace {

std::vector<std::string> names(index n) {
    std::vector<std::string> result;
    for (index k = 0; k < n; ++k) {
        result.push_back("E" + std::to_string(k));
    }
    return result;
}

Info info_of(index n) { return create_info(names(n), 100, ChannelType::eeg); }

/// The same recording in two files of unequal length.
Raw lazy(const Array<double, 2>& data, index cut) {
    const index n = data.extent(1);
    Array<double, 2> first({data.extent(0), cut}), second({data.extent(0), n - cut});
    for (index c = 0; c < data.extent(0); ++c) {
        for (index t = 0; t < n; ++t) {
            (t < cut ? first(c, t) : second(c, t - cut)) = data(c, t);
        }
    }
    return make_raw(info_of(data.extent(0)),
                    std::vector<Segment>{{std::make_shared<MemorySource>(std::move(first)), 0, cut},
                                         {std::make_shared<MemorySource>(std::move(second)), 0, n - cut}});
}

void expect_equal(const Array<double, 2>& a, const Array<double, 2>& b) {
    ASSERT_EQ(a.extents(), b.extents());
    EXPECT_EQ(std::vector<double>(a.data(), a.data() + a.size()), std::vector<double>(b.data(), b.data() + b.size()));
}

Annotations annotations_of(const nlohmann::json& list) {
    Annotations result;
    for (const auto& item : list) {
        result.items.push_back({item[0], item[1], item[2], {}});
    }
    return result;
}

/// Onsets agree to a nanosecond: they are differences of numbers around 10 s.
void expect_annotations(const Annotations& got, const nlohmann::json& expected, const std::string& what) {
    ASSERT_EQ(got.items.size(), expected.size()) << what;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_NEAR(got.items[k].onset, expected[k][0], 1e-9) << what << k;
        EXPECT_NEAR(got.items[k].duration, expected[k][1], 1e-9) << what << k;
        EXPECT_EQ(got.items[k].description, expected[k][2]) << what << k;
    }
}

Raw recording(index n, index first_samp, bool dated) {
    auto info = create_info({"a"}, 97, ChannelType::eeg);
    if (dated) {
        info.meas_date = MeasurementDate{1588748889, 123456};
    }
    return make_raw(info, Array<double, 2>({1, n}), first_samp);
}

}  // namespace

TEST(Raw, lazy_samples_equal_preloaded_ones_across_file_borders) {
    const auto data = waves(5, 3000);
    const auto file = lazy(data, 1234);
    const auto memory = make_raw(info_of(5), data);
    for (const auto& picks : {std::vector<index>{0, 1, 2, 3, 4}, std::vector<index>{3, 1}}) {
        for (const auto& [start, stop] : {std::pair<index, index>{0, 3000}, {1200, 1300}, {1234, 1235}, {7, 7}}) {
            expect_equal(samples(file, picks, start, stop), samples(memory, picks, start, stop));
        }
    }
    auto loaded = file;
    load(loaded);
    EXPECT_TRUE(loaded.preloaded);
    expect_equal(loaded.data, data);
    EXPECT_FALSE(file.preloaded);  // a copy is its own
}

TEST(Raw, a_pending_operator_is_applied_while_reading_whatever_is_picked) {
    const auto data = waves(4, 2000);
    auto file = lazy(data, 777);
    auto memory = make_raw(info_of(4), data);
    Array<double, 2> op({4, 4});
    for (index i = 0; i < 4; ++i) {
        for (index j = 0; j < 4; ++j) {
            op(i, j) = i == 3 ? (j == 3 ? 1.0 : 0.0) : (i == j ? 1.0 : 0.0) - 0.25;
        }
    }
    apply_operator(file, op);
    apply_operator(memory, op);
    for (index i = 0; i < 3; ++i) {  // the definition
        EXPECT_NEAR(memory.data(i, 99), data(i, 99) - 0.25 * (data(0, 99) + data(1, 99) + data(2, 99) + data(3, 99)),
                    1e-15);
    }
    expect_equal(samples(file, {0, 1, 2, 3}, 0, 2000), memory.data);
    expect_equal(samples(file, {3, 1}, 700, 800), samples(memory, {3, 1}, 700, 800));
    pick(file, {3, 1});
    expect_equal(samples(file, {0, 1}, 700, 800), samples(memory, {3, 1}, 700, 800));
    crop(file, 700, 800);
    load(file);
    expect_equal(file.data, samples(memory, {3, 1}, 700, 800));
}

TEST(Raw, a_channel_that_an_operator_does_not_use_can_not_spoil_the_others) {
    auto data = waves(2, 10);
    data(1, 5) = std::numeric_limits<double>::quiet_NaN();
    auto raw = make_raw(info_of(2), data);
    Array<double, 2> op({2, 2});
    op(0, 0) = op(1, 1) = 2;
    apply_operator(raw, op);
    EXPECT_EQ(raw.data(0, 5), 2 * data(0, 5));
    EXPECT_TRUE(std::isnan(raw.data(1, 5)));
}

TEST(Raw, one_two_and_eight_threads_read_the_same_bits) {
    const auto file = [] {
        auto raw = lazy(waves(7, 90000), 12345);
        Array<double, 2> op({7, 7});
        for (index i = 0; i < 7; ++i) {
            for (index j = 0; j < 7; ++j) {
                op(i, j) = (i == j) - 1.0 / 7;
            }
        }
        apply_operator(raw, op);
        return raw;
    }();
    const auto with = [&](int n) {
        const ThreadLimit limit(n);
        return samples(file, pick_all(file.info), 0, 90000);
    };
    const auto one = with(1);
    expect_equal(one, with(2));
    expect_equal(one, with(8));
}

TEST(Raw, what_is_out_of_range_is_refused_by_name_and_value) {
    const auto raw = make_raw(info_of(2), waves(2, 10));
    EXPECT_EQ(message_of([&] { samples(raw, {0}, 5, 11); }), "samples must lie in [0, 10); got [5, 11)");
    EXPECT_EQ(message_of([&] { samples(raw, {2}, 0, 1); }), "picks must lie in 0 … 1; got 2");
    EXPECT_EQ(message_of([&] { make_raw(info_of(3), waves(2, 10)); }),
              "the data must have one row per channel; got 2 rows for 3 channels");
    EXPECT_EQ(message_of([&] { make_raw(info_of(3), std::vector<Segment>{}); }),
              "a recording must have data in memory or segments of files; it has neither");
    EXPECT_THAT(message_of([&] {
                    make_raw(info_of(2), std::vector<Segment>{{std::make_shared<MemorySource>(waves(2, 10)), 0, 11}});
                }),
                HasSubstr("segment 0 must lie within the 10 samples of memory.fif; got [0, 11)"));
    auto copy = raw;
    EXPECT_THAT(message_of([&] { crop_times(copy, 0, 0.1); }), HasSubstr("tmax must not lie behind the last sample"));
    EXPECT_THAT(message_of([&] { crop_times(copy, -0.01, 0.05); }), HasSubstr("tmin must be >= 0 s"));
    crop_times(copy, 0.02, 0.05);
    EXPECT_EQ(copy.n_samples(), 4);
    EXPECT_EQ(copy.first_samp, 2);
}

TEST(Raw, annotations_are_set_cropped_and_joined_as_by_MNE) {
    const auto reference = reference_values("meeg_core");
    for (const auto& c : reference["annotations"]) {
        auto raw = recording(1000, 333, c["meas_date"]);
        auto given = annotations_of(c["given"]);
        if (!c["orig_shift"].is_null()) {
            given.orig_time = raw.info.meas_date;
            const double shifted = 123456e-6 + c["orig_shift"].get<double>();
            given.orig_time->seconds += static_cast<std::int64_t>(std::floor(shifted));
            given.orig_time->microseconds =
                static_cast<std::int32_t>(std::llround((shifted - std::floor(shifted)) * 1e6));
        }
        set_annotations(raw, given, false);
        expect_annotations(raw.annotations, c["set"], "set ");
        auto part = raw;
        crop_times(part, 2, 6);
        EXPECT_EQ(part.first_samp, c["cropped_first_samp"]);
        expect_annotations(part.annotations, c["cropped"], "cropped ");

        auto other = recording(500, 77, c["meas_date"]);
        Annotations two;
        two.items = {{0.5, 0.25, "other", {}}, {4, 9, "late", {}}};
        set_annotations(other, two, false);
        const auto joined = concatenated({raw, other, recording(10, 0, c["meas_date"])});
        EXPECT_EQ(joined.n_samples(), 1510);
        expect_annotations(joined.annotations, c["joined"], "joined ");
    }
}

TEST(Raw, dated_annotations_need_a_dated_recording) {
    auto raw = recording(100, 0, false);
    Annotations dated;
    dated.orig_time = MeasurementDate{1, 2};
    EXPECT_THAT(message_of([&] { set_annotations(raw, dated); }), HasSubstr("need a recording with meas_date"));
    Annotations of_channel;
    of_channel.items = {{0, 1, "x", {"b"}}};
    EXPECT_THAT(message_of([&] { set_annotations(raw, of_channel); }), HasSubstr("'x' names 'b'"));
}

TEST(Raw, recordings_in_memory_and_in_files_join_to_the_same_samples) {
    const auto data = waves(3, 500);
    const auto memory = make_raw(info_of(3), data);
    auto swapped = lazy(data, 100);
    pick(swapped, {2, 0, 1});  // the order of the first recording wins
    auto joined = concatenated({memory, swapped, lazy(data, 50)});
    EXPECT_FALSE(joined.preloaded);
    load(joined);
    const auto twice = concatenated({memory, memory, memory});
    EXPECT_TRUE(twice.preloaded);
    expect_equal(joined.data, twice.data);
    EXPECT_EQ(twice.data(1, 1007), data(1, 7));
    EXPECT_EQ(twice.annotations.items.size(), 4u);
}

// At 100 Hz, 0.6 s after the acquisition began: spans count from the first sample, round half to even and end with it.
TEST(Raw, annotations_are_spans_of_samples) {
    auto raw = make_raw(info_of(1), waves(1, 50), 60);
    raw.info.sfreq = 100;
    raw.annotations.items = {{0.5, 0.2, "bad_a", {}}, {0.725, 0.02, "BAD b", {}}, {0.8, 9, "c", {}}};
    const auto all = annotation_spans(raw, {""});
    ASSERT_EQ(all.size(), 3u);
    EXPECT_NEAR(all[0].onset, -0.1, 1e-12);
    EXPECT_EQ(std::pair(all[0].begin, all[0].end), std::pair(index{0}, index{10}));
    EXPECT_EQ(std::pair(all[1].begin, all[1].end), std::pair(index{12}, index{14}));
    EXPECT_EQ(std::pair(all[2].begin, all[2].end), std::pair(index{20}, index{50}));
    const auto bad = annotation_spans(raw, {"Bad", "EDGE"});
    ASSERT_EQ(bad.size(), 2u);
    EXPECT_EQ(bad[1].description, "BAD b");
    EXPECT_TRUE(annotation_spans(raw, {}).empty());
}

TEST(Raw, recordings_that_do_not_fit_are_not_joined) {
    const auto one = make_raw(info_of(2), waves(2, 10));
    auto rate = one, bads = one, other = one;
    rate.info.sfreq = 50;
    EXPECT_THAT(message_of([&] { concatenated({one, rate}); }), HasSubstr("recording 1 has 50"));
    bads.info.bads = {"E0"};
    EXPECT_THAT(message_of([&] { concatenated({one, bads}); }), HasSubstr("the same bad channels"));
    rename_channels(other, {{"E0", "X"}});
    EXPECT_THAT(message_of([&] {
                    concatenated({one, one, other});
                }),
                HasSubstr("recording 2 and the first differ in 'E0', 'X'"));
    EXPECT_THAT(message_of([] { concatenated({}); }), HasSubstr("got none"));
}

}  // namespace ranvier::meeg
