#include "ranvier/dynamics/cycles.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "ranvier/dynamics/trajectories.hpp"
#include "tests/dynamics/systems.hpp"

namespace ranvier::dynamics {
namespace {

SpecialPoint hopf_of(const EquilibriumDiagram& d, std::size_t which) {
    std::vector<SpecialPoint> found;
    for (const auto& s : d.special_points) {
        if (s.kind == Bifurcation::hopf) {
            found.push_back(s);
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.parameter < b.parameter; });
    return found.at(which);
}

TEST(Cycles, TheNormalFormsCycleHasItsRadiusPeriodAndMultiplier) {
    // r² = (c + √(c² + 4μ))/2 and T = 2π; the radial exponent is d/dr (μr + cr³ − r⁵) = −2r²(2r² − c).
    const double c = -1;
    const auto flow = systems::hopf_normal_form(c);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-0.5, 0.5}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {-0.5, 0.5}, hopf_of(diagram, 0));
    EXPECT_EQ(branch.end, "range");
    EXPECT_TRUE(branch.special_points.empty());
    EXPECT_NEAR(branch.points.back().parameter, 0.5, 1e-12);
    for (const auto& point : branch.points) {
        const double r2 = (c + std::sqrt(c * c + 4 * std::max(point.parameter, 0.0))) / 2;
        EXPECT_NEAR(point.high[0], std::sqrt(r2), 2e-5);  // sampled at 16 points of an interval
        EXPECT_NEAR(point.period, 2 * std::numbers::pi, 1e-8);
        EXPECT_NEAR(point.multipliers[0].real(), 1, 1e-7);
        EXPECT_NEAR(point.multipliers[1].real(), std::exp(-2 * std::numbers::pi * 2 * r2 * (2 * r2 - c)), 1e-6);
        EXPECT_EQ(point.stable, point.multipliers[1].real() < 1);
    }
}

TEST(Cycles, ASubcriticalBranchTurnsWhereTheNormalFormSays) {
    // c > 0: the branch leaves to μ < 0 unstable and turns at μ = −c²/4.
    const double c = 1;
    const auto flow = systems::hopf_normal_form(c);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-0.5, 0.5}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {-0.5, 0.5}, hopf_of(diagram, 0));
    ASSERT_EQ(branch.special_points.size(), 1u);
    EXPECT_EQ(branch.special_points[0].kind, Bifurcation::cycle_fold);
    EXPECT_NEAR(branch.special_points[0].parameter, -0.25, 1e-8);
    EXPECT_FALSE(branch.points[3].stable);
    EXPECT_TRUE(branch.points.back().stable);
    EXPECT_NEAR(branch.points.back().parameter, 0.5, 1e-12);
}

TEST(Cycles, VanDerPolsPeriodAtOneIsKnown) {
    // The branch over μ is vertical at its Hopf point (the cycle exists for every μ > 0), so another parameter leads
    // in: ẍ = μ(b − x²)ẋ − x at μ = 1; b = 1 is van der Pol's equation, with T = 6.66328685933 (Andersen & Geer 1982,
    // doi:10.1137/0142047, table 1).
    const auto flow =
        systems::flow({"x", "y"}, {0, 0}, {"b"}, {-0.5}, [](double, const double* x, const double* p, double* d) {
            d[0] = x[1];
            d[1] = (p[0] - x[0] * x[0]) * x[1] - x[0];
        });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-0.5, 1}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {-0.5, 1}, hopf_of(diagram, 0));
    ASSERT_EQ(branch.end, "range");
    EXPECT_NEAR(branch.points.back().period, 6.66328685933, 1e-7);
    EXPECT_TRUE(branch.points.back().stable);
    EXPECT_NEAR(branch.points.back().high[0], 2.00862, 1e-4);  // amplitude, the same table
}

TEST(Cycles, MorrisLecarsDiagramWithItsCyclesIsMadeWithinASecond) {
    const auto begin = std::chrono::steady_clock::now();
    const auto flow = systems::morris_lecar(4.4, 2, 30, 0.04);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 300}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {0, 300}, hopf_of(diagram, 0));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_EQ(branch.end, "hopf") << branch.points.back().parameter;
    EXPECT_NEAR(branch.points.back().parameter, 212.019, 1);
    // Between two subcritical Hopf points the stable cycles lie between two folds (Rinzel & Ermentrout 1989).
    ASSERT_EQ(branch.special_points.size(), 2u);
    EXPECT_EQ(branch.special_points[0].kind, Bifurcation::cycle_fold);
    EXPECT_EQ(branch.special_points[1].kind, Bifurcation::cycle_fold);
    EXPECT_LT(branch.special_points[0].parameter, 93.858);
    EXPECT_GT(branch.special_points[1].parameter, 212.019);
    EXPECT_LT(seconds, 5);  // the bar of 1 s is measured in benchmarks/dynamics, alone on the machine
    RecordProperty("seconds", std::to_string(seconds));
}

