#pragma once

#include <array>
#include <complex>
#include <span>
#include <string>
#include <vector>

#include "ranvier/dynamics/equilibria.hpp"

namespace ranvier::dynamics {

struct CyclePoint {
    double parameter = 0;                           ///< [SI]
    double period = 0;                              ///< [s]
    std::vector<double> low, high;                  ///< extremes of each state over the cycle, shape (n)
    std::vector<std::complex<double>> multipliers;  ///< Floquet multipliers, the trivial one (1) first, shape (n)
    bool stable = false;                            ///< all others inside the unit circle
    std::vector<double> phase;                      ///< t / period, ascending from 0 to 1, shape (k)
    Array<double, 2> x;                             ///< the states there, shape (k, n)
};

struct CycleBranch {
    std::vector<CyclePoint> points;  ///< the first is the Hopf point itself
    std::vector<SpecialPoint> special_points;
    std::vector<CyclePoint> special_cycles;  ///< the cycle of each special point
    std::string end;  ///< why it ends: "range", "period", "hopf", "doubling" (it is a cycle run through twice),
                      ///< "closed" (it is back where it began), "points", "step"
};

/// Lengths are measured as in ContinuationOptions, and the period in units of itself.
struct CycleOptions {
    index intervals = 40;
    double first_step = 5e-3, largest_step = 0.15, smallest_step = 1e-7;
    index points = 1000;
    double largest_period = 0;  ///< [s] 0: 100 times the first
    static Fields fields() {
        using O = CycleOptions;
        return {"continue_cycles",
                {field("intervals", &O::intervals,
                       "of the mesh at first, each with 4 Gauss points; more where the cycle needs them")
                     .at_least(5)
                     .at_most(2000),
                 field("points", &O::points, "at most so many cycles").at_least(1),
                 field("first_step", &O::first_step, "in units of the range").above(0),
                 field("largest_step", &O::largest_step, "in units of the range").above(0),
                 field("smallest_step", &O::smallest_step, "in units of the range").above(0),
                 field("largest_period", &O::largest_period,
                       "beyond it the cycle counts as homoclinic; none: 100 times the first")
                     .also({}, 0.0)
                     .at_least(0)}};
    }
};

/// The branch of cycles that is born at a Hopf point: orthogonal collocation at Gauss points with piecewise polynomials
/// of degree 4 on a mesh that follows the solution, pseudo-arclength continuation, Floquet multipliers from the
/// condensed collocation equations; folds, period doublings, tori and branch points of cycles are located to 1e-8 of
/// the range.
///
/// @param p      shape (m); element `parameter` is not used
/// @param hopf   a special point of kind hopf of continue_equilibria
/// @throws InvalidInput    not a Hopf point; a range that is empty or not finite
/// @throws NumericalError  no cycle is found beside the point
/// @cost   per point ~4 × 4·intervals Jacobians and 4·intervals·(4n)³/3 operations
/// @source Doedel, Keller & Kernévez 1991, doi:10.1142/S0218127491000555; condensation of parameters as in AUTO
CycleBranch continue_cycles(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
                            const SpecialPoint& hopf, const CycleOptions& options = {});

/// The cycle that a trajectory goes round after a while: its period found where it comes back, then corrected by
/// collocation, with its Floquet multipliers.
///
/// @param x0         shape (n), in the cycle's basin
/// @param transient  left out at the beginning [s]
/// @param longest    its period is at most that [s]
/// @return           with parameter 0: a cycle of no branch
/// @throws InvalidInput    shapes, times
/// @throws NumericalError  the trajectory rests, does not come back, or can't go on
CyclePoint limit_cycle(const Flow& flow, std::span<const double> p, std::span<const double> x0, double transient,
                       double longest, const CycleOptions& options = {});

/// The branch through a cycle that is known, to both sides of the parameter's own value: where no Hopf point leads to
/// it.
///
/// @param p      shape (m); element `parameter` is where the cycle is
/// @param cycle  of limit_cycle, or one close by
/// @return       one curve; where its ends have different reasons, `end` names both: "hopf, range"
/// @throws InvalidInput    a range that is empty, not finite, or without the parameter's own value
/// @throws NumericalError  there is no such cycle
CycleBranch continue_cycles(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
                            const CyclePoint& cycle, const CycleOptions& options = {});

/// The branch of cycles of twice the period that is born where a cycle's multiplier passes −1, first the cycle itself
/// run through twice. Where the branch falls back on such cycles it ends with "doubling".
///
/// @param doubling  an element of `special_cycles` whose special point is a period doubling
/// @throws InvalidInput    no multiplier of it is near −1; a range that is empty or not finite
/// @throws NumericalError  no other cycle is found beside it
/// @cost   as continue_cycles, on twice its intervals (`options.intervals` is not used)
/// @source Doedel, Keller & Kernévez 1991, doi:10.1142/S0218127491000555
CycleBranch continue_doubled_cycles(const Flow& flow, std::span<const double> p, index parameter,
                                    std::array<double, 2> range, const CyclePoint& doubling,
                                    const CycleOptions& options = {});

}  // namespace ranvier::dynamics
