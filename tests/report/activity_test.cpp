// What a network did, on a page.
#include "ranvier/report/sections/activity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/report/page/base64.hpp"
#include "tests/report/page_schema.hpp"

namespace ranvier::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Json = nlohmann::json;

std::string block_of(const std::string& html, const Json& array) {
    const std::string begin = "id=\"ranvier-block-" + std::to_string(array["block"].get<int>()) + "\"";
    const std::size_t at = html.find('>', html.find(begin)) + 1;
    return html.substr(at, html.find("</script>", at) - at);
}

template <class T>
std::string encoded(const std::vector<T>& values) {
    return base64(std::as_bytes(std::span(values)));
}

Activity small_activity() {
    Activity activity;
    activity.start = 1;
    activity.end = 1.01;
    activity.dt = 1e-4;
    activity.populations = {{"e", 3, {0, 2, 2}, {1.0, 1.0005, 1.0099}}, {"i", 2, {}, {}}};
    activity.rates = {{"i", 1, 1e-3, std::vector<double>(10, 4.0)}, {"all", 1, 1e-3, std::vector<double>(10, 2.0)}};
    Activity::Traces v{"v", "e", "volt", 1, 1e-3, {2}, Array<double, 2>({1, 10})};
    for (index k = 0; k < 10; ++k) {
        v.values(0, k) = -0.07 + 1e-3 * static_cast<double>(k);
    }
    activity.traces.push_back(std::move(v));
    return activity;
}

TEST(Activity, spikes_are_whole_steps_and_a_population_without_a_rate_gets_that_of_its_spikes) {
    Page page("Network");
    add_activity(page, "Activity", small_activity());
    const std::string html = page.html();
    const Json section = page_schema::checked_data(html)["sections"][0];
    EXPECT_EQ(section["kind"], "activity");
    const Json& e = section["populations"][0];
    EXPECT_EQ(e["t"]["scale"], 1e-4);
    EXPECT_EQ(e["t"]["shape"], (Json{1, 3}));
    EXPECT_EQ(block_of(html, e["t"]), encoded(std::vector<std::int32_t>{0, 5, 99}));
    EXPECT_EQ(block_of(html, e["i"]), encoded(std::vector<std::int32_t>{0, 2, 2}));
    const Json& rates = section["rates"];
    ASSERT_EQ(rates.size(), 3u);
    EXPECT_EQ(rates[0]["name"], "e");
    EXPECT_EQ(rates[0]["population"], 0);
    EXPECT_EQ(rates[0]["step"], 1e-4);
    std::vector<float> counted(100, 0);
    for (const std::size_t at : {0, 5, 99}) {
        counted[at] = static_cast<float>(1 / (1e-4 * 3));
    }
    EXPECT_EQ(block_of(html, rates[0]["values"]), encoded(counted));
    EXPECT_EQ(rates[1]["population"], 1);
    EXPECT_EQ(rates[1]["step"], 1e-3);
    EXPECT_EQ(rates[2]["name"], "all");
    EXPECT_TRUE(rates[2]["population"].is_null());
}

TEST(Activity, traces_are_in_a_unit_that_reads_well_and_know_whose_they_are) {
    Page page("Network");
    add_activity(page, "Activity", small_activity());
    const Json trace = page_schema::checked_data(page.html())["sections"][0]["traces"][0];
    EXPECT_EQ(trace["unit"], "mV");
    EXPECT_EQ(trace["population"], 0);
    EXPECT_EQ(trace["elements"], Json::array({2}));
    EXPECT_FALSE(trace["thinned"]);
    EXPECT_DOUBLE_EQ(trace["data"]["scale"][0], 70.0 / 32767);
    EXPECT_EQ(readable_unit("amp", 2e-10), (std::pair<std::string, double>("pA", 1e12)));
    EXPECT_EQ(readable_unit("volt", 0), (std::pair<std::string, double>("volt", 1)));
    EXPECT_EQ(readable_unit("mV", 70), (std::pair<std::string, double>("mV", 1)));
    EXPECT_EQ(readable_unit("volt", 3).first, "V");
    EXPECT_EQ(readable_unit("siemens", 1e-20).first, "fS");
}

