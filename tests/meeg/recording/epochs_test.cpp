// Epochs at their edges: nothing left, one sample, NaN, flat channels, any number of threads, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "ranvier/base/log.hpp"
#include "tests/meeg/recording/epochs_recording.hpp"

namespace ranvier::meeg {

using testing::HasSubstr;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

EpochsOptions plain_options() {
    EpochsOptions o;
    o.tmin = -0.1;
    o.tmax = 0.2;
    return o;
}

const Events four{{600, 0, 1}, {800, 0, 2}, {1000, 0, 1}, {1900, 0, 2}};
const EventIds ids{{"a", 1}, {"b", 2}};

/// Silence for what a test provokes on purpose.
class Quiet {
public:
    Quiet() : before_(set_log_sink([](LogLevel, const std::string&) {})) {}
    ~Quiet() { set_log_sink(before_); }

private:
    LogSink before_;
};

Info two_channels() { return create_info({"E0", "E1"}, 100, ChannelType::eeg); }

}  // namespace

TEST(Epochs, an_average_of_nothing_says_what_dropped_the_epochs) {
    const Quiet quiet;
    auto o = plain_options();
    o.reject = {{ChannelType::eeg, 1e-9}};
    auto epochs = make_epochs(std::make_shared<Raw>(plain_recording()), four, ids, o);
    const std::string expected = "there must be an epoch to average; 4 of 4 epochs were dropped: C2 4×, C3 4×";
    EXPECT_EQ(message_of([&] { average(epochs); }), expected);
    load(epochs);
    EXPECT_EQ(epochs.n_epochs(), 0);
    EXPECT_EQ(epochs.data.extent(0), 0);
    check(epochs);
    EXPECT_EQ(message_of([&] { average(epochs); }), expected);
    EXPECT_EQ(message_of([&] { standard_error(epochs); }), expected);
    EXPECT_EQ(data_of(epochs).extent(0), 0);
}

TEST(Epochs, delayed_projections_reject_as_applied_ones_do_and_leave_the_samples) {
    const Quiet quiet;
    const auto raw = projected_recording();
    const auto made = [&](Projecting proj, double limit) {
        auto o = plain_options();
        o.baseline.reset();
        o.reject = {{ChannelType::eeg, limit}};
        o.proj = proj;
        return make_epochs(raw, four, ids, o);
    };
    // A limit between the projected epochs' greatest amplitudes: some are dropped and some are kept.
    auto all = made(Projecting::yes, 1);
    load(all);
    std::vector<double> most;
    for (index e = 0; e < all.n_epochs(); ++e) {
        most.push_back(0);
        for (const index c : pick_types(all.info, {ChannelType::eeg}, true)) {
            const auto x = all.data.view()[e].row(c);
            most.back() = std::max(most.back(), *std::ranges::max_element(x) - *std::ranges::min_element(x));
        }
    }
    std::ranges::sort(most);
    const double limit = (most[1] + most[2]) / 2;
    auto applied = made(Projecting::yes, limit), plain = made(Projecting::no, 1);
    drop_bad(applied);
    ASSERT_EQ(applied.n_epochs(), 2);
    for (const bool load_first : {false, true}) {
        auto delayed = made(Projecting::delayed, load_first ? 1 : limit);
        if (load_first) {
            load(delayed);
            drop_bad(delayed, {{ChannelType::eeg, limit}}, {});
        }
        EXPECT_FALSE(all_active(delayed.info));
        drop_bad(delayed);
        EXPECT_EQ(delayed.drop_log, applied.drop_log);
        expect_same_bits(data_of(delayed), data_of(subset(plain, delayed.selection)));
        apply_projections(delayed);
        expect_same_bits(data_of(delayed), data_of(applied));
    }
}

