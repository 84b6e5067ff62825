#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ranvier/dynamics/flow.hpp"

namespace ranvier::dynamics {

/// What the eigenvalues of an equilibrium say. A pair is complex where its imaginary part exceeds 1e-9 of the largest
/// eigenvalue; real parts below that count as zero.
enum class Kind : std::uint8_t {
    stable_node,     ///< all real parts negative, all real
    stable_focus,    ///< all real parts negative, a complex pair
    unstable_node,   ///< all real parts positive, all real
    unstable_focus,  ///< all real parts positive, a complex pair
    saddle,          ///< real parts of both signs, all real
    saddle_focus,    ///< real parts of both signs, a complex pair
    centre,          ///< an imaginary pair, and no eigenvalue zero
    degenerate,      ///< an eigenvalue zero
};
std::string_view name(Kind kind);
Kind kind(std::span<const std::complex<double>> eigenvalues);

struct FixedPoint {
    std::vector<double> x;                          ///< shape (n)
    std::vector<std::complex<double>> eigenvalues;  ///< [1/s], shape (n), descending real part
    Array<std::complex<double>, 2> eigenvectors;    ///< columns in the eigenvalues' order, shape (n, n)
    Kind kind = Kind::degenerate;
    bool stable = false;  ///< all real parts negative
    /// Sums Σ cᵢ xᵢ that the flow leaves as they are, shape (k, n); as many eigenvalues are 0, of which `kind` and
    /// `stable` say nothing: they are about the states with the same sums.
    Array<double, 2> conserved;
};

/// Where to look: low[i] <= x[i] <= high[i].
struct Box {
    std::vector<double> low, high;
};

/// One equilibrium near `guess`: damped Newton steps, and where they fail a walk along the flow with growing implicit
/// steps, which ends in an equilibrium that attracts the guess.
///
/// Where the flow conserves sums of states (closed kinetic schemes), the one with the sums of the guess.
///
/// @param p  shape (m)
/// @throws NumericalError  neither converges, or the rest that is found lies beyond a threshold
/// @throws NotYet          the flow depends on t
/// @cost   ~10 evaluations of the Jacobian
FixedPoint fixed_point(const Flow& flow, std::span<const double> p, std::span<const double> guess);

/// All equilibria that many damped Newton searches find in a box: they start from a low-discrepancy set of points;
/// then again with the equilibria found so far divided out (deflation), until nothing new comes. Conserved sums are
/// those of the flow's start; equilibria beyond a threshold are none.
///
/// @param starts  number of starting points; 0: 64·2^min(n, 5)
/// @return        sorted by the first state, then the second, …; distances below 1e-6 scale count as the same
///
/// @throws InvalidInput  a box that does not fit, p of wrong length
/// @throws NotYet        the flow depends on t
/// @cost          O(starts) Newton searches, each about 10 Jacobians
/// @source        deflation: Farrell, Birkisson & Funke 2015, doi:10.1137/140984798
std::vector<FixedPoint> fixed_points(const Flow& flow, std::span<const double> p, const Box& box, index starts = 0);

/// Newton's method with damping by the natural monotonicity test, in place of x. `roots` are divided out. False where
/// it does not converge in 60 steps.
/// @source  Deuflhard 2011, Newton Methods for Nonlinear Problems, section 3.3
bool newton(const Flow& flow, const double* p, double* x, std::span<const std::vector<double>> roots = {});

/// The equilibrium x with its eigenvalues.
FixedPoint described(const Flow& flow, std::span<const double> p, std::vector<double> x,
                     const Array<double, 2>& conserved = {});

}  // namespace ranvier::dynamics