TEST(Activity, long_traces_keep_their_peaks_within_the_room_they_have) {
    Activity activity;
    activity.end = 10;
    Activity::Traces v{"v", "", "1", 0, 1e-4, {0}, Array<double, 2>({1, 100'000})};
    v.values(0, 54'321) = 7;
    activity.traces.push_back(std::move(v));
    Page page("Network");
    add_activity(page, "Activity", activity, 20'000);
    const Json trace = page_schema::checked_data(page.html())["sections"][0]["traces"][0];
    EXPECT_TRUE(trace["thinned"]);
    EXPECT_LT(trace["data"]["shape"][1], 8000);
    EXPECT_NEAR(trace["step"].get<double>() * trace["data"]["shape"][1].get<double>(), 10, 1e-9);
    EXPECT_DOUBLE_EQ(trace["data"]["scale"][0], 7.0 / 32767);
}

TEST(Activity, times_of_no_step_are_kept_finely) {
    Activity activity = small_activity();
    activity.populations[0].t[1] = 1.00053;
    Page page("Network");
    add_activity(page, "Activity", activity);
    EXPECT_LT(page_schema::checked_data(page.html())["sections"][0]["populations"][0]["t"]["scale"], 1e-10);
}

TEST(Activity, what_contradicts_itself_is_refused) {
    const auto refused = [](auto change, const char* words) {
        Activity activity = small_activity();
        change(activity);
        Page page("x");
        EXPECT_THAT([&] { add_activity(page, "x", activity); }, ThrowsMessage<InvalidInput>(HasSubstr(words)));
    };
    refused([](Activity& a) { a.end = a.start; }, "goes from a time to a later one");
    refused([](Activity& a) { a.populations[0].t[1] = 1.02; }, "must come in the order of time, from 1.0 to 1.01 s");
    refused([](Activity& a) { a.populations[0].t[1] = 0.9; }, "must come in the order of time");
    refused([](Activity& a) { a.populations[0].i[1] = 3; }, "'e' has the neurons 0 to 2; got a spike of 3");
    refused([](Activity& a) { a.populations[0].i.pop_back(); }, "has 3 times and 2 neurons");
    refused([](Activity& a) { a.traces[0].elements = {1, 2}; }, "a row of values for each element; got 1 rows for 2");
    refused([](Activity& a) { a.rates[0].step = 0; }, "needs values, and a step > 0 s");
    refused([](Activity& a) { a.populations.clear(), a.rates.clear(), a.traces.clear(); },
            "needs spikes, rates or traces");
}

TEST(Activity, spike_trains_are_rows_in_the_order_of_time) {
    const Activity activity = activity_of({{{0.1, 0.4}, {0, 1}, "a"}, {{0.2}, {0.05, 2}, "b"}});
    EXPECT_EQ(activity.start, 0);
    EXPECT_EQ(activity.end, 2);
    EXPECT_EQ(activity.populations[0].n, 2);
    EXPECT_THAT(activity.populations[0].t, ElementsAre(0.1, 0.2, 0.4));
    EXPECT_THAT(activity.populations[0].i, ElementsAre(0, 1, 0));
}

TEST(Activity, a_simulation_shows_what_it_recorded) {
    sim::Plan plan;
    plan.run.duration = "20 ms";
    plan.run.seed = 1;
    plan.run.record = {{"cells.spikes", "cells.rate", "cells[0:2].v", "cells[3].i every 5 ms"}};
    sim::NeuronsPlan cells;
    cells.name = "cells";
    cells.model = "leaky_integrate_and_fire";
    cells.n = 10;
    cells.set = Value::Map{{"I", "0.6 nA"}, {"v", "E_L + rand()*15*mV"}};
    plan.neurons = {cells};
    sim::Simulation simulation(plan);
    simulation.run();
    const Activity activity = activity_of(simulation);
    EXPECT_DOUBLE_EQ(activity.end, 0.02);
    ASSERT_EQ(activity.traces.size(), 2u);
    EXPECT_EQ(activity.traces[0].unit, "mV");
    EXPECT_GT(activity.traces[0].values(0, 0), -65.001);
    EXPECT_LT(activity.traces[0].values(0, 0), -49.9);
    EXPECT_DOUBLE_EQ(activity.traces[1].step, 5e-3);
    EXPECT_EQ(activity.traces[1].values(0, 2), 3);
    EXPECT_GT(activity.populations[0].t.size(), 5u);
    Page page("Network");
    add_activity(page, "Activity", activity);
    EXPECT_EQ(page_schema::checked_data(page.html())["sections"][0]["rates"].size(), 1u);
}

}  // namespace
}  // namespace ranvier::report
