#pragma once

#include <complex>
#include <optional>
#include <vector>

#include "ranvier/dynamics/flow.hpp"
#include "ranvier/numerics/dense.hpp"

/// Periodic solutions of u' = T f(u, λ) on [0, 1] as piecewise polynomials: the discretised problem and its linear
/// algebra. What moves along a branch is in cycles.cpp.
namespace ranvier::dynamics {

using numerics::Dense;

inline constexpr index degree = 4;  ///< of the polynomials, and number of Gauss points in an interval

/// A periodic function on a mesh with T and λ; also a direction in that space.
struct Cycle {
    std::vector<double> mesh;  ///< ascending from 0 to 1, shape (intervals + 1)
    Dense<double> u;           ///< at equidistant points of the intervals, shape (intervals·degree + 1, n)
    double period = 0, parameter = 0;

    index intervals() const { return static_cast<index>(mesh.size()) - 1; }
};

/// Units in which lengths are measured.
struct Units {
    std::vector<double> state;  ///< shape (n)
    double period = 1, parameter = 1;
};

/// ∫ a·b + T_a·T_b + λ_a·λ_b, all in units; same mesh.
double inner(const Cycle& a, const Cycle& b, const Units& units);

/// a + factor·b
Cycle sum(const Cycle& a, double factor, const Cycle& b);

/// Values, or derivatives by phase, at the Gauss points: shape (intervals·degree, n).
Dense<double> at_gauss_points(const Cycle& c, bool derivative);

/// The same function on another mesh.
Cycle interpolated(const Cycle& c, const std::vector<double>& mesh);

/// A mesh on which the error of the polynomials is spread evenly. @param wanted  intervals; 0: as many as there are
std::vector<double> equidistributed_mesh(const Cycle& c, const Units& units, index wanted = 0);

/// Extremes of the polynomials.
void extremes(const Cycle& c, std::vector<double>& low, std::vector<double>& high);

/// Linearisation of the problem at a cycle, with two conditions: phase, ∫ (u − reference)·reference' = 0, and
/// ⟨c, direction⟩ = target.
class Collocation {
public:
    Collocation(const Flow& flow, std::vector<double> p, index parameter);

    /// The Newton step at `c`, and where `multipliers` is given the monodromy matrix. Nothing where it is singular.
    ///
    /// @param reference         the function that fixes the phase
    /// @param reference_slope   its derivative at the Gauss points
    /// @param direction, distance   ⟨step, direction⟩ = distance
    /// @param homogeneous       the equations' residuals are taken as zero: with distance 1 the step is the tangent
    std::optional<Cycle> step(const Cycle& c, const Cycle& reference, const Dense<double>& reference_slope,
                              const Cycle& direction, double distance, const Units& units, bool homogeneous,
                              Dense<double>* monodromy = nullptr) {
        return solution(c, reference, reference_slope, direction, distance, units, homogeneous, monodromy, false);
    }

    /// The solution of the linearised equations that comes back as its own negative after one period, where a
    /// multiplier is −1; elsewhere the function that misses that by least.
    std::optional<Cycle> antiperiodic(const Cycle& c, const Units& units);

    /// ∫ ∂f_i/∂x_i over the cycle's phase [1/s]: times the period it is the logarithm of the product of all multipliers
    /// (Liouville).
    double mean_divergence(const Cycle& c);

private:
    std::optional<Cycle> solution(const Cycle& c, const Cycle& reference, const Dense<double>& reference_slope,
                                  const Cycle& direction, double distance, const Units& units, bool homogeneous,
                                  Dense<double>* monodromy, bool flip);

    const Flow& flow_;
    std::vector<double> p_;
    index parameter_;
};

}  // namespace ranvier::dynamics
