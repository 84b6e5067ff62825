#include <gtest/gtest.h>

#include "tests/report/page_schema.hpp"

using Json = nlohmann::ordered_json;

namespace {

Json evoked() {
    return Json::parse(R"({"kind": "evoked", "title": "E", "time": {"start": 0, "step": 0.1, "n": 3},
        "channels": [{"name": "Cz", "type": "eeg", "unit": "V", "bad": false, "position": [0, 0]}],
        "conditions": [{"name": "a", "nave": 2, "data": {"block": 0, "dtype": "float32", "shape": [1, 3]}}]})");
}

Json portrait() {
    return Json::parse(R"({"kind": "portrait", "title": "P", "time": {"name": "t", "unit": "ms", "scale": 0.001},
        "states": [{"name": "v", "unit": "mV", "scale": 0.001}, {"name": "w", "unit": "1", "scale": 1}],
        "plane": [0, 1], "low": [0, 0], "high": [1, 1], "range": [0, 1],
        "values": [{"parameter": 0, "trace": {"block": 0, "dtype": "float32", "shape": [3, 9]}},
                   {"parameter": 1, "trace": {"block": 0, "dtype": "float32", "shape": [3, 9]}}],
        "diagram": {"cycles": [{"stability": "stable", "data": {"block": 0, "dtype": "float32", "shape": [6, 5]}}]}})");
}

struct Damage {
    Json section;
    const char* path;   ///< a JSON pointer
    const char* value;  ///< what is put there
    const char* error;
};

}  // namespace

TEST(Schema, takes_what_is_whole) {
    EXPECT_NO_THROW(page_schema::check_section(evoked()));
    EXPECT_NO_THROW(page_schema::check_section(portrait()));
}

// The viewer refuses the same: viewer/tests/contract.test.ts, viewer/tests/portrait.test.ts.
TEST(Schema, says_place_rule_and_value_of_what_differs) {
    const std::vector<Damage> damages{
        {evoked(), "/time/n", "4", R"(conditions[0].data.shape must be ["channels","time.n"]; got [1,3])"},
        {evoked(), "/time/step", "0", R"(time.step must be {"type":"number","exclusiveMinimum":0}; got 0)"},
        {evoked(), "/time/start", "null", R"(time.start must be {"type":"number"}; got null)"},
        {evoked(), "/conditions", "[]", R"(conditions must be {"type":"array","minItems":1}; got [])"},
        {evoked(), "/channels/0/position", "[0, 0, 1]",
         R"(channels[0].position must be {"type":"array","minItems":2,"maxItems":2}; got [0,0,1])"},
        {evoked(), "/conditions/0/data/dtype", "\"int8\"",
         R"(conditions[0].data.dtype must be {"enum":["int16","int32","float32"]}; got "int8")"},
        {evoked(), "/conditions/0/data/scale", "[1, 2]",
         R"(conditions[0].data.scale must be as long as the first axis; got [1,2])"},
        {evoked(), "/conditions/0", R"({"name": "a", "nave": 1})", "conditions[0].data must be there; got null"},
        {portrait(), "/values/0/trace/shape", "[2, 9]",
         R"(values[0].trace.shape must be ["states+1",">=1"]; got [2,9])"},
        {portrait(), "/values/0/trace/shape", "[3, 0]",
         R"(values[0].trace.shape must be ["states+1",">=1"]; got [3,0])"},
        {portrait(), "/diagram/cycles/0/data/shape", "[5, 5]",
         R"(diagram.cycles[0].data.shape must be ["2*states+2",">=0"]; got [5,5])"},
        {portrait(), "/values/1/parameter", "-0.5", "values[1].parameter must be above the one before; got -0.5"},
        {portrait(), "/range", "[1, 0]", "range[1] must be above the one before; got 0"},
        {portrait(), "/plane", "[0, 2]", "plane[1] must be below the number of states; got 2"},
        {portrait(), "/low", "[0]", "low must be as long as states; got [0]"},
    };
    for (const Damage& damage : damages) {
        Json section = damage.section;
        section[Json::json_pointer(damage.path)] = Json::parse(damage.value);
        try {
            page_schema::check_section(section);
            ADD_FAILURE() << "must refuse: " << damage.error;
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), damage.error);
        }
    }
}

TEST(Schema, numbers_must_be_finite) {
    Json section = evoked();
    section["time"]["start"] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(page_schema::check_section(section), std::runtime_error);
}

TEST(Schema, a_kind_without_a_definition_is_refused) {
    EXPECT_THROW(page_schema::check_section({{"kind", "raster"}, {"title", "Spikes"}}), std::runtime_error);
}
