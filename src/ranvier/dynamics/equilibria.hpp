#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/dynamics/flow.hpp"

namespace ranvier::dynamics {

/// What happens at a special point of a one-parameter diagram.
enum class Bifurcation : std::uint8_t {
    fold,             ///< of equilibria: the branch turns (saddle-node)
    hopf,             ///< a complex pair crosses the imaginary axis
    branch_point,     ///< another branch of equilibria crosses (pitchfork, transcritical)
    cycle_fold,       ///< a branch of cycles turns: two cycles meet and vanish
    period_doubling,  ///< a multiplier crosses −1
    torus,            ///< a complex pair of multipliers leaves the unit circle (Neimark–Sacker)
    cycle_branch,     ///< a multiplier crosses +1, and the branch does not turn
    homoclinic,       ///< the period grows beyond the bound: the cycle comes near a saddle
};
std::string_view name(Bifurcation kind);

struct SpecialPoint {
    Bifurcation kind = Bifurcation::fold;
    double parameter = 0;   ///< [SI]
    std::vector<double> x;  ///< shape (n): the equilibrium, or the cycle's first point
    double frequency = 0;   ///< hopf: ω of the pair; cycles: 2π/T [rad/s]
    double lyapunov = 0;    ///< hopf: first Lyapunov coefficient [1]; < 0: supercritical
    index branch = 0;       ///< on which branch
    index after = 0;        ///< and after which of its points
};

struct EquilibriumPoint {
    double parameter = 0;                           ///< [SI]
    std::vector<double> x;                          ///< shape (n)
    std::vector<std::complex<double>> eigenvalues;  ///< [1/s], shape (n), descending real part
    bool stable = false;                            ///< all real parts negative
};

struct EquilibriumDiagram {
    index parameter = 0;                                  ///< which parameter moves
    std::vector<std::vector<EquilibriumPoint>> branches;  ///< each a connected curve, in order
    std::vector<SpecialPoint> special_points;
};

/// Lengths are measured in units of the parameter's range, and for a state of the largest |x| on the branch so far (at
/// least the flow's scale).
struct ContinuationOptions {
    double first_step = 1e-3, largest_step = 0.02, smallest_step = 1e-9;
    index points = 5000, branches = 16;
    double largest_state = 1e6;
    static Fields fields() {
        using O = ContinuationOptions;
        return {"continue_equilibria",
                {field("points", &O::points, "at most so many on a branch").at_least(2),
                 field("branches", &O::branches, "at most so many; those after the first begin at branch points")
                     .at_least(1),
                 field("first_step", &O::first_step, "in units of the range").above(0),
                 field("largest_step", &O::largest_step, "in units of the range").above(0),
                 field("smallest_step", &O::smallest_step, "in units of the range").above(0),
                 field("largest_state", &O::largest_state, "a branch ends where a state exceeds so many of its units")
                     .above(0)}};
    }
};

/// Branches of equilibria over a parameter: pseudo-arclength continuation with adaptive steps, folds, Hopf and branch
/// points located to 1e-10 of the range, and other branches followed from branch points. A curve is walked once.
///
/// The walk starts at the equilibrium near `start` at the parameter's own value (the nearer end of the range where it
/// lies outside), or where none is found there at an end of the range, and goes both ways. A branch that leaves the
/// range and comes back within another range's width is followed on as a branch of its own. Where the flow
/// conserves sums of states, they stay those of the start, and stability is about states with the same sums.
///
/// @param p      shape (m); element `parameter` is where the walk starts
/// @param range  of the parameter [SI], ascending
/// @param start  shape (n), near an equilibrium
/// @throws InvalidInput    a range that is empty or not finite, wrong lengths
/// @throws NumericalError  no equilibrium near the start
/// @cost   per point ~3 Jacobians and n³
/// @source Keller 1977 (pseudo-arclength); Govaerts 2000, doi:10.1137/1.9780898719543, chapters 1, 4 (test functions)
EquilibriumDiagram continue_equilibria(const Flow& flow, std::span<const double> p, index parameter,
                                       std::array<double, 2> range, std::span<const double> start,
                                       const ContinuationOptions& options = {});

/// First Lyapunov coefficient of a Hopf point, with states measured in the flow's scale and the critical eigenvector of
/// unit length. Negative: supercritical, stable cycles are born; positive: subcritical.
///
///   l₁ = Re[⟨p, C(q,q,q̄)⟩ − 2⟨p, B(q, A⁻¹B(q,q̄))⟩ + ⟨p, B(q̄, (2iωI − A)⁻¹B(q,q))⟩] / 2ω
///
/// @param p, x    parameters and equilibrium at the Hopf point
/// @param omega   imaginary part of the critical pair [rad/s]
/// @throws NumericalError  a second critical eigenvalue (0 or 2iω)
/// @source Kuznetsov 2004, Elements of Applied Bifurcation Theory, eq. 5.39
double first_lyapunov_coefficient(const Flow& flow, std::span<const double> p, std::span<const double> x, double omega);

/// Eigenvector of the eigenvalue nearest to `value`, by inverse iteration; row-major a (n, n).
std::vector<std::complex<double>> eigenvector(index n, const double* a, std::complex<double> value);

}  // namespace ranvier::dynamics
