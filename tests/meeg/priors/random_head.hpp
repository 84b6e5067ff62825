#pragma once

#include <string>
#include <vector>

#include "ranvier/base/random.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/recording/covariance.hpp"

namespace ranvier::meeg {

/// Magnetometers behind a random gain: all that inverse methods ask of a head.
struct RandomHead {
    Info info;
    ForwardSolution forward;
    Covariance noise;
};

inline Array<double, 2> random_matrix(index rows, index columns, std::uint64_t seed) {
    RandomStream random(seed);
    Array<double, 2> out({rows, columns});
    for (index i = 0; i < out.size(); ++i) {
        out.data()[i] = random.normal();
    }
    return out;
}

/// A covariance of many samples of coloured noise.
inline Covariance random_covariance(const std::vector<std::string>& names, std::uint64_t seed) {
    const index n = std::ssize(names);
    const Array<double, 2> samples = random_matrix(n, 4 * n, seed);
    Covariance out;
    out.names = names;
    out.nfree = static_cast<int>(4 * n);
    out.data = Array<double, 2>({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            for (index t = 0; t < 4 * n; ++t) {
                out.data(i, j) += 1e-24 * samples(i, t) * samples(j, t) / static_cast<double>(4 * n);
            }
        }
    }
    return out;
}

inline RandomHead random_head(index channels, index sources, index n_orient, std::uint64_t seed = 3) {
    std::vector<std::string> names;
    for (index c = 0; c < channels; ++c) {
        names.push_back("MEG" + std::string(1, static_cast<char>('A' + c / 26)) +
                        std::string(1, static_cast<char>('A' + c % 26)));
    }
    RandomHead head;
    head.info = create_info(names, 1000, ChannelType::mag);
    head.noise = random_covariance(names, seed + 1);
    ForwardSolution& forward = head.forward;
    forward.names = names;
    forward.info = head.info;
    forward.gain = random_matrix(channels, sources * n_orient, seed);
    for (index i = 0; i < forward.gain.size(); ++i) {
        forward.gain.data()[i] *= 1e-6;
    }
    forward.orientation = forward.original_orientation =
        n_orient == 1 ? SourceOrientation::fixed : SourceOrientation::free;
    forward.source_nn = Array<double, 2>({sources * n_orient, 3});
    SourceSpace space;
    space.kind = SourceSpaceKind::discrete;
    space.frame = CoordFrame::head;
    space.points = random_matrix(sources, 3, seed + 2);
    space.normals = Array<double, 2>({sources, 3});
    for (index s = 0; s < sources; ++s) {
        space.normals(s, 2) = 1;
        space.vertices.push_back(s);
        for (index a = 0; a < n_orient; ++a) {
            forward.source_nn(s * n_orient + a, n_orient == 1 ? 2 : a) = 1;
        }
    }
    forward.sources.spaces.push_back(std::move(space));
    return head;
}

}  // namespace ranvier::meeg