TEST(Epochs, a_sample_that_is_no_number_drops_its_epoch_where_its_channel_has_a_limit) {
    for (const double spoil : {nan, std::numeric_limits<double>::infinity()}) {
        auto recording = plain_recording();
        recording.data(2, 800 - 333 + 5) = spoil;
        recording.data(6, 1000 - 333 + 5) = spoil;  // the stim channel has no limit
        for (const bool flat : {false, true}) {
            for (const bool lazy : {false, true}) {
                auto o = plain_options();
                (flat ? o.flat : o.reject) = {{ChannelType::eeg, flat ? 0.0 : 1.0}};
                const auto raw = lazy ? lazy_copy(recording) : std::make_shared<Raw>(recording);
                auto epochs = make_epochs(raw, four, ids, o);
                load(epochs);
                EXPECT_EQ(epochs.selection, (std::vector<index>{0, 2, 3}));
                EXPECT_EQ(epochs.drop_log[1], (std::vector<std::string>{"C2"}));
                EXPECT_TRUE(std::isfinite(average(epochs).data(2, 3)));
            }
        }
    }
}

TEST(Epochs, without_limits_a_sample_that_is_no_number_stays_where_it_is) {
    auto recording = plain_recording();
    recording.data(2, 800 - 333 + 5) = nan;
    auto o = plain_options();
    o.baseline.reset();
    auto epochs = make_epochs(std::make_shared<Raw>(recording), four, ids, o);
    load(epochs);
    EXPECT_EQ(epochs.n_epochs(), 4);
    const auto mean = average(epochs, {2, 3}).data;
    index spoilt = 0;
    for (index k = 0; k < mean.size(); ++k) {
        spoilt += std::isnan(mean.data()[k]) ? 1 : 0;
    }
    EXPECT_EQ(spoilt, 1);
}

TEST(Epochs, a_flat_channel_is_a_reason_only_under_a_limit_of_flatness) {
    Array<double, 3> data({2, 2, 50});
    for (index t = 0; t < 50; ++t) {
        data(0, 0, t) = data(1, 0, t) = data(0, 1, t) = wave(0, t);  // E1 of the second epoch is 0
    }
    const Events events{{1, 0, 1}, {2, 0, 1}};
    EXPECT_EQ(make_epochs(two_channels(), data, events, 0, {{"a", 1}}).n_epochs(), 2);
    const auto epochs = make_epochs(two_channels(), data, events, 0, {{"a", 1}}, {}, {}, {{ChannelType::eeg, 1e-6}});
    EXPECT_EQ(epochs.selection, (std::vector<index>{0}));
    EXPECT_EQ(epochs.drop_log[1], (std::vector<std::string>{"E1"}));
    auto bad = two_channels();
    bad.bads = {"E1"};  // a bad channel is no reason
    EXPECT_EQ(make_epochs(bad, data, events, 0, {{"a", 1}}, {}, {}, {{ChannelType::eeg, 1e-6}}).n_epochs(), 2);
}

TEST(Epochs, of_one_sample_are_cut_detrended_and_averaged) {
    auto o = plain_options();
    o.tmin = o.tmax = 0.1;
    o.baseline.reset();
    const auto recording = plain_recording();
    const auto evoked = average(make_epochs(std::make_shared<Raw>(recording), four, ids, o));
    ASSERT_EQ(evoked.n_times(), 1);
    const double expected = (recording.data(1, 600 - 333 + 25) + recording.data(1, 800 - 333 + 25) +
                             recording.data(1, 1000 - 333 + 25) + recording.data(1, 1900 - 333 + 25)) /
                            4;
    EXPECT_DOUBLE_EQ(evoked.data(1, 0), expected);
    for (const int order : {0, 1}) {  // a single sample is its own mean and its own line
        o.detrend = order;
        EXPECT_EQ(average(make_epochs(std::make_shared<Raw>(recording), four, ids, o)).data(1, 0), 0);
    }
    o.detrend.reset();
    o.tmin = o.tmax = 0;
    o.baseline = Baseline{{}, 0.0};
    EXPECT_THAT(message_of([&] { make_epochs(std::make_shared<Raw>(recording), four, ids, o); }),
                HasSubstr("is a single sample where the data begin at 0 s"));
}

TEST(Epochs, zeros_at_the_end_of_a_recording_are_data_like_others) {
    auto recording = plain_recording();
    for (index c = 0; c < 7; ++c) {
        std::fill_n(recording.data.view().row(c).begin() + 2900, 100, 0.0);
    }
    auto o = plain_options();
    const Events events{{600, 0, 1}, {333 + 2940, 0, 1}};
    const auto raw = std::make_shared<Raw>(recording);
    const auto evoked = average(make_epochs(raw, events, {{"a", 1}}, o));
    EXPECT_EQ(evoked.nave, 2);
    for (index k = 0; k < evoked.data.size(); ++k) {
        EXPECT_TRUE(std::isfinite(evoked.data.data()[k]));
    }
    o.flat = {{ChannelType::eeg, 1e-9}};
    EXPECT_EQ(average(make_epochs(raw, events, {{"a", 1}}, o)).nave, 1);
}

