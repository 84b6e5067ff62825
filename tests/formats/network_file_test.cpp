// Networks in TOML, and what they recorded.
#include "ranvier/formats/tables/network_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ranvier/base/error.hpp"
#include "ranvier/formats/tables/recording_file.hpp"

namespace ranvier::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

NetworkFile file(const std::string& text) { return {text, "net.toml", "/somewhere"}; }

TEST(Toml, keeps_the_order_of_the_text_and_says_where_things_stand) {
    const TomlText read = parsed_toml("z = 1\na = { y = 2.5, b = [true, 'x'] }\n[[t]]\nk = 1\n[[t]]\nk = 2\n", "f");
    EXPECT_EQ(text_of(Value(read.tables)), "{'z': 1, 'a': {'y': 2.5, 'b': [True, 'x']}, 't': [{'k': 1}, {'k': 2}]}");
    EXPECT_EQ(read.places.at("a.b"), "f:2");
    EXPECT_EQ(read.places.at("t[1]"), "f:5");
    EXPECT_EQ(read.places.at("t[1].k"), "f:6");
}

TEST(Toml, strings_and_comments_have_any_characters) {
    const auto read = [](const std::string& text, std::size_t which = 0) {
        return *parsed_toml(text, "f").tables.at(which).second.as<std::string>();
    };
    const std::string text = R"(# µ
'µ' = """
µ"""  # µ
"µ\"" = '𝄞\"')";
    EXPECT_EQ(read("\uFEFF" + text), "µ");
    EXPECT_EQ(read(text, 1), "𝄞\\\"");
    EXPECT_EQ(parsed_toml(text, "f").tables[1].first, "µ\"");
    EXPECT_EQ(read("a = '''\n'µ\\\n''''"), "'µ\\\n'");
    EXPECT_EQ(read("a = \"\"\"\"µ\"\"\"\"\""), "\"µ\"\"");
    EXPECT_EQ(read("a = '' # µ\nb = \"\"", 1), "");
}

TEST(Toml, what_is_none_is_refused_with_its_place) {
    EXPECT_THAT([] { parsed_toml("a = 1\nb 2\n", "f"); },
                ThrowsMessage<InvalidInput>(HasSubstr("f:2:3: this is no TOML")));
    EXPECT_THAT([] { parsed_toml("a = 1\nb = 07:32:00\n", "f"); },
                ThrowsMessage<InvalidInput>(HasSubstr("f:2: 'b' is a date or a time of day")));
    EXPECT_THAT([] { parsed_toml("a = " + std::string(1000, '['), "f"); },
                ThrowsMessage<InvalidInput>(HasSubstr("this is no TOML")));
    EXPECT_THAT([] { parsed_toml("[ = 1\n", "f"); },
                ThrowsMessage<InvalidInput>(HasSubstr("f: this is no TOML: brackets, keys or quotes do not fit")));
    for (const char* text :
         {"a = 1\nµ = 2\n", "a = \"\"\"\nµ\"\"\"µ", "a = '\\'\n µ", "a = \"\\\"µ\"\nµ", "# µ\n\u00a0b = 1"}) {
        EXPECT_THAT([&] { parsed_toml(text, "f"); }, ThrowsMessage<InvalidInput>(HasSubstr("f:2: '"))) << text;
    }
    EXPECT_THAT([] { parsed_toml("a = '\xff'", "f"); }, ThrowsMessage<InvalidInput>(HasSubstr("no UTF-8")));
    EXPECT_EQ(toml_value("[1, 2.5]"), Value(Value::List{1, 2.5}));
    EXPECT_EQ(toml_value("20 mV"), Value("20 mV"));
    EXPECT_EQ(toml_value("1\ny = 2"), Value("1\ny = 2"));
}

