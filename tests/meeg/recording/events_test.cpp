#include "ranvier/meeg/recording/events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {

using testing::HasSubstr;

namespace {

Raw with_trigger(const std::vector<double>& values, index first_samp = 0, double sfreq = 250) {
    Array<double, 2> data({1, static_cast<index>(values.size())});
    std::copy(values.begin(), values.end(), data.data());
    return make_raw(create_info({"STI 014"}, sfreq, ChannelType::stim), std::move(data), first_samp);
}

Events events_of(const nlohmann::json& list) {
    Events events;
    for (const auto& row : list) {
        events.push_back({row[0], row[1], row[2]});
    }
    return events;
}

FindEventsOptions consecutive(Consecutive rule, Output output = Output::onset) {
    FindEventsOptions options;
    options.consecutive = rule;
    options.output = output;
    return options;
}

}  // namespace

// The steps of 0 32 32 33 32 0, by hand.
TEST(FindEvents, onsets_offsets_and_steps_of_a_small_trigger) {
    const auto raw = with_trigger({0, 32, 32, 33, 32, 0}, 100);
    auto options = consecutive(Consecutive::increasing);
    EXPECT_EQ(find_events(raw, options), (Events{{101, 0, 32}, {103, 32, 33}}));
    EXPECT_EQ(find_events(raw, consecutive(Consecutive::no)), (Events{{101, 0, 32}}));
    options = consecutive(Consecutive::yes);
    options.shortest_event = 1;
    EXPECT_EQ(find_events(raw, options), (Events{{101, 0, 32}, {103, 32, 33}, {104, 33, 32}}));
    options.output = Output::offset;
    EXPECT_EQ(find_events(raw, options), (Events{{102, 33, 32}, {103, 32, 33}, {104, 0, 32}}));
}

TEST(FindEvents, every_combination_of_rules_gives_what_MNE_gives) {
    const auto reference = reference_values("meeg_core");
    const auto raw = with_trigger(reference["stim"].get<std::vector<double>>(), 50);
    int cases = 0;
    for (const auto& c : reference["find_events"]) {
        FindEventsOptions options;
        options.output = c["output"] == "onset" ? Output::onset : c["output"] == "step" ? Output::step : Output::offset;
        options.consecutive = c["consecutive"] == "true"    ? Consecutive::yes
                              : c["consecutive"] == "false" ? Consecutive::no
                                                            : Consecutive::increasing;
        options.min_duration = c["min_duration"];
        options.shortest_event = 0;
        if (!c["mask"].is_null()) {
            options.mask = c["mask"].get<int>();
        }
        options.mask_type = c["mask_type"];
        options.initial_event = c["initial"];
        nlohmann::json settings = c;
        settings.erase("events");
        EXPECT_EQ(find_events(raw, options), events_of(c["events"])) << settings;
        ++cases;
    }
    EXPECT_GT(cases, 100);
}

TEST(FindEvents, a_set_sixteenth_bit_is_undone_by_uint_cast) {
    const auto reference = reference_values("meeg_core");
    const auto raw = with_trigger({0, 0, -32768, -32768, -32768, 0, 0, 5, 5, 0});
    FindEventsOptions options;
    EXPECT_EQ(find_events(raw, options), events_of(reference["negative"]));
    options.uint_cast = true;
    EXPECT_EQ(find_events(raw, options), events_of(reference["uint_cast"]));
}

TEST(FindEvents, the_newer_combination_channel_goes_before_the_older_one_and_both_before_the_rest) {
    Array<double, 2> data({3, 10});
    data(0, 2) = data(0, 3) = 1;
    data(1, 4) = data(1, 5) = 2;
    data(2, 6) = data(2, 7) = 3;
    const auto found = [&](const std::vector<std::string>& names) {
        return find_events(make_raw(create_info(names, 100, ChannelType::stim), data)).front().id;
    };
    EXPECT_EQ(found({"STI 014", "STI101", "STI 001"}), 2);
    EXPECT_EQ(found({"x", "STI 001", "STI 014"}), 3);
    const auto all = find_events(make_raw(create_info({"a", "b", "c"}, 100, ChannelType::stim), data));
    EXPECT_EQ(all, (Events{{2, 0, 1}, {4, 0, 2}, {6, 0, 3}}));
}

TEST(FindEvents, one_event_on_two_channels_counts_once) {
    Array<double, 2> data({2, 10});
    for (index channel : {0, 1}) {
        data(channel, 2) = data(channel, 3) = 1;
    }
    EXPECT_EQ(find_events(make_raw(create_info({"a", "b"}, 100, ChannelType::stim), data)), (Events{{2, 0, 1}}));
}