TEST(Epochs, one_two_and_eight_threads_and_lazy_or_loaded_data_give_the_same_bits) {
    const auto memory = projected_recording();
    const auto file = lazy_copy(*memory);
    auto o = plain_options();
    o.reject = {{ChannelType::eog, 5e-4}};
    Events many;
    for (index k = 0; k < 60; ++k) {
        many.push_back({400 + k * 43, 0, 1});
    }
    const auto result = [&](const std::shared_ptr<Raw>& raw, int n) {
        const ThreadLimit limit(n);
        auto epochs = make_epochs(raw, many, {{"a", 1}}, o);
        const auto streamed = average(epochs);
        load(epochs);
        expect_same_bits(streamed.data, average(epochs).data);
        return std::pair(epochs.data, streamed.data);
    };
    const auto one = result(memory, 1);
    EXPECT_LT(one.first.extent(0), 60);
    for (const auto& raw : {memory, file}) {
        for (const int n : {1, 2, 8}) {
            const auto other = result(raw, n);
            expect_same_bits(one.first, other.first);
            expect_same_bits(one.second, other.second);
        }
    }
}

TEST(Epochs, a_lazy_recording_with_a_reference_is_cut_as_the_loaded_one) {
    auto memory = plain_recording();
    auto file = lazy_copy(memory);
    set_eeg_reference(*file);
    Raw loaded = *file;
    load(loaded);
    auto o = plain_options();
    o.picks = {3, 5};
    expect_same_bits(average(make_epochs(file, four, ids, o)).data,
                     average(make_epochs(std::make_shared<Raw>(loaded), four, ids, o)).data);
}

TEST(Epochs, limits_can_only_become_stricter) {
    auto o = plain_options();
    o.reject = {{ChannelType::eeg, 1e-3}};
    auto epochs = make_epochs(std::make_shared<Raw>(plain_recording()), four, ids, o);
    load(epochs);
    EXPECT_EQ(message_of([&] {
                  drop_bad(epochs, {{ChannelType::eeg, 2e-3}}, {});
              }),
              "a reject limit must be at least as strict as before, since dropped epochs don't come back; eeg had "
              "0.001 before and 0.002 now");
    drop_bad(epochs, {{ChannelType::eog, 1.0}}, {});
    EXPECT_EQ(epochs.options.reject.size(), 2u);
    EXPECT_THAT(message_of([&] {
                    drop_bad(epochs, {{ChannelType::ecog, 1.0}}, {});
                }),
                HasSubstr("there is no channel of type ecog"));
}

TEST(Epochs, what_contradicts_itself_is_refused) {
    const auto raw = std::make_shared<Raw>(plain_recording());
    const auto refusal = [&](const EpochsOptions& o, const EventIds& names = ids, const Events& events = four) {
        return message_of([&] { make_epochs(raw, events, names, o); });
    };
    auto o = plain_options();
    EXPECT_EQ(refusal(o, {{"c", 3}}), "no event has code 3 ('c') among the 4 events");
    EXPECT_THAT(refusal(o, ids, {{600, 0, 1}, {600, 0, 2}}), HasSubstr("sample 600 has 2"));
    o.tmax = -0.2;
    EXPECT_EQ(refusal(o), "tmin must be <= tmax; got tmin -0.1 s and tmax -0.2 s");
    o = plain_options();
    o.baseline = Baseline{-0.5, 0.0};
    EXPECT_THAT(refusal(o), HasSubstr("the baseline must lie within the data"));
    o = plain_options();
    o.decim = 0;
    EXPECT_EQ(refusal(o), "decim must be >= 1; got 0");
    o = plain_options();
    o.reject = {{ChannelType::eeg, -1.0}};
    EXPECT_THAT(refusal(o), HasSubstr("rejection limits must be >= 0"));
    o = plain_options();
    o.reject_tmin = 0.1;
    o.reject_tmax = 0.05;
    EXPECT_THAT(refusal(o), HasSubstr("reject_tmin must be < reject_tmax"));
    auto lazy = make_epochs(raw, four, ids, plain_options());
    EXPECT_EQ(message_of([&] { crop(lazy, 0.0, 0.1); }), "crop needs loaded epochs; load them first");
}

