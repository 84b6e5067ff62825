// Networks run in the order of Brian 2's schedule; truths are worked out by hand, or are properties.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/sim/groups/inputs.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/monitors/monitors.hpp"
#include "ranvier/sim/monitors/rates.hpp"
#include "ranvier/sim/network/network.hpp"
#include "ranvier/sim/synapses/synapses.hpp"

namespace ranvier::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double dt = 1e-4;
const std::array<std::string_view, 3> methods{"exact", "euler", "heun"};

std::shared_ptr<Clock> ticks(double step = dt) { return std::make_shared<Clock>("clock", step); }

language::Parts equations(const std::string& text, const std::string& threshold = "", const std::string& reset = "") {
    language::Parts parts;
    parts.equations = text;
    parts.threshold = threshold;
    parts.reset = reset;
    return parts;
}

Surroundings with(const std::map<std::string, std::pair<double, const char*>>& constants) {
    Surroundings around;
    for (const auto& [name, value] : constants) {
        around.constants[name] = {value.first, units::unit(value.second).dimension, language::Type::real};
    }
    return around;
}

void add(Network& network, const Operations& operations) {
    network.operations.insert(network.operations.end(), operations.begin(), operations.end());
}

std::vector<double> values(const Variable& v) {
    std::vector<double> all;
    for (index k = 0; k < v.size(); ++k) {
        all.push_back(v[k]);
    }
    return all;
}

std::vector<std::int32_t> numbers(const Variable& v) {
    std::vector<std::int32_t> all;
    for (index k = 0; k < v.size(); ++k) {
        all.push_back(static_cast<std::int32_t>(v[k]));
    }
    return all;
}

/// Sources that spike at given times, targets that only collect, and what lies between.
struct Chain {
    std::shared_ptr<Clock> clock = ticks();
    std::shared_ptr<SpikeGeneratorGroup> source;
    std::shared_ptr<NeuronGroup> target;
    std::shared_ptr<Synapses> synapses;
    Network network;
    Surroundings around;

    Chain(index n, std::vector<std::int32_t> i, std::vector<double> t, const std::string& target_equations,
          const std::string& synapse_equations, const std::string& on_pre, std::optional<double> delay = {}) {
        source = std::make_shared<SpikeGeneratorGroup>("source", n, clock, std::move(i), std::move(t), 0);
        target = std::make_shared<NeuronGroup>("target", 2, clock, equations(target_equations));
        language::Parts parts;
        parts.equations = synapse_equations;
        synapses = std::make_shared<Synapses>(
            "synapses", source, target, clock, parts,
            std::vector<Synapses::PathwayParts>{{"pre", language::Side::pre, "spike", on_pre, delay, -1}});
    }
    void run(double duration) {
        source->prepare();
        target->prepare(around, "", methods);
        synapses->prepare(around, "", methods);
        network.operations.clear();
        add(network, source->operations());
        add(network, target->operations());
        add(network, synapses->operations());
        network.run({duration, {}, 10, false});
    }
};

TEST(Network, operations_follow_slots_then_order_then_names) {
    Network network;
    const auto clock = ticks();
    std::vector<std::string> done;
    const auto make = [&](const std::string& name, const std::string& when, int order) {
        network.operations.push_back(
            std::make_shared<Operation>(Operation{name, clock, when, order, [&done, name] { done.push_back(name); }}));
    };
    make("b", "groups", 0);
    make("late", "end", -5);
    make("a", "groups", 0);
    make("first", "before_start", 9);
    make("early", "groups", -1);
    make("between", "after_groups", 0);
    network.run({dt, {}, 10, false});
    EXPECT_THAT(done, ElementsAre("first", "early", "a", "b", "between", "late"));
    make("nowhere", "group", 0);
    EXPECT_THAT([&] { network.in_order(); },
                testing::ThrowsMessage<InvalidInput>(HasSubstr("no slot 'group'; did you mean 'groups'")));
}

