#pragma once

#include <vector>

#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// Dipoles in a homogeneous sphere that together make the potential which one dipole makes on a sphere of layers: they
/// lie along its radius, at `place` times its distance from the centre.
struct EquivalentDipoles {
    std::vector<double> places;  ///< [1], in (−1, 1), falling: MNE-Python's "mu"
    std::vector<double> shares;  ///< of its moment, for a sphere of 1 S/m: MNE-Python's "lambda" times σ of the scalp
    double residual = 0;         ///< share of the weighted potential's power that they don't explain
};

/// Three equivalent dipoles, fitted to 200 terms of the potential of the layered sphere: the best ones.
///
/// MNE-Python begins its search where two of them coincide, so that its path follows rounding, and ends it early: its
/// places differ by some thousandths, from one processor to another, and its potentials by up to 4e-5 of themselves.
///
/// @param relative_radii  rising to 1
/// @param conductivities  of the shells inside each radius [S/m]
/// @throws InvalidInput  not as many of each, fewer than two, radii that do not rise, or a conductivity not > 0
/// @source  Berg & Scherg 1994, doi:10.1016/0013-4694(94)90113-9; weights as in MNE-Python
EquivalentDipoles equivalent_dipoles(const std::vector<double>& relative_radii,
                                     const std::vector<double>& conductivities);

/// A head of concentric shells as MNE-Python computes with it.
struct LayeredSphere {
    struct Layer {
        double radius = 0;           // [m]
        double relative_radius = 0;  ///< to the outermost
        double sigma = 0;            // [S/m]
    };
    Point centre{0, 0, 0.04};   // [m], head coordinates
    std::vector<Layer> layers;  ///< from inside out; none: magnetic fields alone
    EquivalentDipoles equivalents;
};

/// @param head_radius  [m]
/// @param relative_radii  in any order, on any scale
/// @throws InvalidInput  as equivalent_dipoles(), or a radius not > 0
LayeredSphere layered_sphere(const Point& centre, double head_radius, const std::vector<double>& relative_radii,
                             const std::vector<double>& conductivities);

}  // namespace ranvier::meeg
