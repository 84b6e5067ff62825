// Networks that are said in tables: what their words mean, and that they are the networks that C++ makes by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const units::Dimension volt = units::unit("volt").dimension;

TEST(Words, a_quantity_is_a_number_with_a_unit_behind_it) {
    for (const char* text : {"20 mV", "20mV", " +2e1 mV ", "0.02 volt"}) {
        const auto found = quantity(text);
        ASSERT_TRUE(found) << text;
        EXPECT_DOUBLE_EQ(found->value, 0.02) << text;
        EXPECT_EQ(found->dimension, volt) << text;
    }
    EXPECT_DOUBLE_EQ(quantity("5/second")->value, 5);
    EXPECT_DOUBLE_EQ(quantity("-1 uA/cm**2")->value, -0.01);
    EXPECT_EQ(quantity(3)->type, language::Type::integer);
    EXPECT_THAT([] { quantity("3 mW2x"); }, ThrowsMessage<InvalidInput>(HasSubstr("there is no unit 'mW2x'")));
}

TEST(Words, what_stands_behind_a_times_sign_is_an_expression_where_letters_are_variables) {
    const Constants known{{"J", {2e-3, volt, language::Type::real}}};
    EXPECT_FALSE(quantity("2*J"));
    EXPECT_DOUBLE_EQ(constant("2*J", known, "weight", volt), 4e-3);  // not two joule
    EXPECT_DOUBLE_EQ(constant("20*mV", known, "weight", volt), 0.02);
    for (const char* text : {"inf", "nano", "info", "-x", "rand()"}) {
        EXPECT_FALSE(quantity(text)) << text;
    }
    EXPECT_THAT([&] { constant("rand()*mV", known, "weight"); },
                ThrowsMessage<InvalidInput>("weight must be one value; got 'rand()*mV'"));
}

TEST(Words, elements_are_chosen_as_in_python) {
    EXPECT_THAT(elements_text("cells[0:3,7, 8:]").elements(10), ElementsAre(0, 1, 2, 7, 8, 9));
    EXPECT_THAT(elements_text("cells").elements(2), ElementsAre(0, 1));
    EXPECT_THAT(elements_text("cells[:]").elements(2), ElementsAre(0, 1));
    for (const char* text : {"cells[2:11]", "cells[10]", "cells[5:5]"}) {
        EXPECT_THAT([&] { elements_text(text).elements(10); },
                    ThrowsMessage<InvalidInput>(HasSubstr("'cells' has the elements 0 to 9")))
            << text;
    }
    for (const char* text : {"cells[-1]", "cells[a]", "cells[]", "cells[::2]"}) {
        EXPECT_THAT([&] { elements_text(text).elements(10); },
                    ThrowsMessage<InvalidInput>(HasSubstr("elements are chosen as in")))
            << text;
    }
    const RecordText read = record_text("cells[0:3].v every 1 ms");
    EXPECT_EQ(read.of.group + "|" + read.what + "|" + read.every, "cells|v|1 ms");
}

/// Neurons that drive each other, as a plan.
Plan small_plan() {
    Plan plan;
    plan.constants = {{"J", "3 mV"}};
    plan.run.duration = "50 ms";
    plan.run.seed = 4;
    plan.run.record = {{"cells.spikes", "cells[1].v"}};
    NeuronsPlan cells;
    cells.name = "cells";
    cells.model = "leaky_integrate_and_fire";
    cells.n = 50;
    cells.set = Value::Map{{"I", "(0.4 + 0.1*rand())*nA"}, {"v", "E_L + rand()*15*mV"}};
    plan.neurons = {cells};
    SynapsesPlan synapses;
    synapses.name = "joined";
    synapses.source = "cells[:30]";
    synapses.target = "cells";
    synapses.connect.p = 0.2;
    synapses.on_pre = "v += weight";
    synapses.weight = "J*rand()";
    synapses.delay = "(1 + rand())*ms";
    plan.synapses = {synapses};
    return plan;
}

const EventMonitor& spikes_of(const Simulation& simulation) {
    return *std::get<std::shared_ptr<EventMonitor>>(simulation.recordings()[0].monitor);
}