TEST(Network, clocks_tick_together_where_their_times_are_equal_but_for_rounding) {
    Network network;
    const auto fast = ticks(1e-4), slow = ticks(3e-4);
    std::vector<double> when;
    network.operations = {
        std::make_shared<Operation>(Operation{"a", fast, "start", 0, [&] { when.push_back(fast->t()); }}),
        std::make_shared<Operation>(Operation{"b", slow, "start", 0, [&] { when.push_back(-1); }})};
    network.run({6e-4, {}, 10, false});
    EXPECT_THAT(when, ElementsAre(0, -1, 1e-4, 2e-4, testing::DoubleEq(3e-4), -1, testing::DoubleEq(4e-4),
                                  testing::DoubleEq(5e-4)));
    EXPECT_DOUBLE_EQ(network.t(), 6e-4);
}

TEST(Network, a_run_in_two_parts_is_the_run_in_one) {
    const auto run = [](std::vector<double> parts, int threads) {
        const ThreadLimit limit(threads);
        set_seed(7);
        const auto clock = ticks();
        const auto around = with({{"tau", {1e-2, "second"}}});
        auto group = std::make_shared<NeuronGroup>(
            "noisy", 5000, clock, equations("dv/dt = (1.2 - v)/tau + 0.3*xi*tau**-0.5 : 1", "v > 1", "v = 0.1*rand()"));
        Network network;
        for (const double part : parts) {
            group->prepare(around, "", methods);
            network.operations = group->operations();
            network.run({part, {}, 10, false});
        }
        return values(*group->variable("v"));
    };
    const auto whole = run({5e-3}, 1);
    EXPECT_EQ(run({2e-3, 3e-3}, 1), whole);
    EXPECT_EQ(run({5e-3}, 3), whole);
}

TEST(Synapses, a_spike_without_delay_arrives_in_its_own_step_between_threshold_and_reset) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 2, clock, equations("v : 1", "v > 1", "v = 0"));
    group->variable("v")->set(0, 2);
    language::Parts none;
    auto synapses = std::make_shared<Synapses>(
        "synapses", group, group, clock, none,
        std::vector<Synapses::PathwayParts>{{"pre", language::Side::pre, "spike", "v_post += 5", {}, -1}});
    const std::vector<std::int32_t> i{0, 0}, j{0, 1}, n{1};
    synapses->connect(i, j, n);
    Network network;
    group->prepare({}, "", methods);
    synapses->prepare({}, "", methods);
    add(network, group->operations());
    add(network, synapses->operations());
    network.run({dt, {}, 10, false});
    EXPECT_THAT(values(*group->variable("v")), ElementsAre(0, 5));  // the spiking neuron's 5 are lost in its reset
}

TEST(Synapses, delays_count_in_steps_and_what_is_under_way_arrives_in_the_next_run) {
    Chain chain(2, {0, 1}, {0, 0}, "x : 1", "w : 1", "x_post += w");
    const std::vector<std::int32_t> i{0, 1}, j{0, 1}, n{1};
    chain.synapses->connect(i, j, n);
    chain.synapses->variable("w")->fill(1);
    chain.synapses->pathways()[0]->delay()->set(0, 3 * dt);
    chain.synapses->pathways()[0]->delay()->set(1, 6.4 * dt);
    chain.run(3 * dt);
    EXPECT_THAT(values(*chain.target->variable("x")), ElementsAre(0, 0));
    chain.synapses->variable("w")->fill(2);  // what is read on arrival is read on arrival
    chain.run(dt);
    EXPECT_THAT(values(*chain.target->variable("x")), ElementsAre(2, 0));
    chain.run(3 * dt);
    EXPECT_THAT(values(*chain.target->variable("x")), ElementsAre(2, 2));
}

TEST(Synapses, statements_that_do_not_commute_run_in_the_order_of_the_synapses) {
    Chain chain(3, {0, 1, 2}, {0, 0, 0}, "x : 1", "w : 1", "x_post = 2*x_post + w");
    chain.synapses->connect("", "", "", {});
    ASSERT_THAT(numbers(*chain.synapses->find("i")), ElementsAre(0, 0, 1, 1, 2, 2));
    for (index k = 0; k < 6; ++k) {
        chain.synapses->variable("w")->set(k, static_cast<double>(k + 1));
    }
    chain.run(dt);
    EXPECT_THAT(values(*chain.target->variable("x")), ElementsAre(4 * 1 + 2 * 3 + 5, 4 * 2 + 2 * 4 + 6));
}

