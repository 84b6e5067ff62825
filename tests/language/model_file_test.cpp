#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "ranvier/base/file.hpp"
#include "tests/language/texts.hpp"
#include "tests/places.hpp"

namespace ranvier::language {

namespace {

constexpr const char* sound = R"(# a comment
model: a test    # not this
kind: neuron
paper: A (2000). B: C
doi: 10.1/2
about:
    First line
    second line.
time: ms
method: rk4
step: 0.1*ms
span: 1*second
vary: E from -80*mV to -0.05*volt   # both in any unit of voltage

parameters:
    tau = 10*ms in (0, inf)    # time constant
    E   = -65*mV
    V_t = E + 15*mV : mV
    n   = 3 : integer in [1, 10]
    on  = True
    k   : 1/ms                 # must be given

equations:
    dv/dt = (E - v)/tau + u*k : mV (unless refractory)   # potential
    du/dt = -u/tau : volt
    w : pA

threshold: v > V_t     # where it spikes
reset:
    v = E
    w += 3*pA
refractory: 2*ms
event crossing: u > 1*mV
on crossing:
    u = 0*mV
each step:
    w *= 0.5
every 10*ms:
    w = 0*pA
initial:
    v = E
    w = 2*pA
preset slow:   # slower
    tau = 100*ms
    v = -70*mV
)";

std::string file_mistakes(const std::string& text) { return mistakes(checked_file(text, "x.model").diagnostics); }

std::string thrown(const auto& body) {
    try {
        body();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "(no error)";
}

}  // namespace

TEST(ModelFile, a_share_of_a_parameter_that_is_named_like_a_unit_has_no_such_unit) {
    const Model model = loaded("jansen_rit");  // C_2 = 0.8*C, and C is a number of synapses, not a coulomb
    EXPECT_EQ(find_parameter(model, "C_2")->unit, "1");
    EXPECT_EQ(find_parameter(model, "C_2")->unit_scale, 1);
}

TEST(ModelFile, holds_everything_that_a_model_is) {
    const Checked result = checked_file(sound, "some/folder/test_model.model");
    ASSERT_EQ(mistakes(result.diagnostics), "");
    const Model& m = result.model;
    EXPECT_EQ(m.name, "test_model");
    EXPECT_EQ(m.title, "a test");
    EXPECT_EQ(m.paper, "A (2000). B: C");
    EXPECT_EQ(m.doi, "10.1/2");
    EXPECT_EQ(m.about, "First line\nsecond line.");
    EXPECT_EQ(m.time_unit, "ms");
    EXPECT_EQ(m.method, "rk4");
    EXPECT_DOUBLE_EQ(m.step, 1e-4);
    EXPECT_DOUBLE_EQ(m.span, 1);
    EXPECT_EQ(m.vary, "E");
    EXPECT_DOUBLE_EQ(m.vary_low, -0.08);
    EXPECT_DOUBLE_EQ(m.vary_high, -0.05);
    ASSERT_EQ(m.states.size(), 2U);
    EXPECT_EQ(m.states[0].comment, "potential");
    EXPECT_EQ(m.states[0].unit, "mV");
    EXPECT_EQ(m.states[0].unit_scale, 1e-3);
    EXPECT_TRUE(m.states[0].flags.unless_refractory);
    ASSERT_EQ(m.events.size(), 2U);
    EXPECT_EQ(m.events[0].name, "spike");
    EXPECT_EQ(text(m.events[0].statements[1].result), "w + 3*pA");
    EXPECT_EQ(m.events[1].name, "crossing");
    ASSERT_EQ(m.updates.size(), 2U);
    EXPECT_FALSE(m.updates[0].period);
    EXPECT_EQ(text(m.updates[1].period), "10*ms");
    const Parameter* tau = find_parameter(m, "tau");
    ASSERT_NE(tau, nullptr);
    EXPECT_EQ(tau->unit, "ms");
    EXPECT_EQ(tau->comment, "time constant");
    EXPECT_EQ(tau->low, 0);
    EXPECT_TRUE(tau->low_open);
    EXPECT_TRUE(std::isinf(tau->high));
    EXPECT_TRUE(tau->flags.constant);
    EXPECT_EQ(find_parameter(m, "n")->type, Type::integer);
    EXPECT_EQ(find_parameter(m, "on")->type, Type::boolean);
    EXPECT_EQ(find_parameter(m, "w")->flags.constant, false);
}

TEST(ModelFile, values_come_from_defaults_presets_and_choice) {
    const Model m = checked_file(sound, "x.model").model;
    const auto plain = parameter_values(m);
    EXPECT_DOUBLE_EQ(plain.at("tau"), 0.01);
    EXPECT_DOUBLE_EQ(plain.at("V_t"), -0.05);
    EXPECT_DOUBLE_EQ(plain.at("w"), 2e-12);
    EXPECT_EQ(plain.count("k"), 0U);
    EXPECT_DOUBLE_EQ(parameter_values(m, "slow").at("tau"), 0.1);
    // what follows from a parameter follows its new value
    EXPECT_DOUBLE_EQ(parameter_values(m, "slow", {{"E", -0.07}}).at("V_t"), -0.055);
    EXPECT_DOUBLE_EQ(initial_values(m, plain).at("v"), -0.065);
    EXPECT_DOUBLE_EQ(initial_values(m, plain, "slow").at("v"), -0.07);
    EXPECT_DOUBLE_EQ(initial_values(m, plain).at("u"), 0);
}

TEST(ModelFile, values_out_of_range_and_unknown_names_are_refused) {
    const Model m = checked_file(sound, "x.model").model;
    EXPECT_EQ(thrown([&] { parameter_values(m, "", {{"tau", -0.005}}); }), "tau must be > 0 ms; got -5 ms");
    EXPECT_EQ(thrown([&] { parameter_values(m, "", {{"tau", NAN}}); }), "'tau' must be a number; it is NaN");
    EXPECT_EQ(thrown([&] { parameter_values(m, "", {{"n", 20}}); }), "n must be in [1, 10]; got 20");
    EXPECT_EQ(thrown([&] { parameter_values(m, "", {{"n", 2.5}}); }), "n must be an integer; got 2.5");
    EXPECT_EQ(thrown([&] { parameter_values(m, "slo"); }),
              "the model 'x' has no preset 'slo'; did you mean 'slow'? (it has: slow)");
    EXPECT_EQ(thrown([&] {
                  parameter_values(m, "", {{"tua", 1}});
              }),
              "the model 'x' has no parameter 'tua'; did you mean 'tau'?");
    EXPECT_EQ(thrown([] { loaded("morris_lecat"); }),
              "there is no model 'morris_lecat'; did you mean 'morris_lecar'? ('ranvier model list' shows all; a file "
              "is given with its "
              "path, e.g. ./morris_lecat.model)");
}

TEST(ModelFile, mistakes_are_told_with_the_line_of_the_file) {
    EXPECT_EQ(
        file_mistakes("model: x\n\nparameters:\n    tau = 10*ms in (0, 1*mV)\n    b = a : 1\n    a = 1\n    c\n    d = "
                      "3 : volt\n\n"
                      "equations:\n    dv/dt = -v/tua : volt\nthreshhold: v > 1*mV\nkind: neurone\nreset: v = 0\n"),
        "4:24 the range of 'tau' must be in second; '1*mV' is in volt\n"
        "5:9 'b' needs 'a', which is given further down; move 'a' above 'b'\n"
        "7:5 '=' or ':' must follow the name of a parameter; write 'c = value' or 'c : unit'\n"
        "8:9 'd' must be in volt; '3' is a number without unit; write 3*volt\n"
        "11:16 there is no 'tua'; did you mean 'tau'?\n"
        "12:1 there is no section 'threshhold:'; did you mean 'threshold'?\n"
        "13:1 a kind is neuron, synapse, population, channel, system or cable; not 'neurone'\n"
        "14:7 there is a reset, but no threshold");
    EXPECT_EQ(file_mistakes("model: x\nequations:\n    x : 1\nequations:\n    y : 1\n"),
              "4:1 the section 'equations:' stands here twice");
    EXPECT_EQ(file_mistakes("model: x\nequations:\nx : 1\n  y : 1"), "3:1 there is no section 'x:'");
    EXPECT_EQ(file_mistakes("hello\n"),
              "0:0 there is no section 'model:', which says the name of the model\n"
              "1:1 a line at the left margin begins a section, with a colon behind its name; indent what belongs to a "
              "section");
    EXPECT_EQ(file_mistakes("model: x\ntime: volt\nequations:\n    x : 1\n"),
              "2:7 time is shown in a unit of time, or is a number: 'time: ms' or 'time: 1'");
    const std::string rest = "\nparameters:\n    rate = 1/ms in [0, inf)\nequations:\n    dx/dt = rate*(1 - x) : 1\n";
    EXPECT_EQ(file_mistakes("model: x\nvary: rate from 0/ms to 2/ms" + rest), "");
    EXPECT_EQ(file_mistakes("model: x\nvary: rate, 0/ms … 2/ms" + rest),
              "2:1 what to vary is said as 'vary: NAME from LOW to HIGH'; not 'rate, 0/ms … 2/ms'");
    EXPECT_EQ(file_mistakes("model: x\nvary: rat from 0/ms to 2/ms" + rest),
              "2:1 'rat' is no parameter that could vary; did you mean 'rate'?");
    EXPECT_EQ(file_mistakes("model: x\nvary: rate from 0 to 2/ms" + rest),
              "2:1 '0' is no value of 'rate', which is in 1/ms");
    EXPECT_EQ(file_mistakes("model: x\nvary: rate from -1/ms to 2/ms" + rest),
              "2:1 'rate' must vary from a lower to a higher value, both finite and within its range");
    EXPECT_EQ(file_mistakes("model: x\nspan: 1\nequations:\n    x : 1\n"),
              "2:7 the span must be in second; '1' is a number without unit; write 1*second");
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = 0.0/0\nequations:\n    x : 1\n"),
              "3:5 'a' must be a number; it is NaN");
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = 1 in [2, 3]\nequations:\n    x : 1\n"),
              "3:5 a must be in [2, 3]; got 1");
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = 1\npreset p:\n    b = 1\n"), "5:5 there is no 'b'");
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = 1 in [0, 2]\npreset p:\n    a = 3\n"),
              "5:5 preset 'p': a must be in [0, 2]; got 3");
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = 1\ninitial:\n    z = ?\n    z = 3\n"),
              "5:9 '?' has no meaning here; write where(condition, a, b)\n6:5 there is no 'z'");
    // a name whose first definition is wrong is still defined twice
    EXPECT_EQ(file_mistakes("model: x\nparameters:\n    a = b\n    a = 1\n    b = 2\nequations:\n    a : 1\n"),
              "3:9 'a' needs 'b', which is given further down; move 'b' above 'a'\n"
              "4:5 'a' is defined twice; first in line 3\n"
              "7:5 'a' is defined twice; first in line 3");
    EXPECT_EQ(file_mistakes("model: x\nequations:\n    x : 1\non pre:\n    x += 1\n"),
              "4:1 only synapses act on the spikes of other neurons; a synapse says 'kind: synapse'");
}

