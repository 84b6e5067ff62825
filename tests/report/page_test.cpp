#include "ranvier/report/sections/sections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "ranvier/base/file.hpp"
#include "ranvier/report/page/base64.hpp"
#include "ranvier/report/page/bundle.hpp"
#include "tests/report/page_schema.hpp"

using namespace ranvier;
using ::testing::HasSubstr;

namespace {

std::filesystem::path scratch(const std::string& name) {
    const auto folder = std::filesystem::temp_directory_path() / ("ranvier-page-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    return folder / name;
}

std::string written(const report::Page& page) {
    const auto path = scratch("page.html");
    page.write(path);
    std::string text = file_text(path);
    std::filesystem::remove_all(path.parent_path());
    return text;
}

nlohmann::json data_of(const std::string& html) { return page_schema::checked_data(html); }

std::string text_of_block(const std::string& html, int number) {
    const std::string begin = "id=\"ranvier-block-" + std::to_string(number) + "\" type=\"application/octet-stream\">";
    const std::size_t at = html.find(begin) + begin.size();
    return html.substr(at, html.find("</script>", at) - at);
}

meeg::Raw small_recording(const std::string& first_name) {
    Array<double, 2> data({2, 4});
    const double values[2][4] = {{0, 1.2e-6, -2e-6, 0.5e-6}, {3e-6, 3e-6, std::numeric_limits<double>::quiet_NaN(), 0}};
    for (ranvier::index c = 0; c < 2; ++c) {
        for (ranvier::index t = 0; t < 4; ++t) {
            data(c, t) = values[c][t];
        }
    }
    return meeg::make_raw(meeg::create_info({first_name, "Cz"}, 100, {meeg::ChannelType::eeg, meeg::ChannelType::eeg}),
                          std::move(data));
}

}  // namespace

// The vectors of RFC 4648, section 10.
TEST(Base64, encodes_the_vectors_of_its_standard) {
    const auto encoded = [](std::string_view text) { return report::base64(std::as_bytes(std::span(text))); };
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("foob"), "Zm9vYg==");
    EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Page, holds_the_viewer_and_asks_the_network_for_nothing) {
    const std::string html = written(report::Page("Empty"));
    EXPECT_GT(report::viewer_script().size(), 10'000U);
    EXPECT_THAT(html, HasSubstr(std::string(report::viewer_script())));
    EXPECT_THAT(html, HasSubstr(std::string(report::viewer_style())));
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Page, keeps_a_recording_as_16_bit_integers_with_a_scale_per_channel) {
    report::Page page("A recording");
    report::add_recording(page, "Recording", small_recording("Fz"));
    const std::string html = written(page);
    const auto section = data_of(html)["sections"][0];
    EXPECT_EQ(section["kind"], "recording");
    EXPECT_EQ(section["sfreq"], 100.0);
    EXPECT_EQ(section["channels"][0]["half_range"], 20e-6);  // half the distance of traces on the screen [V]
    EXPECT_EQ(section["data"]["shape"], (nlohmann::json{2, 4}));
    EXPECT_DOUBLE_EQ(section["data"]["scale"][0], 2e-6 / 32767);
    // Row 0 is 0, 1.2, −2, 0.5 µV in units of 2 µV / 32767; row 1 has a sample that is not a number: −32768.
    const std::int16_t expected[8] = {0, 19660, -32767, 8192, 32767, 32767, -32768, 0};
    EXPECT_EQ(text_of_block(html, 0), report::base64(std::as_bytes(std::span(expected))));
}

// A recording that begins 0.4 s after its acquisition did; the annotation begins at its second sample.
TEST(Page, annotations_count_from_the_first_sample_with_a_date_and_without) {
    for (const bool dated : {false, true}) {
        meeg::Raw raw = small_recording("Fz");
        raw.first_samp = 40;
        if (dated) {
            raw.info.meas_date = raw.annotations.orig_time = meeg::MeasurementDate{1'000'000, 0};
        }
        meeg::Annotations annotations;
        annotations.items = {{0.01, 0.02, "BAD_x", {}}};
        meeg::set_annotations(raw, annotations);
        report::Page page("Late");
        report::add_recording(page, "Recording", raw);
        const auto shown = data_of(written(page))["sections"][0]["annotations"];
        ASSERT_EQ(shown.size(), 1U);
        EXPECT_NEAR(shown[0]["onset"].get<double>(), 0.01, 1e-12) << dated;
        EXPECT_EQ(shown[0]["duration"], 0.02);
    }
}

TEST(Page, a_channel_name_can_not_end_the_script_element) {
    report::Page page("</title><script>alert(1)</script>");
    report::add_recording(page, "Recording", small_recording("</script><script>alert(1)</script>"));
    const std::string html = written(page);
    EXPECT_EQ(html.find("alert(1)</script>"), std::string::npos);
    EXPECT_EQ(data_of(html)["sections"][0]["channels"][0]["name"], "</script><script>alert(1)</script>");
}

TEST(Page, thinning_a_fast_recording_keeps_its_peaks) {
    Array<double, 2> data({1, 4000});
    data(0, 1234) = 5e-6;
    data(0, 3001) = -7e-6;
    report::Page page("Fast");
    report::add_recording(page, "Recording",
                          meeg::make_raw(meeg::create_info({"Cz"}, 1000, {meeg::ChannelType::eeg}), std::move(data)),
                          {.max_sfreq = 250});
    const std::string html = written(page);
    const auto section = data_of(html)["sections"][0];
    EXPECT_EQ(section["data"]["shape"], (nlohmann::json{1, 1000}));
    EXPECT_EQ(section["sfreq"], 250.0);
    EXPECT_EQ(section["recorded_sfreq"], 1000.0);
    // Of every eight samples the smallest and the largest stay, in their order: sample 1234 is in piece 154 behind a
    // zero, sample 3001 in piece 375 before one.
    std::vector<std::int16_t> expected(1000);
    expected[2 * 154 + 1] = 23405;  // round(5 / 7 · 32767)
    expected[2 * 375] = -32767;
    EXPECT_EQ(text_of_block(html, 0), report::base64(std::as_bytes(std::span(expected))));
}

TEST(Page, a_time_frequency_section_says_what_to_show_first) {
    meeg::AverageTfr tfr;
    tfr.info = meeg::create_info({"C3"}, 100, {meeg::ChannelType::eeg});
    tfr.freqs = {8, 10};
    tfr.times = {0, 0.5, 1};
    tfr.data = Array<double, 3>({1, 2, 3});
    report::Page page("Power");
    report::add_tfr(page, "Power", {{"hands", tfr}}, "%", "", report::FirstView{"C3", 8, 10, 0, 0.5});
    const auto section = data_of(written(page))["sections"][0];
    EXPECT_EQ(section["first_view"], nlohmann::json::parse(R"({"channel":"C3","freqs":[8,10],"times":[0,0.5]})"));
    EXPECT_EQ(section["time"], nlohmann::json::parse(R"({"start":0,"step":0.5,"n":3})"));
}

TEST(Page, an_average_of_one_sample_has_a_step_that_the_viewer_takes) {
    meeg::Evoked one;
    one.info = meeg::create_info({"Cz"}, 100, {meeg::ChannelType::eeg});
    one.data = Array<double, 2>({1, 1});
    report::Page page("One");
    report::add_evoked(page, "One", {{"a", one}});
    EXPECT_EQ(data_of(written(page))["sections"][0]["time"]["n"], 1);
}

TEST(Page, refuses_a_recording_without_samples) {
    report::Page page("Empty");
    EXPECT_THROW(report::add_recording(page, "Recording",
                                       meeg::make_raw(meeg::create_info({"Cz"}, 100, {meeg::ChannelType::eeg}),
                                                      Array<double, 2>({1, 0}))),
                 InvalidInput);
}

TEST(Page, averages_on_one_section_must_share_their_times) {
    meeg::Evoked a, b;
    a.info = b.info = meeg::create_info({"Cz"}, 100, {meeg::ChannelType::eeg});
    a.data = Array<double, 2>({1, 10});
    b.data = Array<double, 2>({1, 11});
    report::Page page("Averages");
    try {
        report::add_evoked(page, "Averages", {{"a", a}, {"b", b}});
        FAIL() << "must refuse";
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "averages on one page section must share channels and times; 'b' differs");
    }
}

