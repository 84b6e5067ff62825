#pragma once

#include <vector>

#include "ranvier/meeg/info.hpp"

namespace ranvier::meeg {

/// A current dipole in head coordinates.
struct Dipole {
    std::array<double, 3> position;  // [m]
    std::array<double, 3> moment;    // [A m]
};

/// A head of concentric shells.
struct SphereModel {
    std::array<double, 3> centre{0, 0, 0.04};                   // [m]
    std::vector<double> radii{0.0792, 0.0810, 0.0891, 0.09};    // [m], inside out
    std::vector<double> conductivities{0.33, 1.0, 0.004, 0.33}; // [S/m]
};

/// Electric potential at points on the outermost shell, average not subtracted.
///
/// @return  shape (electrodes, dipoles) [V]
/// @source  series solution for layered spheres, de Munck & Peters 1993, doi:10.1109/10.245629
Array<double, 2> sphere_potential(const SphereModel& model, const std::vector<Dipole>& dipoles,
                                  View<const double, 2> electrodes);

/// Radial-free magnetic field outside the sphere at points along directions, shape (points, dipoles) [T].
/// @source  Sarvas 1987, doi:10.1088/0031-9155/32/1/004, eq. 25
Array<double, 2> sphere_field(const SphereModel& model, const std::vector<Dipole>& dipoles,
                              View<const double, 2> points, View<const double, 2> directions);

/// Gain of every MEG and EEG channel of `info` for the dipoles; coils are integrated with their points.
Array<double, 2> sphere_forward(const SphereModel& model, const std::vector<Dipole>& dipoles, const Info& info);

}  // namespace ranvier::meeg
