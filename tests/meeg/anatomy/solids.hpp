#pragma once

#include <array>

#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// Of radius 1 [m]: ±x, ±y, ±z.
inline Surface octahedron() {
    Surface surface;
    surface.points = Array<double, 2>({6, 3});
    for (index k = 0; k < 6; ++k) {
        surface.points(k, k / 2) = k % 2 ? -1 : 1;
    }
    const std::array<std::array<int, 3>, 8> corners{
        {{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4}, {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}}};
    surface.triangles = Array<std::int32_t, 2>({8, 3});
    for (index t = 0; t < 8; ++t) {
        for (index c = 0; c < 3; ++c) {
            surface.triangles(t, c) = corners[static_cast<std::size_t>(t)][static_cast<std::size_t>(c)];
        }
    }
    return surface;
}

/// Its points as sources, all of them used.
inline SourceSpace octahedral_space() {
    const Surface surface = octahedron();
    SourceSpace space;
    space.id = surface_id::left_hemisphere;
    space.points = surface.points;
    space.normals = surface.points;
    space.triangles = space.use_triangles = surface.triangles;
    space.vertices = {0, 1, 2, 3, 4, 5};
    return space;
}

}  // namespace ranvier::meeg
