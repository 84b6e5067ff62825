#pragma once

#include <span>
#include <string_view>

namespace ranvier::compile {

// Runge–Kutta and Rosenbrock methods as tables of coefficients. Entries that are not listed are 0.

struct Coefficient {
    int row, column;
    double value;
};

/// An explicit embedded method. Stages 0 … stages−1 make the step, stage `stages` is f at its end (and the first of the
/// next step), `extra` more serve the dense output:
///
///     k_s   = f(t + c_s h, x + h Σ_j a_sj k_j)
///     x_new = x + h Σ_j a_Sj k_j,  S = stages          (so row S of `a` holds the weights b)
///     error = h Σ_j error_0j k_j;  with a second row e₁: |h| |e₀|² / sqrt(|e₀|² + 0.01 |e₁|²)
///     x(t + θh) = x + θ(c1 + (1−θ)(c2 + θ(c3 + (1−θ)(c4 + …)))),
///     c1 = x_new − x,  c2 = h k_0 − c1,  c3 = c1 − h k_S − c2,  c_(4+r) = h Σ_j dense_rj k_j
struct ExplicitTableau {
    std::string_view name;
    int stages, extra;
    int order;        ///< of x_new
    int error_order;  ///< the error estimate is of order h^(error_order + 1)
    std::span<const double> c;
    std::span<const Coefficient> a, error, dense;
    int error_rows, dense_rows;
    std::string_view source;
};
const ExplicitTableau& dopri5_tableau();
const ExplicitTableau& tsit5_tableau();
const ExplicitTableau& dop853_tableau();

/// A linearly implicit method in the form without products by the Jacobian:
///
///     (I/(hγ) − J) u_i = f(t + c_i h, x + Σ_{j<i} a_ij u_j) + Σ_{j<i} C_ij u_j / h + h d_i ∂f/∂t
///     x_new = x + Σ_j a_Sj u_j, S = stages;  error = u_(S−1)
///     x(t + θh) = x + θ(x_new − x + (1−θ)(p0 + θ(p1 + θ p2))),  p_r = Σ_j dense_rj u_j
struct RosenbrockTableau {
    std::string_view name;
    int stages, order, error_order;
    double gamma;
    std::span<const double> c, d;
    std::span<const Coefficient> a, C, dense;
    int dense_rows;
    std::string_view source;
};
const RosenbrockTableau& rodas4_tableau();
const RosenbrockTableau& rodas5p_tableau();

}  // namespace ranvier::compile
