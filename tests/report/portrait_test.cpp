#include "ranvier/report/portrait/portrait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/report/portrait/thinned.hpp"

using namespace ranvier;
using ::testing::HasSubstr;

namespace {

language::Model model_of(const std::string& text) {
    const auto read = language::checked_file(text, "mine.model");
    EXPECT_TRUE(read.diagnostics.empty()) << (read.diagnostics.empty() ? "" : read.diagnostics[0].message);
    return read.model;
}

constexpr double uA_per_cm2 = 1e-2;  // [A/m²]

/// Morris–Lecar's portrait, made once: every test looks at it.
const report::Portrait& morris_lecar() {
    static const report::Portrait portrait = [] {
        report::PortraitOptions options;
        options.preset = "hopf";
        options.values = 13;
        return report::portrait(language::loaded("morris_lecar"), options);
    }();
    return portrait;
}

std::string message_of(const language::Model& model, const report::PortraitOptions& options = {}) {
    try {
        report::portrait(model, options);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(Thinned, a_straight_line_needs_its_ends_alone) {
    std::vector<double> t;
    Array<double, 2> rows({1, 50});
    for (ranvier::index k = 0; k < 50; ++k) {
        t.push_back(0.1 * static_cast<double>(k));
        rows(0, k) = 3 - 2 * t.back();
    }
    EXPECT_EQ(report::thinned_columns(t, rows, std::vector<double>{1}, 1e-9), (std::vector<ranvier::index>{0, 49}));
}

TEST(Thinned, no_dropped_sample_is_missed_by_more_than_the_tolerance) {
    std::vector<double> t;
    Array<double, 2> rows({2, 4000});
    for (ranvier::index k = 0; k < 4000; ++k) {
        t.push_back(0.005 * static_cast<double>(k));
        rows(0, k) = std::sin(3 * t.back());
        rows(1, k) = 100 * std::exp(-t.back());
    }
    const auto kept = report::thinned_columns(t, rows, std::vector<double>{2, 100}, 1e-3);
    EXPECT_LT(kept.size(), 1000U);  // of 4000; with chords of 0.04 s a sine needs 475
    for (std::size_t n = 0; n + 1 < kept.size(); ++n) {
        for (ranvier::index k = kept[n]; k <= kept[n + 1]; ++k) {
            const auto at = [&](ranvier::index c) { return t[static_cast<std::size_t>(c)]; };
            const double u = (at(k) - at(kept[n])) / (at(kept[n + 1]) - at(kept[n]));
            for (ranvier::index i = 0; i < 2; ++i) {
                const double line = rows(i, kept[n]) + u * (rows(i, kept[n + 1]) - rows(i, kept[n]));
                EXPECT_LE(std::abs(line - rows(i, k)), 1e-3 * (i == 0 ? 2 : 100) * (1 + 1e-9));
            }
        }
    }
}

TEST(Thinned, both_sides_of_a_jump_stay) {
    const std::vector<double> t{0, 1, 2, 2, 3, 4};
    Array<double, 2> rows({1, 6});
    const double x[] = {0, 1, 2, 0, 1, 2};
    std::copy(std::begin(x), std::end(x), rows.data());
    EXPECT_EQ(report::thinned_columns(t, rows, std::vector<double>{2}, 1e-6),
              (std::vector<ranvier::index>{0, 2, 3, 5}));
}

TEST(VariedParameter, is_what_the_file_says_then_I_then_the_only_input) {
    EXPECT_EQ(report::varied_parameter(language::loaded("lorenz")), "rho");
    EXPECT_EQ(report::varied_parameter(language::loaded("morris_lecar")), "I");
    EXPECT_EQ(report::varied_parameter(language::loaded("compartment")), "I_inject");
    const std::string head = "model: m\nkind: system\ntime: 1\nparameters:\n    a = 1\n";
    EXPECT_EQ(report::varied_parameter(model_of(head + "    i_in = 1\nequations:\n    dx/dt = a*i_in - x : 1\n")),
              "i_in");
    EXPECT_EQ(report::varied_parameter(
                  model_of(head + "    I_1 = 1\n    I_2 = 1\nequations:\n    dx/dt = a*I_1 - x*I_2 : 1\n")),
              "");
}

TEST(VariedRange, shows_all_bifurcations_of_rest) {
    // Hodgkin–Huxley's current is 0 and no preset gives another; rest changes at 9.775 and 154.52 µA/cm².
    const auto range = report::varied_range(language::loaded("hodgkin_huxley"), {}, "I");
    EXPECT_EQ(range[0], 0);
    EXPECT_NEAR(range[1] / uA_per_cm2, 200, 1e-9);
}

TEST(VariedRange, is_the_files_own_or_the_allowed_one_where_there_is_one) {
    EXPECT_EQ(report::varied_range(language::loaded("lorenz"), {}, "rho"), (std::array<double, 2>{0, 30}));
    const auto model = model_of(
        "model: m\nkind: system\ntime: 1\nparameters:\n    a = 1 in [-2, 3]\nequations:\n    dx/dt = a - x : 1\n");
    EXPECT_EQ(report::varied_range(model, {}, "a"), (std::array<double, 2>{-2, 3}));
}

// Reference: Rinzel & Ermentrout 1989 as computed with XPPAUT/AUTO, see models/morris_lecar.model.
TEST(Portrait, of_morris_lecar_finds_the_bifurcations_of_the_literature) {
    std::vector<double> hopf;
    for (const auto& point : morris_lecar().equilibria.special_points) {
        ASSERT_EQ(point.kind, dynamics::Bifurcation::hopf);
        hopf.push_back(point.parameter / uA_per_cm2);
    }
    std::sort(hopf.begin(), hopf.end());
    ASSERT_EQ(hopf.size(), 2U);
    EXPECT_NEAR(hopf[0], 93.858, 1e-3);
    EXPECT_NEAR(hopf[1], 212.019, 1e-3);
    // Both Hopf points are ends of one branch of cycles: it is followed once.
    EXPECT_EQ(morris_lecar().cycles.size(), 1U);
    EXPECT_TRUE(morris_lecar().remarks.empty());
}

TEST(Portrait, has_ascending_values_with_the_models_own_among_them_and_opens_there) {
    const auto& all = morris_lecar();
    ASSERT_EQ(all.values.size(), 14U);
    for (std::size_t k = 1; k < all.values.size(); ++k) {
        EXPECT_GT(all.values[k].parameter, all.values[k - 1].parameter);
    }
    EXPECT_NEAR(all.values[static_cast<std::size_t>(all.first)].parameter, 90 * uA_per_cm2, 1e-12);
    EXPECT_EQ(all.values.front().parameter, all.range[0]);
    EXPECT_EQ(all.values.back().parameter, all.range[1]);
}

TEST(Portrait, traces_begin_as_the_model_says_and_last_as_long) {
    const auto& all = morris_lecar();
    for (const auto& value : all.values) {
        const auto count = value.trace.extent(1);
        EXPECT_EQ(value.trace(0, 0), 0);
        EXPECT_DOUBLE_EQ(value.trace(0, count - 1), 1.0);  // the file's span, 1000 ms
        EXPECT_DOUBLE_EQ(value.trace(1, 0), -0.06);
        // w begins at w_inf(-60 mV) = (1 + tanh((-60 - 2)/30))/2
        EXPECT_NEAR(value.trace(2, 0), 0.5 * (1 + std::tanh(-62.0 / 30)), 1e-12);
        EXPECT_EQ(value.stopped, "");
    }
}

TEST(Portrait, equilibria_lie_on_both_nullclines_and_are_zeros_of_the_field) {
    const auto& all = morris_lecar();
    const auto flow = dynamics::flow(all.model, "hopf");
    for (const auto& value : all.values) {
        auto p = flow.p0;
        p[static_cast<std::size_t>(all.parameter)] = value.parameter;
        ASSERT_FALSE(value.points.empty());
        std::vector<double> f(2);
        for (const auto& point : value.points) {
            flow.rhs(0, point.x.data(), p.data(), f.data());
            EXPECT_NEAR(f[0], 0, 1e-9);  // [V/s], of some 10 on the plane
            EXPECT_NEAR(f[1], 0, 1e-9);
        }
        ASSERT_EQ(value.nullclines.size(), 2U);
        for (ranvier::index state = 0; state < 2; ++state) {
            const auto& line = value.nullclines[static_cast<std::size_t>(state)];
            EXPECT_GT(line.extent(1), 10);
            for (ranvier::index k = 0; k < line.extent(1); ++k) {
                if (std::isfinite(line(0, k))) {
                    const double x[2] = {line(0, k), line(1, k)};
                    flow.rhs(0, x, p.data(), f.data());
                    EXPECT_NEAR(f[static_cast<std::size_t>(state)], 0, 1e-8);
                }
            }
        }
    }
}

TEST(Portrait, is_the_same_to_the_bit_on_any_number_of_threads) {
    report::PortraitOptions options;
    options.values = 5;
    const auto model = language::loaded("fitzhugh_nagumo");
    const auto made = [&](int threads) {
        const ThreadLimit limit(threads);
        return report::portrait(model, options);
    };
    const auto one = made(1), four = made(4);
    ASSERT_EQ(one.values.size(), four.values.size());
    for (std::size_t k = 0; k < one.values.size(); ++k) {
        const auto& a = one.values[k].trace;
        const auto& b = four.values[k].trace;
        ASSERT_EQ(a.extents(), b.extents());
        EXPECT_TRUE(std::equal(a.data(), a.data() + a.size(), b.data()));
    }
}

// The rate of a leaky integrate-and-fire neuron: 1/(t_ref + tau_m ln((R I + E_L − V_r)/(R I + E_L − V_t))).
TEST(Portrait, of_a_neuron_that_spikes_has_its_rates_in_place_of_branches) {
    report::PortraitOptions options;
    options.values = 5;
    const auto all = report::portrait(language::loaded("leaky_integrate_and_fire"), options);
    EXPECT_TRUE(all.equilibria.branches.empty());
    ASSERT_GT(all.rates.extent(1), 50);
    int firing = 0;
    for (ranvier::index k = 0; k < all.rates.extent(1); ++k) {
        const double drive = 40e6 * all.rates(0, k), threshold = 0.015;  // [V]
        if (drive > 1.01 * threshold) {
            const double rate = 1 / (0.002 + 0.010 * std::log(drive / (drive - threshold)));
            EXPECT_NEAR(all.rates(1, k), rate, 1e-6 * rate);  // of tolerances of 1e-8
            ++firing;
        } else if (drive < 0.99 * threshold) {
            EXPECT_EQ(all.rates(1, k), 0);
        }
    }
    EXPECT_GT(firing, 30);
    const auto& last = all.values.back();
    EXPECT_GT(last.spikes.size(), 10U);
    ASSERT_EQ(last.slope.extent(1), 201);  // one state: dv/dt over v
    EXPECT_NEAR(last.slope(1, 0), (-0.065 - last.slope(0, 0) + 40e6 * last.parameter) / 0.010, 1e-9);
}

// The Poincaré oscillator r' = r(1 − r²), φ' = a turns on the unit circle with period 2π/a for all a: no Hopf point
// leads there.
TEST(Portrait, follows_a_cycle_to_which_no_hopf_point_leads) {
    report::PortraitOptions options;
    options.values = 3;
    const auto all = report::portrait(
        model_of("model: m\nkind: system\ntime: 1\nspan: 60\nvary: a from 1 to 3\nparameters:\n    a = 2\nequations:\n"
                 "    dx/dt = x*(1 - x**2 - y**2) - a*y : 1\n    dy/dt = y*(1 - x**2 - y**2) + a*x : 1\ninitial:\n    "
                 "x = 0.1\n"),
        options);
    ASSERT_EQ(all.cycles.size(), 1U);
    double lowest = 3, highest = 1;
    for (const auto& point : all.cycles[0].points) {
        EXPECT_NEAR(point.period, 2 * M_PI / point.parameter, 1e-6);
        EXPECT_NEAR(point.high[0], 1, 1e-4);  // read off the mesh
        EXPECT_TRUE(point.stable);
        lowest = std::min(lowest, point.parameter);
        highest = std::max(highest, point.parameter);
    }
    EXPECT_NEAR(lowest, 1, 1e-6);
    EXPECT_NEAR(highest, 3, 1e-6);
}

// Rössler's flow with a = b = 0.2: the cycle's period doubles at c = 2.832 and 3.837, as orbit diagrams
// show (they double where the two branches of maxima part).
TEST(Portrait, of_a_cascade_names_doublings_and_no_folds_where_branches_meet) {
    report::PortraitOptions options;
    options.values = 3;
    options.range = {2, 5};
    const auto all = report::portrait(language::loaded("rossler"), options);
    bool doubled = false;
    for (const auto& branch : all.cycles) {
        for (const auto& point : branch.special_points) {
            doubled |=
                point.kind == dynamics::Bifurcation::period_doubling && std::abs(point.parameter - 2.8325) < 1e-3;
            EXPECT_FALSE(point.kind == dynamics::Bifurcation::cycle_fold && std::abs(point.parameter - 2.8325) < 1e-3);
        }
    }
    EXPECT_TRUE(doubled);
}

TEST(Portrait, of_four_states_has_no_nullclines) {
    report::PortraitOptions options;
    options.values = 3;
    options.range = {0, 12 * uA_per_cm2};
    const auto all = report::portrait(language::loaded("hodgkin_huxley"), options);
    EXPECT_TRUE(all.values[0].nullclines.empty());
    EXPECT_TRUE(all.values[0].field.empty());
    ASSERT_EQ(all.values[0].points.size(), 1U);
    EXPECT_EQ(all.values[0].points[0].kind, dynamics::Kind::stable_focus);
    // At 0 µA/cm² nothing goes on; the page opens at the lowest value where something does.
    EXPECT_GT(all.values[static_cast<std::size_t>(all.first)].parameter, 0);
}

TEST(Portrait, without_a_parameter_to_vary_says_how_to_name_one) {
    const auto all = report::portrait(model_of(
        "model: m\nkind: system\ntime: 1\nspan: 5\nparameters:\n    a = 1\n    b = 2\nequations:\n    dx/dt = a "
        "- b*x : 1\n"));
    EXPECT_EQ(all.parameter, -1);
    ASSERT_EQ(all.values.size(), 1U);
    EXPECT_EQ(all.hint,
              "No parameter was named to vary, so there is no diagram. Name one of a, b with --parameter and its range "
              "with --range LOW:HIGH.");
    ASSERT_EQ(all.values[0].points.size(), 1U);
    EXPECT_NEAR(all.values[0].points[0].x[0], 0.5, 1e-12);
    const auto& trace = all.values[0].trace;
    EXPECT_NEAR(trace(1, trace.extent(1) - 1), 0.5 * (1 - std::exp(-10.0)), 1e-7);
}

TEST(Portrait, with_noise_takes_the_models_steps_and_says_so) {
    report::PortraitOptions options;
    options.values = 2;
    const auto all = report::portrait(language::loaded("wong_wang"), options);
    ASSERT_FALSE(all.remarks.empty());
    EXPECT_THAT(all.remarks.back(), HasSubstr("Traces hold the model's noise (seed 0)"));
    EXPECT_EQ(all.values[0].stopped, "");
}

TEST(Portrait, of_a_flow_that_conserves_something_takes_rounding_for_no_bifurcation) {
    // Lotka–Volterra's equilibrium is a centre for all parameters; the occupancies of a Markov channel add up to one.
    for (const char* name : {"lotka_volterra", "markov_potassium"}) {
        report::PortraitOptions options;
        options.values = 3;
        const auto all = report::portrait(language::loaded(name), options);
        EXPECT_TRUE(all.equilibria.special_points.empty()) << name;
        EXPECT_TRUE(all.cycles.empty()) << name;
        // The centre is doubtful and said to be; the channel's equilibrium is stable among states with the same sum.
        EXPECT_EQ(all.remarks.empty(), name == std::string("markov_potassium"));
        EXPECT_FALSE(all.equilibria.branches.empty()) << name;
    }
}

TEST(Portrait, of_a_flow_that_explodes_says_where_its_trace_ends) {
    const auto all = report::portrait(
        model_of("model: m\nkind: system\ntime: 1\nspan: 5\nequations:\n    dx/dt = x**2 : 1\ninitial:\n    x = 1\n"));
    EXPECT_NE(all.values[0].stopped, "");
    const auto& trace = all.values[0].trace;
    EXPECT_NEAR(trace(0, trace.extent(1) - 1), 1, 1e-3);  // x = 1/(1 - t)
    EXPECT_EQ(all.hint, "The model has no parameters to vary.");
}

TEST(Portrait, refuses_what_a_page_can_not_show) {
    EXPECT_EQ(message_of(language::loaded("stdp")),
              "'stdp' is a synapse: what it does depends on what it is part of. A page shows a neuron, population, "
              "channel or system");
    EXPECT_EQ(message_of(language::loaded("two_state_channels")),
              "'two_state_channels' has no differential equations: a page shows models that have some");
    report::PortraitOptions options;
    options.values = 1;
    EXPECT_EQ(message_of(language::loaded("lorenz"), options), "a page shows 2 … 201 values of a parameter; got 1");
    options = {};
    options.range = {3, 2};
    EXPECT_EQ(message_of(language::loaded("lorenz"), options), "the range of 'rho' must be finite and ascending");
    options.range = {-1, 2};
    EXPECT_EQ(message_of(language::loaded("lorenz"), options), "rho must be >= 0; got -1");
}
