#pragma once

#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

struct MusicSolution {
    std::vector<index> positions;      ///< in the order in which they were found
    std::vector<double> correlations;  ///< of their fields with the subspace of the signal, in [0, 1]
    Array<double, 2> orientations;     ///< unit vectors, shape (found, n_orient)
    Array<double, 2> fields;           ///< of unit dipoles so oriented, shape (sensors, found)
    Array<double, 2> amplitudes;       ///< least squares, shape (found, times)
};

/// RAP-MUSIC: the position and orientation whose field lies best in the subspace of the signal, then the same in what
/// is orthogonal to it, and so on. TRAP-MUSIC takes the subspace one dimension smaller each time.
///
/// @param M          whitened data, shape (sensors, times)
/// @param G          whitened gain, shape (sensors, positions · n_orient)
/// @param n_orient   1 or 3
/// @param n_dipoles  how many are looked for, and dimensions of the subspace of the signal
/// @param normals    directions that orientations shall not oppose, shape (positions, 3), or empty
/// @throws InvalidInput  shapes that don't fit, more dipoles than sensors
/// @cost   O(dipoles · sensors · positions)
/// @source Mosher & Leahy 1999, doi:10.1109/78.740118; Mäkelä et al. 2018, doi:10.1016/j.neuroimage.2017.11.013
MusicSolution rap_music(View<const double, 2> M, View<const double, 2> G, index n_orient, index n_dipoles,
                        bool truncated, View<const double, 2> normals = {});

}  // namespace ranvier::meeg
