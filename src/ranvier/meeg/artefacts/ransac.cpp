#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/artefacts/autoreject.hpp"
#include "ranvier/meeg/artefacts/medians.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

namespace {

constexpr index lanes = 64;  // samples at once

}  // namespace

Array<double, 2> ransac_correlations(const Epochs& epochs, const std::vector<index>& picks,
                                     const std::vector<std::vector<index>>& subsets) {
    check_finite(epochs, picks);
    const index n = std::ssize(picks), times = epochs.data.extent(2), n_sets = std::ssize(subsets);
    require(n_sets > 0, "channels are predicted from one set of others or more; there is none");
    Array<double, 2> places({n, 3});
    for (index k = 0; k < n; ++k) {
        const Channel& channel = epochs.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])];
        require(channel.has_position(), [&] {
            return "channel '" + channel.name + "' has no place, which its prediction needs: set a montage";
        });
        if (channel.type() != ChannelType::eeg) {
            throw NotYet("predicting channels of type '" + std::string(name(channel.type())) + "' ('" + channel.name +
                         "') is not in Ranvier yet; pick EEG");
        }
        std::ranges::copy(channel.position(), places.view().row(k).begin());
    }
    std::vector<Array<double, 2>> matrices(subsets.size());
    parallel_for(n_sets, [&](index s) {
        const auto& subset = subsets[static_cast<std::size_t>(s)];
        require(!subset.empty(), "a set of channels to predict from holds one or more");
        Array<double, 2> from({std::ssize(subset), 3});
        for (index k = 0; k < std::ssize(subset); ++k) {
            const index channel = subset[static_cast<std::size_t>(k)];
            require(channel >= 0 && channel < n, "sets hold positions among the picks, 0 to ", n - 1, "; got ",
                    channel);
            std::ranges::copy(places.view().row(channel), from.view().row(k).begin());
        }
        matrices[static_cast<std::size_t>(s)] = spherical_spline_matrix(from, places);
    });
    Array<double, 2> out({epochs.data.extent(0), n});
    parallel_for(out.extent(0), [&](index e) {
        Array<double, 3> predicted({n_sets, n, lanes});
        Array<double, 2> own;
        std::vector<double> both(static_cast<std::size_t>(n)), mine(both), theirs(both);
        Medians medians(n_sets);
        std::vector<const double*> rows(static_cast<std::size_t>(n_sets));
        std::vector<double> middle(static_cast<std::size_t>(lanes));
        for (index begin = 0; begin < times; begin += lanes) {
            const index count = std::min(lanes, times - begin);
            for (index s = 0; s < n_sets; ++s) {
                const auto& subset = subsets[static_cast<std::size_t>(s)];
                const index m = std::ssize(subset);
                if (own.extent(0) != m) {
                    own = Array<double, 2>({m, lanes});
                }
                for (index k = 0; k < m; ++k) {
                    const double* row =
                        &epochs.data(e, picks[static_cast<std::size_t>(subset[static_cast<std::size_t>(k)])], begin);
                    std::copy(row, row + count, own.view().row(k).begin());
                }
                numerics::gemm(false, false, n, count, m, 1, matrices[static_cast<std::size_t>(s)].data(), m,
                               own.data(), lanes, 0, &predicted(s, 0, 0), lanes);
            }
            for (index k = 0; k < n; ++k) {
                for (index s = 0; s < n_sets; ++s) {
                    rows[static_cast<std::size_t>(s)] = &predicted(s, k, 0);
                }
                medians.find(rows, std::span(middle).first(static_cast<std::size_t>(count)));
                const double* x = &epochs.data(e, picks[static_cast<std::size_t>(k)], begin);
                for (index t = 0; t < count; ++t) {
                    const double y = middle[static_cast<std::size_t>(t)];
                    both[static_cast<std::size_t>(k)] += x[t] * y;
                    mine[static_cast<std::size_t>(k)] += x[t] * x[t];
                    theirs[static_cast<std::size_t>(k)] += y * y;
                }
            }
        }
        for (index k = 0; k < n; ++k) {
            const auto at = static_cast<std::size_t>(k);
            // What is flat goes with nothing.
            out(e, k) = mine[at] > 0 && theirs[at] > 0 ? both[at] / (std::sqrt(mine[at]) * std::sqrt(theirs[at])) : 0;
        }
    });
    return out;
}

}  // namespace ranvier::meeg