TEST(ModelFile, time_may_be_a_number) {
    const char* text = "model: x\nkind: system\ntime: 1\nequations:\n    dx/dt = y : 1\n    dy/dt = -x*sin(t) : 1\n";
    EXPECT_EQ(file_mistakes(text), "");
    EXPECT_TRUE(checked_file(text, "x.model").model.time.dimensionless());
    Parts parts;
    parts.kind = Kind::system;
    parts.equations = "dx/dt = y : 1\ndy/dt = -x : 1";
    parts.time = Time::either;
    EXPECT_TRUE(model(parts).time.dimensionless());
    parts.equations = "dx/dt = y/second : 1\ndy/dt = -x/second : 1";
    EXPECT_FALSE(model(parts).time.dimensionless());
    parts.equations = "dx/dt = y/ms : 1\ndy/dt = -x : 1";
    EXPECT_EQ(mistakes_of(parts), "2:9 dy/dt must be in hertz; '-x' is a number without unit");
}

TEST(Synapse, sees_the_neurons_it_joins) {
    Parts neuron;
    neuron.equations = "dv/dt = (-v + I)/(10*ms) : volt\nI : volt\ndg/dt = -g/(5*ms) : siemens";
    const Model group = model(neuron);
    Scope scope;
    scope.pre = &group;
    scope.post = &group;
    Parts synapse;
    synapse.kind = Kind::synapse;
    synapse.equations =
        "w : siemens\ndtrace/dt = -trace/(20*ms) : 1 (event-driven)\nI_post = w/siemens*(v_pre - v_post) : volt "
        "(summed)";
    synapse.on_pre = {{"pre", "g_post += w; trace += 1"}};
    synapse.on_post = {{"post", "g -= w*trace"}};  // a bare name is the postsynaptic neuron's
    const Model m = model(synapse, scope);
    ASSERT_EQ(m.pathways.size(), 2U);
    EXPECT_EQ(m.pathways[0].statements[0].side, Side::post);
    EXPECT_EQ(m.post[static_cast<std::size_t>(m.pathways[0].statements[0].index)].name, "g");
    EXPECT_EQ(m.pathways[1].statements[0].side, Side::post);
    EXPECT_TRUE(m.subexpressions[0].flags.summed);
    synapse.on_pre = {{"pre", "gg_post += w"}};
    synapse.on_post = {};
    synapse.equations = "w : siemens\nI_post = w : siemens (summed)\nq_post = w : siemens (summed)\nx_pre : 1";
    EXPECT_EQ(mistakes_of(synapse, scope),
              "2:1 'I_post' adds up into a variable in volt; it is in siemens here\n"
              "3:1 the postsynaptic neurons have no 'q'\n"
              "4:1 'x_pre' would be a variable of the presynaptic neuron, because of its ending; rename it, or mark an "
              "equation that adds up "
              "into that variable (summed)\n"
              "1:1 there is no 'gg_post'; did you mean 'g_post'?");
}

