// Which operations are joined to stretches of many steps; that these leave the same bits is tested from Python.
#include "ranvier/sim/groups/stretch.hpp"

#include <gtest/gtest.h>

#include "ranvier/sim/monitors/monitors.hpp"
#include "ranvier/sim/network/network.hpp"

namespace ranvier::sim {
namespace {

constexpr std::array<std::string_view, 2> methods{"exact", "euler"};

struct Made {
    std::shared_ptr<Clock> clock = std::make_shared<Clock>("clock", 1e-4);
    std::shared_ptr<NeuronGroup> group;
    Network network;

    explicit Made(const std::string& reset, const std::map<std::string, compile::Storage>& storages = {}) {
        language::Parts parts;
        parts.equations = "dv/dt = (2 - v)/(10*ms) : 1\nw : 1\nk : integer";
        parts.threshold = "v > 1";
        parts.reset = reset;
        parts.refractory = "1*ms";
        group = std::make_shared<NeuronGroup>("group", 3, clock, parts, storages);
        group->prepare({}, "", methods);
        network.operations = group->operations();
    }
    void add(const Operations& more) { network.operations.insert(network.operations.end(), more.begin(), more.end()); }
    bool joined() const { return stretch_of(network.in_order()) != nullptr; }
};

TEST(Stretch, of_states_thresholds_resets_and_their_monitors) {
    Made made("v = 0; k += 1");
    StateMonitor trace("trace", made.group, {"v"}, {2}, made.clock, "start", 0);
    EventMonitor spikes("spikes", made.group, "spike", {}, true, made.clock, "thresholds", 1);
    RateMonitor rate("rate", made.group, "spike", made.clock, "end", 0);
    trace.prepare({});
    spikes.prepare({});
    for (const Operations& more : {trace.operations(), spikes.operations(), rate.operations()}) {
        made.add(more);
    }
    EXPECT_TRUE(made.joined());
    made.network.operations[0]->active = false;
    EXPECT_FALSE(made.joined());
}

TEST(Stretch, is_none_where_something_else_happens_in_a_step) {
    Made made("v = 0");
    EXPECT_TRUE(made.joined());
    made.add({std::make_shared<Operation>(Operation{"else", made.clock, "end", 0, [] {}})});
    EXPECT_FALSE(made.joined());
}

TEST(Stretch, is_none_of_two_groups) {
    Made made("v = 0");
    const Made other("v = 0");
    made.add(other.network.operations);
    EXPECT_FALSE(made.joined());
}

TEST(Stretch, is_none_where_only_those_that_spike_draw_random_numbers) { EXPECT_FALSE(Made("v = rand()").joined()); }

TEST(Stretch, is_none_where_memory_keeps_fewer_bits_of_a_real_number) {
    EXPECT_TRUE(Made("w += 0.1").joined());
    EXPECT_FALSE(Made("w += 0.1", {{"w", compile::Storage::float32}}).joined());
}

TEST(Stretch, is_none_where_events_are_looked_at_before_they_happen) {
    Made made("v = 0");
    EventMonitor spikes("spikes", made.group, "spike", {}, true, made.clock, "groups", -1);
    spikes.prepare({});
    made.add(spikes.operations());
    EXPECT_FALSE(made.joined());
}

TEST(Stretch, is_none_where_values_at_events_are_recorded) {
    Made made("v = 0");
    EventMonitor spikes("spikes", made.group, "spike", {"v"}, true, made.clock, "thresholds", 1);
    spikes.prepare({});
    made.add(spikes.operations());
    EXPECT_FALSE(made.joined());
}

}  // namespace
}  // namespace ranvier::sim
