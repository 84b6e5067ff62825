#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier {

/// The numbers of numpy.random.RandomState(seed), draw for draw: where a peer's answer is its draw, the same
/// `random_state` gives ours.
///
/// @source  MT19937: Matsumoto & Nishimura 1998, doi:10.1145/272991.272995
class NumpyRandom {
public:
    /// @throws InvalidInput  a seed above 2³² − 1, which NumPy refuses too
    explicit NumpyRandom(std::uint64_t seed);

    std::uint32_t bits();
    /// random_sample(): uniform in [0, 1), 53 bits.
    double uniform();
    /// standard_normal(): the polar method of Marsaglia & Bray 1964, doi:10.1137/1006063.
    double normal();
    /// randint(low, high): a whole number in [low, high). @throws InvalidInput  low >= high
    std::int64_t integer(std::int64_t low, std::int64_t high);
    /// shuffle()
    void shuffle(std::span<index> order);
    /// permutation(n)
    std::vector<index> permutation(index n);

private:
    /// In [0, most]: bits beyond the highest of `most` are masked away, and what is too large is drawn again.
    std::uint64_t up_to(std::uint64_t most);

    std::array<std::uint32_t, 624> state_;
    std::size_t at_ = 624;
    double spare_normal_ = 0;
    bool has_spare_ = false;
};

}  // namespace ranvier
