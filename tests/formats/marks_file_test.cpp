#include "ranvier/formats/tables/marks_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/utf8.hpp"

namespace ranvier::formats {

using namespace meeg;

namespace {

Raw recording(index first_samp = 500) {
    Raw raw = make_raw(create_info({"Fp1", "Cz", "Oz"}, 100, {ChannelType::eeg, ChannelType::eeg, ChannelType::eeg}),
                       Array<double, 2>({3, 1000}), first_samp);
    Annotations annotations;
    annotations.items = {{1, 2, "rest", {}}, {4, 1, "BAD_old", {"Cz"}}, {6, 0.5, "bad blink", {}}};
    set_annotations(raw, annotations);
    raw.info.bads = {"Oz"};
    return raw;
}

std::vector<std::string> described(const Raw& raw) {
    std::vector<std::string> out;
    for (const Annotation& a : raw.annotations.items) {
        out.push_back(a.description);
    }
    return out;
}

Marks of_recording(std::vector<std::string> bads, std::vector<MarkedStretch> stretches) {
    Marks marks;
    marks.bads = std::move(bads);
    marks.stretches = std::move(stretches);
    return marks;
}

}  // namespace

TEST(Marks, come_back_from_their_file_as_they_were) {
    const auto path = std::filesystem::temp_directory_path() / ("ranvier-marks-" + std::to_string(getpid()) + ".json");
    Marks epochs, ica;
    epochs.of = Marks::Of::epochs;
    epochs.bads = {"a\"b</script>"};
    epochs.dropped = {0, 7};
    ica.of = Marks::Of::ica;
    ica.excluded = {3};
    for (const Marks& marks : {marks_of(recording()), epochs, ica, Marks{}}) {
        write_marks(marks, path, true);
        EXPECT_EQ(read_marks(path), marks);
    }
    EXPECT_THROW(write_marks(ica, path), FileError);
    std::filesystem::remove(path);
    EXPECT_THROW(read_marks(path), FileError);
}

TEST(Marks, of_a_recording_are_its_bad_channels_and_stretches_and_applying_them_changes_nothing) {
    Raw raw = recording();
    const auto before = raw.annotations.items;
    const Marks marks = marks_of(raw);
    EXPECT_EQ(marks.bads, std::vector<std::string>{"Oz"});
    ASSERT_EQ(marks.stretches.size(), 2U);
    EXPECT_DOUBLE_EQ(marks.stretches[0].onset, 9);  // first sample at 5 s
    apply_marks(raw, marks);
    EXPECT_EQ(raw.annotations.items, before);  // with the channels of BAD_old
}

TEST(Marks, are_the_whole_truth_about_what_is_bad_and_say_nothing_of_other_annotations) {
    Raw raw = recording();
    apply_marks(raw, of_recording({"Fp1"}, {{9, 1, "BAD_old"}, {12, 1, "BAD_new"}}));
    EXPECT_EQ(described(raw), (std::vector<std::string>{"rest", "BAD_old", "BAD_new"}));
    EXPECT_EQ(raw.annotations.items[1].channels, std::vector<std::string>{"Cz"});
    EXPECT_EQ(raw.info.bads, std::vector<std::string>{"Fp1"});
    apply_marks(raw, of_recording({}, {}));
    EXPECT_EQ(described(raw), std::vector<std::string>{"rest"});
    EXPECT_TRUE(raw.info.bads.empty());
}

TEST(Marks, keep_channels_and_extras_of_stretches_whose_end_or_name_changed) {
    Raw raw = recording();
    raw.annotations.items[1].extras = R"({"by":"me"})";
    apply_marks(raw, of_recording({}, {{9, 2.5, "BAD_old"}, {11.002, 0.5, "BAD_blink"}}));
    EXPECT_EQ(described(raw), (std::vector<std::string>{"rest", "BAD_old", "BAD_blink"}));
    EXPECT_EQ(raw.annotations.items[1].duration, 2.5);
    EXPECT_EQ(raw.annotations.items[1].channels, std::vector<std::string>{"Cz"});
    EXPECT_EQ(raw.annotations.items[1].extras, R"({"by":"me"})");
    apply_marks(raw, of_recording({}, {{9, 2.5, "BAD_new", {"Fp1"}}}));
    EXPECT_EQ(raw.annotations.items[1].description, "BAD_new");
    EXPECT_EQ(raw.annotations.items[1].channels, std::vector<std::string>{"Fp1"});
    EXPECT_EQ(raw.annotations.items[1].extras, R"({"by":"me"})");
    // Beside what is there nothing gets shorter.
    apply_marks(raw, of_recording({}, {{9, 1, "BAD_new"}, {9, 1, "BAD_other"}}), true);
    EXPECT_EQ(described(raw), (std::vector<std::string>{"rest", "BAD_other", "BAD_new"}));
    EXPECT_EQ(raw.annotations.items[2].duration, 2.5);
}

TEST(Marks, that_name_a_new_stretch_twice_name_one) {
    Raw raw = recording();
    apply_marks(raw, of_recording({}, {{12, 1, "BAD_new"}, {12.001, 1, "BAD_new"}, {12, 1, "BAD_new", {"Cz"}}}));
    EXPECT_EQ(described(raw), (std::vector<std::string>{"rest", "BAD_new", "BAD_new"}));
}

TEST(Marks, bring_the_channels_of_stretches_to_another_copy) {
    Raw copy = recording();
    copy.annotations.items.clear();
    apply_marks(copy, marks_of_json(json_of(marks_of(recording()))));
    ASSERT_EQ(copy.annotations.items.size(), 2U);
    EXPECT_EQ(copy.annotations.items[0].channels, std::vector<std::string>{"Cz"});
    EXPECT_TRUE(copy.annotations.items[1].channels.empty());
    EXPECT_THROW(apply_marks(copy, of_recording({}, {{9, 1, "BAD", {"Cx"}}})), InvalidInput);
    EXPECT_EQ(copy.annotations.items.size(), 2U);
}

TEST(Marks, that_reach_outside_of_the_recording_are_cut_with_a_warning) {
    Raw raw = recording();
    std::string told;
    const LogSink before = set_log_sink([&](LogLevel, const std::string& text) { told += text; });
    apply_marks(raw, of_recording({}, {{9, 100, "BAD_long"}, {12, 1, "BAD"}}));
    set_log_sink(before);
    EXPECT_EQ(told, "1 of 2 marked stretches reach outside of the recording and were cut");
}

TEST(Marks, can_be_added_to_what_is_bad_already_and_twice_is_once) {
    Raw raw = recording();
    for (int k = 0; k < 2; ++k) {
        apply_marks(raw, of_recording({"Fp1"}, {{12, 1, "BAD_new"}}), true);
        EXPECT_EQ(described(raw), (std::vector<std::string>{"rest", "BAD_old", "bad blink", "BAD_new"}));
        EXPECT_EQ(raw.info.bads, (std::vector<std::string>{"Oz", "Fp1"}));
    }
}

TEST(Marks, fit_a_recording_that_was_cropped_since) {
    Raw raw = recording();
    const Marks marks = marks_of(raw);
    Raw fresh = recording();
    fresh.annotations.items.clear();
    crop_times(fresh, 4.5, 6.2);  // half of BAD_old, the begin of "bad blink"
    apply_marks(fresh, marks);
    const auto spans = annotation_spans(fresh, {""});
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_NEAR(spans[0].onset, 0, 1e-9);
    EXPECT_NEAR(spans[0].duration, 0.5, 1e-9);
    EXPECT_NEAR(spans[1].onset, 1.5, 1e-9);
    EXPECT_NEAR(spans[1].onset + spans[1].duration, 1.71, 1e-9);
    Raw other = recording();
    crop_times(other, 0, 2);
    std::string told;
    const LogSink before = set_log_sink([&](LogLevel, const std::string& text) { told += text; });
    apply_marks(other, marks);
    set_log_sink(before);
    EXPECT_EQ(told, "2 of 2 marked stretches lie outside of the recording and were left out");
}

TEST(Marks, that_do_not_fit_change_nothing) {
    Raw raw = recording();
    const auto before = raw.annotations.items;
    try {
        apply_marks(raw, of_recording({"Fp2"}, {}));
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "channels that are marked bad must be there; 'Fp2' is not; did you mean 'Fp1'?");
    }
    Marks ica;
    ica.of = Marks::Of::ica;
    EXPECT_THROW(apply_marks(raw, ica), InvalidInput);
    EXPECT_EQ(raw.annotations.items, before);
    EXPECT_EQ(raw.info.bads, std::vector<std::string>{"Oz"});
}

