#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "ranvier/base/file.hpp"
#include "ranvier/report/sections/activity.hpp"
#include "ranvier/report/sections/formula.hpp"
#include "ranvier/report/sections/sections.hpp"
#include "tests/report/page_schema.hpp"

using namespace ranvier;
using Json = nlohmann::json;

namespace {

std::string html_of(const report::Page& page) {
    const auto path = std::filesystem::temp_directory_path() / ("ranvier-model-" + std::to_string(getpid()) + ".html");
    page.write(path);
    std::string html = file_text(path);
    std::filesystem::remove(path);
    return html;
}

Json data_of(const report::Page& page) { return page_schema::checked_data(html_of(page)); }

/// The data of a page that shows this model.
Json data_of(const std::string& name, const report::PortraitOptions& options, std::size_t* blocks = nullptr) {
    report::Page page("A model");
    const report::Portrait portrait = report::portrait(language::loaded(name), options);
    report::add_portrait(page, "Title", portrait);
    report::add_equations(page, "Equations and parameters", portrait);
    if (blocks) {
        const std::string html = html_of(page);
        *blocks = 0;
        for (std::size_t at = 0; (at = html.find("class=\"ranvier-block\" id=", at)) != std::string::npos; ++at) {
            ++*blocks;
        }
    }
    return data_of(page);
}

report::PortraitOptions few(int values = 3) {
    report::PortraitOptions options;
    options.values = values;
    return options;
}

}  // namespace

TEST(ModelPage, holds_a_portrait_and_the_equations_as_the_contract_says) {
    auto options = few();
    options.preset = "hopf";
    const Json data = data_of("morris_lecar", options);
    ASSERT_EQ(data["sections"].size(), 2U);
    const Json& portrait = data["sections"][0];
    EXPECT_EQ(portrait["kind"], "portrait");
    EXPECT_EQ(portrait["title"], "Title");
    EXPECT_EQ(portrait["states"][0]["name"], "v");
    EXPECT_EQ(portrait["states"][0]["unit"], "mV");
    EXPECT_EQ(portrait["states"][0]["scale"], 1e-3);
    EXPECT_EQ(portrait["time"]["unit"], "ms");
    EXPECT_EQ(portrait["parameter"]["name"], "I");
    EXPECT_EQ(portrait["range"].size(), 2U);
    for (const Json& value : portrait["values"]) {
        EXPECT_EQ(value["trace"]["shape"][0], 3);  // t, v, w
        EXPECT_EQ(value["trace"]["dtype"], "float32");
        EXPECT_EQ(value["extremes"]["shape"][0], 2);
        EXPECT_EQ(value["nullclines"].size(), 2U);
        EXPECT_EQ(value["nullclines"][0]["shape"][0], 2);
        EXPECT_EQ(value["field"]["shape"][0], 2);
        EXPECT_EQ(value["points"][0]["x"].size(), 2U);
        EXPECT_EQ(value["points"][0]["eigenvalues"][0].size(), 2U);
    }
    const Json& diagram = portrait["diagram"];
    std::vector<std::string> stability;
    for (const Json& run : diagram["equilibria"]) {
        EXPECT_EQ(run["data"]["shape"][0], 3);
        stability.push_back(run["stability"]);
    }
    EXPECT_EQ(stability, (std::vector<std::string>{"stable", "unstable", "stable"}));
    for (const Json& run : diagram["cycles"]) {
        EXPECT_EQ(run["data"]["shape"][0], 2 + 2 * 2);
    }
    const Json& hopf = diagram["points"][0];
    EXPECT_EQ(hopf["kind"], "Hopf");
    EXPECT_EQ(hopf["criticality"], "subcritical");
    EXPECT_EQ(hopf["low"], hopf["high"]);
    EXPECT_GT(hopf["period"], 0.0);

    const Json& equations = data["sections"][1];
    EXPECT_EQ(equations["kind"], "equations");
    EXPECT_EQ(equations["doi"], "10.1016/S0006-3495(81)84782-0");
    EXPECT_EQ(equations["equations"][0]["derivative"], true);
    EXPECT_EQ(equations["equations"][2]["derivative"], false);
    EXPECT_EQ(equations["presets"][1]["name"], "saddle_node");
    EXPECT_EQ(equations["preset"], "hopf");
    for (const Json& parameter : equations["parameters"]) {
        ASSERT_EQ(parameter["presets"].size(), 3U);
        if (parameter["name"] == "V3") {
            EXPECT_EQ(parameter["presets"][0], nullptr);  // as without a preset
            EXPECT_DOUBLE_EQ(parameter["presets"][1].get<double>(), 12e-3);
        }
        if (parameter["name"] == "C") {
            EXPECT_EQ(parameter["low"], Json::parse(R"({"value": 0.0, "open": true})"));
            EXPECT_EQ(parameter["high"], nullptr);
        }
    }
}

