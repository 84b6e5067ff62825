#pragma once

#include <string_view>
#include <vector>

#include "ranvier/base/bundled_text.hpp"
#include "ranvier/compile/ode/adaptive.hpp"

namespace ranvier::compile {

struct Coefficient {
    int row, column;
    double value;
};

/// A Runge–Kutta or Rosenbrock method, as its text in tableaus/ says it: a line `a` for each row, the first of them
/// empty; and so on. Entries that are not listed are 0.
///
/// An explicit embedded method: stages 0 … stages−1 make the step, stage `stages` is f at its end (and the first of the
/// next step), `extra` more serve the dense output:
///
///     k_s   = f(t + c_s h, x + h Σ_j a_sj k_j)
///     x_new = x + h Σ_j a_Sj k_j,  S = stages          (so row S of `a` holds the weights b)
///     error = h Σ_j error_0j k_j;  with a second row e₁: |h| |e₀|² / sqrt(|e₀|² + 0.01 |e₁|²)
///     x(t + θh) = x + θ(c1 + (1−θ)(c2 + θ(c3 + (1−θ)(c4 + …)))),
///     c1 = x_new − x,  c2 = h k_0 − c1,  c3 = c1 − h k_S − c2,  c_(4+r) = h Σ_j dense_rj k_j
///
/// A linearly implicit method, where gamma > 0, in the form without products by the Jacobian:
///
///     (I/(hγ) − J) u_i = f(t + c_i h, x + Σ_{j<i} a_ij u_j) + Σ_{j<i} C_ij u_j / h + h d_i ∂f/∂t
///     x_new = x + Σ_j a_Sj u_j, S = stages;  error = u_(S−1)
///     x(t + θh) = x + θ(x_new − x + (1−θ)(p0 + θ(p1 + θ p2))),  p_r = Σ_j dense_rj u_j
struct Tableau {
    std::string_view name;
    int stages, extra;
    int order;        ///< of x_new
    int error_order;  ///< the error estimate is of order h^(error_order + 1)
    double gamma;
    std::vector<double> c, d;
    std::vector<Coefficient> a, C, error, dense;
    int error_rows, dense_rows;
};
const Tableau& tableau(Adaptive method);

/// The texts of the folder tableaus/.
std::span<const BundledText> bundled_tableaus();

}  // namespace ranvier::compile