TEST(FindEvents, what_can_not_be_is_said) {
    EXPECT_THAT(message_of([] {
                    find_events(with_trigger({0, 1, 2, 0}));
                }),
                HasSubstr("1 events on channel 'STI 014' are shorter than shortest_event = 2 samples"));
    EXPECT_THAT(message_of([] {
                    find_events(with_trigger({0, std::numeric_limits<double>::quiet_NaN(), 0}));
                }),
                HasSubstr("got nan at sample 1 of channel 'STI 014'"));
    const auto raw = make_raw(create_info({"a"}, 100, ChannelType::eeg), Array<double, 2>({1, 5}));
    EXPECT_EQ(message_of([&] { find_events(raw); }),
              "there must be a channel of type stim to find events; there is none; name one as stim_channel");
    EXPECT_EQ(find_events(with_trigger({0, 0, 0})), Events{});
    EXPECT_EQ(find_events(with_trigger({7, 7, 7})), Events{});  // a constant has no event
}

TEST(EventsFromAnnotations, onsets_become_the_samples_that_MNE_gives) {
    const auto reference = reference_values("meeg_core");
    for (const auto& c : reference["annotations"]) {
        auto info = create_info({"a"}, 97, ChannelType::eeg);
        const bool dated = c["meas_date"];
        if (dated) {
            info.meas_date = MeasurementDate{1588748889, 123456};
        }
        auto raw = make_raw(info, Array<double, 2>({1, 1000}), 333);
        for (const auto& item : c["set"]) {
            add_annotation(raw, {item[0], item[1], item[2], {}});
        }
        const auto [events, ids] = events_from_annotations(raw);
        EXPECT_EQ(events, events_of(c["events"]));
        ASSERT_EQ(ids.size(), c["ids"].size());
        for (const auto& [name, code] : ids) {
            EXPECT_EQ(code, c["ids"][name]);
        }
        EXPECT_EQ(events_from_annotations(raw, {}, 0, false, false).first, events_of(c["truncated"]));

        auto [chunks, chunk_ids] =
            events_from_annotations(raw, EventIds{{"x", 7}, {"BAD long", 9}, {"none", 3}}, 0.1, true);
        if (!dated) {  // MNE-Python 1.13 adds first_samp once too often here: the first chunk must be where "x" is
            for (auto& chunk : chunks) {
                chunk.sample += 333;
            }
        }
        EXPECT_EQ(chunks, events_of(c["chunks"]));
        EXPECT_EQ(chunk_ids, (EventIds{{"BAD long", 9}, {"x", 7}}));

        const auto back = annotations_from_events(events, 97, ids, 333, {});
        ASSERT_EQ(back.items.size(), c["back"].size());
        for (std::size_t k = 0; k < back.items.size(); ++k) {
            EXPECT_DOUBLE_EQ(back.items[k].onset, c["back"][k][0]);
            EXPECT_EQ(back.items[k].description, c["back"][k][2]);
        }
    }
}

TEST(EventsFromAnnotations, descriptions_are_chosen_by_how_they_begin_and_by_name) {
    auto raw = with_trigger(std::vector<double>(100, 0.0));
    for (const auto* description : {"T2", "T1", "edge of the world", "Bad", "T0"}) {
        add_annotation(raw, {0.1, 0, description, {}});
    }
    EXPECT_EQ(events_from_annotations(raw).second, (EventIds{{"T0", 1}, {"T1", 2}, {"T2", 3}}));
    EXPECT_EQ(events_from_annotations(raw, {}, 0, true).second,
              (EventIds{{"Bad", 1}, {"T0", 2}, {"T1", 3}, {"T2", 4}, {"edge of the world", 5}}));
    EXPECT_EQ(events_from_annotations(raw, EventIds{{"T2", 5}}).first, (Events{{25, 0, 5}}));
    EXPECT_EQ(message_of([&] {
                  events_from_annotations(raw, EventIds{{"T3", 5}});
              }),
              "no annotation has one of the descriptions asked for; there are 'Bad', 'T0', 'T1', 'T2', "
              "'edge of the world'");
}

TEST(Events, names_match_by_all_their_tags) {
    const EventIds ids{{"auditory/left", 1}, {"auditory/right", 2}, {"visual/left", 3}};
    EXPECT_EQ(matching_names(ids, {"auditory"}), (std::vector<std::string>{"auditory/left", "auditory/right"}));
    EXPECT_EQ(matching_names(ids, {"left/auditory"}), (std::vector<std::string>{"auditory/left"}));
    EXPECT_EQ(matching_names(ids, {"visual", "right"}), (std::vector<std::string>{"auditory/right", "visual/left"}));
    EXPECT_THAT(message_of([&] { matching_names(ids, {"auditory/lef"}); }),
                HasSubstr("no event is named 'auditory/lef'; did you mean 'auditory/left'"));
}

}  // namespace ranvier::meeg