TEST(Epochs, groups_to_equalize_must_not_share_epochs) {
    auto epochs =
        make_epochs(std::make_shared<Raw>(plain_recording()), four, {{"a/x", 1}, {"b/x", 2}}, plain_options());
    EXPECT_THAT(message_of([&] { equalize_event_counts(epochs, {{"a"}, {"x"}}); }), HasSubstr("must not share epochs"));
    EXPECT_THAT(message_of([&] { equalize_event_counts(epochs, {{"a"}, {"b"}}, "mean"); }), HasSubstr("got 'mean'"));
    auto same = epochs;
    drop(epochs, {0});
    drop(same, {0});
    EXPECT_EQ(equalize_event_counts(epochs, {}, "random", 7), equalize_event_counts(same, {}, "random", 7));
    EXPECT_EQ(matching(epochs, {"a"}).size(), matching(epochs, {"b"}).size());
}

TEST(Evoked, a_baseline_makes_the_mean_there_zero) {
    auto evoked = make_evoked(two_channels(), waves(2, 100), -0.3);
    apply_baseline(evoked, -0.1, 0.2);
    double sum = 0;
    for (index t = 20; t <= 50; ++t) {
        sum += evoked.data(1, t);
    }
    EXPECT_NEAR(sum, 0, 1e-13);  // 31 numbers of the order of 1
    EXPECT_THAT(message_of([&] { apply_baseline(evoked, -5, 0); }), HasSubstr("must lie within the data"));
}

TEST(Evoked, only_what_has_the_same_channels_and_times_is_combined) {
    const auto a = make_evoked(two_channels(), waves(2, 10)), b = make_evoked(two_channels(), waves(2, 10), 0.1);
    EXPECT_THAT(message_of([&] { combine_evoked({a, b}, {1, 1}); }), HasSubstr("must have the same times"));
    EXPECT_THAT(message_of([&] { combine_evoked({a, a}, {1}); }), HasSubstr("got 1 weights for 2 evokeds"));
    EXPECT_THAT(message_of([&] { combine_evoked({}, {}); }), HasSubstr("got none"));
    EXPECT_THAT(message_of([&] { combination_weights({a}, "best"); }), HasSubstr("got 'best'"));
}

TEST(Projector, is_idempotent_and_leaves_channels_apart_untouched) {
    const auto raw = projected_recording();
    const auto p = projector(raw->info);
    for (index i = 0; i < 7; ++i) {
        for (index j = 0; j < 7; ++j) {
            double square = 0;
            for (index k = 0; k < 7; ++k) {
                square += p.matrix(i, k) * p.matrix(k, j);
            }
            EXPECT_NEAR(square, p.matrix(i, j), 1e-14);
        }
    }
    for (const index apart : {4, 5, 6}) {  // bad, EOG, stim
        for (index j = 0; j < 7; ++j) {
            EXPECT_EQ(p.matrix(apart, j), apart == j ? 1 : 0);
        }
    }
}

TEST(Reference, an_unapplied_projection_on_the_channels_is_in_the_way) {
    auto raw = plain_recording();
    Projection p;
    p.description = "EEG artefact";
    p.channels = {"C2"};
    p.vectors = Array<double, 2>({1, 1});
    p.vectors(0, 0) = 1;
    add_projections(raw.info, {p});
    EXPECT_THAT(message_of([&] { set_eeg_reference(raw); }), HasSubstr("'EEG artefact' involves channel 'C2'"));
    EXPECT_THAT(message_of([&] { set_eeg_reference(raw, {}, {ChannelType::seeg}); }), HasSubstr("of type seeg"));
    EXPECT_THAT(message_of([&] { set_eeg_reference(raw, {"C22"}); }), HasSubstr("there is no channel 'C22'"));
    EXPECT_THAT(message_of([&] { add_reference_channels(raw, {"C2"}); }), HasSubstr("there is a channel 'C2' already"));
}

}  // namespace ranvier::meeg