TEST(Page, refuses_to_overwrite_unless_asked) {
    const auto path = scratch("twice.html");
    const report::Page page("Twice");
    page.write(path, false);
    EXPECT_THROW(page.write(path, false), FileError);
    EXPECT_NO_THROW(page.write(path, true));
    std::filesystem::remove_all(path.parent_path());
}

TEST(Page, may_ask_for_no_address_but_the_one_that_marks_are_sent_to) {
    report::Page page("x");
    EXPECT_EQ(page.html().find("connect-src"), std::string::npos);
    page.send_marks("http://127.0.0.1:8000/secret-1");
    EXPECT_NE(page.html().find("img-src data:; form-action 'none'; base-uri 'none'; connect-src "
                               "http://127.0.0.1:8000/secret-1/\">"),
              std::string::npos);
    const auto data = data_of(page.html());
    EXPECT_EQ(data["marks"], nlohmann::json({{"address", "http://127.0.0.1:8000/secret-1"}}));
    for (const char* elsewhere : {"http://example.org:80/a", "https://127.0.0.1:80/a", "http://127.0.0.1:80/a b",
                                  "http://127.0.0.1:80/a; script-src *", "http://127.0.0.1:80/"}) {
        EXPECT_THROW(page.send_marks(elsewhere), InvalidInput) << elsewhere;
    }
}

