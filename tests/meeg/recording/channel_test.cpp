#include "ranvier/meeg/recording/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/meeg/recording/display.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {

using testing::HasSubstr;

TEST(Channel, every_type_has_the_kind_coil_unit_and_frame_that_MNE_gives_it) {
    const auto reference = reference_values("meeg_core");
    ASSERT_EQ(reference["channels"].size(), channel_types().size());
    for (const auto& expected : reference["channels"]) {
        const auto type = channel_type(expected["type"].get<std::string>());
        const auto channel = make_channel("c", type);
        EXPECT_EQ(formats::fiff::number(channel.kind), expected["kind"]) << expected;
        EXPECT_EQ(formats::fiff::number(channel.coil_type), expected["coil"]) << expected;
        EXPECT_EQ(formats::fiff::number(channel.unit), expected["unit"]) << expected;
        EXPECT_EQ(formats::fiff::number(channel.coord_frame), expected["frame"]) << expected;
    }
}

TEST(Channel, type_of_a_made_channel_is_the_type_it_was_made_of) {
    for (const auto type : channel_types()) {
        EXPECT_EQ(make_channel("c", type).type(), type) << name(type);
        EXPECT_EQ(channel_type(name(type)), type);
        Channel other = make_channel("c", ChannelType::misc);
        set_type(other, type);
        EXPECT_EQ(other.type(), type) << name(type);
    }
}

TEST(Channel, an_unknown_type_names_its_near_ones) {
    EXPECT_THAT(message_of([] { channel_type("eegg"); }), HasSubstr("did you mean 'eeg'"));
}

TEST(Channel, a_kind_that_means_nothing_is_an_error_that_names_the_channel) {
    Channel channel;
    channel.name = "X1";
    channel.kind = unnamed<ChannelKind>(4711);
    EXPECT_THAT(message_of([&] { channel.type(); }), HasSubstr("kind 4711"));
    EXPECT_THAT(message_of([&] { channel.type(); }), HasSubstr("'X1'"));
}

TEST(Channel, types_are_shown_in_units_that_fit_theirs) {
    EXPECT_EQ(display(ChannelType::eeg).unit, "µV");
    EXPECT_EQ(display(ChannelType::grad).factor, 1e13);
    const std::map<std::string, double> ranges{{"eeg", 20e-6},  {"eog", 150e-6},    {"ecg", 5e-4}, {"mag", 1e-12},
                                               {"grad", 4e-11}, {"ref_meg", 1e-12}, {"emg", 1e-3}, {"misc", 0}};
    for (const auto& [type, range] : ranges) {  // scalings_plot_raw of MNE-Python 1.13
        EXPECT_EQ(display(channel_type(type)).half_range, range) << type;
    }
    for (const auto type : channel_types()) {
        const Display& shown = display(type);
        const std::string_view si = unit_symbol(make_channel("c", type));
        EXPECT_FALSE(shown.title.empty()) << name(type);
        if (shown.factor == 1 && si != "" && si != "V" && si != "px") {
            EXPECT_EQ(shown.unit, si) << name(type);
        }
    }
}

TEST(Channel, the_origin_is_no_position) {
    Channel channel;
    EXPECT_FALSE(channel.has_position());
    channel.loc->fill(0);
    EXPECT_FALSE(channel.has_position());
    channel.loc[2] = 0.1;
    EXPECT_TRUE(channel.has_position());
}

TEST(Info, data_picks_are_those_of_MNE) {
    const auto reference = reference_values("meeg_core");
    std::vector<std::string> names;
    for (std::size_t k = 0; k < channel_types().size(); ++k) {
        names.push_back("c" + std::to_string(k));
    }
    std::vector<ChannelType> types;
    for (const auto& channel : reference["channels"]) {
        types.push_back(channel_type(channel["type"].get<std::string>()));
    }
    const auto info = create_info(names, 100, types);
    EXPECT_EQ(pick_data(info), reference["data_picks"].get<std::vector<index>>());
    EXPECT_EQ(info.lowpass, 50);
}

TEST(Info, double_names_and_rates_that_are_not_positive_are_refused) {
    EXPECT_EQ(message_of([] {
                  create_info({"a", "b", "a"}, 100, ChannelType::eeg);
              }),
              "channel names must differ; 'a' names channels 0 and 2");
    EXPECT_EQ(message_of([] { create_info({"a"}, 0, ChannelType::eeg); }), "sfreq must be > 0 Hz; got 0 Hz");
    EXPECT_EQ(message_of([] { create_info({"a"}, 100, std::vector<ChannelType>{}); }),
              "there must be one channel type per name; got 1 names and 0 types");
    EXPECT_EQ(unique_channel_names({"a", "b", "a"}), (std::vector<std::string>{"a-0", "b", "a-1"}));
}

