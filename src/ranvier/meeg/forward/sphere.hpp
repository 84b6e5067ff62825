#pragma once

#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// A current dipole in head coordinates.
struct Dipole {
    std::array<double, 3> position;  // [m]
    std::array<double, 3> moment;    // [A m]
};

/// A head of concentric shells.
struct SphereModel {
    std::array<double, 3> centre{0, 0, 0.04};                    // [m]
    std::vector<double> radii{0.0792, 0.0810, 0.0891, 0.09};     // [m], inside out
    std::vector<double> conductivities{0.33, 1.0, 0.004, 0.33};  // [S/m]
};

/// Electric potential at points on the outermost shell (electrodes are moved there along their radius), average not
/// subtracted.
///
///   V = 1/(4πσ₁) Σ_n T_n r₀^{n−1}/r₁^{n+1} m·[n P_n r̂₀ + P_n′ (ê − cosγ r̂₀)],
///
/// where T_n carries the n-th harmonic from the innermost radius r₁ to the surface. The sum ends when what is left
/// can't reach 1e-15 of it.
///
/// @param electrodes  shape (electrodes, 3) [m]
/// @return            shape (electrodes, dipoles) [V]
/// @throws InvalidInput    radii not rising, conductivities not > 0, an electrode at the centre, a dipole outside the
///                         innermost shell or within 0.1 % of its radius (where the series does not converge in time)
/// @cost    O(electrodes · dipoles · terms), terms ≈ 35 / ln(r₁ / r₀); threads()
/// @source  series solution for layered spheres, de Munck & Peters 1993, doi:10.1109/10.245629
Array<double, 2> sphere_potential(const SphereModel& model, const std::vector<Dipole>& dipoles,
                                  View<const double, 2> electrodes);

/// Magnetic field outside the sphere at points along directions. Only the centre matters of a sphere's conductor.
///
/// @param points, directions  shape (points, 3) [m], [1]
/// @return  shape (points, dipoles) [T]
/// @throws InvalidInput  shapes differ, or a point or a dipole's place lies where the formula has no limit (same point)
/// @source  Sarvas 1987, doi:10.1088/0031-9155/32/1/004, eq. 25
Array<double, 2> sphere_field(const SphereModel& model, const std::vector<Dipole>& dipoles,
                              View<const double, 2> points, View<const double, 2> directions);

/// Gain of every MEG and EEG channel of `info` for the dipoles, per unit of their moments as given: rows in the order
/// of info's channels, shape (MEG and EEG channels, dipoles) [V], [T] or [T/m]. Coils (point magnetometers and those of
/// Neuromag and VectorView) are integrated over their area.
/// @throws InvalidInput  a channel has no position, or a coil of another kind
Array<double, 2> sphere_forward(const SphereModel& model, const std::vector<Dipole>& dipoles, const Info& info);

}  // namespace ranvier::meeg