TEST(ModelPage, and_those_of_recordings_hold_every_kind_of_section_that_the_schema_has) {
    const meeg::Info info = meeg::create_info({"C3", "Cz"}, 100, {meeg::ChannelType::eeg, meeg::ChannelType::eeg});
    meeg::Evoked evoked;
    evoked.info = info;
    evoked.data = Array<double, 2>({2, 3});
    meeg::AverageTfr tfr;
    tfr.info = info;
    tfr.freqs = {8, 10};
    tfr.times = {0, 0.5, 1};
    tfr.data = Array<double, 3>({2, 2, 3});
    meeg::Spectrum spectrum;
    spectrum.info = info;
    spectrum.freqs = {0, 10};
    spectrum.data = Array<double, 3>({1, 2, 2});
    provenance::RunRecord run;
    run.command = "ranvier demo";
    run.parameters = {{"reference", "average"}};
    run.versions = {{"Ranvier", "0"}};
    run.timings = {{"read", 0.5}};
    run.inputs = {provenance::text_input("x.model", "abc")};
    const report::Portrait portrait = report::portrait(language::loaded("leaky_integrate_and_fire"), few(2));

    report::Page page("All");
    report::add_summary(page, "Summary", "Text", {{"label", "value"}});
    report::add_recording(page, "Recording", meeg::make_raw(info, Array<double, 2>({2, 50})));
    report::add_evoked(page, "Averages", {{"a", evoked}});
    report::add_tfr(page, "Power", {{"a", tfr}}, "%", "");
    report::add_spectrum(page, "Spectrum", {{"a", spectrum}});
    report::EventTimes times;
    times.add("left", 1.5);
    times.add("right", 2);
    times.add("left", 3);
    report::add_events(page, "Events", times, 0, {}, "s");
    report::add_drops(page, "Dropped", {{}, {"Fz"}, {"IGNORED"}, {"Fz", "Cz"}});
    Array<double, 2> square({1, 2});
    square(0, 0) = 4e-26;
    square(0, 1) = -2e-26;
    report::add_matrix(page, "Matrix", {"a"}, {"a", "b"}, square);
    report::add_maps(page, "Components", info, {{"ICA000", "blink", true}}, square, true);
    report::add_curves(page, "Eigenvalues", {"number", "", false}, {1, 2}, {"variance", "V²", true}, {"eeg"}, square);
    report::add_images(page, "Figures", {{"png", "aGk=", "a caption", "what it shows"}});
    report::add_html(page, "Words", "<b>bold</b></script>");
    report::add_code(page, "Program", "a < b", "python");
    report::add_activity(
        page, "Activity",
        {.start = 0, .end = 1, .dt = 0, .populations = {{"e", 2, {1}, {0.5}}}, .rates = {}, .traces = {}});
    report::add_portrait(page, "Model", portrait);
    report::add_equations(page, "Equations", portrait);
    report::add_run(page, "Run", run);
    std::vector<std::string> kinds, known;
    const Json data = data_of(page);
    for (const Json& section : data["sections"]) {
        kinds.push_back(section["kind"]);
    }
    for (const auto& row : page_schema::schema()["$defs"]["Section"]["anyOf"]) {
        known.push_back(page_schema::resolved(row)["properties"]["kind"]["const"]);
    }
    EXPECT_EQ(kinds, known);
}

