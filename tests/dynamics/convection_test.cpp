#include "ranvier/dynamics/convection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ranvier/base/random.hpp"

namespace ranvier::dynamics {
namespace {

constexpr double pi = std::numbers::pi;
const double critical = 27 * std::pow(pi, 4) / 4, critical_k = pi / std::numbers::sqrt2;

TEST(Convection, BeginsAtRayleighsNumber) {
    for (double Pr : {0.7, 1.0, 10.0}) {  // the onset does not depend on Pr
        const auto onset = convection_onset(Pr);
        EXPECT_NEAR(onset.Ra, critical, 1e-6);
        EXPECT_NEAR(onset.k, critical_k, 1e-6);
    }
    EXPECT_NEAR(marginal_rayleigh(3), std::pow(pi * pi + 9, 3) / 9, 1e-9 * 1000);
}

TEST(Convection, InThreeModesIsLorenzsSystemToRounding) {
    const double Pr = 10, Ra = 28 * critical;
    const auto flow = galerkin_convection({{1, 1}}, {{1, 1}, {0, 2}}, critical_k);
    const auto s = lorenz_scales(Ra, critical_k);
    EXPECT_NEAR(s.rho, 28, 1e-12);
    EXPECT_NEAR(s.beta, 8.0 / 3, 1e-14);
    RandomStream random(7);
    for (int trial = 0; trial < 50; ++trial) {
        const double x = 20 * random.normal(), y = 20 * random.normal(), z = 25 + 10 * random.normal();
        const double state[3] = {x / s.a, y / s.b, -z / s.c}, p[2] = {Pr, Ra};
        double d[3];
        flow.rhs(0, state, p, d);
        const double lorenz[3] = {Pr * (y - x), x * (28 - z) - y, x * y - 8.0 / 3 * z};
        const double size = 1000;  // of the terms
        EXPECT_NEAR(d[0] * s.a / s.time, lorenz[0], 1e-14 * size);
        EXPECT_NEAR(d[1] * s.b / s.time, lorenz[1], 1e-14 * size);
        EXPECT_NEAR(-d[2] * s.c / s.time, lorenz[2], 1e-14 * size);
    }
}

TEST(Convection, TruncationsWithoutForcingAndFrictionKeepTheirEnergy) {
    // Advection moves kinetic energy between modes: Σ q² ψ² does not change by −J(ψ, ∇²ψ). Linear parts are taken off.
    const std::vector<std::pair<index, index>> psi{{1, 1}, {2, 2}, {1, 3}, {3, 1}, {2, 1}};
    const auto flow = galerkin_convection(psi, {{1, 1}}, 2.0);
    RandomStream random(3);
    std::vector<double> x, d(6), linear(6);
    for (int i = 0; i < 6; ++i) {
        x.push_back(i < 5 ? random.normal() : 0);
    }
    const double p[2] = {1, 0};
    flow.rhs(0, x.data(), p, d.data());
    double change = 0, size = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const double kx = 2.0 * psi[i].first, kz = pi * psi[i].second, q2 = kx * kx + kz * kz;
        const double nonlinear = d[i] + q2 * x[i];
        change += q2 * x[i] * nonlinear;
        size += std::abs(q2 * x[i] * nonlinear);
    }
    EXPECT_GT(size, 1);
    EXPECT_NEAR(change, 0, 1e-12 * size);
}

TEST(Convection, SmallDisturbancesGrowAndDecayAsTheLinearTheorySays) {
    for (double r : {0.8, 1.3}) {
        Convection layer(r * critical, 1, 2 * pi / critical_k, 8, 8);
        layer.disturb(1, 1, 1e-9);
        layer.run(1e-3, 1000);  // the decaying partner of the growing mode dies out
        const double before = layer.theta_mode(1, 1);
        layer.run(1e-3, 200);
        const double rate = std::log(layer.theta_mode(1, 1) / before) / 0.2;
        // Crank–Nicolson: relative error (s dt)²/12 with s ~ 3
        EXPECT_NEAR(rate, convection_growth_rate(r * critical, 1, critical_k), 1e-5);
    }
}

TEST(Convection, JustAboveTheOnsetRollsCarryTheHeatOfThreeModes) {
    // Nu = 1 + 2(1 − 1/r) in three modes (Lorenz 1963); others enter with (r − 1)².
    const double r = 1.02;
    Convection layer(r * critical, 10, 2 * pi / critical_k, 6, 6);
    layer.disturb(1, 1, 0.02);
    layer.run(5e-3, 12000);
    EXPECT_NEAR(layer.nusselt(), 1 + 2 * (1 - 1 / r), 2 * (r - 1) * (r - 1));
    const auto theta = layer.theta(16, 9);
    for (index i = 0; i < 16; ++i) {
        EXPECT_NEAR(theta(0, i), 0, 1e-12);
        EXPECT_NEAR(theta(8, i), 0, 1e-12);
    }
}

TEST(Convection, TheStepIsOfSecondOrder) {
    const auto at = [](index steps) {
        Convection layer(3 * critical, 1, 2 * pi / critical_k, 8, 8);
        layer.disturb(1, 1, 0.1);
        layer.disturb(2, 1, 0.05);
        layer.run(0.2 / static_cast<double>(steps), steps);
        return layer.theta_mode(1, 1);
    };
    const double a = at(200), b = at(400), c = at(800);
    EXPECT_NEAR(std::log2(std::abs((a - b) / (b - c))), 2, 0.15);
}

}  // namespace
}  // namespace ranvier::dynamics