TEST(Cycles, MorrisLecarsCyclesOfTheSaddleNodeSetEndWithGrowingPeriod) {
    const auto flow = systems::morris_lecar(4, 12, 17.4, 1.0 / 15);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-50, 200}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {-50, 200}, hopf_of(diagram, 0));
    EXPECT_EQ(branch.end, "period") << branch.points.back().parameter << " T " << branch.points.back().period;
    // The saddle-node on the invariant circle, at the fold.
    EXPECT_NEAR(branch.points.back().parameter, 39.963, 0.05);
    ASSERT_FALSE(branch.special_points.empty());
    EXPECT_EQ(branch.special_points.back().kind, Bifurcation::homoclinic);
}

TEST(Cycles, HodgkinAndHuxleysCyclesFoldBelowTheFirstHopfPoint) {
    const auto flow = systems::hodgkin_huxley();
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 200}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {0, 200}, hopf_of(diagram, 1));
    EXPECT_EQ(branch.end, "hopf");
    EXPECT_NEAR(branch.points.back().parameter, 9.775, 0.5);
    double least = 1e9;
    index folds = 0;
    for (const auto& s : branch.special_points) {
        folds += s.kind == Bifurcation::cycle_fold;
        least = std::min(least, s.parameter);
    }
    EXPECT_EQ(folds, 3);  // Rinzel & Miller 1980: knees between 6.26 and 9.8
    EXPECT_NEAR(least, 6.26, 0.05);
}

TEST(Cycles, LorenzCyclesAreSaddlesAndRunIntoTheHomoclinicOrbit) {
    const auto flow = systems::lorenz();
    auto p = flow.p0;
    p[1] = 15;
    const double x = std::sqrt(8.0 / 3 * 14);
    const auto diagram = continue_equilibria(flow, p, 1, {10, 30}, std::vector<double>{x, x, 14});
    CycleOptions options;
    options.largest_period = 8;
    const auto branch = continue_cycles(flow, p, 1, {10, 30}, hopf_of(diagram, 0), options);
    EXPECT_EQ(branch.end, "period");
    EXPECT_NEAR(branch.points.back().parameter, 13.926, 2e-3);  // Sparrow 1982
    EXPECT_FALSE(branch.points[5].stable);
}

TEST(Cycles, RoesslersCycleDoublesItsPeriod) {
    const auto flow = systems::flow({"x", "y", "z"}, {0, 0, 0}, {"a"}, {0.001},
                                    [](double, const double* x, const double* p, double* d) {
                                        d[0] = -x[1] - x[2];
                                        d[1] = x[0] + p[0] * x[1];
                                        d[2] = 0.2 + x[2] * (x[0] - 5.7);
                                    });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0.001, 0.13}, flow.x0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {0.001, 0.13}, hopf_of(diagram, 0));
    index doublings = 0;
    for (const auto& s : branch.special_points) {
        if (s.kind == Bifurcation::period_doubling) {
            ++doublings;
            // scipy 1.17.1 (DOP853 at 1e-11): the multiplier of the return map passes −1 at 0.10963894.
            EXPECT_NEAR(s.parameter, 0.10963894, 1e-6);
        }
    }
    EXPECT_EQ(doublings, 1);
}

TEST(Cycles, RoesslersPeriodsDoubleOnAndOn) {
    const auto flow = systems::flow({"x", "y", "z"}, {0, 0, 0}, {"a"}, {0.001},
                                    [](double, const double* x, const double* p, double* d) {
                                        d[0] = -x[1] - x[2];
                                        d[1] = x[0] + p[0] * x[1];
                                        d[2] = 0.2 + x[2] * (x[0] - 5.7);
                                    });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0.001, 0.13}, flow.x0);
    const auto first = continue_cycles(flow, flow.p0, 0, {0.001, 0.15}, hopf_of(diagram, 0));
    const auto doubling_of = [](const CycleBranch& branch) {
        for (std::size_t k = 0; k < branch.special_points.size(); ++k) {
            if (branch.special_points[k].kind == Bifurcation::period_doubling) {
                return branch.special_cycles[k];
            }
        }
        throw std::runtime_error("no period doubling");
    };
    const auto at = doubling_of(first);
    const auto second = continue_doubled_cycles(flow, flow.p0, 0, {0.001, 0.15}, at);
    EXPECT_EQ(second.points[0].period, 2 * at.period);
    // The doubled cycle begins stable, supercritically, and takes over.
    EXPECT_TRUE(second.points[1].stable);
    EXPECT_GT(second.points[1].parameter, at.parameter);
    const auto next = doubling_of(second);
    EXPECT_GT(next.parameter, at.parameter);
    EXPECT_NEAR(next.period / at.period, 2, 0.05);
    EXPECT_FALSE(second.points.back().stable);
    // What the doubled cycle looks like between both: the attractor of a trajectory.
    const double middle = (at.parameter + next.parameter) / 2;
    const std::vector<double> p{middle};
    const auto part = continue_doubled_cycles(flow, p, 0, {0.001, middle}, at);
    ASSERT_EQ(part.end, "range");
    const auto& cycle = part.points.back();
    const auto section = poincare_section(flow, p, flow.x0, 1, 0, -1, 2000, 100, {1e-11, 1e-11});
    ASSERT_GT(section.t.size(), 10u);
    EXPECT_NEAR(section.t[8] - section.t[6], cycle.period, 1e-6);
    EXPECT_NEAR(section.t[7] - section.t[6], section.t[9] - section.t[8], 1e-6);
    EXPECT_GT(std::abs(section.t[7] - section.t[6] - cycle.period / 2), 1e-3);
    EXPECT_THROW(continue_doubled_cycles(flow, flow.p0, 0, {0.001, 0.15}, first.points[5]), InvalidInput);
}