TEST(Synapses, event_driven_equations_are_exact_from_spike_to_spike) {
    Chain chain(1, {0, 0}, {0, 2e-3}, "x : 1", "da/dt = -a/tau : 1 (event-driven)\n", "x_post += a; a += 1");
    chain.around = with({{"tau", {5e-3, "second"}}});
    chain.synapses->connect("j == 0", "", "", chain.around);
    chain.run(3e-3);
    EXPECT_DOUBLE_EQ((*chain.target->variable("x"))[0], std::exp(-2.0 / 5));
    EXPECT_DOUBLE_EQ((*chain.synapses->variable("a"))[0], std::exp(-2.0 / 5) + 1);
}

TEST(Synapses, refractory_neurons_take_no_input_into_what_rests) {
    const auto clock = ticks();
    auto source = std::make_shared<SpikeGeneratorGroup>("source", 1, clock, std::vector<std::int32_t>{0, 0, 0},
                                                        std::vector<double>{0, 2 * dt, 6 * dt}, 0);
    auto parts = equations("dv/dt = 0/second : 1 (unless refractory)\nw : 1", "v > 1", "v = 0");
    parts.refractory = "5*dt";
    auto target = std::make_shared<NeuronGroup>("target", 1, clock, parts);
    auto synapses =
        std::make_shared<Synapses>("synapses", source, target, clock, language::Parts{},
                                   std::vector<Synapses::PathwayParts>{
                                       {"pre", language::Side::pre, "spike", "v_post += 1.5; w_post += 1", {}, -1}});
    synapses->connect("", "", "", {});
    Network network;
    source->prepare();
    target->prepare({}, "", methods);
    synapses->prepare({}, "", methods);
    add(network, source->operations());
    add(network, target->operations());
    add(network, synapses->operations());
    // Arrives in step 0; spikes in step 1; rests in steps 2 (input lost) to 5; is free in step 6.
    network.run({6 * dt, {}, 10, false});
    EXPECT_THAT(values(*target->variable("v")), ElementsAre(0));
    network.run({dt, {}, 10, false});
    EXPECT_THAT(values(*target->variable("v")), ElementsAre(1.5));
    EXPECT_THAT(values(*target->variable("w")), ElementsAre(3));
}

TEST(Synapses, summed_variables_are_the_sum_of_all_synapses_in_every_step) {
    Chain chain(3, {}, {}, "x : 1", "w : 1\nx_post = w*2 : 1 (summed)", "w += 1");
    chain.synapses->connect("i != j", "", "", {});
    chain.synapses->variable("w")->fill(3);
    chain.target->variable("x")->fill(100);
    chain.run(dt);
    EXPECT_THAT(values(*chain.target->variable("x")), ElementsAre(12, 12));
}

TEST(Connect, conditions_generators_and_arrays_make_the_same_synapses_in_the_same_order) {
    const auto make = [](const auto& connect) {
        Chain chain(5, {}, {}, "x : 1", "w : 1", "x_post += w");
        connect(*chain.synapses);
        return std::pair(numbers(*chain.synapses->find("i")), numbers(*chain.synapses->find("j")));
    };
    const auto expected = std::pair(std::vector<std::int32_t>{0, 1, 2}, std::vector<std::int32_t>{1, 0, 1});
    EXPECT_EQ(make([](Synapses& s) { s.connect("abs(i - j) == 1 and i < 3", "", "", {}); }), expected);
    EXPECT_EQ(make([](Synapses& s) {
                  s.connect_generator("k for k in range(i - 1, i + 2) if k != i and i < 3", false, "", true, {});
              }),
              expected);
    EXPECT_EQ(make([](Synapses& s) {
                  s.connect_generator("k for k in range(0, 3, 1) if abs(k - j) == 1", true, "", false, {});
              }),
              std::pair(std::vector<std::int32_t>{1, 0, 2}, std::vector<std::int32_t>{0, 1, 1}));
    EXPECT_EQ(
        make([](Synapses& s) { s.connect_generator("k for k in sample(2, p=1) if i == 3", false, "", false, {}); }),
        std::pair(std::vector<std::int32_t>{3, 3}, std::vector<std::int32_t>{0, 1}));
    EXPECT_EQ(make([](Synapses& s) { s.connect("i == j", "", "1 + i", {}); }),
              std::pair(std::vector<std::int32_t>{0, 1, 1}, std::vector<std::int32_t>{0, 1, 1}));
}

