#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "ranvier/compile/lower/integrator.hpp"
#include "ranvier/compile/lower/random_quantiles.hpp"
#include "ranvier/language/calculus.hpp"
#include "tests/compile/lower/lowered.hpp"

namespace ranvier::compile {
namespace {

using language::Kind;
using language::Model;

/// Models that stand on their own: no synapses, no cables.
std::vector<Model> library() {
    std::vector<Model> models;
    for (const std::string& name : language::model_names()) {
        Model m = language::loaded(name);
        if (m.kind != Kind::synapse && m.kind != Kind::cable) {
            models.push_back(std::move(m));
        }
    }
    return models;
}

struct Outcome {
    std::vector<double> values;  ///< arrays and recordings
    std::vector<std::int32_t> lanes;
    std::vector<std::int64_t> steps;
    friend bool operator==(const Outcome& a, const Outcome& b) {
        return same_bits(a.values, b.values) && a.lanes == b.lanes && a.steps == b.steps;
    }
};

struct Case {
    const Model& model;
    std::string method;
    index lanes = 37;
    std::int64_t steps = 60;
    bool many = true;
    bool record = true;
};

Outcome outcome(const Case& c, const KernelOptions& options) {
    Lowering how;
    how.method = c.method;
    how.many_steps = c.many;
    if (c.record && c.many) {
        for (const auto& s : c.model.states) {
            how.record.push_back(s.name);
        }
    }
    const Lowered program = lowered(c.model, how);
    const Kernel kernel = compiled(program.program, options);
    Memory memory(kernel.program(), c.model, c.lanes, options.scalar, 20);
    const auto parameters = language::parameter_values(c.model);
    for (const auto& [name, value] : parameters) {
        memory.give(name, value);
    }
    const auto initial = language::initial_values(c.model, parameters);
    std::mt19937 random(7);
    for (const auto& s : c.model.states) {
        std::vector<double> x;
        for (index k = 0; k < c.lanes; ++k) {
            x.push_back(initial.at(s.name) * (1 + 0.1 * static_cast<double>(random() % 100) / 100));
        }
        memory.set(s.name, x);
    }
    const double dt = c.model.step > 0 ? c.model.step : 1e-4;
    memory.give("dt", dt);
    memory.give("record.every", 3);
    KernelCall call = memory.call();
    call.dt = dt;
    call.seed = 42;
    if (c.many) {
        call.steps = c.steps;
        kernel.run(call);
    } else {
        for (call.first_step = 0; call.first_step < c.steps; ++call.first_step) {
            kernel.run(call);
        }
    }
    Outcome result;
    for (const auto& s : c.model.states) {
        for (index k = 0; k < c.lanes; ++k) {
            result.values.push_back(memory.value(s.name, k));
            for (index row = 0; row < 20 && !how.record.empty(); ++row) {
                result.values.push_back(memory.recorded(s.name, row, k));
            }
        }
    }
    for (const auto& list : memory.events()) {
        result.lanes.insert(result.lanes.end(), list.lanes.begin(), list.lanes.end());
        result.steps.insert(result.steps.end(), list.steps.begin(), list.steps.end());
    }
    return result;
}

TEST(Lowered, every_model_of_the_library_gives_the_bits_of_the_interpreter) {
    for (const Model& m : library()) {
        for (const Scalar scalar : {Scalar::float64, Scalar::float32}) {
            const Outcome truth = outcome({m, ""}, {.scalar = scalar, .engine = Engine::interpreter});
            EXPECT_TRUE(outcome({m, ""}, {.scalar = scalar}) == truth) << m.name;
            if (scalar == Scalar::float64) {
                EXPECT_TRUE(outcome({m, ""}, {.width = Width::scalar}) == truth) << m.name;
            }
        }
    }
}

TEST(Lowered, every_suitable_integrator_gives_the_bits_of_the_interpreter) {
    for (const Model& m : library()) {
        for (const Integrator& i : integrators()) {
            if (unsuitability(i, m).empty()) {
                const Case c{m, std::string(i.name), 9, 20};
                EXPECT_TRUE(outcome(c, {}) == outcome(c, {.engine = Engine::interpreter})) << m.name << " " << i.name;
            }
        }
    }
}

TEST(Lowered, many_steps_in_one_call_are_single_steps_in_many_calls) {
    for (const Model& m : library()) {
        const Outcome together = outcome({m, "", 37, 60, true, false}, {});
        const Outcome single = outcome({m, "", 37, 60, false, false}, {});
        ASSERT_EQ(together.values.size(), single.values.size());
        for (std::size_t k = 0; k < single.values.size(); ++k) {
            // What no step changes is computed before the loop and then not fused with what follows: an ulp per step.
            EXPECT_NEAR(together.values[k], single.values[k], 1e-13 * std::abs(single.values[k])) << m.name;
        }
        EXPECT_EQ(together.lanes, single.lanes) << m.name;
    }
}

/// Steps at which lane 0 spikes.
std::vector<std::int64_t> spikes(const Model& m, double dt, std::int64_t steps, const std::string& method = "") {
    const Lowered program = lowered(m, {.method = method});
    const Kernel kernel = compiled(program.program);
    Memory memory(kernel.program(), m, 1);
    memory.give("dt", dt);
    KernelCall call = memory.call();
    call.dt = dt;
    call.steps = steps;
    kernel.run(call);
    return memory.events().at(0).steps;
}

Model leaky(const std::string& refractory) {
    language::Parts parts;
    parts.threshold = "v > 1";
    parts.reset = "v = 0";
    parts.refractory = refractory;
    return model_of(std::string("dv/dt = (2 - v)/(10*ms) : 1") + (refractory.empty() ? "" : " (unless refractory)"),
                    parts);
}

TEST(Lowered, a_leaky_neuron_on_a_grid_of_a_tenth_millisecond_spikes_142_times_a_second) {
    // From 0 it passes 1 after 10 ms ln 2 = 6.93 ms, which is 70 steps: 10000/70. Brian 2.5.1 counts the same.
    const auto at = spikes(leaky(""), 1e-4, 10000);
    ASSERT_EQ(at.size(), 142U);
    for (std::size_t k = 0; k < at.size(); ++k) {
        EXPECT_EQ(at[k], 70 * static_cast<std::int64_t>(k + 1) - 1);
    }
}

TEST(Lowered, a_refractory_neuron_rests_for_its_period) {
    // A spike in step k: steps k+1 … k+49 rest, for not_refractory holds from (t - lastspike) = 5 ms on; then 70 steps.
    const auto at = spikes(leaky("5*ms"), 1e-4, 10000);
    ASSERT_GT(at.size(), 10U);
    for (std::size_t k = 1; k < at.size(); ++k) {
        EXPECT_EQ(at[k] - at[k - 1], 119);
    }
}

TEST(Lowered, a_neuron_is_refractory_while_its_condition_holds) {
    // w jumps to 1 at a spike and decays with 10 ms; the neuron is free when w <= 1/e, after 10 ms = 100 steps
    language::Parts parts;
    parts.threshold = "v > 1";
    parts.reset = "v = 0\nw = 1";
    parts.refractory = "w > exp(-1)*(1 + 1e-9)";
    const Model m = model_of("dv/dt = (2 - v)/(10*ms) : 1 (unless refractory)\ndw/dt = -w/(10*ms) : 1", parts);
    const auto at = spikes(m, 1e-4, 10000);
    ASSERT_GT(at.size(), 5U);
    for (std::size_t k = 1; k < at.size(); ++k) {
        EXPECT_EQ(at[k] - at[k - 1], 100 + 70);  // steps 1 … 100 decay to 1/e; step 101 is the first that is free
    }
}

TEST(Lowered, a_resting_state_is_a_constant_to_the_others_whatever_the_integrator) {
    // While v rests at 0 after the first spike, w' = v - w only decays: from the spike on w = w0 exp(-t).
    language::Parts parts;
    parts.threshold = "v > 1";
    parts.reset = "v = 0.5";
    parts.refractory = "100*second";
    const Model m = model_of("dv/dt = (2 - v)/second : 1 (unless refractory)\ndw/dt = (v - w)/second : 1", parts);
    for (const char* method : {"exact", "rk4", "heun", "rk2"}) {
        const Kernel kernel = compiled(lowered(m, {.method = method}).program);
        Memory memory(kernel.program(), m, 1);
        memory.give("v", 1.5);  // spikes in the first step
        memory.give("dt", 1e-3);
        KernelCall call = memory.call();
        call.dt = 1e-3;
        call.steps = 1;
        kernel.run(call);
        const double w0 = memory.value("w", 0);
        EXPECT_EQ(memory.value("v", 0), 0.5);
        call.first_step = 1;
        call.steps = 1000;
        kernel.run(call);
        EXPECT_EQ(memory.value("v", 0), 0.5) << method;
        // exact solution of w' = 0.5 - w; second-order methods err by less than dt² = 1e-6
        EXPECT_NEAR(memory.value("w", 0), 0.5 + (w0 - 0.5) * std::exp(-1.0),
                    method == std::string("exact") ? 1e-14 : 1e-6)
            << method;
    }
}

/// Values of expressions of x, y and the integer n at these arguments.
double compiled_value(const Model& m, const std::string& text, double x, double y, double n) {
    const auto checked = language::checked_expression(text, m);
    EXPECT_TRUE(checked.diagnostics.empty()) << text;
    if (!checked.expr) {
        return std::nan("");
    }
    const Kernel kernel = compiled(expression_program(m, {{"result.value", checked.expr}}));
    Memory memory(kernel.program(), m, 1);
    memory.give("x", x);
    memory.give("y", y);
    memory.give("n", n);
    kernel.run(memory.call());
    return memory.value("result.value", 0);
}

TEST(Lowered, functions_of_the_language_have_the_values_of_its_own_evaluation) {
    const Model m = numbers("dx/dt = -x : 1\ny : 1\nn : integer");
    for (const char* text : {"x + y",
                             "x - y*x",
                             "x/y",
                             "-x",
                             "x**2",
                             "x**y",
                             "x // y",
                             "x % y",
                             "n // 3",
                             "n % 3",
                             "n**3",
                             "n/2",
                             "abs(x)",
                             "abs(-n)",
                             "sin(x)",
                             "cos(x)",
                             "tan(x)",
                             "sinh(x)",
                             "cosh(x)",
                             "tanh(x)",
                             "arcsin(x/10)",
                             "arccos(x/10)",
                             "arctan(x)",
                             "arcsinh(x)",
                             "arcsinh(-x)",
                             "arcsinh(-1e200*x)",
                             "arccosh(1 + x)",
                             "arctanh(x/10)",
                             "arctanh(-x/10)",
                             "exp(x)",
                             "expm1(x)",
                             "exprel(x)",
                             "log(x)",
                             "log10(x)",
                             "log1p(x)",
                             "sqrt(x)",
                             "floor(-x)",
                             "ceil(x)",
                             "sign(-x)",
                             "int(x*3)",
                             "int(-x*3)",
                             "int(x > y)",
                             "clip(x, 0, 1)",
                             "clip(x, 2, 3)",
                             "min(x, y)",
                             "max(x, y)",
                             "mod(x, y)",
                             "where(x > y, x, y)",
                             "timestep(x, y)",
                             "x*int(x > y and not (x < 1)) + int(x == y or x != y)",
                             "pi*x",
                             "n + x"}) {
        const auto checked = language::checked_expression(text, m);
        if (!checked.diagnostics.empty()) {
            ADD_FAILURE() << text << ": " << checked.diagnostics[0].message;
            continue;
        }
        const double truth = language::value(checked.expr, [](const language::Node& node) -> std::optional<double> {
            return node.name == "x"   ? std::optional(1.7)
                   : node.name == "y" ? std::optional(0.6)
                   : node.name == "n" ? std::optional(7.0)
                                      : std::nullopt;
        });
        // every function is within 2 ulp, and the expressions do not cancel
        EXPECT_NEAR(compiled_value(m, text, 1.7, 0.6, 7), truth, 4e-15 * std::abs(truth)) << text;
    }
}

double thrice(double x) { return 3 * x; }

TEST(Lowered, a_function_of_ones_own_is_called_with_si_values) {
    language::Scope scope;
    language::UserFunction f;
    f.name = "thrice";
    f.address = reinterpret_cast<const void*>(&thrice);
    f.arguments = {{}};
    scope.functions.push_back(f);
    const Model m = numbers("dx/dt = thrice(x) : 1", scope);
    const Kernel kernel = compiled(rhs_program(m));
    Memory memory(kernel.program(), m, 5);
    memory.give("x", 2.5);
    kernel.run(memory.call());
    EXPECT_EQ(memory.value("d.x", 4), 7.5);
}

TEST(Lowered, the_jacobian_of_every_model_agrees_with_differences) {
    for (const Model& m : library()) {
        const Kernel f = compiled(rhs_program(m)), j = compiled(jacobian_program(m));
        const auto parameters = language::parameter_values(m);
        const auto initial = language::initial_values(m, parameters);
        Memory at(f.program(), m, 1), slopes(j.program(), m, 1);
        std::map<std::string, double> x;
        for (const auto& s : m.states) {  // a place off the axes, where nothing is 0 and no kink is near
            x[s.name] = initial.at(s.name) != 0 ? 1.03 * initial.at(s.name) : 0.2 * s.unit_scale;
        }
        for (const auto& [name, value] : parameters) {
            at.give(name, value);
            slopes.give(name, value);
        }
        for (const auto& [name, value] : x) {
            slopes.give(name, value);
        }
        j.run(slopes.call());
        for (const auto& by : m.states) {
            const double step = 1e-5 * std::abs(x[by.name]);
            std::map<std::string, double> high, low;
            for (const int side : {1, -1}) {
                for (const auto& [name, value] : x) {
                    at.give(name, value + (name == by.name ? side * step : 0));
                }
                f.run(at.call());
                for (const auto& s : m.states) {
                    (side > 0 ? high : low)[s.name] = at.value("d." + s.name, 0);
                }
            }
            for (const auto& s : m.states) {
                const double difference = (high[s.name] - low[s.name]) / (2 * step);
                // rounding of f over the step, and the third derivative
                const double tolerance = 1e-6 * std::abs(difference) + 1e-10 * (std::abs(high[s.name]) / step) + 1e-300;
                const std::string name = "d." + s.name + "." + by.name;
                EXPECT_NEAR(slopes.has_array(name) ? slopes.value(name, 0) : 0, difference, tolerance)
                    << m.name << ": d" << s.name << "'/d" << by.name;
            }
        }
    }
}

TEST(Lowered, what_is_constant_over_dt_is_evaluated_once_a_step) {
    // with a fresh value at every stage rk4 would solve x' = x; so it is x(1 + dt) as Euler's
    const Model m = numbers("dx/dt = y : 1\ny = x : 1 (constant over dt)");
    const Kernel kernel = compiled(lowered(m, {.method = "rk4"}).program);
    Memory memory(kernel.program(), m, 1);
    memory.give("x", 1);
    memory.give("dt", 0.1);
    KernelCall call = memory.call();
    call.dt = 0.1;
    kernel.run(call);
    EXPECT_NEAR(memory.value("x", 0), 1.1, 1e-15);
}

TEST(Lowered, a_parameter_that_the_reset_changes_has_a_value_for_each_lane) {
    language::Parts parts;
    parts.threshold = "v > limit";
    parts.reset = "v = 0\nlimit += 0.5";
    const Model m = model_of("dv/dt = 1/second : 1\nlimit : 1", parts);
    const Kernel kernel = compiled(lowered(m).program);
    Memory memory(kernel.program(), m, 1);
    memory.give("limit", 0.5);
    memory.give("dt", 0.25);
    KernelCall call = memory.call();
    call.dt = 0.25;
    call.steps = 20;
    kernel.run(call);
    // 0.75 > 0.5 in step 2, 1.25 > 1 in step 7, 1.75 > 1.5 in step 14
    EXPECT_EQ(memory.events()[0].steps, (std::vector<std::int64_t>{2, 7, 14}));
    EXPECT_EQ(memory.value("limit", 0), 2);
}

TEST(Lowered, periodic_statements_run_at_their_times) {
    language::Parts parts;
    parts.updates = {{"3*second", "c += 1"}, {"", "d += 1"}};
    const Model m = model_of("dx/dt = 0/second : 1\nc : 1\nd : 1", parts);
    const Kernel kernel = compiled(lowered(m, {.method = "euler"}).program);
    Memory memory(kernel.program(), m, 1);
    memory.give("dt", 0.5);
    KernelCall call = memory.call();
    call.dt = 0.5;
    call.steps = 13;  // steps 0 … 12: at 0, 6, 12
    kernel.run(call);
    EXPECT_EQ(memory.value("c", 0), 3);
    EXPECT_EQ(memory.value("d", 0), 13);
}

TEST(Lowered, counts_of_any_mean_are_quantiles_and_of_none_are_no_zero_in_silence) {
    const std::array<double, 4> z{-3, -1, 0.5, 4};
    for (const double mean : {9e9, 2e10, 1e15, 1e18}) {  // below and above where the normal law takes over
        for (const double w : z) {
            const double u = 0.5 * std::erfc(-w / std::numbers::sqrt2), s = std::sqrt(mean);
            EXPECT_NEAR(ranvier_poisson_quantile(u, mean), mean + s * w + (w * w - 1) / 6, 1.1 + 1e-9 * s) << mean;
            const double n = 4 * mean, p = 0.5;  // variance = mean
            EXPECT_NEAR(ranvier_binomial_quantile(u, n, p), 2 * mean + s * w, 1.1 + 1e-9 * s) << mean;
        }
    }
    EXPECT_TRUE(std::isnan(ranvier_poisson_quantile(0.5, NAN)));
    EXPECT_TRUE(std::isnan(ranvier_binomial_quantile(0.5, NAN, 0.5)));
    EXPECT_EQ(ranvier_poisson_quantile(0.5, -1), 0);
}

TEST(Lowered, poisson_and_binomial_numbers_have_their_mean_and_variance) {
    language::Parts parts;
    parts.updates = {{"", "a = poisson(3.7)\nb = binomial(12, 0.3)\nc = rand()"}};
    const Model m = model_of("dx/dt = 0/second : 1\na : integer\nb : integer\nc : 1", parts);
    const index lanes = 100000;
    const Kernel kernel = compiled(lowered(m, {.method = "euler"}).program);
    Memory memory(kernel.program(), m, lanes);
    KernelCall call = memory.call();
    call.seed = 3;
    kernel.run(call);
    const auto moments = [&](const char* name) {
        double sum = 0, squares = 0;
        for (index k = 0; k < lanes; ++k) {
            const double v = memory.value(name, k);
            sum += v;
            squares += v * v;
        }
        const double mean = sum / lanes;
        return std::pair(mean, squares / lanes - mean * mean);
    };
    // Four standard errors of mean and variance each: α < 1e-4 for each of six; the seed is fixed.
    const double se = 4 / std::sqrt(double(lanes));
    const auto [pm, pv] = moments("a");
    EXPECT_NEAR(pm, 3.7, se * std::sqrt(3.7));
    EXPECT_NEAR(pv, 3.7, se * std::sqrt(2 * 3.7 * 3.7 + 3.7));
    const auto [bm, bv] = moments("b");
    EXPECT_NEAR(bm, 3.6, se * std::sqrt(2.52));
    EXPECT_NEAR(bv, 2.52, se * std::sqrt(2) * 2.52);
    const auto [um, uv] = moments("c");
    EXPECT_NEAR(um, 0.5, se * std::sqrt(1.0 / 12));
    EXPECT_NEAR(uv, 1.0 / 12, se * std::sqrt(1.0 / 180));
}

/// Steps of 1 in which some events happen, one lane.
std::map<std::string, std::vector<std::int64_t>> steps_of(const Model& model, std::int64_t steps, Engine engine,
                                                          bool at_once) {
    const Kernel kernel =
        compiled(lowered(model, {.method = "euler", .many_steps = at_once}).program, {.engine = engine});
    Memory memory(kernel.program(), model, 1);
    memory.give("dt", 1);
    std::map<std::string, std::vector<std::int64_t>> found;
    for (std::int64_t first = 0; first < steps; first += at_once ? steps : 1) {
        KernelCall call = memory.call();
        call.dt = 1;
        call.first_step = first;
        call.steps = at_once ? steps : 1;
        kernel.run(call);
        for (std::size_t k = 0; k < kernel.program().events.size(); ++k) {
            EventList& list = memory.events()[k];
            list.steps.resize(list.lanes.size(), first);
            auto& all = found[kernel.program().events[k]];
            all.insert(all.end(), list.steps.begin(), list.steps.end());
            list.clear();
        }
    }
    return found;
}

TEST(Lowered, an_edge_is_passed_once_by_steps_resets_and_time) {
    language::Parts parts;
    parts.time = language::Time::number;
    parts.events = {{"top", "v > 4.5"},
                    {"rise", "v rises above 2.5"},
                    {"drop", "v falls below 0.5"},
                    {"late", "t rises above 6"},
                    {"there", "v rises above -1"}};
    parts.on_event = {{"top", "v = 0"}};
    const Model ramp = model_of("dv/dt = 1 : 1", parts);
    // v = 1, 2, 3, 4, 5 → 0, 1 …: five steps a turn. The reset is below 0.5, but after the next step v is not; "late"
    // is true from the step on that begins at 7.
    for (const bool at_once : {true, false}) {
        for (const Engine engine : {Engine::interpreter, Engine::machine_code}) {
            auto found = steps_of(ramp, 19, engine, at_once);
            EXPECT_EQ(found["top"], (std::vector<std::int64_t>{4, 9, 14}));
            EXPECT_EQ(found["rise"], (std::vector<std::int64_t>{2, 7, 12, 17}));
            EXPECT_EQ(found["drop"], (std::vector<std::int64_t>{}));
            EXPECT_EQ(found["late"], (std::vector<std::int64_t>{7}));
            EXPECT_EQ(found["there"], (std::vector<std::int64_t>{}));
        }
    }
    parts.events = {{"top", "v > 4.5"}, {"drop", "v falls below 1.5"}, {"again", "v rises above 0.5"}};
    auto found = steps_of(model_of("dv/dt = 1 : 1", parts), 19, Engine::machine_code, true);
    EXPECT_EQ(found["drop"], (std::vector<std::int64_t>{5, 10, 15}));      // what the reset passed, at the next look
    EXPECT_EQ(found["again"], (std::vector<std::int64_t>{0, 5, 10, 15}));  // down and up between two looks
}

TEST(Lowered, refusals_say_what_is_wrong_and_what_would_do) {
    const Model m = numbers("dx/dt = -x**2 : 1");
    const auto message = [](const auto& f) -> std::string {
        try {
            f();
        } catch (const InvalidInput& e) {
            return e.what();
        }
        return "";
    };
    EXPECT_EQ(message([&] { lowered(m, {.method = "exact"}); }),
              "'exact' solves linear equations whose coefficients depend on neither state nor t; these are not "
              "(suitable: euler, "
              "rk2, rk4, heun, euler_heun, milstein, euler_maruyama)");
    EXPECT_EQ(message([&] { lowered(m, {.method = "rk5"}); }).substr(0, 47),
              "there is no integrator 'rk5'; did you mean 'rk2");
    EXPECT_EQ(message([&] { lowered(m, {.record = {"z"}}); }),
              "the model '" + m.name + "' has no variable 'z'; did you mean 'x'?");
    EXPECT_EQ(message([&] { lowered(m, {.varying = {"a"}}); }),
              "the model '" + m.name + "' has no parameter 'a' that could vary");
}

}  // namespace
}  // namespace ranvier::compile
