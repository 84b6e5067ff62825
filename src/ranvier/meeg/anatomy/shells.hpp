#pragma once

#include "ranvier/meeg/anatomy/bem.hpp"

namespace ranvier::meeg {

/// A surface that is a subdivided icosahedron, as those of FreeSurfer's watershed are, with fewer triangles.
/// @param grade  20 · 4^grade triangles are left
/// @throws InvalidInput  another surface, or a grade above its own
Surface decimated(const Surface& surface, int grade);

/// The surfaces of a head of one shell (inner skull) or three, the outermost first, after these checks: each is closed,
/// 5 cm and more along each axis, and each lies inside of the one before.
/// @throws InvalidInput  a surface that is not so, or ids that are none of such a head
StableVector<Surface> shells(StableVector<Surface> surfaces);

}  // namespace ranvier::meeg
