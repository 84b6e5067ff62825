#pragma once

#include <array>
#include <cstddef>

#include "ranvier/compile/ir/builder.hpp"

// The contenders' equations as programs.

namespace ranvier::compile {

struct Term {
    Builder* b;
    Value v;
    Term of(double x) const { return {b, b->real(x)}; }
    friend Term operator+(Term x, Term y) { return {x.b, x.b->add(x.v, y.v)}; }
    friend Term operator-(Term x, Term y) { return {x.b, x.b->subtract(x.v, y.v)}; }
    friend Term operator*(Term x, Term y) { return {x.b, x.b->multiply(x.v, y.v)}; }
    friend Term operator/(Term x, Term y) { return {x.b, x.b->divide(x.v, y.v)}; }
    friend Term operator+(Term x, double y) { return x + x.of(y); }
    friend Term operator-(Term x, double y) { return x - x.of(y); }
    friend Term operator*(Term x, double y) { return x * x.of(y); }
    friend Term operator/(Term x, double y) { return x / x.of(y); }
    friend Term operator-(double x, Term y) { return y.of(x) - y; }
    friend Term operator*(double x, Term y) { return y.of(x) * y; }
    friend Term operator/(double x, Term y) { return y.of(x) / y; }
    friend Term operator-(Term x) { return {x.b, x.b->negate(x.v)}; }
};
inline Term exp(Term x) { return {x.b, x.b->exp(x.v)}; }

inline Program hodgkin_huxley() {
    Builder b("hodgkin_huxley");
    int array[5];
    Term x[5];
    const char* names[] = {"V", "m", "h", "n", "I"};
    for (int k = 0; k < 5; ++k) {
        array[k] = b.array(names[k]);
        x[k] = {&b, b.load(array[k])};
    }
    const auto [V, m, h, n, I] = x;
    const double dt = 0.01;
    const Term u = V + 65;
    const Term alpha_m = 0.1 * (25 - u) / (exp((25 - u) / 10) - 1), beta_m = 4 * exp(-u / 18);
    const Term alpha_h = 0.07 * exp(-u / 20), beta_h = 1 / (exp((30 - u) / 10) + 1);
    const Term alpha_n = 0.01 * (10 - u) / (exp((10 - u) / 10) - 1), beta_n = 0.125 * exp(-u / 80);
    const Term g_Na = 120 * (m * m * m) * h, g_K = 36 * ((n * n) * (n * n)), g = g_Na + g_K + 0.3;
    const Term V_inf = (g_Na * 50 + g_K * -77 + 0.3 * -54.4 + I) / g;
    const auto relaxed = [&](Term y, Term alpha, Term beta) {
        const Term end = alpha / (alpha + beta);
        return end + (y - end) * exp(-dt * (alpha + beta));
    };
    const Term next[] = {V_inf + (V - V_inf) * exp(-dt * g), relaxed(m, alpha_m, beta_m), relaxed(h, alpha_h, beta_h),
                         relaxed(n, alpha_n, beta_n)};
    for (int k = 0; k < 4; ++k) {
        b.store(array[k], next[k].v);
    }
    return b.program();
}

inline Program integrate_and_fire() {
    Builder b("integrate_and_fire");
    int array[5];
    Term x[5];
    const char* names[] = {"V", "g_e", "g_i", "refractory", "I"};
    for (int k = 0; k < 5; ++k) {
        array[k] = b.array(names[k]);
        x[k] = {&b, b.load(array[k])};
    }
    const auto [V, g_e, g_i, refractory, I] = x;
    const double dt = 0.1;
    const Term g = g_e + g_i + 0.05;
    const Term V_inf = (g_i * -80 + 0.05 * -65 + I) / g;
    const Term relaxed = V_inf + (V - V_inf) * exp(-dt * g);
    const Value next = b.select(b.greater(refractory.v, b.real(0)), V.v, relaxed.v);
    const Value spike = b.greater(next, b.real(-50));
    b.store(array[0], b.select(spike, b.real(-65), next));
    b.store(array[1], (g_e * 0.9801986733067553).v);
    b.store(array[2], (g_i * 0.9900498337491681).v);
    b.store(array[3], b.select(spike, b.real(2), (refractory - dt).v));
    b.emit(b.events("spikes"), spike);
    return b.program();
}

/// Lorenz 1963 by the classical Runge–Kutta method, many steps in one call.
inline Program lorenz() {
    Builder b("lorenz");
    int array[3];
    Value start[3];
    const char* names[] = {"x", "y", "z"};
    for (int k = 0; k < 3; ++k) {
        array[k] = b.array(names[k]);
        start[k] = b.load(array[k]);
    }
    const Term sigma{&b, b.uniform("sigma")}, rho{&b, b.uniform("rho")}, beta{&b, b.uniform("beta")};
    const Term dt{&b, b.uniform("dt")};
    b.steps();
    using State = std::array<Term, 3>;
    State s;
    for (int k = 0; k < 3; ++k) {
        s[static_cast<std::size_t>(k)] = {&b, b.carry(start[k])};
    }
    const auto slope = [&](const State& y) -> State {
        return {sigma * (y[1] - y[0]), y[0] * (rho - y[2]) - y[1], y[0] * y[1] - beta * y[2]};
    };
    const auto moved = [&](const State& y, Term by, const State& k) -> State {
        return {y[0] + by * k[0], y[1] + by * k[1], y[2] + by * k[2]};
    };
    const State k1 = slope(s), k2 = slope(moved(s, dt * 0.5, k1)), k3 = slope(moved(s, dt * 0.5, k2));
    const State k4 = slope(moved(s, dt, k3));
    const Term sixth = dt / 6.0;
    for (std::size_t k = 0; k < 3; ++k) {
        const Term sum = (k1[k] + k4[k]) + (k2[k] + k3[k]) * 2.0;
        b.set_next(s[k].v, (s[k] + sixth * sum).v);
    }
    b.end();
    for (std::size_t k = 0; k < 3; ++k) {
        b.store(array[k], s[k].v);
    }
    return b.program();
}

}  // namespace ranvier::compile
