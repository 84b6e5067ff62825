#include "ranvier/meeg/artefacts/medians.hpp"

#include <algorithm>
#include <set>

#include "ranvier/meeg/kernels/trials.hpp"

namespace ranvier::meeg {

namespace {

constexpr index width = 64;  // columns at once: a whole number of vectors

/// Pairs of places that, compared and exchanged one after the other, bring the middle of n numbers into its place:
/// those of a network that sorts all, without those that the middle does not depend on.
/// @source  Batcher 1968, doi:10.1145/1468075.1468121: merge exchange (Knuth, algorithm 5.2.2M)
std::vector<index> network_for(index n) {
    std::vector<std::pair<index, index>> pairs;
    index top = 1;
    while (2 * top < n) {
        top *= 2;
    }
    for (index p = n > 1 ? top : 0; p > 0; p /= 2) {
        index q = top, r = 0, d = p;
        for (;;) {
            for (index i = 0; i < n - d; ++i) {
                if ((i & p) == r) {
                    pairs.emplace_back(i, i + d);
                }
            }
            if (q == p) {
                break;
            }
            d = q - p;
            q /= 2;
            r = p;
        }
    }
    std::set<index> wanted{(n - 1) / 2, n / 2};
    std::vector<index> kept;  // from the last to the first
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
        if (wanted.contains(pair->first) || wanted.contains(pair->second)) {
            wanted.insert({pair->first, pair->second});
            kept.insert(kept.end(), {pair->second, pair->first});
        }
    }
    std::ranges::reverse(kept);
    return kept;
}

}  // namespace

Medians::Medians(index rows) : rows_(rows), network_(network_for(rows)), room_({rows, width}) {
    require(rows >= 1, "a median is that of a row or more; there is none");
}

void Medians::find(std::span<const double* const> rows, std::span<double> out) {
    ensure(std::ssize(rows) == rows_, "medians of as many rows as were told");
    const auto& kernels = chosen_trial_kernels();
    for (index begin = 0; begin < std::ssize(out); begin += width) {
        const index count = std::min(width, std::ssize(out) - begin);
        for (index k = 0; k < rows_; ++k) {
            std::copy_n(rows[static_cast<std::size_t>(k)] + begin, count, &room_(k, 0));
        }
        kernels.exchange(width, width, std::ssize(network_) / 2, network_.data(), room_.data());
        const double *low = &room_((rows_ - 1) / 2, 0), *high = &room_(rows_ / 2, 0);
        for (index t = 0; t < count; ++t) {
            out[static_cast<std::size_t>(begin + t)] = rows_ % 2 == 1 ? low[t] : (low[t] + high[t]) / 2;
        }
    }
}

}  // namespace ranvier::meeg
