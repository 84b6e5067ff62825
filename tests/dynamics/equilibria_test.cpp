#include "ranvier/dynamics/equilibria.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/dynamics/phase_plane.hpp"
#include "tests/dynamics/diagrams.hpp"
#include "tests/dynamics/systems.hpp"

namespace ranvier::dynamics {
namespace {

TEST(FixedPoints, LotkaVolterraHasASaddleAtTheOriginAndACentre) {
    const auto flow = systems::lotka_volterra();
    const auto points = fixed_points(flow, flow.p0, {{-0.5, -0.5}, {3, 3}});
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(points[0].kind, Kind::saddle);
    EXPECT_NEAR(points[0].x[0], 0, 1e-12);
    EXPECT_EQ(points[1].kind, Kind::centre);
    EXPECT_NEAR(points[1].x[0], 1, 1e-12);                   // C/D
    EXPECT_NEAR(points[1].x[1], 1, 1e-12);                   // A/B
    EXPECT_NEAR(points[1].eigenvalues[0].imag(), 1, 1e-10);  // √(A·C)
}

TEST(FixedPoints, LorenzHasASaddleAndTwoSaddleFoci) {
    const auto flow = systems::lorenz();
    const auto points = fixed_points(flow, flow.p0, {{-30, -30, -5}, {30, 30, 50}});
    ASSERT_EQ(points.size(), 3u);
    const double c = std::sqrt(flow.p0[2] * 27);  // x = y = ±√(β(ρ − 1)), z = ρ − 1
    EXPECT_NEAR(points[0].x[0], -c, 1e-12);
    EXPECT_EQ(points[0].kind, Kind::saddle_focus);
    EXPECT_EQ(points[1].kind, Kind::saddle);
    EXPECT_NEAR(points[2].x[1], c, 1e-12);
    EXPECT_NEAR(points[2].x[2], 27, 1e-12);
}

TEST(FixedPoints, ManyRootsOfAProductOfSinesAreAllFound) {
    auto flow = systems::flow({"x", "y"}, {0, 0}, {}, {}, [](double, const double* x, const double*, double* d) {
        d[0] = std::sin(std::numbers::pi * x[0]);
        d[1] = std::sin(std::numbers::pi * x[1]);
    });
    EXPECT_EQ(fixed_points(flow, {}, {{-2.5, -2.5}, {2.5, 2.5}}).size(), 25u);
}

TEST(FixedPoints, AFarGuessWalksAlongTheFlowToTheRestOfHodgkinAndHuxley) {
    const auto flow = systems::hodgkin_huxley();
    const auto rest = fixed_point(flow, flow.p0, std::vector<double>{20, 0.9, 0.1, 0.7});
    EXPECT_EQ(rest.kind, Kind::stable_focus);
    EXPECT_NEAR(rest.x[0], -65, 0.05);
}

TEST(FixedPoints, ABoxUpsideDownIsRefused) {
    const auto flow = systems::lotka_volterra();
    try {
        fixed_points(flow, flow.p0, {{0, 1}, {1, 0}});
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_NE(std::string(e.what()).find("'predator'"), std::string::npos) << e.what();
    }
}

TEST(PhasePlane, TheCubicNullclineOfFitzHughAndNagumoIsMetToRounding) {
    const auto flow = systems::fitzhugh_nagumo();
    const Plane plane{0, 1, {-2.5, 2.5}, {-3, 3}, {}};
    const auto lines = nullcline(flow, flow.p0, plane, 0);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_GT(lines[0].size(), 100u);
    for (const auto& [v, w] : lines[0]) {
        EXPECT_NEAR(w, v - v * v * v / 3, 1e-13);
    }
    // The ends lie on the border of the rectangle.
    EXPECT_NEAR(std::abs(lines[0].front()[0]), 2.5, 1e-12);
    EXPECT_NEAR(std::abs(lines[0].back()[0]), 2.5, 1e-12);
}

TEST(PhasePlane, ANullclineThatIsACircleCloses) {
    auto flow = systems::flow({"x", "y"}, {0, 0}, {}, {}, [](double, const double* x, const double*, double* d) {
        d[0] = x[0] * x[0] + x[1] * x[1] - 1;
        d[1] = 1 / x[0];  // a pole, which is no nullcline
    });
    const Plane plane{0, 1, {-1.5, 1.7}, {-1.4, 1.6}, {}};
    const auto circle = nullcline(flow, {}, plane, 0, 50);
    ASSERT_EQ(circle.size(), 1u);
    EXPECT_EQ(circle[0].front(), circle[0].back());
    double length = 0;
    for (std::size_t k = 1; k < circle[0].size(); ++k) {
        length += std::hypot(circle[0][k][0] - circle[0][k - 1][0], circle[0][k][1] - circle[0][k - 1][1]);
    }
    EXPECT_NEAR(length, 2 * std::numbers::pi, 5e-3);  // chords of a cell
    EXPECT_TRUE(nullcline(flow, {}, plane, 1, 50).empty());
}

TEST(Equilibria, FitzHughNagumoHasItsTwoHopfPoints) {
    const auto flow = systems::fitzhugh_nagumo();
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 2}, flow.x0);
    ASSERT_EQ(diagram.branches.size(), 1u);
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 2u);
    EXPECT_EQ(diagram.special_points.size(), 2u);
    // trace = 1 − v² − εb = 0 gives v = ∓√(1 − εb); I = w − v + v³/3 with w = (v + a)/b.
    const double v = -std::sqrt(1 - 0.08 * 0.8);
    const auto I = [](double u) { return (u + 0.7) / 0.8 - u + u * u * u / 3; };
    EXPECT_NEAR(hopf[0].parameter, I(v), 1e-10);
    EXPECT_NEAR(hopf[1].parameter, I(-v), 1e-10);
    EXPECT_NEAR(hopf[0].parameter, 0.331281, 1e-5);
    EXPECT_NEAR(hopf[1].parameter, 1.418719, 1e-5);
    EXPECT_NEAR(hopf[0].x[0], v, 1e-9);
    // ω² = det = −εb(1 − v²) + ε = ε(1 − εb²)
    EXPECT_NEAR(hopf[0].frequency, std::sqrt(0.08 * (1 - 0.08 * 0.64)), 1e-9);
    EXPECT_DOUBLE_EQ(diagram.branches[0].front().parameter, 0);
    EXPECT_DOUBLE_EQ(diagram.branches[0].back().parameter, 2);
}