TEST(NetworkFile, tables_become_parts_of_a_plan_in_their_order) {
    const sim::Plan plan = file(R"(
about = "words"
[run]
duration = "1 s"
record = "b.spikes"
[constants]
z = 1
a = "2*z"
[[neurons]]
name = "b"
model = "x.model"
n = 3
set = { v = 0.5, a = "1 mV" }
[[neurons]]
name = "a"
model = "morris_lecar"
n = 1
[[synapses]]
source = "b"
target = "a[:1]"
on_pre = "v += 1"
[synapses.connect]
rule = "one_to_one"
n = 2
)")
                               .plan();
    EXPECT_EQ(plan.about, "words");
    EXPECT_THAT(*plan.run.record, ElementsAre("b.spikes"));
    EXPECT_EQ(plan.constants[0].first + plan.constants[1].first, "za");
    EXPECT_EQ(plan.neurons[0].name + plan.neurons[1].name, "ba");
    EXPECT_EQ(plan.neurons[0].model, "/somewhere/x.model");
    EXPECT_EQ(plan.neurons[1].model, "morris_lecar");
    EXPECT_EQ(text_of(plan.neurons[0].set), "{'v': 0.5, 'a': '1 mV'}");
    EXPECT_EQ(plan.neurons[0].origin.of("set.a"), "net.toml:13");
    EXPECT_EQ(plan.synapses[0].connect.rule, "one_to_one");
    EXPECT_EQ(plan.synapses[0].connect.origin.of("n"), "net.toml:24");
    EXPECT_EQ(plan.synapses[0].connect.origin.of("p"), "net.toml:22");
}

TEST(NetworkFile, what_is_set_stands_in_place_of_what_the_file_says) {
    NetworkFile f = file("[constants]\nJ = 1\n[[neurons]]\nname = 'c'\nmodel = 'm'\nn = 3\n");
    f.set("J", 2, "--set J");
    f.set("c.n", 5, "--set c.n");
    f.set("c.tau", "1 ms", "--set c.tau");
    f.set("run.seed", 7, "--set run.seed");
    f.set_run("dt", "1 ms", "--dt");
    const sim::Plan plan = f.plan();
    EXPECT_EQ(plan.constants[0].second, Value(2));
    EXPECT_EQ(plan.neurons[0].n, 5);
    EXPECT_EQ(text_of(plan.neurons[0].set), "{'tau': '1 ms'}");
    EXPECT_EQ(plan.neurons[0].origin.of("set.tau"), "--set c.tau");
    EXPECT_EQ(plan.run.seed, 7);
    EXPECT_EQ(plan.run.dt, Value("1 ms"));
    EXPECT_THAT([&] { f.set("c.conect.p", 1, "--set c.conect.p"); },
                ThrowsMessage<InvalidInput>(HasSubstr("[[neurons]] have no 'conect'")));
}

TEST(NetworkFile, spikes_come_from_a_table_beside_it) {
    const auto folder = std::filesystem::temp_directory_path() / "ranvier-network-file-test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "s.csv") << "t,i\n0.001,2\n0.0015,0\n";
    const std::string text = "[[spikes]]\nname = 's'\nn = 3\nfile = 's.csv'\n";
    const sim::Plan plan = NetworkFile(text, "net.toml", folder).plan();
    EXPECT_THAT(plan.spikes[0].indices, ElementsAre(2, 0));
    EXPECT_EQ(plan.spikes[0].times[1], Value("0.0015 s"));
    EXPECT_THAT([&] { NetworkFile(text + "times = ['1 ms']", "net.toml", folder).plan(); },
                ThrowsMessage<InvalidInput>(HasSubstr("net.toml:4: spikes are given as file, or as")));
    for (const char* wrong : {"t,k\n0.1,2\n", "t,i\n0.1,2.5\n", "t,i\n0.1,-1\n", "0.1,2\n", "t,i,x\n1,2,3\n"}) {
        std::ofstream(folder / "s.csv") << wrong;
        EXPECT_THROW(read_spikes(folder / "s.csv"), FileError) << wrong;
    }
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ranvier::formats