TEST(Info, picking_drops_bads_and_projections_of_channels_that_went) {
    auto info = create_info({"a", "b", "c"}, 100, ChannelType::eeg);
    info.bads = {"a", "c"};
    for (const char* name : {"a", "b"}) {
        Projection p;
        p.channels = {name};
        p.vectors = Array<double, 2>({1, 1});
        info.projections.push_back(p);
    }
    pick_channels(info, {2, 1});
    EXPECT_EQ(channel_names(info), (std::vector<std::string>{"c", "b"}));
    EXPECT_EQ(info.bads, (std::vector<std::string>{"c"}));
    ASSERT_EQ(info.projections.size(), 1u);
    EXPECT_EQ(info.projections[0].channels[0], "b");
    EXPECT_EQ(message_of([&] { pick_channels(info, {}); }), "picks must name at least one channel; got none");
    EXPECT_EQ(message_of([&] { pick_channels(info, {0, 0}); }), "picks must differ; channel 'c' is picked twice");
    EXPECT_EQ(message_of([&] { pick_channels(info, {2}); }), "picks must lie in 0 … 1; got 2");
}

TEST(Info, renaming_may_swap_names_and_fails_whole) {
    auto info = create_info({"a", "b", "c"}, 100, ChannelType::eeg);
    info.bads = {"a"};
    rename_channels(info, {{"a", "b"}, {"b", "a"}});
    EXPECT_EQ(channel_names(info), (std::vector<std::string>{"b", "a", "c"}));
    EXPECT_EQ(info.bads, (std::vector<std::string>{"b"}));
    EXPECT_EQ(message_of([&] {
                  rename_channels(info, {{"a", "c"}});
              }),
              "channel names must differ; 'c' names channels 1 and 2");
    EXPECT_EQ(channel_names(info), (std::vector<std::string>{"b", "a", "c"}));
    EXPECT_THAT(message_of([&] { rename_channels(info, {{"x", "y"}}); }), HasSubstr("there is no channel 'x'"));
}

TEST(Info, the_type_of_a_projected_channel_can_not_change) {
    auto info = create_info({"a", "b"}, 100, ChannelType::eeg);
    Projection p;
    p.description = "P";
    p.channels = {"a"};
    p.vectors = Array<double, 2>({1, 1});
    info.projections.push_back(p);
    EXPECT_THAT(message_of([&] {
                    set_channel_types(info, {{"b", ChannelType::eog}, {"a", ChannelType::eog}});
                }),
                HasSubstr("while projection 'P' holds it"));
    EXPECT_EQ(info.channels[1].type(), ChannelType::eeg);
    set_channel_types(info, {{"b", ChannelType::eog}});
    EXPECT_EQ(info.channels[1].type(), ChannelType::eog);
}

TEST(Info, check_names_the_bad_channel_that_does_not_exist) {
    auto info = create_info({"Fp1", "b"}, 100, ChannelType::eeg);
    info.bads = {"fp1"};
    EXPECT_THAT(message_of([&] { check(info); }), HasSubstr("a bad channel must be one of the channels; 'fp1' is not"));
}

// times = (−20 … 50)/97, a rate that is no divisor of the bounds
TEST(Info, a_time_range_reaches_to_the_nearest_samples) {
    std::vector<double> times;
    for (int k = -20; k <= 50; ++k) {
        times.push_back(k / 97.0);
    }
    EXPECT_EQ(time_range(times, 97, 0.0, 0.1), std::pair(index{20}, index{31}));  // 0.1 · 97 = 9.7 → 10, included
    EXPECT_EQ(time_range(times, 97, 0.0, 0.1, false), std::pair(index{20}, index{30}));
    EXPECT_EQ(time_range(times, 97, {}, {}, false), std::pair(index{0}, index{71}));
    EXPECT_THAT(message_of([&] { time_range(times, 97, 0.2, 0.1); }), HasSubstr("tmin must be <= tmax"));
    EXPECT_THAT(message_of([&] { time_range(times, 97, 2.0, 3.0); }), HasSubstr("no sample lies in [2, 3] s"));
    EXPECT_EQ(baseline_range(times, 97, {}, 0.0), std::pair(index{0}, index{21}));
    EXPECT_THAT(message_of([&] { baseline_range(times, 97, 0.001, 0.002); }), HasSubstr("widen it"));
    EXPECT_THAT(message_of([&] { baseline_range(times, 97, -1.0, 0.0); }), HasSubstr("must lie within the data"));
}

}  // namespace ranvier::meeg