TEST(Equilibria, TheFirstLyapunovCoefficientOfANormalFormIsItsCubicCoefficient) {
    // ż = iz + c z|z|²: with |q| = 1 and z = √2·(coordinate along q), l₁ = 2c/2 · 1 = c·(2/2): Kuznetsov's l₁ = Re
    // c₁/ω, c₁ = 2c because x = 2 Re(w q) with |q| = 1 means z = √2 w, so c|z|² = 2c|w|².
    for (double c : {-1.0, 0.5}) {
        const auto flow = systems::hopf_normal_form(c);
        EXPECT_NEAR(first_lyapunov_coefficient(flow, std::vector<double>{0, c}, flow.x0, 1), 2 * c, 1e-6);
    }
}

TEST(Equilibria, HodgkinAndHuxleysHopfPointsLieWhereTheLiteratureHasThem) {
    const auto flow = systems::hodgkin_huxley();
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 200}, flow.x0);
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 2u);
    EXPECT_NEAR(hopf[0].parameter, 9.775, 0.01);  // shared bar of the project: 9.775 and 154.52
    EXPECT_NEAR(hopf[1].parameter, 154.52, 0.01);
    EXPECT_GT(hopf[0].lyapunov, 0);  // subcritical: Rinzel & Miller 1980
    EXPECT_LT(hopf[1].lyapunov, 0);  // supercritical
}

TEST(Equilibria, MorrisLecarsHopfSet) {
    const auto flow = systems::morris_lecar(4.4, 2, 30, 0.04);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 300}, flow.x0);
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 2u);
    EXPECT_NEAR(hopf[0].parameter, 93.858, 1e-3);
    EXPECT_NEAR(hopf[1].parameter, 212.019, 1e-3);
    EXPECT_GT(hopf[0].lyapunov, 0);  // both subcritical: Rinzel & Ermentrout 1989
    EXPECT_TRUE(of_kind(diagram, Bifurcation::fold).empty());
}