TEST(Marks, of_epochs_name_those_that_a_person_dropped) {
    Epochs epochs = make_epochs(create_info({"a"}, 100, {ChannelType::eeg}), Array<double, 3>({4, 1, 10}),
                                {{10, 0, 1}, {30, 0, 1}, {50, 0, 1}, {70, 0, 1}}, 0, {});
    drop(epochs, {0}, {"noise"});
    Marks marks;
    marks.of = Marks::Of::epochs;
    marks.dropped = {2, 0};  // 0 has gone before
    marks.bads = {"a"};
    apply_marks(epochs, marks);
    EXPECT_EQ(epochs.selection, (std::vector<index>{1, 3}));
    EXPECT_EQ(epochs.drop_log[2], std::vector<std::string>{"USER"});
    EXPECT_EQ(epochs.drop_log[0], std::vector<std::string>{"noise"});
    EXPECT_EQ(marks_of(epochs).dropped, std::vector<index>{2});
    EXPECT_EQ(epochs.info.bads, std::vector<std::string>{"a"});
    apply_marks(epochs, marks);
    EXPECT_EQ(epochs.n_epochs(), 2);
    marks.dropped = {3, 4};
    EXPECT_THROW(apply_marks(epochs, marks), InvalidInput);
    EXPECT_EQ(epochs.n_epochs(), 2);
}

