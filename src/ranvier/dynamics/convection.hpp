#pragma once

#include <complex>
#include <utility>
#include <vector>

#include "ranvier/dynamics/flow.hpp"

/// Rayleigh–Bénard convection in two dimensions after Saltzman 1962,
/// doi:10.1175/1520-0469(1962)019<0329:FCAAIV>2.0.CO;2, in the stream function ψ (u = −∂ψ/∂z, w = ∂ψ/∂x) and the
/// departure θ of temperature from its linear profile:
///
///   ∂∇²ψ/∂t + J(ψ, ∇²ψ) = Pr ∇⁴ψ + Pr Ra ∂θ/∂x
///   ∂θ/∂t   + J(ψ, θ)   = ∂ψ/∂x + ∇²θ            J(a, b) = ∂a/∂x ∂b/∂z − ∂a/∂z ∂b/∂x
///
/// Lengths in the layer's depth, times in depth²/κ, temperatures in the difference between the plates: everything has
/// dimension 1. Free-free boundaries: ψ = ∇²ψ = θ = 0 at z = 0 and 1; periodic in x.
namespace ranvier::dynamics {

/// Growth rate of the fastest disturbance with wave number k and n half waves across the layer.
double convection_growth_rate(double Ra, double Pr, double k, index n = 1);

/// Rayleigh number at which the layer becomes unstable to wave number k, found as the root of the growth rate.
double marginal_rayleigh(double k, double Pr = 1);

struct Onset {
    double Ra = 0, k = 0;
};
/// The least marginal Rayleigh number, 27π⁴/4 at k = π/√2, found by minimising over k (golden section, then parabola).
Onset convection_onset(double Pr = 1);

/// The same equations in few modes: ψ = Σ ψ_mn sin(mkx) sin(nπz), θ = Σ θ_mn cos(mkx) sin(nπz).
///
/// @param psi, theta  modes (m, n); m ≥ 1 for ψ, m ≥ 0 for θ, n ≥ 1
/// @param k           wave number of m = 1
/// @return            states "psi_m_n", "theta_m_n", parameters "Pr", "Ra"; starts from a small ψ_11
/// @throws InvalidInput  no modes, modes twice, indices out of range
Flow galerkin_convection(const std::vector<std::pair<index, index>>& psi,
                         const std::vector<std::pair<index, index>>& theta, double k);

/// How ψ_11, θ_11, θ_02 become Lorenz's x, y, z: x = a·ψ_11, y = b·θ_11, z = −c·θ_02, his time = q²·t; his parameters
/// are σ = Pr, ρ = Ra k²/q⁶, β = 4π²/q² with q² = π² + k².
struct LorenzScales {
    double a = 0, b = 0, c = 0, time = 0, rho = 0, beta = 0;
};
LorenzScales lorenz_scales(double Ra, double k);

/// The full equations: Fourier modes in x, sines in z, products on a grid fine enough that they are exact for the modes
/// kept (3/2 rule); diffusion, buoyancy and the mean gradient by Crank–Nicolson, advection by Adams–Bashforth 2.
class Convection {
public:
    /// @param modes_x, modes_z  kept: m = 0 … modes_x, n = 1 … modes_z
    /// @param length            period in x
    /// @throws InvalidInput     numbers that are not positive
    Convection(double Ra, double Pr, double length, index modes_x = 32, index modes_z = 32);

    /// Adds amplitude · cos(mkx) sin(nπz) to θ.
    void disturb(index m, index n, double amplitude);
    /// @throws NumericalError  the solution overflows: dt is too long
    void run(double dt, index steps);

    double t() const { return t_; }
    /// (mean flux of heat)/(flux by conduction), at the lower plate.
    double nusselt() const;
    /// Fields on a grid of x (columns) and z (rows, the plates included).
    Array<double, 2> psi(index columns, index rows) const;
    Array<double, 2> theta(index columns, index rows) const;
    /// θ's amplitude of cos(mkx) sin(nπz).
    double theta_mode(index m, index n) const;

private:
    using Complex = std::complex<double>;
    void advection(Array<Complex, 2>& vorticity, Array<Complex, 2>& heat) const;
    Array<double, 2> gridded(const Array<Complex, 2>& modes, bool by_x, bool by_z, bool laplacian) const;
    Array<Complex, 2> projected(const Array<double, 2>& values) const;
    Array<double, 2> field(const Array<Complex, 2>& modes, index columns, index rows) const;
    double squared(index m, index n) const;

    double Ra_, Pr_, k_;
    index M_, N_, nx_, nz_;
    double t_ = 0, dt_ = 0;
    Array<double, 2> sines_, cosines_;                  ///< (nz, N): sin nπz_j, nπ cos nπz_j at the middles of cells
    Array<Complex, 2> psi_, theta_;                     ///< (N, M + 1)
    Array<Complex, 2> before_vorticity_, before_heat_;  ///< advection one step ago
};

}  // namespace ranvier::dynamics