TEST(Equilibria, MorrisLecarsSaddleNodeSet) {
    auto flow = systems::morris_lecar(4, 12, 17.4, 1.0 / 15);
    auto diagram = continue_equilibria(flow, flow.p0, 0, {-50, 200}, flow.x0);
    auto fold = of_kind(diagram, Bifurcation::fold);
    ASSERT_EQ(fold.size(), 2u);
    EXPECT_NEAR(fold[1].parameter, 39.963, 1e-3);
    auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 1u);  // the neutral saddle between the folds is none
    EXPECT_NEAR(hopf[0].parameter, 97.788, 1e-3);
    flow = systems::morris_lecar(4, 12, 17.4, 0.23);
    hopf = of_kind(continue_equilibria(flow, flow.p0, 0, {-50, 200}, flow.x0), Bifurcation::hopf);
    ASSERT_FALSE(hopf.empty());
    EXPECT_NEAR(hopf.back().parameter, 36.316, 1e-3);
}

TEST(Equilibria, LorenzForksAtOneAndItsBranchesHaveTheirHopfPoints) {
    const auto flow = systems::lorenz();
    auto p = flow.p0;
    p[1] = 0.2;
    const auto diagram = continue_equilibria(flow, p, 1, {0, 30}, std::vector<double>{0, 0, 0});
    ASSERT_EQ(diagram.branches.size(), 3u);
    const auto fork = of_kind(diagram, Bifurcation::branch_point);
    ASSERT_EQ(fork.size(), 1u);
    EXPECT_NEAR(fork[0].parameter, 1, 1e-10);
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 2u);
    for (const auto& h : hopf) {
        EXPECT_NEAR(h.parameter, 10 * (10 + 8.0 / 3 + 3) / (10 - 8.0 / 3 - 1), 1e-8);  // σ(σ+β+3)/(σ−β−1) = 24.7368
        EXPECT_GT(h.lyapunov, 0);  // subcritical: Marsden & McCracken 1976
    }
    for (const auto& point : diagram.branches[1]) {  // x² = β(ρ − 1)
        EXPECT_NEAR(point.x[0] * point.x[0], 8.0 / 3 * (point.parameter - 1), 1e-8);
    }
}

TEST(Equilibria, ATranscriticalCrossingIsFollowedBothWays) {
    const auto flow = systems::flow({"x"}, {0}, {"r"}, {-1}, [](double, const double* x, const double* p, double* d) {
        d[0] = p[0] * x[0] - x[0] * x[0];
    });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-1, 1}, flow.x0);
    ASSERT_EQ(diagram.branches.size(), 3u);
    EXPECT_NEAR(of_kind(diagram, Bifurcation::branch_point).at(0).parameter, 0, 1e-10);
    for (const auto& point : diagram.branches[1]) {
        EXPECT_NEAR(point.x[0], point.parameter, 1e-7);
    }
}

TEST(Equilibria, AClosedCurveIsWalkedOnce) {
    // r = cos φ, x = sin φ: x² + r² = 1.
    const auto flow = systems::flow(
        {"x"}, {0.8}, {"r"}, {0.6},
        [](double, const double* x, const double* p, double* d) { d[0] = 1 - x[0] * x[0] - p[0] * p[0]; });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-2, 2}, flow.x0);
    const auto folds = of_kind(diagram, Bifurcation::fold);
    ASSERT_EQ(folds.size(), 2u);
    EXPECT_NEAR(folds[0].parameter, -1, 1e-12);
    EXPECT_NEAR(folds[1].parameter, 1, 1e-12);
}