TEST(ModelPage, stores_equal_arrays_once) {
    // The nullcline of w does not move with the current: three values share it. Without sharing there would be a block
    // for each trace, its extremes, two nullclines and a field of each value, and one for each run of the diagram.
    std::size_t blocks = 0;
    auto options = few();
    options.preset = "hopf";
    const Json data = data_of("morris_lecar", options, &blocks);
    const Json& portrait = data["sections"][0];
    const std::size_t values = portrait["values"].size();
    const std::size_t runs = portrait["diagram"]["equilibria"].size() + portrait["diagram"]["cycles"].size();
    EXPECT_EQ(blocks, values * 4 + 1 + runs);
    EXPECT_EQ(portrait["values"][0]["nullclines"][1]["block"], portrait["values"][1]["nullclines"][1]["block"]);
}

TEST(ModelPage, of_a_neuron_that_spikes_has_rates_spikes_and_events) {
    const Json data = data_of("leaky_integrate_and_fire", few());
    const Json& portrait = data["sections"][0];
    EXPECT_FALSE(portrait.contains("diagram"));
    EXPECT_EQ(portrait["rates"]["shape"][0], 2);
    EXPECT_EQ(portrait["spikes"], true);
    EXPECT_GT(portrait["values"].back()["spikes"].size(), 1U);
    EXPECT_EQ(portrait["values"][0]["slope"]["shape"], (Json{2, 201}));
    const Json& equations = data["sections"][1];
    EXPECT_EQ(equations["events"][0]["condition"], Json::parse(R"([">", ["name", "v"], ["name", "V_t"]])"));
    EXPECT_EQ(equations["events"][0]["statements"][0], Json::parse(R"({"name": "v", "formula": ["name", "V_r"]})"));
    EXPECT_EQ(equations["refractory"], Json::parse(R"(["name", "t_ref"])"));
}

TEST(ModelPage, says_of_an_event_that_it_passes_a_level) {
    const auto read = language::checked_file(
        "model: cell\nkind: system\ntime: 1\nequations:\n    du/dt = -u : 1\nevent low: u falls below 0.2\n"
        "event high: u > 2\n",
        "cell.model");
    ASSERT_TRUE(read.diagnostics.empty());
    report::Page page("A model");
    report::add_equations(page, "Equations", report::portrait(read.model, few()));
    const Json events = data_of(page)["sections"][0]["events"];
    EXPECT_EQ(events[0]["edge"], true);
    EXPECT_EQ(events[0]["condition"], Json::parse(R"(["<", ["name", "u"], ["number", "0.2"]])"));
    EXPECT_FALSE(events[1].contains("edge"));
}

TEST(Formula, is_the_tree_of_an_expression) {
    const auto read = language::checked_file(
        "model: m\nparameters:\n    tau = 10*ms\nequations:\n    dv/dt = (-70*mV - v)/tau*exp(-v/(2*mV))**2 : mV\n",
        "m.model");
    ASSERT_TRUE(read.diagnostics.empty());
    const Json tree = report::formula(read.model.states[0].rhs);
    EXPECT_EQ(tree, Json::parse(R"(["*",
        ["/", ["-", ["*", ["neg", ["number", "70"]], ["unit", "mV"]], ["name", "v"]], ["name", "tau"]],
        ["**", ["call", "exp", ["/", ["neg", ["name", "v"]], ["*", ["number", "2"], ["unit", "mV"]]]], ["number", "2"]]])"));
}