TEST(Page, sections_that_are_taken_away_take_their_arrays_along) {
    report::Page page("x");
    report::add_recording(page, "first", small_recording("a"));
    Array<double, 2> square({1, 1});
    square(0, 0) = 1;
    report::add_matrix(page, "second", {"r"}, {"c"}, square);
    page.label(1, "Group", {"tag"});
    EXPECT_NE(page.html().find("ranvier-block-0\""), std::string::npos);
    page.reorder({1, 0});
    EXPECT_EQ(page.section_title(0), "second");
    const report::Page twin = page;
    page.remove(1);
    EXPECT_EQ(page.html().find("ranvier-block-0\""), std::string::npos);
    EXPECT_NE(page.html().find("ranvier-block-1\""), std::string::npos);
    EXPECT_EQ(data_of(page.html())["sections"][0]["group"], "Group");
    EXPECT_EQ(twin.n_sections(), 2U);
    EXPECT_THROW(page.reorder({0, 0}), InvalidInput);
    EXPECT_THROW(page.remove(1), InvalidInput);
}

TEST(Page, styles_and_scripts_of_ones_own_can_not_end_their_elements) {
    report::Page page("x");
    page.add_style("b { color: red }");
    page.add_script("1 < 2");
    EXPECT_NE(page.html().find("<style>b { color: red }\n</style>"), std::string::npos);
    EXPECT_NE(page.html().find("<script>1 < 2\n</script>"), std::string::npos);
    EXPECT_THROW(page.add_style("</STYLE><script>"), InvalidInput);
    EXPECT_THROW(page.add_script("\"</script>\""), InvalidInput);
}

TEST(Page, epochs_lie_side_by_side_with_their_numbers_and_peaks) {
    meeg::Info info = meeg::create_info({"a", "b"}, 1000, {meeg::ChannelType::eeg, meeg::ChannelType::eeg});
    info.bads = {"b"};
    Array<double, 3> data({3, 2, 100});
    data(1, 0, 37) = 5e-5;
    data(2, 0, 99) = -4e-5;
    meeg::Epochs epochs = meeg::make_epochs(info, std::move(data), {{10, 0, 1}, {200, 0, 2}, {400, 0, 1}}, -0.02,
                                            {{"left", 1}, {"right", 2}});
    meeg::drop(epochs, {0});
    report::Page page("x");
    report::add_epochs(page, "Epochs", epochs);
    const std::string html = page.html();
    const auto section = data_of(html)["sections"][0];
    EXPECT_EQ(section["marks_of"], "epochs");
    EXPECT_EQ(section["epochs"]["numbers"], nlohmann::json({1, 2}));
    EXPECT_EQ(section["epochs"]["names"], nlohmann::json({"right", "left"}));
    EXPECT_EQ(section["epochs"]["dropped"], nlohmann::json({0}));
    EXPECT_NEAR(section["epochs"]["zero"].get<double>(), 0.02, 1e-12);
    EXPECT_NEAR(section["epochs"]["length"].get<double>(), 0.1, 1e-12);
    EXPECT_EQ(section["recorded_sfreq"], 1000);
    EXPECT_EQ(section["channels"][1]["bad"], true);
    // 100 samples in pieces of 8: 26 kept of each, whose peak stays.
    EXPECT_EQ(section["data"]["shape"], nlohmann::json({2, 52}));
    EXPECT_NEAR(section["data"]["scale"][0].get<double>() * 32767, 5e-5, 1e-12);
}

TEST(Page, curves_maps_and_pictures_that_do_not_fit_are_refused) {
    report::Page page("x");
    const meeg::Info info = meeg::create_info({"a"}, 100, {meeg::ChannelType::eeg});
    const Array<double, 2> one({1, 1});
    EXPECT_THROW(report::add_maps(page, "", info, {{"a", "", false}, {"b", "", false}}, one), InvalidInput);
    EXPECT_THROW(
        report::add_curves(page, "", {"x", "", false}, {1, 1}, {"y", "", false}, {"a"}, Array<double, 2>({1, 2})),
        InvalidInput);
    EXPECT_THROW(report::add_curves(page, "", {"x", "", true}, {0}, {"y", "", false}, {"a"}, one), InvalidInput);
    EXPECT_THROW(report::add_images(page, "", {{"png", "no base64\"", "", ""}}), InvalidInput);
    EXPECT_THROW(report::add_images(page, "", {{"html", "aGk=", "", ""}}), InvalidInput);
    EXPECT_THROW(report::add_images(page, "", {}), InvalidInput);
    report::TraceLook look;
    look.picks = {1};
    EXPECT_EQ(report::add_recording(page, "", small_recording("a"), {}, look), "every sample, 16 bits");
    look.picks = {7};
    EXPECT_THROW(report::add_recording(page, "", small_recording("a"), {}, look), InvalidInput);
}

TEST(Page, that_is_made_twice_is_the_same_where_the_time_is_said) {
    setenv("SOURCE_DATE_EPOCH", "86400", 1);
    const auto created = data_of(report::Page("x").html())["created"];
    for (const char* wrong : {"", "now", "12 ", "1.5", "-1", "1e9", "253402300800", "99999999999999999999"}) {
        setenv("SOURCE_DATE_EPOCH", wrong, 1);
        EXPECT_THROW(report::Page("x").html(), InvalidInput) << wrong;
    }
    unsetenv("SOURCE_DATE_EPOCH");
    EXPECT_EQ(created, "1970-01-02T00:00:00Z");
}