TEST(Connect, probabilities_are_kept) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 1000, clock, equations("x : 1"));
    for (const char* p : {"0.1", "0.1 + 0*x_pre"}) {  // once for all, and pair by pair
        Synapses synapses("synapses", group, group, clock, {}, {});
        set_seed(3);
        synapses.connect("", p, "", {});
        EXPECT_NEAR(static_cast<double>(synapses.n()), 1e5, 4 * std::sqrt(1e6 * 0.1 * 0.9)) << p;  // α = 6e-5
    }
    Synapses synapses("synapses", group, group, clock, {}, {});
    EXPECT_THAT([&] { synapses.connect("", "1.5", "", {}); },
                testing::ThrowsMessage<InvalidInput>(HasSubstr("p must be a probability")));
    synapses.connect_generator("k for k in sample(N_post, size=7)", false, "", false, {});
    EXPECT_EQ(synapses.n(), 7000);
}

TEST(Group, linked_variables_of_the_own_group_are_those_of_the_step_before) {
    const auto clock = ticks();
    auto group =
        std::make_shared<NeuronGroup>("ring", 40, clock, equations("dv/dt = (left - v)/dt : 1\nleft : 1 (linked)"));
    std::vector<std::int32_t> left(40);
    for (int k = 0; k < 40; ++k) {
        left[static_cast<std::size_t>(k)] = (k + 39) % 40;
        group->variable("v")->set(k, k);
    }
    group->link("left", group, "v", left);
    group->prepare({}, "euler", methods);
    Network network;
    network.operations = group->operations();
    network.run({dt, {}, 10, false});
    for (index k = 0; k < 40; ++k) {  // v + (left - v)/dt·dt, rounded
        EXPECT_NEAR((*group->variable("v"))[k], left[static_cast<std::size_t>(k)], 1e-13);
    }
}

TEST(Group, linked_subexpressions_are_computed_where_they_belong) {
    const auto clock = ticks();
    auto source =
        std::make_shared<NeuronGroup>("source", 3, clock, equations("I = 2*x + i + y : 1\nx : 1\ny : 1 (shared)"));
    auto group = std::make_shared<NeuronGroup>("group", 2, clock, equations("v : 1\nI_in : 1 (linked)"));
    for (int k = 0; k < 3; ++k) {
        source->variable("x")->set(k, 10 * k);
    }
    source->variable("y")->set(0, 100);
    group->link("I_in", source, "I", std::vector<std::int32_t>{2, 0});
    EXPECT_THAT(group->value("I_in + i", {}).values, ElementsAre(142, 101));
}

TEST(Group, what_runs_for_a_subgroup_leaves_the_elements_behind_it) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 6, clock, equations("x : 1"));
    auto first = std::make_shared<Subgroup>("first", group, 0, 2);
    first->execute("x = i + 1", {});
    EXPECT_THAT(values(*group->variable("x")), ElementsAre(1, 2, 0, 0, 0, 0));
    RegularUpdate update(first, "x += 1", clock, "start", 0, "update");
    update.prepare({});
    Network network;
    network.operations = update.operations();
    network.run({2 * dt, {}, 10, false});
    EXPECT_THAT(values(*group->variable("x")), ElementsAre(3, 4, 0, 0, 0, 0));
    EXPECT_THAT(first->value("10*x + i", {}).values, ElementsAre(30, 41));
}

TEST(Group, tables_are_read_where_a_step_begins) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 2, clock, equations("x = f(t, i) : 1"));
    Surroundings around;
    auto table = std::make_shared<Table>();
    table->values = {0, 10, 1, 11, 2, 12};
    table->rows = 3;
    table->columns = 2;
    table->dt = 3e-4;
    table->two_dimensional = true;
    around.tables["f"] = table;
    StateMonitor monitor("monitor", group, {"x"}, {1, 0}, clock, "start", 0);
    group->prepare(around, "", methods);
    monitor.prepare(around);
    Network network;
    add(network, group->operations());
    add(network, monitor.operations());
    network.run({12 * dt, {}, 10, false});
    std::vector<double> seen;
    for (std::size_t k = 0; k < 24; k += 2) {
        seen.push_back(monitor.series()[0].values.all()[k]);
        EXPECT_EQ(monitor.series()[0].values.all()[k + 1] + 10, seen.back());
    }
    EXPECT_THAT(seen, ElementsAre(10, 10, 10, 11, 11, 11, 12, 12, 12, 12, 12, 12));
}

