#pragma once

#include "ranvier/meeg/anatomy/surface.hpp"

namespace ranvier::meeg {

/// An icosahedron whose triangles are cut in four `grade` times, on the unit sphere: 10 · 4^grade + 2 points, in the
/// order of FreeSurfer's ic0.tri … ic7.tri, whose coordinates have four digits behind the point, as these have.
/// @throws InvalidInput  a grade that is not 0 to 7
Surface icosahedron(int grade);

/// An octahedron whose triangles are cut in four `grade` − 1 times, on the unit sphere: 4 · 4^(grade−1) + 2 points, in
/// MNE's order. @throws InvalidInput  a grade that is not 1 to 10
Surface octahedron(int grade);

}  // namespace ranvier::meeg
