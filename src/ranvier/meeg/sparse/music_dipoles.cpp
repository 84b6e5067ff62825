#include "ranvier/meeg/sparse/music_dipoles.hpp"

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/sparse/rap_music.hpp"
#include "ranvier/meeg/sparse/sparse_dipoles.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

MusicDipoles music_dipoles(const PreparedGain& prepared, View<const double, 2> data, std::span<const double> times,
                           index n_dipoles, bool truncated) {
    const ForwardSolution& forward = prepared.forward;
    const index o = forward.fixed() ? 1 : 3;
    require(data.extent(0) == std::ssize(prepared.picks), "the data must be of the ", std::ssize(prepared.picks),
            " channels of the gain; got ", data.extent(0));
    Array<double, 2> normals;
    if (o == 3) {  // that no dipole points against the third direction of its columns
        normals = Array<double, 2>({forward.n_sources(), 3});
        for (index j = 0; j < normals.extent(0); ++j) {
            for (index axis = 0; axis < 3; ++axis) {
                normals(j, axis) = forward.source_nn(3 * j + 2, axis);
            }
        }
    }
    const Array<double, 2> whitened_gain = numerics::matmul(prepared.whitener.matrix.view(), forward.gain.view());
    SparseEstimate estimate;
    estimate.data = numerics::matmul(prepared.whitener.matrix.view(), data);
    const MusicSolution found = rap_music(estimate.data, whitened_gain, o, n_dipoles, truncated, normals);
    estimate.X = Array<double, 2>({n_dipoles * o, data.extent(1)});
    estimate.gain = Array<double, 2>({whitened_gain.extent(0), n_dipoles * o});
    Array<double, 2> gain({forward.n_channels(), n_dipoles * o});
    for (index d = 0; d < n_dipoles; ++d) {
        for (index k = 0; k < o; ++k) {
            const index column = found.positions[d] * o + k, row = d * o + k;
            estimate.columns.push_back(column);
            for (index t = 0; t < data.extent(1); ++t) {
                estimate.X(row, t) = found.amplitudes(d, t) * found.orientations(d, k);
            }
            for (index c = 0; c < whitened_gain.extent(0); ++c) {
                estimate.gain(c, row) = whitened_gain(c, column);
            }
            for (index c = 0; c < forward.n_channels(); ++c) {
                gain(c, row) = forward.gain(c, column);
            }
        }
    }
    MusicDipoles result;
    result.dipoles = sparse_dipoles(estimate, forward, times);
    result.explained = numerics::matmul(gain.view(), estimate.X.view());
    // A dipole keeps its orientation and lets its amplitude change its sign.
    for (index d = 0; d < n_dipoles && o == 3; ++d) {
        DipoleCourse& dipole = result.dipoles[d];
        for (index t = 0; t < data.extent(1); ++t) {
            double along = 0;
            for (index axis = 0; axis < 3; ++axis) {
                along += dipole.ori(t, axis) * found.orientations(d, axis);
            }
            const double sign = along < 0 ? -1 : along > 0 ? 1 : 0;
            dipole.amplitude[t] *= sign;
            for (index axis = 0; axis < 3; ++axis) {
                dipole.ori(t, axis) *= sign;
            }
        }
    }
    return result;
}

}  // namespace ranvier::meeg
