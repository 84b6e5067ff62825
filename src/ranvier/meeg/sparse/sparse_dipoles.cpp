#include "ranvier/meeg/sparse/sparse_dipoles.hpp"

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

std::vector<DipoleCourse> sparse_dipoles(const SparseEstimate& estimate, const ForwardSolution& forward,
                                         std::span<const double> times, index first) {
    const index o = forward.fixed() ? 1 : 3, n = std::ssize(estimate.columns) / o, T = std::ssize(times);
    ensure(first + T <= estimate.data.extent(1), "times of the estimate");
    const Array<double, 2> X(estimate.X.view().slice(1, first, first + T));
    const Array<double, 2> data(estimate.data.view().slice(1, first, first + T));
    const Array<double, 2> fit = split_goodness_of_fit(data, X, estimate.gain), places = source_places(forward.sources);
    std::vector<DipoleCourse> dipoles;
    for (index j = 0; j < n; ++j) {
        const index position = estimate.columns[j * o] / o;
        DipoleCourse dipole;
        dipole.times.assign(times.begin(), times.end());
        dipole.pos = Array<double, 2>({T, 3});
        dipole.ori = Array<double, 2>({T, 3});
        for (index t = 0; t < T; ++t) {
            double moment[3] = {}, goodness = 0, amplitude = 0;
            for (index k = 0; k < o; ++k) {
                goodness += fit(j * o + k, t);
                for (index axis = 0; axis < 3; ++axis) {
                    // Without directions of their own, columns are along x, y and z.
                    const double along = o == 1 || forward.surf_ori ? forward.source_nn(position * o + k, axis)
                                                                    : static_cast<double>(k == axis);
                    moment[axis] += along * X(j * o + k, t);
                }
            }
            if (o == 1) {
                amplitude = X(j, t);
            } else {
                amplitude = std::hypot(moment[0], moment[1], moment[2]);
            }
            for (index axis = 0; axis < 3; ++axis) {
                dipole.pos(t, axis) = places(position, axis);
                dipole.ori(t, axis) = o == 1          ? forward.source_nn(position, axis)
                                      : amplitude > 0 ? moment[axis] / amplitude
                                                      : 0;
            }
            dipole.amplitude.push_back(amplitude);
            dipole.gof.push_back(goodness);
        }
        dipoles.push_back(std::move(dipole));
    }
    return dipoles;
}

Array<double, 2> explained_samples(const SparseEstimate& estimate, const ForwardSolution& forward, const Info& info,
                                   index first, index n) {
    const index o = forward.fixed() ? 1 : 3;
    std::vector<index> positions;
    for (index i = 0; i < std::ssize(estimate.columns); i += o) {
        positions.push_back(estimate.columns[i] / o);
    }
    require(info.n_channels() == forward.n_channels(), "the Info must be of the estimate's ", forward.n_channels(),
            " channels; got ", info.n_channels());
    if (positions.empty()) {
        return Array<double, 2>({forward.n_channels(), n});
    }
    Array<double, 2> samples = projected(forward, positions, estimate.X.view().slice(1, first, first + n));
    Info applied = info;
    applied.projections = {};
    for (const Projection& projection : info.projections) {
        if (projection.active) {
            applied.projections.push_back(projection);
        }
    }
    if (!applied.projections.empty()) {
        samples = numerics::matmul(projector(applied).matrix.view(), samples.view());
    }
    return samples;
}

}  // namespace ranvier::meeg
