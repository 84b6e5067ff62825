#include "ranvier/meeg/sparse/rap_music.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/blocks.hpp"
#include "ranvier/meeg/sparse/checks.hpp"
#include "ranvier/meeg/sparse/gain.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr index at_once = 32;        // positions in a piece of work
constexpr double negligible = 1e-6;  // singular values below this share of the largest are none

struct Match {
    double correlation = 0;
    std::array<double, 3> orientation{};
};

/// The orientation of a position whose field is nearest to a subspace.
/// @param block    fields of its orientations, rows of `sensors` numbers; destroyed
/// @param signal   an orthonormal basis, rows
Match best_match(double* block, index o, index sensors, View<const double, 2> signal) {
    const auto& dot = chosen_block_kernels().dot;
    // One-sided Jacobi: rotations V make the fields orthogonal, which leaves U diag(s).
    double V[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    for (int sweep = 0; sweep < 30; ++sweep) {
        bool rotated = false;
        for (index a = 0; a < o; ++a) {
            for (index b = a + 1; b < o; ++b) {
                double *x = block + a * sensors, *y = block + b * sensors;
                const double xx = dot(sensors, x, x), yy = dot(sensors, y, y), xy = dot(sensors, x, y);
                if (std::abs(xy) <= 1e-15 * std::sqrt(xx * yy)) {
                    continue;
                }
                rotated = true;
                const double zeta = (yy - xx) / (2 * xy);
                const double t = (zeta < 0 ? -1 : 1) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
                const double c = 1 / std::sqrt(1 + t * t), s = c * t;
                for (index i = 0; i < sensors; ++i) {
                    const double u = x[i], v = y[i];
                    x[i] = c * u - s * v;
                    y[i] = s * u + c * v;
                }
                for (auto& row : V) {
                    const double u = row[a], v = row[b];
                    row[a] = c * u - s * v;
                    row[b] = s * u + c * v;
                }
            }
        }
        if (!rotated) {
            break;
        }
    }
    double s[3] = {};
    index order[3] = {0, 1, 2};
    for (index a = 0; a < o; ++a) {
        s[a] = std::sqrt(dot(sensors, block + a * sensors, block + a * sensors));
    }
    std::stable_sort(order, order + o, [&](index a, index b) { return s[a] > s[b]; });
    index rank = 0;
    while (rank < o && s[order[rank]] > negligible * s[order[0]]) {
        ++rank;
    }
    Match match;
    if (rank == 0) {
        return match;
    }
    rank = std::min(o, std::max<index>(rank, 2));  // a sphere's radial orientation is silent, and no more than that
    while (rank > 0 && s[order[rank - 1]] == 0) {
        --rank;
    }
    // The direction in which the orthonormal fields and the subspace agree best.
    Array<double, 2> agreement({rank, rank}), with({rank, signal.extent(0)});
    for (index a = 0; a < rank; ++a) {
        for (index k = 0; k < signal.extent(0); ++k) {
            with(a, k) = dot(sensors, block + order[a] * sensors, signal.row(k).data()) / s[order[a]];
        }
    }
    for (index a = 0; a < rank; ++a) {
        for (index b = 0; b < rank; ++b) {
            agreement(a, b) = dot(signal.extent(0), &with(a, 0), &with(b, 0));
        }
    }
    const auto eigen = numerics::symmetric_eigen(agreement.view());
    match.correlation = std::sqrt(std::max(0.0, eigen.values.back()));
    double norm = 0;
    for (index k = 0; k < o; ++k) {
        for (index a = 0; a < rank; ++a) {
            match.orientation[k] += V[k][order[a]] / s[order[a]] * eigen.vectors(a, rank - 1);
        }
        norm += match.orientation[k] * match.orientation[k];
    }
    for (double& component : match.orientation) {
        component /= std::sqrt(norm);
    }
    return match;
}

}  // namespace