TEST(UserFunction, is_checked_like_the_built_in_ones) {
    Scope scope;
    const auto volt = units::unit("volt").dimension;
    scope.functions.push_back({"heat", nullptr, {volt, units::Dimension{}}, volt});
    Parts parts;
    parts.equations = "dv/dt = heat(v, 2)/ms : volt";
    const Model m = model(parts, scope);
    EXPECT_EQ(m.states[0].rhs->operands[0]->dimension, volt);
    parts.equations = "dv/dt = heat(v)/ms + heat(v, v)/ms + haet(v, 1)/ms : volt";
    EXPECT_EQ(mistakes_of(parts, scope),
              "1:9 'heat' takes 2 arguments; here are 1\n"
              "1:30 argument 2 of 'heat' must be a number without unit; 'v' is in volt\n"
              "1:38 there is no function 'haet'; did you mean 'heat'?");
}

TEST(Scope, constants_from_outside_are_found_and_shadow_units) {
    Scope scope;
    scope.constants["tau"] = {0.01, units::unit("second").dimension, Type::real};
    scope.constants["pA"] = {2, {}, Type::real};
    Parts parts;
    parts.equations = "dv/dt = -v*pA/tau : volt\nq = faraday_constant*v/(gas_constant*300*kelvin) : 1";
    const Model m = model(parts, scope);
    const auto names = names_in(m.states[0].drift);
    EXPECT_EQ(names, (std::vector<std::string>{"v", "pA", "tau"}));
}