TEST(Group, a_state_that_becomes_nan_ends_the_run_and_is_named) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 3, clock,
                                               equations("du/dt = 0/second : 1\ndv/dt = sqrt(1.5 - v*i)/dt : 1"));
    group->prepare({}, "euler", methods);
    Network network;
    network.operations = group->operations();
    EXPECT_THAT(
        [&] {
            network.run({1, {}, 10, false});
        },
        testing::ThrowsMessage<NumericalError>(
            HasSubstr("'v' of element 2 of 'group' became NaN in the step that began at 0.0001 s")));
}

TEST(Group, an_integrator_of_ones_own_is_the_method_that_it_writes) {
    const auto run = [](const std::string& method) {
        const auto clock = ticks(1e-3);
        auto group = std::make_shared<NeuronGroup>("group", 1, clock, equations("dv/dt = (sin(v) - v)/(10*ms) : 1"));
        group->variable("v")->fill(2);
        group->prepare({}, method, methods);
        Network network;
        network.operations = group->operations();
        network.run({2e-2, {}, 10, false});
        return (*group->variable("v"))[0];
    };
    EXPECT_EQ(run("k = f(x, t)\nx_new = x + dt*f(x + dt/2*k, t + dt/2)"), run("rk2"));
    EXPECT_THAT([&] { run("x_new = x + q"); }, testing::ThrowsMessage<InvalidInput>(HasSubstr("there is no 'q'")));
}

TEST(Group, new_values_of_constants_compile_nothing) {
    const auto clock = ticks();
    auto group = std::make_shared<NeuronGroup>("group", 2, clock, equations("dv/dt = (a - v)/tau : 1"));
    Network network;
    const auto run = [&](double a) {
        group->prepare(with({{"a", {a, "radian"}}, {"tau", {1e-2, "second"}}}), "", methods);
        group->variable("v")->fill(0);
        network.operations = group->operations();
        network.run({dt, {}, 10, false});
        return (*group->variable("v"))[0];
    };
    EXPECT_DOUBLE_EQ(run(2), 2 * run(1));
}

TEST(Rates, events_are_counted_in_the_bin_in_which_their_step_begins) {
    const std::vector<std::int32_t> i{0, 1, 0, 0};
    const std::vector<double> t{0, 2e-4, 0.1 * 3e-3, 9e-4};  // the third, rounded, may lie a bit before its step
    const auto counts = events_in_bins(i, t, 2, 2, 3, 1e-4);
    EXPECT_EQ(counts(0, 0), 1);
    EXPECT_EQ(counts(1, 0), 1);
    EXPECT_EQ(counts(0, 1), 1);
    EXPECT_EQ(counts(1, 1), 0);
    EXPECT_THAT(means_in_bins(std::vector<double>{1, 3, 5, 7, 100}, 2), ElementsAre(2, 6));
}

TEST(Rates, windows_sum_up_to_one_and_nothing_lies_beyond_the_ends) {
    EXPECT_THAT(rate_window("flat", 3),
                ElementsAre(testing::DoubleEq(0.2), testing::DoubleEq(0.2), testing::DoubleEq(0.2),
                            testing::DoubleEq(0.2), testing::DoubleEq(0.2)));
    const auto gaussian = rate_window("gaussian", 2);
    ASSERT_EQ(gaussian.size(), 9);
    EXPECT_DOUBLE_EQ(gaussian[6] / gaussian[4], std::exp(-0.5));
    EXPECT_NEAR(std::accumulate(gaussian.begin(), gaussian.end(), 0.0), 1, 1e-15);
    Array<double, 2> rows({1, 3});
    rows(0, 0) = 1;
    const auto smooth =
        smoothed(rows, std::vector<double>{0.5, 0.3, 0.2});  // as np.convolve: the window is turned round
    EXPECT_DOUBLE_EQ(smooth(0, 0), 0.3);
    EXPECT_DOUBLE_EQ(smooth(0, 1), 0.2);
    EXPECT_EQ(smooth(0, 2), 0);
    EXPECT_THAT([] { rate_window("flat", 0); }, testing::ThrowsMessage<InvalidInput>(HasSubstr("must be > 0")));
}

}  // namespace
}  // namespace ranvier::sim