MusicSolution rap_music(View<const double, 2> M, View<const double, 2> G, index n_orient, index n_dipoles,
                        bool truncated, View<const double, 2> normals) {
    check_data_and_gain(M, G);
    require(n_orient == 1 || n_orient == 3, "n_orient must be 1 or 3; got ", n_orient);
    const GainRows gain = gain_rows(G, n_orient);
    const index sensors = M.extent(0), positions = gain.positions(), o = n_orient;
    require(n_dipoles >= 1 && n_dipoles <= std::min(sensors, positions), "n_dipoles must be in [1, ",
            std::min(sensors, positions), "], sensors or positions that there are; got ", n_dipoles);
    require(normals.size() == 0 || (normals.extent(0) == positions && normals.extent(1) == 3),
            "normals must be one for each position");
    const Array<double, 2> MMt = numerics::matmul(M, M.transposed());
    const auto subspace = numerics::symmetric_eigen(MMt.view(), sensors - n_dipoles, sensors - 1);
    const Array<double, 2> signal(subspace.vectors.view().transposed());  // rows, the strongest last
    MusicSolution solution;
    solution.orientations = Array<double, 2>({n_dipoles, o});
    solution.fields = Array<double, 2>({sensors, n_dipoles});
    Array<double, 2> left(signal), found({0, sensors});  // found: an orthonormal basis of the fields so far, rows
    std::vector<Match> matches(static_cast<std::size_t>(positions));
    const auto& dot = chosen_block_kernels().dot;
    const auto take_out = [&](double* field) {
        for (int twice = 0; twice < 2; ++twice) {
            for (index k = 0; k < found.extent(0); ++k) {
                const double part = dot(sensors, field, &found(k, 0));
                for (index i = 0; i < sensors; ++i) {
                    field[i] -= part * found(k, i);
                }
            }
        }
    };
    for (index dipole = 0; dipole < n_dipoles; ++dipole) {
        check_interrupt();
        parallel_for((positions + at_once - 1) / at_once, [&](index piece) {
            std::vector<double> block(static_cast<std::size_t>(o * sensors));
            for (index j = piece * at_once; j < std::min(positions, (piece + 1) * at_once); ++j) {
                std::copy_n(gain.of(j), o * sensors, block.data());
                for (index k = 0; k < o; ++k) {
                    take_out(block.data() + k * sensors);
                }
                matches[j] = best_match(block.data(), o, sensors, left);
            }
        });
        const index best = std::ranges::max_element(matches, {}, &Match::correlation) - matches.begin();
        Match match = matches[best];
        if (o == 1) {
            match.orientation[0] = 1;
        } else if (normals.size() > 0) {
            double along = 0;
            for (index k = 0; k < 3; ++k) {
                along += match.orientation[k] * normals(best, k);
            }
            for (double& component : match.orientation) {
                component *= along < 0 ? -1 : 1;
            }
        }
        solution.positions.push_back(best);
        solution.correlations.push_back(match.correlation);
        std::vector<double> field(static_cast<std::size_t>(sensors));
        for (index k = 0; k < o; ++k) {
            solution.orientations(dipole, k) = match.orientation[k];
            for (index i = 0; i < sensors; ++i) {
                field[i] += match.orientation[k] * gain.of(best)[k * sensors + i];
            }
        }
        for (index i = 0; i < sensors; ++i) {
            solution.fields(i, dipole) = field[i];
        }
        take_out(field.data());
        const double norm = std::sqrt(dot(sensors, field.data(), field.data()));
        Array<double, 2> more({found.extent(0) + 1, sensors});
        std::copy_n(found.data(), found.size(), more.data());
        for (index i = 0; i < sensors && norm > 0; ++i) {
            more(found.extent(0), i) = field[i] / norm;
        }
        found = std::move(more);
        const index weakest = truncated ? dipole : 0;  // the first of the basis that are left
        left = Array<double, 2>(signal.view().slice(0, weakest, n_dipoles));
        for (index k = 0; k < left.extent(0); ++k) {
            take_out(&left(k, 0));
        }
    }
    solution.amplitudes = numerics::matmul(numerics::pseudo_inverse(solution.fields.view()).view(), M);
    return solution;
}

}  // namespace ranvier::meeg
