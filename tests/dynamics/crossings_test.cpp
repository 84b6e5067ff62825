// What happens twice within a step, and where curves touch or more than two cross.
#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/dynamics/equilibria.hpp"
#include "tests/dynamics/diagrams.hpp"
#include "tests/dynamics/systems.hpp"

namespace ranvier::dynamics {
namespace {

/// A flow of one state over one parameter r, which begins at x = 0.
Flow of_one(double r, double (*f)(double x, double r)) {
    return systems::flow({"x"}, {0}, {"r"}, {r},
                         [f](double, const double* x, const double* p, double* d) { d[0] = f(x[0], p[0]); });
}

/// Whether a branch passes (x, …) near a value of the parameter.
bool passes(const EquilibriumDiagram& diagram, double parameter, std::vector<double> x, double apart = 0.02) {
    for (const auto& branch : diagram.branches) {
        for (const auto& point : branch) {
            double far = std::abs(point.parameter - parameter);
            for (std::size_t i = 0; i < x.size(); ++i) {
                far = std::max(far, std::abs(point.x[i] - x[i]));
            }
            if (far < apart) {
                return true;
            }
        }
    }
    return false;
}

TEST(Equilibria, TwoBranchPointsWithinAStepAreBothFoundAndTheirBranchesFollowed) {
    for (const double apart : {0.1, 0.03, 0.01, 0.003, 0.001}) {
        for (const double place : {0.0, 0.0137, 0.0271, -0.0333}) {
            const auto flow =
                systems::flow({"x"}, {0}, {"r"}, {-1}, [=](double, const double* x, const double* p, double* d) {
                    d[0] = x[0] * (p[0] - place - x[0]) * (p[0] - place - apart - x[0]);
                });
            const auto diagram = continue_equilibria(flow, flow.p0, 0, {-1, 1}, flow.x0);
            const auto found = branch_points(diagram);
            ASSERT_EQ(found.size(), 2u) << apart << " " << place;
            EXPECT_NEAR(found[0], place, 1e-8);
            EXPECT_NEAR(found[1], place + apart, 1e-8);
            for (const double r : {-0.8, 0.8}) {
                EXPECT_TRUE(passes(diagram, r, {r - place})) << apart << " " << place;
                EXPECT_TRUE(passes(diagram, r, {r - place - apart})) << apart << " " << place;
            }
        }
    }
}

TEST(Equilibria, TwoHopfPointsWithinAStepAreBothFound) {
    for (const double apart : {0.03, 0.01, 0.001}) {
        const auto flow =
            systems::flow({"x", "y"}, {0, 0}, {"r"}, {-1}, [=](double, const double* x, const double* p, double* d) {
                const double a = (p[0] - 0.3) * (p[0] - 0.3 - apart) - x[0] * x[0] - x[1] * x[1];
                d[0] = a * x[0] - x[1];
                d[1] = x[0] + a * x[1];
            });
        const auto found = of_kind(continue_equilibria(flow, flow.p0, 0, {-1, 1}, flow.x0), Bifurcation::hopf);
        ASSERT_EQ(found.size(), 2u) << apart;
        EXPECT_NEAR(found[0].parameter, 0.3, 1e-8);
        EXPECT_NEAR(found[1].parameter, 0.3 + apart, 1e-8);
    }
}

TEST(Equilibria, TwoFoldsWithinAStepAreBothFound) {
    const auto flow = of_one(-1, [](double x, double r) { return r + 1e-4 * x - x * x * x; });
    const auto found = of_kind(continue_equilibria(flow, flow.p0, 0, {-1, 1}, flow.x0), Bifurcation::fold);
    ASSERT_EQ(found.size(), 2u);
    const double fold = 2e-4 / 3 * std::sqrt(1e-4 / 3);
    EXPECT_NEAR(found[0].parameter, -fold, 1e-11);
    EXPECT_NEAR(found[1].parameter, fold, 1e-11);
}

TEST(Equilibria, CurvesThatTouchWhereTheyCrossAreFollowed) {
    // x = 0 and x = ±r^1.5; x = 0 and x = r².
    const auto cusp = of_one(-1, [](double x, double r) { return r * r * r * x - x * x * x; });
    auto diagram = continue_equilibria(cusp, cusp.p0, 0, {-1, 1}, cusp.x0);
    ASSERT_EQ(branch_points(diagram).size(), 1u);
    EXPECT_NEAR(branch_points(diagram)[0], 0, 1e-6);
    EXPECT_TRUE(passes(diagram, 0.7, {std::pow(0.7, 1.5)}));
    EXPECT_TRUE(passes(diagram, 0.7, {-std::pow(0.7, 1.5)}));
    const auto parabola = of_one(-1, [](double x, double r) { return (r - 0.013) * (r - 0.013) * x - x * x; });
    diagram = continue_equilibria(parabola, parabola.p0, 0, {-1, 1}, parabola.x0);
    ASSERT_EQ(branch_points(diagram).size(), 1u);
    EXPECT_NEAR(branch_points(diagram)[0], 0.013, 1e-3);
    EXPECT_TRUE(passes(diagram, 0.7, {0.687 * 0.687}));
    EXPECT_TRUE(passes(diagram, -0.7, {0.713 * 0.713}));
}

TEST(Equilibria, SeveralBranchesAreFollowedFromWhereTheyAllCross) {
    const auto flow =
        systems::flow({"x", "y"}, {0, 0}, {"r"}, {-1}, [](double, const double* x, const double* p, double* d) {
            d[0] = x[0] * (p[0] - x[0] - 0.4 * x[1]);
            d[1] = x[1] * (p[0] - x[1] - 0.2 * x[0]);
        });
    const auto diagram = continue_equilibria(flow, flow.p0, 0, {-1, 1}, flow.x0);
    ASSERT_EQ(branch_points(diagram).size(), 1u);
    EXPECT_NEAR(branch_points(diagram)[0], 0, 1e-6);
    for (const double r : {-0.6, 0.6}) {
        EXPECT_TRUE(passes(diagram, r, {r, 0})) << r;
        EXPECT_TRUE(passes(diagram, r, {0, r})) << r;
        EXPECT_TRUE(passes(diagram, r, {0.6 / 0.92 * r, 0.8 / 0.92 * r})) << r;
    }
}

TEST(Equilibria, AnEigenvalueThatTouchesZeroWithoutAnotherCurveIsNoBranchPoint) {
    const auto cubic = of_one(-1, [](double x, double r) { return r - x * x * x; });
    EXPECT_TRUE(continue_equilibria(cubic, cubic.p0, 0, {-1, 1}, cubic.x0).special_points.empty());
    const auto near = of_one(-1, [](double x, double r) { return r - 1e-4 * x - x * x * x; });
    EXPECT_TRUE(continue_equilibria(near, near.p0, 0, {-1, 1}, near.x0).special_points.empty());
}

}  // namespace
}  // namespace ranvier::dynamics