TEST(Scope, free_names_are_those_that_must_come_from_outside) {
    using Names = std::vector<std::string>;
    Parts parts;
    const auto of_equations = [&](const std::string& equations, Kind kind = Kind::neuron) {
        parts.equations = equations;
        parts.kind = kind;
        return free_names(parts);
    };
    EXPECT_EQ(of_equations("dv/dt = -v*pA/tau + f(x)*mV : volt  # k is nothing\nx = exp(y) + xi*pi : 1"),
              (Names{"tau", "y"}));
    EXPECT_EQ(of_equations("dv/dt = N*i + j + t/dt : 1"), Names{"j"});
    EXPECT_EQ(of_equations("dv/dt = N*i + j + t/dt : 1", Kind::system), (Names{"N", "i", "j"}));
    EXPECT_EQ(of_equations("x = fF*mV : 1"), Names{"fF"});  // a unit whose name a variable may have instead
    EXPECT_EQ(of_equations("dv/dt = ( : 1\ndu/dt = -u/tau : 1"), Names{"tau"});  // what can be read
    parts.threshold = "v > theta and not_refractory";
    parts.reset = "a = 2*b; w += a; n += 1; c = c + 1";
    parts.refractory = "t_ref";
    EXPECT_EQ(of_equations("dv/dt = -v : 1\nw : 1"), (Names{"theta", "b", "n", "c", "t_ref"}));
    parts = {};
    parts.on_pre = {{"pre", "g += w*i*j"}};
    EXPECT_EQ(of_equations("w : 1", Kind::synapse), Names{"g"});
}

