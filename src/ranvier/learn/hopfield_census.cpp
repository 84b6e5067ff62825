#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/hopfield.hpp"

namespace ranvier::learn {

namespace {

constexpr index most_units = 24;
constexpr std::uint8_t stays = 255;

/// The unit that steepest descent flips from each state of a stretch, walked in Gray code: neighbours differ in one
/// unit, so a state costs N operations for its fields.
template <class T>
void first_steps(const Hopfield<T>& memory, std::uint32_t begin, std::uint32_t count, std::uint8_t* step) {
    const index N = memory.units();
    std::array<double, most_units> h{}, s{};
    std::uint32_t state = begin ^ begin >> 1;
    for (index i = 0; i < N; ++i) {
        s[i] = state >> i & 1U ? 1 : -1;
    }
    for (index i = 0; i < N; ++i) {
        for (index j = 0; j < N; ++j) {
            h[i] += static_cast<double>(memory.M(i, j)) * s[j];
        }
    }
    for (std::uint32_t k = 0; k < count; ++k) {
        if (k > 0) {
            const std::uint32_t next = (begin + k) ^ (begin + k) >> 1;
            const int unit = std::countr_zero(next ^ state);
            const double change = -2 * s[unit];
            for (index i = 0; i < N; ++i) {
                h[i] += change * static_cast<double>(memory.M(i, unit));
            }
            s[unit] = -s[unit];
            state = next;
        }
        // A flip of i changes E by 2 s_i (scale h_i − θ_i) − 2 W_ii.
        double deepest = 0;
        std::uint8_t best = stays;
        for (index i = 0; i < N; ++i) {
            const double own = static_cast<double>(memory.M(i, i));
            const double change = 2 * s[i] * (memory.scale * h[i] - memory.theta[i]) - 2 * memory.scale * own;
            if (change < deepest - 1e-12) {  // rounding of fields must not make a plateau a slope
                deepest = change;
                best = static_cast<std::uint8_t>(i);
            }
        }
        step[state] = best;
    }
}

std::uint32_t bits_of(View<const double, 1> pattern) {
    std::uint32_t bits = 0;
    for (index i = 0; i < pattern.extent(0); ++i) {
        bits |= static_cast<std::uint32_t>(pattern(i) > 0) << i;
    }
    return bits;
}

std::uint32_t majority(std::uint32_t a, std::uint32_t b, std::uint32_t c) { return (a & b) | (a & c) | (b & c); }

}  // namespace

template <class T>
Census attractor_census(const Hopfield<T>& memory, View<const double, 2> patterns) {
    const index N = memory.units();
    require(N >= 1 && N <= most_units, "attractor_census tries all 2^N states and takes 1 to 24 units; got ", N);
    require(patterns.extent(0) == 0 || patterns.extent(1) == N,
            "attractor_census: patterns must have one entry per unit (", N, "); got ", patterns.extent(1));
    const std::uint32_t states = std::uint32_t{1} << N;
    std::vector<std::uint8_t> step(states);
    const std::uint32_t stretch = std::min<std::uint32_t>(states, 1U << 14);
    parallel_for(states / stretch,
                 [&](index p) { first_steps(memory, static_cast<std::uint32_t>(p) * stretch, stretch, step.data()); });

    // Follow the steps; what a walk ends in is written along it.
    constexpr std::uint32_t unknown = 0xffffffffU;
    std::vector<std::uint32_t> end(states, unknown);
    std::vector<std::uint32_t> walk;
    for (std::uint32_t state = 0; state < states; ++state) {
        walk.clear();
        std::uint32_t at = state;
        while (end[at] == unknown && step[at] != stays) {
            walk.push_back(at);
            at ^= std::uint32_t{1} << step[at];
        }
        const std::uint32_t goal = end[at] == unknown ? at : end[at];
        end[at] = goal;
        for (std::uint32_t passed : walk) {
            end[passed] = goal;
        }
    }
    std::map<std::uint32_t, std::uint64_t> basins;
    for (std::uint32_t goal : end) {
        ++basins[goal];
    }

    Census census;
    Array<double, 2> signs({static_cast<index>(basins.size()), N});
    index row = 0;
    for (const auto& [state, size] : basins) {
        census.states.push_back(state);
        census.basins.push_back(size);
        for (index i = 0; i < N; ++i) {
            signs(row, i) = state >> i & 1U ? 1 : -1;
        }
        ++row;
    }
    census.energies = energies(memory, signs);

    std::vector<std::uint32_t> stored;
    for (index p = 0; p < patterns.extent(0); ++p) {
        stored.push_back(bits_of(patterns[p]));
    }
    const std::uint32_t mask = states - 1;
    std::map<std::uint32_t, bool> mixtures;
    for (std::size_t a = 0; a < stored.size(); ++a) {
        for (std::size_t b = a + 1; b < stored.size(); ++b) {
            for (std::size_t c = b + 1; c < stored.size(); ++c) {
                for (int sign = 0; sign < 8; ++sign) {
                    const auto turned = [&](std::uint32_t s, int bit) { return sign >> bit & 1 ? ~s & mask : s; };
                    mixtures[majority(turned(stored[a], 0), turned(stored[b], 1), turned(stored[c], 2))] = true;
                }
            }
        }
    }
    for (std::uint32_t state : census.states) {
        const auto same = std::ranges::find(stored, state);
        const auto mirror = std::ranges::find(stored, ~state & mask);
        census.patterns.push_back(same != stored.end()     ? same - stored.begin()
                                  : mirror != stored.end() ? mirror - stored.begin()
                                                           : -1);
        census.kinds.push_back(same != stored.end()       ? Attractor::stored
                               : mirror != stored.end()   ? Attractor::reversed
                               : mixtures.contains(state) ? Attractor::mixture
                                                          : Attractor::spurious);
    }
    std::vector<index> order(census.states.size());
    std::iota(order.begin(), order.end(), index{0});
    std::ranges::stable_sort(order, [&](index a, index b) { return census.energies[a] < census.energies[b]; });
    const auto sorted = [&](const auto& values) {
        auto result = values;
        std::ranges::transform(order, result.begin(), [&](index i) { return values[i]; });
        return result;
    };
    return {sorted(census.states), sorted(census.energies), sorted(census.kinds), sorted(census.patterns),
            sorted(census.basins)};
}

template Census attractor_census(const Hopfield<double>&, View<const double, 2>);
template Census attractor_census(const Hopfield<float>&, View<const double, 2>);

}  // namespace ranvier::learn
