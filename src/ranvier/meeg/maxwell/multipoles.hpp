#pragma once

#include "ranvier/meeg/sensors/coils.hpp"

/// Magnetic fields of multipoles about an origin: those of sources inside the helmet, which fall off outwards, and
/// those of sources outside of it, which grow.
namespace ranvier::meeg {

struct Expansion {
    Point origin{0, 0, 0};             // [m]
    int int_order = 8, ext_order = 3;  ///< highest degrees
};

/// Multipoles of degrees 1 … order. (Degree 0 would be a magnetic charge.)
constexpr index n_moments(int order) { return index{order} * (order + 2); }
/// Where a multipole stands among those of its side: by degree, then by order −degree … degree.
constexpr index moment_index(int degree, int order) { return index{degree} * degree + degree + order - 1; }

/// What coils measure of each multipole, inner ones first, shape (coils, n_moments(int_order) + n_moments(ext_order)):
///
///   −μ0 n·∇(Y_lm / r^{l+1}) inside,  −μ0 n·∇(r^l Y_lm) outside,
///
/// summed over a coil's points, with real orthonormal harmonics Y_lm, of cos mφ for m >= 0 and −sin |m|φ below, both
/// with the factor (−1)^m. The solid harmonics and their derivatives follow from recurrences in x, y, z, so that no
/// direction is special.
/// @throws NumericalError  a coil at the origin
/// @cost    O(points · order²)
/// @source  Taulu & Kajola 2005, doi:10.1063/1.1935742, eqs. 5–7
Array<double, 2> multipole_basis(const CoilSet& coils, const Expansion& expansion);

}  // namespace ranvier::meeg