TEST(Equilibria, AnEpidemicsThresholdLiesWhereItIsAndItsEndemicBranchIsFollowed) {
    const auto flow =
        systems::flow({"S", "I"}, {1, 0}, {"beta"}, {0.2}, [](double, const double* x, const double* p, double* d) {
            d[0] = 0.1 * (1 - x[0]) - p[0] * x[0] * x[1];
            d[1] = p[0] * x[0] * x[1] - 1.1 * x[1];
        });
    for (const double low : {0.2, 0.35, 0.7, 1.0}) {
        const auto diagram = continue_equilibria(flow, flow.p0, 0, {low, 5.0 + low}, flow.x0);
        ASSERT_EQ(branch_points(diagram).size(), 1u) << low;
        EXPECT_NEAR(branch_points(diagram)[0], 1.1, 1e-8);
        ASSERT_EQ(diagram.branches.size(), 3u);
        bool endemic = false;
        for (const auto& branch : diagram.branches) {
            for (const auto& point : branch) {  // S = 1.1/β, or nobody is ill
                const double ill = std::abs(point.x[1]), off = std::abs(point.x[0] * point.parameter - 1.1);
                EXPECT_LT(std::min(ill, off), 1e-8);
                endemic |= point.x[1] > 0.01;
            }
        }
        EXPECT_TRUE(endemic);
    }
}

TEST(Equilibria, PreyAndPredatorsLiveTogetherBeyondABranchPointAndOscillateBeyondAHopfPoint) {
    const auto flow =
        systems::flow({"x", "y"}, {0.5, 0}, {"K"}, {0.5}, [](double, const double* x, const double* p, double* d) {
            d[0] = x[0] * (1 - x[0] / p[0]) - x[0] * x[1] / (1 + x[0]);
            d[1] = x[0] * x[1] / (1 + x[0]) - 0.5 * x[1];
        });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0.2, 6}, flow.x0);
    ASSERT_EQ(branch_points(diagram).size(), 1u);
    EXPECT_NEAR(branch_points(diagram)[0], 1, 1e-8);
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 1u);
    EXPECT_NEAR(hopf[0].parameter, 3, 1e-8);
}

TEST(Equilibria, FishAndPredatorsOfAutosDemoPp2FromTheirTrivialState) {
    const auto flow =
        systems::flow({"u", "v"}, {0, 0}, {"p"}, {0.2}, [](double, const double* x, const double* p, double* d) {
            d[0] = 3 * x[0] * (1 - x[0]) - x[0] * x[1] - p[0] * (1 - std::exp(-5 * x[0]));
            d[1] = -x[1] + 3 * x[0] * x[1];
        });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 1}, flow.x0);
    const auto found = branch_points(diagram);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NEAR(found[0], 0.6, 1e-8);
    EXPECT_NEAR(found[1], (2.0 / 3) / (1 - std::exp(-5.0 / 3)), 1e-8);  // 0.82190, where u = 1/3
    const auto hopf = of_kind(diagram, Bifurcation::hopf);
    ASSERT_EQ(hopf.size(), 1u);
    EXPECT_NEAR(hopf[0].parameter, 0.67159, 1e-5);
}

TEST(Equilibria, BranchPointsOfAHundredFamiliesAreExactAndBothBranchesAreWalkedOnce) {
    // x = ±√p, and y = 0 or y = x − c: the curves cross at x = c, p = c², where the eigenvalue x − c − 2y of y
    // vanishes.
    for (int k = 0; k < 100; ++k) {
        const double c = 0.31 + 0.0137 * k;
        const auto flow = systems::flow({"x", "y"}, {std::sqrt(0.04), 0}, {"p"}, {0.04},
                                        [c](double, const double* x, const double* p, double* d) {
                                            d[0] = p[0] - x[0] * x[0];
                                            d[1] = x[1] * (x[0] - c) - x[1] * x[1];
                                        });
        const auto diagram = continue_equilibria(flow, flow.p0, 0, {0.01, 4}, flow.x0);
        const auto found = branch_points(diagram);
        ASSERT_EQ(found.size(), 1u) << c;
        EXPECT_NEAR(found[0], c * c, 1e-8) << c;
        double lowest = 4, highest = 0;  // of the parameter on the other branch where x > 0
        for (const auto& branch : diagram.branches) {
            for (const auto& point : branch) {
                EXPECT_LT(std::min(std::abs(point.x[1]), std::abs(point.x[1] - (point.x[0] - c))), 1e-7);
                if (point.x[0] > 0 && std::abs(point.x[1]) > 1e-3) {
                    lowest = std::min(lowest, point.parameter);
                    highest = std::max(highest, point.parameter);
                }
            }
        }
        EXPECT_LT(lowest, 0.02);
        EXPECT_GT(highest, 3.99);
    }
}

