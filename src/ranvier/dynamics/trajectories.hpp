#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/dynamics/flow.hpp"
#include "ranvier/dynamics/phase_plane.hpp"
#include "ranvier/language/model.hpp"

/// What trajectories tell: exponents, sections, basins, firing.
namespace ranvier::dynamics {

struct Tolerance {
    double rtol = 1e-9, atol = 1e-9;
    static Fields fields() {
        using O = Tolerance;
        return {"tolerance",
                {field("rtol", &O::rtol, "relative tolerance of a step's error"),
                 field("atol", &O::atol, "absolute tolerance, in the states' units")}};
    }
};

/// The slowest and the fastest rate near a state: the least |λ| of ∂f/∂x that isn't 0, and the largest [1/s]; 0 where f
/// does not change with x, or where the slopes are not finite.
std::pair<double, double> rates(const Flow& flow, std::span<const double> p, std::span<const double> x);

struct LyapunovOptions {
    double transient = 0;    ///< left out at the beginning [s]
    double duration = 1000;  ///< [s]
    double interval = 1;     ///< between orthogonalisations [s]
    index count = 0;         ///< the largest `count` exponents; 0: all
    Tolerance tolerance;
};

struct LyapunovSpectrum {
    std::vector<double> exponents;  ///< [1/s], descending
    std::vector<double> t;          ///< end of each interval [s], shape (k)
    Array<double, 2> history;       ///< running means there, shape (k, count)
};

/// Lyapunov exponents: the variational equations along a trajectory (Dormand–Prince 8(5,3)), orthogonalised at each
/// interval.
/// @throws InvalidInput    times that are not positive
/// @throws NumericalError  the trajectory can't go on
/// @cost   about 25·(n + n·count) evaluations for each time unit of a Lorenz-like system
/// @source Benettin et al. 1980, doi:10.1007/BF02128236
LyapunovSpectrum lyapunov_spectrum(const Flow& flow, std::span<const double> p, std::span<const double> x0,
                                   const LyapunovOptions& options);

struct Section {
    std::vector<double> t;  ///< shape (k)
    Array<double, 2> x;     ///< shape (k, n)
};

/// Where a trajectory meets x[state] = level.
/// @param direction  +1: only where the state rises, −1: only where it falls, 0: both
/// @throws NumericalError  the trajectory can't go on
Section poincare_section(const Flow& flow, std::span<const double> p, std::span<const double> x0, index state,
                         double level, int direction, double transient, double duration, Tolerance tolerance = {});

struct Basins {
    std::vector<double> x, y;          ///< positions, shapes (columns), (rows)
    Array<std::int32_t, 2> attractor;  ///< number of the attractor, −1: diverges; shape (rows, columns)
    Array<double, 2> mean;             ///< of each attractor over the window, shape (attractors, n)
    Array<double, 2> range;            ///< high − low of each there, shape (attractors, n)
};

/// Which attractor a trajectory from each point of a plane reaches: those that visit the same part of state space over
/// the last third of `duration` (half of the cells of one, or their neighbours, are visited by the other) are on the
/// same one, be it a rest, a cycle or chaotic. Numbered in the order of rows, then columns.
///
/// @param tolerance  side of a cell, in units of the plane's size (for states outside the plane: of how far
/// trajectories go)
/// @throws NotYet    the system jumps at events
/// @cost   a trajectory for each place of the grid; of more than two states 1,024·n numbers of memory for each
/// @source  the idea of recurrences on a grid: Datseris & Wagemakers 2022, doi:10.1063/5.0076568
Basins basins(const Flow& flow, std::span<const double> p, const Plane& plane, double duration, index columns,
              index rows, double tolerance = 0.02);

/// Spikes of a smooth flow, x[state] rising through `level`, for each value of a parameter. Values in parallel.
/// @return  times [s] after `transient`, shape (values)(spikes)
std::vector<std::vector<double>> spike_trains(const Flow& flow, std::span<const double> p, index parameter,
                                              std::span<const double> values, std::span<const double> x0, index state,
                                              double level, double transient, double duration,
                                              Tolerance tolerance = {});

/// The same for a model with threshold and reset; spikes are located to rounding.
std::vector<std::vector<double>> spike_trains(const language::Model& model, std::string_view preset,
                                              const std::map<std::string, double>& given, const std::string& parameter,
                                              std::span<const double> values, double transient, double duration,
                                              Tolerance tolerance = {});

/// Mean rate of each train, (n − 1)/(last − first) [1/s]; 0 for fewer than two spikes.
std::vector<double> rates(const std::vector<std::vector<double>>& trains);

}  // namespace ranvier::dynamics