TEST(Cycles, VanDerPolsCycleIsFoundByATrajectoryAndFollowedOverMu) {
    // No Hopf point leads to it over μ: the branch is vertical at μ = 0. Periods: 6.66328685933 at 1, and for large μ
    // (3 − 2 ln 2)μ + 7.014 μ^(−1/3) − … (Andersen & Geer 1982; Dorodnitsyn 1947).
    const auto flow = systems::van_der_pol();
    const auto cycle = limit_cycle(flow, flow.p0, flow.x0, 50, 20);
    EXPECT_NEAR(cycle.period, 6.66328685933, 1e-8);
    EXPECT_TRUE(cycle.stable);
    EXPECT_NEAR(cycle.multipliers[0].real(), 1, 1e-6);
    // The product of the multipliers is exp ∮ μ(1 − x²) dt.
    EXPECT_GT(cycle.multipliers[1].real(), 0);
    const auto branch = continue_cycles(flow, flow.p0, 0, {0.05, 10}, cycle);
    EXPECT_EQ(branch.end, "range");
    EXPECT_TRUE(branch.special_points.empty());
    EXPECT_NEAR(branch.points.front().parameter, 0.05, 1e-12);
    EXPECT_NEAR(branch.points.front().period, 2 * std::numbers::pi * (1 + 0.05 * 0.05 / 16), 1e-6);  // + O(μ⁴)
    EXPECT_NEAR(branch.points.front().high[0], 2, 1e-3);
    EXPECT_NEAR(branch.points.back().parameter, 10, 1e-12);
    EXPECT_NEAR(branch.points.back().period, 19.07836957, 1e-4);  // scipy 1.17.1, Radau at 1e-12
    for (std::size_t k = 1; k < branch.points.size(); ++k) {
        EXPECT_GT(branch.points[k].parameter, branch.points[k - 1].parameter);
        EXPECT_TRUE(branch.points[k].stable);
    }
    auto far = flow.p0;
    far[0] = 20;
    EXPECT_THROW(continue_cycles(flow, far, 0, {0.05, 10}, cycle), InvalidInput);
    const auto rest =
        systems::flow({"x"}, {1}, {}, {}, [](double, const double* x, const double*, double* d) { d[0] = -x[0]; });
    EXPECT_THROW(limit_cycle(rest, rest.p0, rest.x0, 50, 20), NumericalError);
}

TEST(Cycles, MorrisLecarsCyclesFromATrajectoryAreThoseFromTheHopfPoint) {
    auto flow = systems::morris_lecar(4.4, 2, 30, 0.04);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 300}, flow.x0);
    const auto known = continue_cycles(flow, flow.p0, 0, {0, 300}, hopf_of(diagram, 0));
    auto p = flow.p0;
    p[0] = 150;
    const auto cycle = limit_cycle(flow, p, flow.x0, 2000, 500);
    const auto branch = continue_cycles(flow, p, 0, {0, 300}, cycle);
    EXPECT_EQ(branch.end, "hopf");  // at both ends
    ASSERT_EQ(branch.special_points.size(), 2u);
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(branch.special_points[k].kind, Bifurcation::cycle_fold);
        EXPECT_NEAR(branch.special_points[k].parameter, known.special_points[k].parameter, 1e-5);
    }
}

TEST(Cycles, OnlyHopfPointsBeginABranch) {
    const auto flow = systems::van_der_pol();
    SpecialPoint fold;
    EXPECT_THROW(continue_cycles(flow, flow.p0, 0, {0, 1}, fold), InvalidInput);
}