TEST(Equilibria, PitchforksOfManyStatesAreExactAlsoWhenTheFlowIsTurned) {
    // A pitchfork in one direction of n, all turned by a reflection so that every state takes part.
    for (int n = 1; n <= 6; ++n) {
        for (const double c : {0.3, 1.0, 2.7}) {
            const auto turned = [n](const double* x, std::vector<double>& u) {
                double sum = 0;
                for (int i = 0; i < n; ++i) {
                    sum += x[i];
                }
                for (int i = 0; i < n; ++i) {
                    u[static_cast<std::size_t>(i)] = x[i] - 2 * sum / n;
                }
            };
            std::vector<std::string> names;
            for (int i = 0; i < n; ++i) {
                names.push_back("x" + std::to_string(i));
            }
            const auto flow = systems::flow(names, std::vector<double>(static_cast<std::size_t>(n)), {"p"}, {0.0},
                                            [=](double, const double* x, const double* p, double* d) {
                                                std::vector<double> u(static_cast<std::size_t>(n)), f(u);
                                                turned(x, u);
                                                for (int i = 1; i < n; ++i) {
                                                    f[static_cast<std::size_t>(i)] =
                                                        -(i + 1.0) * u[static_cast<std::size_t>(i)];
                                                }
                                                f[0] = (p[0] - c) * u[0] - u[0] * u[0] * u[0];
                                                turned(f.data(), u);
                                                std::copy(u.begin(), u.end(), d);
                                            });
            const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 4}, flow.x0);
            ASSERT_EQ(branch_points(diagram).size(), 1u) << n << " " << c;
            EXPECT_NEAR(branch_points(diagram)[0], c, 1e-8);
            EXPECT_EQ(diagram.branches.size(), 3u);
        }
    }
}

TEST(Equilibria, ALoopThatCrossesALineTwiceIsWalkedOnce) {
    // y = 0, and the circle x² + y² = 1 as a function of p = x: two branch points, one of each half beyond the first.
    const auto flow = systems::flow({"y"}, {0}, {"p"}, {-2}, [](double, const double* x, const double* p, double* d) {
        d[0] = -x[0] * (x[0] * x[0] + p[0] * p[0] - 1);
    });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-2, 2}, flow.x0);
    const auto found = branch_points(diagram);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NEAR(found[0], -1, 1e-8);
    EXPECT_NEAR(found[1], 1, 1e-8);
    double length = 0;
    for (std::size_t b = 1; b < diagram.branches.size(); ++b) {
        const auto& branch = diagram.branches[b];
        for (std::size_t k = 1; k < branch.size(); ++k) {
            length += std::hypot(branch[k].x[0] - branch[k - 1].x[0], branch[k].parameter - branch[k - 1].parameter);
        }
    }
    EXPECT_NEAR(length, 2 * std::acos(-1.0), 0.05);
}

/// A ⇄ B ⇄ C with rates 1, 2, p, 3.
Flow closed_scheme() {
    return systems::flow({"A", "B", "C"}, {1, 0, 0}, {"p"}, {4},
                         [](double, const double* x, const double* p, double* d) {
                             const double ab = 1 * x[0] - 2 * x[1], bc = p[0] * x[1] - 3 * x[2];
                             d[0] = -ab;
                             d[1] = ab - bc;
                             d[2] = bc;
                         });
}

