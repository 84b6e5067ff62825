#pragma once

#include "ranvier/meeg/recording/dipole_course.hpp"
#include "ranvier/meeg/sparse/estimate.hpp"

namespace ranvier::meeg {

struct MusicDipoles {
    std::vector<DipoleCourse> dipoles;  ///< in the order in which they were found
    Array<double, 2> explained;         ///< what channels measure of them, shape (channels, times)
};
/// RAP-MUSIC of a recording; see rap_music(). Dipoles share what they explain.
/// @param prepared  whitened to channels, neither weighted by depth nor by orientation
/// @param data      channels `prepared.picks`, shape (channels, times)
MusicDipoles music_dipoles(const PreparedGain& prepared, View<const double, 2> data, std::span<const double> times,
                           index n_dipoles, bool truncated);

}  // namespace ranvier::meeg