TEST(Simulation, is_the_network_that_the_same_steps_make_by_hand) {
    Simulation simulation(small_plan());
    simulation.run();

    set_seed(4);
    const auto clock = std::make_shared<Clock>("clock", 1e-4);
    language::Parts parts;
    parts.equations = "dv/dt = (E_L - v + R*I)/tau_m : volt (unless refractory)\nI : amp (constant)";
    parts.threshold = "v > V_t";
    parts.reset = "v = V_r";
    parts.refractory = "t_ref";
    Surroundings around;
    for (const auto& [name, value, unit] : {std::tuple("tau_m", 1e-2, "second"),
                                            {"R", 4e7, "ohm"},
                                            {"E_L", -65e-3, "volt"},
                                            {"V_r", -65e-3, "volt"},
                                            {"V_t", -50e-3, "volt"},
                                            {"t_ref", 2e-3, "second"},
                                            {"J", 3e-3, "volt"}}) {
        around.constants[name] = {value, units::unit(unit).dimension, language::Type::real};
    }
    const auto cells = std::make_shared<NeuronGroup>("cells", 50, clock, parts);
    const auto set = [&](Variable& variable, const Group::Values& values) {
        for (index k = 0; k < variable.size(); ++k) {
            variable.set(k, values.values[static_cast<std::size_t>(k)]);
        }
    };
    set(*cells->variable("I"), cells->value("(0.4 + 0.1*rand())*nA", around));
    set(*cells->variable("v"), cells->value("E_L + rand()*15*mV", around));
    const auto some = std::make_shared<Subgroup>("some", cells, 0, 30);
    language::Parts weights;
    weights.equations = "weight : volt (constant)";
    Synapses joined("joined", some, cells, clock, weights,
                    {{"pre", language::Side::pre, "spike", "v += weight", {}, -1}});
    joined.connect("True", "0.2", "1", around);
    set(*joined.variable("weight"), joined.value("J*rand()", around));
    set(*joined.pathways()[0]->delay(), joined.value("(1 + rand())*ms", around));
    EventMonitor spikes("spikes", cells, "spike", {}, true, clock, "after_thresholds", 0);
    cells->prepare(around, "exact", {});
    joined.prepare(around, "", tried);
    Network network;
    for (const auto& operations : {cells->operations(), joined.operations(), spikes.operations()}) {
        network.operations.insert(network.operations.end(), operations.begin(), operations.end());
    }
    network.run({50e-3, {}, 10, false});
    ASSERT_GT(spikes.events(), 50);
    EXPECT_EQ(spikes_of(simulation).t().all(), spikes.t().all());
    EXPECT_EQ(spikes_of(simulation).i().all(), spikes.i().all());
}

TEST(Simulation, goes_on_where_it_stood_and_says_how_far_it_is) {
    Plan plan = small_plan();
    Simulation whole(plan);
    double done = -1;
    whole.run([&](const Network::Report& r) { done = r.done; });
    EXPECT_EQ(done, 1);
    const auto t = spikes_of(whole).t().all();
    plan.run.duration = "25 ms";
    Simulation parts(plan);
    parts.run();
    parts.run();
    EXPECT_DOUBLE_EQ(parts.t(), whole.t());
    EXPECT_EQ(spikes_of(parts).t().all(), t);
}

TEST(Simulation, records_all_spikes_where_nobody_said_what_to_record) {
    Plan plan = small_plan();
    plan.run.record.reset();
    const Simulation simulation(plan);
    ASSERT_EQ(simulation.recordings().size(), 1u);
    EXPECT_EQ(simulation.recordings()[0].name(), "cells.spikes");
}

TEST(Simulation, a_parameter_that_is_one_value_is_no_variable_and_one_that_differs_is) {
    Plan plan = small_plan();
    plan.neurons[0].set = Value::Map{{"R", "2*50*Mohm"}, {"tau_m", "(10 + 0.1*i)*ms"}};
    const auto cells = Simulation(plan).groups()[0];
    EXPECT_EQ(cells->find("R"), nullptr);
    ASSERT_NE(cells->find("tau_m"), nullptr);
    EXPECT_DOUBLE_EQ((*cells->find("tau_m"))[10], 11e-3);
    EXPECT_DOUBLE_EQ((*cells->find("v"))[10], -65e-3);  // as the model says, where the plan doesn't
}

}  // namespace
}  // namespace ranvier::sim
