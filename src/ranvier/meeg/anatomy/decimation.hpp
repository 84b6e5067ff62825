#pragma once

#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// A hemisphere's surface as a source space that uses all of its points.
/// @param surface  points [m]; its normals are computed
/// @throws InvalidInput  points or triangles that are none
SourceSpace whole_surface(const Surface& surface);

/// Uses the points that, on the sphere the surface was inflated to, are nearest to those of `sampling` (an icosahedron
/// or octahedron), whose triangles become use_triangles. Where two want one point, the second takes the last neighbour
/// that is free.
/// @param sphere  the same points on a sphere, of any size
/// @throws InvalidInput  the sphere has other points than the surface, or no neighbour is free
void use_nearest(SourceSpace& space, const Surface& sphere, const Surface& sampling);

/// Uses points that are at least `steps` edges away from one another: each in turn that no point used before is nearer
/// to, as far as is known when it comes; MNE's rule. @throws InvalidInput  steps < 2
void use_spaced(SourceSpace& space, int steps);

}  // namespace ranvier::meeg