TEST(MarksFile, says_field_and_rule_of_what_is_wrong) {
    const auto message = [](const std::string& text) -> std::string {
        try {
            marks_of_json(text);
        } catch (const InvalidInput& error) {
            return error.what();
        }
        return "";
    };
    const std::string head = R"({"format":"ranvier-marks/1","of":)";
    EXPECT_THAT(message("[]"), testing::HasSubstr("the whole must be an object; got []"));
    EXPECT_THAT(message(R"({"format":"ranvier-marks/2"})"), testing::HasSubstr("format must be \"ranvier-marks/1\""));
    EXPECT_THAT(message(head + R"("raw"})"), testing::HasSubstr("of must be \"recording\", \"epochs\" or \"ica\""));
    EXPECT_THAT(message(head + R"("ica","exclude":[-1]})"), testing::HasSubstr("exclude must be a list of whole"));
    EXPECT_THAT(message(head + R"("ica","exclude":[0.5]})"), testing::HasSubstr("exclude must be a list of whole"));
    EXPECT_THAT(message(head + R"("epochs","bads":[1],"dropped":[]})"), testing::HasSubstr("channels' names; got 1"));
    const std::string of_raw = head + R"("recording","bads":[],"first_time":0,"annotations":)";
    EXPECT_THAT(message(of_raw + R"([{"onset":0,"duration":-1,"description":"BAD"}]})"),
                testing::HasSubstr("annotations[0].duration must be a number >= 0; got -1"));
    EXPECT_THAT(message(of_raw + R"([{"onset":0,"duration":1,"description":"rest"}]})"),
                testing::HasSubstr("annotations[0].description must be a text that begins with BAD; got \"rest\""));
    EXPECT_THAT(message(of_raw + R"([{"onset":1e999,"duration":1,"description":"BAD"}]})"), testing::Not(""));
    EXPECT_THAT(message(of_raw + R"([{"onset":0,"duration":1,"description":"BAD","ch_names":[1]}]})"),
                testing::HasSubstr("annotations[0].ch_names must be a list of channels' names; got 1"));
    EXPECT_THAT(message(of_raw + "[7]}"), testing::HasSubstr("annotations[0] must be an object; got 7"));
}

TEST(MarksFile, that_is_cut_or_damaged_is_an_error_or_whole_marks) {
    const std::string whole = json_of(marks_of(recording()));
    for (std::size_t n = 0; n < whole.size(); ++n) {
        EXPECT_THROW(marks_of_json(whole.substr(0, n)), InvalidInput) << n;
    }
    std::mt19937 random(1);
    for (int k = 0; k < 5000; ++k) {
        std::string text = whole;
        text[random() % text.size()] = static_cast<char>(random() % 256);
        try {
            const Marks marks = marks_of_json(text);
            for (const MarkedStretch& s : marks.stretches) {
                EXPECT_TRUE(std::isfinite(s.onset) && s.duration >= 0);
            }
        } catch (const InvalidInput&) {
        }
    }
}

TEST(Marks, that_can_not_be_are_shown_in_whole_characters) {
    for (int ahead = 70; ahead < 80; ++ahead) {
        std::string text(static_cast<std::size_t>(ahead), 'a');
        for (int k = 0; k < 12; ++k) {
            text += "\xE2\x82\xAC";  // of three bytes
        }
        try {
            marks_of_json(R"({"format": ")" + text + "\"}");
            FAIL();
        } catch (const InvalidInput& error) {
            EXPECT_TRUE(is_utf8(error.what())) << ahead << ": " << error.what();
        }
    }
}

TEST(Marks, of_names_that_are_no_utf8_are_written_whatever_they_are_of) {
    Marks marks;
    marks.bads = {"\xFF"};
    for (const auto of : {Marks::Of::recording, Marks::Of::epochs, Marks::Of::ica}) {
        marks.of = of;
        EXPECT_TRUE(is_utf8(json_of(marks)));
    }
}

}  // namespace ranvier::formats