TEST(Scope, that_is_open_says_nothing_of_unknown_names) {
    Scope scope;
    scope.open = true;
    Parts parts;
    parts.equations = "dv/dt = (f(E) - v)/tau + v : volt";
    EXPECT_EQ(mistakes_of(parts, scope), "");
    parts.equations = "dv/dt = (E - v)/tau + (v + 1) : volt";
    EXPECT_EQ(mistakes_of(parts, scope),
              "1:26 both sides of '+' must have one dimension; 'v' is in volt, '1' is a number without unit; give the "
              "number a unit: 1*volt");
}

class Library : public testing::TestWithParam<std::string> {};

TEST_P(Library, has_a_sound_model) {
    const std::string place = ranvier::tests::source_folder().string() + "/models/" + GetParam() + ".model";
    const std::string words = file_text(place);
    const Checked result = checked_file(words, place);
    ASSERT_EQ(rendered(result.diagnostics, {{place, words}}), "");
    const Model& m = result.model;
    EXPECT_FALSE(m.title.empty());
    EXPECT_FALSE(m.paper.empty());
    std::vector<std::string> presets{""};
    for (const Preset& p : m.presets) {
        presets.push_back(p.name);
    }
    for (const std::string& preset : presets) {
        auto values = parameter_values(m, preset);
        for (const auto& [name, v] : initial_values(m, values, preset)) {
            values[name] = v;
        }
        // every right side has a value at the start, and the Jacobian can be formed and is finite there
        const auto value_of = [&](const Node& node) -> std::optional<double> {
            if (node.role == Role::time || node.side != Side::own) {
                return 0.0;
            }
            if (node.role == Role::timestep) {
                return 1e-4;
            }
            const auto found = values.find(node.name);
            return found == values.end() ? std::nullopt : std::optional(found->second);
        };
        for (const State& s : m.states) {
            EXPECT_TRUE(std::isfinite(value(expanded(s.drift, m), value_of))) << s.name << " " << preset;
        }
        if (m.kind != Kind::synapse) {
            for (const auto& row : jacobian(m)) {
                for (const Expr& e : row) {
                    EXPECT_TRUE(std::isfinite(value(e, value_of))) << text(e) << " " << preset;
                }
            }
        }
    }
    // what is printed is what was written
    for (const State& s : m.states) {
        Report report;
        const Expr again = parsed_expression({text(s.rhs), "again"}, report);
        ASSERT_TRUE(again) << text(s.rhs);
        EXPECT_EQ(text(again), text(s.rhs));
    }
}

std::vector<std::string> shipped() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(ranvier::tests::source_folder() / "models")) {
        if (entry.path().extension() == ".model") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

INSTANTIATE_TEST_SUITE_P(Models, Library, testing::ValuesIn(shipped()),
                         [](const auto& model_name) { return model_name.param; });

TEST(Bundle, holds_every_model_of_the_folder) {
    for (const std::string& name : shipped()) {
        EXPECT_EQ(model_text(name).text,
                  file_text(ranvier::tests::source_folder().string() + "/models/" + name + ".model"));
    }
}

}  // namespace ranvier::language