TEST(Equilibria, OfAClosedSchemeIsFoundAtTheTotalItStartsWith) {
    const auto flow = closed_scheme();
    for (const double total : {1.0, 5.0}) {
        const auto point = fixed_point(flow, flow.p0, std::vector<double>{total, 0, 0});
        const double B = total / (2 + 1 + 4.0 / 3);
        EXPECT_NEAR(point.x[0], 2 * B, 1e-12 * total);
        EXPECT_NEAR(point.x[1], B, 1e-12 * total);
        EXPECT_NEAR(point.x[2], 4.0 / 3 * B, 1e-12 * total);
        EXPECT_EQ(point.kind, Kind::stable_node);
        ASSERT_EQ(point.conserved.extent(0), 1);
        for (index i = 0; i < 3; ++i) {
            EXPECT_EQ(point.conserved(0, i), 1);
        }
    }
    const auto all = fixed_points(flow, flow.p0, {{-1, -1, -1}, {2, 2, 2}});
    ASSERT_EQ(all.size(), 1u);
    EXPECT_NEAR(all[0].x[0] + all[0].x[1] + all[0].x[2], 1, 1e-12);
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0.5, 8}, flow.x0);
    ASSERT_EQ(diagram.branches.size(), 1u);
    EXPECT_TRUE(diagram.special_points.empty());
    for (const auto& point : diagram.branches[0]) {
        EXPECT_NEAR(point.x[1], 1 / (3 + point.parameter / 3), 1e-10);
        EXPECT_TRUE(point.stable);
    }
}

TEST(Equilibria, ASumThatHoldsAtOneValueOfTheParameterIsNotHeldAlongTheBranch) {
    // A ⇄ B with an inflow k (1 − A): for k = 0 the total is conserved, for all others A = 1 and B = 1/2 rest.
    const auto flow =
        systems::flow({"A", "B"}, {3, 0}, {"k"}, {0}, [](double, const double* x, const double* p, double* d) {
            d[0] = -x[0] + 2 * x[1] + p[0] * (1 - x[0]);
            d[1] = x[0] - 2 * x[1];
        });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 1}, flow.x0);
    ASSERT_EQ(diagram.branches.size(), 1u);
    EXPECT_GT(diagram.branches[0].size(), 5u);
    for (const auto& point : diagram.branches[0]) {
        EXPECT_NEAR(point.x[0], 1, 1e-9) << point.parameter;
        EXPECT_NEAR(point.x[1], 0.5, 1e-9) << point.parameter;
    }
}

TEST(Equilibria, ABranchEndsAtTheThreshold) {
    auto flow = systems::flow({"v"}, {0}, {"I"}, {0.5},
                              [](double, const double* x, const double* p, double* d) { d[0] = p[0] - x[0]; });
    flow.resets = true;
    flow.fires = [](const double* x, const double*) { return x[0] > 1; };
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {0, 2}, flow.x0);
    ASSERT_EQ(diagram.branches.size(), 1u);
    EXPECT_NEAR(diagram.branches[0].front().parameter, 0, 1e-12);
    EXPECT_NEAR(diagram.branches[0].back().parameter, 1, 1e-10);
    EXPECT_NEAR(diagram.branches[0].back().x[0], 1, 1e-10);
}

TEST(Equilibria, SeveralSumsAreConservedTogetherAndOpenSystemsConserveNone) {
    // E + S ⇄ ES → E + P: the enzyme and the substrate are conserved.
    const auto flow = systems::flow({"E", "S", "ES", "P"}, {1, 3, 0, 0}, {"k"}, {2},
                                    [](double, const double* x, const double* p, double* d) {
                                        const double bind = x[0] * x[1] - x[2], turn = p[0] * x[2] - 0.1 * x[0] * x[3];
                                        d[0] = -bind + turn;
                                        d[1] = -bind;
                                        d[2] = bind - turn;
                                        d[3] = turn;
                                    });
    const auto point = fixed_point(flow, flow.p0, flow.x0);
    ASSERT_EQ(point.conserved.extent(0), 2);
    EXPECT_NEAR(point.x[0] + point.x[2], 1, 1e-10);
    EXPECT_NEAR(point.x[1] + point.x[2] + point.x[3], 3, 1e-10);
    EXPECT_TRUE(point.stable);
    const auto lorenz = systems::lorenz();
    EXPECT_EQ(fixed_point(lorenz, lorenz.p0, lorenz.x0).conserved.size(), 0);
}

}  // namespace
}  // namespace ranvier::dynamics
