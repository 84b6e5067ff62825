#pragma once

#include <cmath>

#include "ranvier/dynamics/flow.hpp"

/// Systems written by hand, in the units of their papers (mV, ms, µA/cm²), so that analysis is tested without a model.
namespace systems {

using ranvier::dynamics::Flow;

inline Flow flow(std::vector<std::string> states, std::vector<double> x0, std::vector<std::string> parameters,
                 std::vector<double> p0, Flow::Function rhs) {
    Flow f;
    f.states = std::move(states);
    f.x0 = std::move(x0);
    f.parameters = std::move(parameters);
    f.p0 = std::move(p0);
    f.rhs = std::move(rhs);
    return f;
}

/// FitzHugh 1961 as written by Izhikevich: dv/dt = v − v³/3 − w + I, dw/dt = ε (v + a − b w).
inline Flow fitzhugh_nagumo() {
    return flow({"v", "w"}, {-1.2, -0.6}, {"I", "a", "b", "eps"}, {0, 0.7, 0.8, 0.08},
                [](double, const double* x, const double* p, double* d) {
                    d[0] = x[0] - x[0] * x[0] * x[0] / 3 - x[1] + p[0];
                    d[1] = p[3] * (x[0] + p[1] - p[2] * x[1]);
                });
}

/// Morris & Lecar 1981 in the form of Rinzel & Ermentrout 1989; parameters I, g_Ca, V3, V4, phi; C = 20 µF/cm².
inline Flow morris_lecar(double g_Ca, double V3, double V4, double phi) {
    auto f = flow({"V", "w"}, {-60, 0.01}, {"I", "g_Ca", "V3", "V4", "phi"}, {0, g_Ca, V3, V4, phi},
                  [](double, const double* x, const double* p, double* d) {
                      const double V = x[0], w = x[1];
                      const double m = 0.5 * (1 + std::tanh((V + 1.2) / 18));
                      const double w_inf = 0.5 * (1 + std::tanh((V - p[2]) / p[3]));
                      const double rate = p[4] * std::cosh((V - p[2]) / (2 * p[3]));
                      d[0] = (p[0] - p[1] * m * (V - 120) - 8 * w * (V + 84) - 2 * (V + 60)) / 20;
                      d[1] = rate * (w_inf - w);
                  });
    f.scale = {1, 1};
    return f;
}

/// Hodgkin & Huxley 1952, 6.3 °C, rest at −65 mV, E_L = −54.387 mV.
inline Flow hodgkin_huxley() {
    return flow({"V", "m", "h", "n"}, {-65, 0.05, 0.6, 0.32}, {"I"}, {0},
                [](double, const double* x, const double* p, double* d) {
                    const double V = x[0], m = x[1], h = x[2], n = x[3];
                    const auto linoid = [](double u, double s) {
                        return std::abs(u) < 1e-7 ? s : u / -std::expm1(-u / s);
                    };
                    const double am = 0.1 * linoid(V + 40, 10), bm = 4 * std::exp(-(V + 65) / 18);
                    const double ah = 0.07 * std::exp(-(V + 65) / 20), bh = 1 / (1 + std::exp(-(V + 35) / 10));
                    const double an = 0.01 * linoid(V + 55, 10), bn = 0.125 * std::exp(-(V + 65) / 80);
                    d[0] = p[0] - 120 * m * m * m * h * (V - 50) - 36 * n * n * n * n * (V + 77) - 0.3 * (V + 54.387);
                    d[1] = am * (1 - m) - bm * m;
                    d[2] = ah * (1 - h) - bh * h;
                    d[3] = an * (1 - n) - bn * n;
                });
}

inline Flow lorenz() {
    auto f = flow({"x", "y", "z"}, {1, 1, 1}, {"sigma", "rho", "beta"}, {10, 28, 8.0 / 3},
                  [](double, const double* x, const double* p, double* d) {
                      d[0] = p[0] * (x[1] - x[0]);
                      d[1] = x[0] * (p[1] - x[2]) - x[1];
                      d[2] = x[0] * x[1] - p[2] * x[2];
                  });
    f.jacobian = [](double, const double* x, const double* p, double* J) {
        const double values[9] = {-p[0], p[0], 0, p[1] - x[2], -1, -x[0], x[1], x[0], -p[2]};
        std::copy(values, values + 9, J);
    };
    return f;
}

inline Flow lotka_volterra() {
    return flow({"prey", "predator"}, {1, 0.5}, {"A", "B", "C", "D"}, {1, 1, 1, 1},
                [](double, const double* x, const double* p, double* d) {
                    d[0] = x[0] * (p[0] - p[1] * x[1]);
                    d[1] = x[1] * (-p[2] + p[3] * x[0]);
                });
}

inline Flow van_der_pol() {
    return flow({"x", "y"}, {1, 0}, {"mu"}, {1}, [](double, const double* x, const double* p, double* d) {
        d[0] = x[1];
        d[1] = p[0] * (1 - x[0] * x[0]) * x[1] - x[0];
    });
}

/// ż = (μ + i)z + (l₁ = c)·z|z|² − z|z|⁴: for c < 0 the cycle is |z|² = (c + √(c² + 4μ))/2.
inline Flow hopf_normal_form(double c) {
    return flow({"x", "y"}, {0, 0}, {"mu", "c"}, {-0.5, c}, [](double, const double* x, const double* p, double* d) {
        const double r = x[0] * x[0] + x[1] * x[1], g = p[0] + p[1] * r - r * r;
        d[0] = g * x[0] - x[1];
        d[1] = g * x[1] + x[0];
    });
}

}  // namespace systems
