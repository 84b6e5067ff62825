#pragma once

#include "ranvier/meeg/anatomy/bem.hpp"

/// Boundary-element models: potentials on the surfaces of a head of compartments, linear on every triangle.
namespace ranvier::meeg {

/// Solves the integral equation of the potentials by linear collocation, with deflation, and by the isolated-skull
/// approach where the skull conducts at most a tenth of the brain: fills model.solution.
///
/// @throws InvalidInput  neither one nor three surfaces, triangles without area, points of fewer than three
///                         triangles, or a conductivity not > 0
/// @throws NumericalError  surfaces that touch, whose equations have no solution
/// @cost    O(n²) coefficients and 2 n³ operations, n points in all; threads()
/// @source  Hämäläinen & Sarvas 1989, doi:10.1109/10.16463; coefficients of linear potentials: de Munck 1992,
///          doi:10.1109/10.256433; what a triangle gives its own corners: as in MNE-Python
void solve_bem(BemModel& model);

/// Σ area · normal of the triangles around each point, shape (points, 3) [m²].
Array<double, 2> vertex_areas(const Surface& surface);

}  // namespace ranvier::meeg