TEST(Cycles, RelaxationAndBurstsHaveMeshesThatResolveThem) {
    const auto oscillator =
        systems::flow({"x", "y"}, {2, 0}, {"mu"}, {50}, [](double, const double* x, const double* p, double* d) {
            d[0] = x[1];
            d[1] = p[0] * (1 - x[0] * x[0]) * x[1] - x[0];
        });
    const auto relaxation = limit_cycle(oscillator, oscillator.p0, oscillator.x0, 300, 300);
    const auto returns = poincare_section(oscillator, oscillator.p0, oscillator.x0, 0, 0, 1, 300, 300, {1e-11, 1e-11});
    ASSERT_GE(returns.t.size(), 3u);
    EXPECT_NEAR(relaxation.period, returns.t[2] - returns.t[1], 1e-6);
    EXPECT_LT(std::abs(relaxation.multipliers.front() - 1.0), 1e-5);
    EXPECT_TRUE(relaxation.stable);
    const auto neuron = systems::flow({"x", "y", "z"}, {-1.5, -10, 2}, {"r"}, {0.001},
                                      [](double, const double* x, const double* p, double* d) {
                                          d[0] = x[1] - x[0] * x[0] * x[0] + 3 * x[0] * x[0] - x[2] + 2;
                                          d[1] = 1 - 5 * x[0] * x[0] - x[1];
                                          d[2] = p[0] * (4 * (x[0] + 1.6) - x[2]);
                                      });
    const auto burst = limit_cycle(neuron, neuron.p0, neuron.x0, 20'000, 5'000);
    EXPECT_GT(burst.period, 300);
    EXPECT_LT(std::abs(burst.multipliers.front() - 1.0), 1e-4);
}

TEST(Cycles, ABranchThatClosesIsWalkedOnce) {
    // In polar coordinates r' = r (1 − p² − 4 (r − 1)²): the cycles of radius r lie on the ellipse p² + 4 (r − 1)² = 1.
    const auto flow =
        systems::flow({"x", "y"}, {1.5, 0}, {"p"}, {0}, [](double, const double* x, const double* p, double* d) {
            const double r = std::hypot(x[0], x[1]), growth = 1 - p[0] * p[0] - 4 * (r - 1) * (r - 1);
            d[0] = growth * x[0] - x[1];
            d[1] = growth * x[1] + x[0];
        });
    const auto cycle = limit_cycle(flow, flow.p0, flow.x0, 50, 20);
    EXPECT_NEAR(cycle.high[0], 1.5, 5e-5);  // extremes are those of 16 points an interval
    const auto branch = continue_cycles(flow, flow.p0, 0, {-3, 3}, cycle);
    EXPECT_EQ(branch.end, "closed");
    EXPECT_LT(branch.points.size(), 400u);
    std::vector<double> folds;
    for (const auto& special : branch.special_points) {
        EXPECT_EQ(special.kind, Bifurcation::cycle_fold);
        folds.push_back(special.parameter);
    }
    std::ranges::sort(folds);
    ASSERT_EQ(folds.size(), 2u);
    EXPECT_NEAR(folds[0], -1, 1e-7);
    EXPECT_NEAR(folds[1], 1, 1e-7);
}

TEST(Cycles, InThePlaneTheOtherMultiplierIsThatOfTheDivergence) {
    // Morris & Lecar's cycles end near a homoclinic orbit, where multipliers from a monodromy matrix become anything.
    const auto flow = systems::morris_lecar(4, 12, 17.4, 0.23);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-50, 200}, flow.x0);
    index compared = 0;
    for (const auto& special : diagram.special_points) {
        if (special.kind != Bifurcation::hopf) {
            continue;
        }
        const auto branch = continue_cycles(flow, flow.p0, 0, {-50, 200}, special);
        for (std::size_t k = 2; k < branch.points.size(); ++k) {
            const auto& cycle = branch.points[k];
            auto p = flow.p0;
            p[0] = cycle.parameter;
            const auto divergence = [&](std::size_t row) {
                double J[4];
                state_derivatives(flow, 0, cycle.x.data() + 2 * row, p.data(), J);
                return J[0] + J[3];
            };
            double integral = 0;  // trapezoids on the cycle's own mesh
            for (std::size_t row = 1; row < cycle.phase.size(); ++row) {
                integral += cycle.period * (cycle.phase[row] - cycle.phase[row - 1]) *
                            (divergence(row) + divergence(row - 1)) / 2;
            }
            EXPECT_EQ(cycle.stable, integral < 0) << k;
            if (std::abs(integral) < 20) {
                EXPECT_NEAR(std::log(cycle.multipliers.back().real()), integral,
                            0.02 * std::max(1.0, std::abs(integral)))
                    << k;
                ++compared;
            }
        }
    }
    EXPECT_GT(compared, 20);
}

}  // namespace
}  // namespace ranvier::dynamics
