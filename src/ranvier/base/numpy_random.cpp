#include "ranvier/base/numpy_random.hpp"

#include <bit>
#include <cmath>
#include <numeric>
#include <string>

namespace ranvier {

NumpyRandom::NumpyRandom(std::uint64_t seed) {
    require(seed <= 0xffffffff, "random_state must be 0 to 2**32 - 1 where NumPy's numbers are drawn; got ", seed);
    state_[0] = static_cast<std::uint32_t>(seed);
    for (std::uint32_t i = 1; i < state_.size(); ++i) {
        state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
    }
}

std::uint32_t NumpyRandom::bits() {
    constexpr std::size_t n = 624, m = 397;
    if (at_ == n) {
        const auto turn = [&](std::size_t i, std::size_t next, std::size_t far) {
            const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[next] & 0x7fffffffU);
            state_[i] = state_[far] ^ (y >> 1) ^ (0x9908b0dfU & (0U - (y & 1U)));
        };
        for (std::size_t i = 0; i < n - m; ++i) {
            turn(i, i + 1, i + m);
        }
        for (std::size_t i = n - m; i < n - 1; ++i) {
            turn(i, i + 1, i + m - n);
        }
        turn(n - 1, 0, m - 1);
        at_ = 0;
    }
    std::uint32_t y = state_[at_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
}

double NumpyRandom::uniform() {
    const std::uint32_t high = bits() >> 5, low = bits() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

double NumpyRandom::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    double a, b, square;
    do {
        a = 2.0 * uniform() - 1.0;
        b = 2.0 * uniform() - 1.0;
        square = a * a + b * b;
    } while (square >= 1.0 || square == 0.0);
    const double factor = std::sqrt(-2.0 * std::log(square) / square);
    spare_normal_ = factor * a;
    has_spare_ = true;
    return factor * b;
}

std::uint64_t NumpyRandom::up_to(std::uint64_t most) {
    if (most == 0) {
        return 0;
    }
    const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(most);
    for (;;) {
        std::uint64_t value = bits();
        if (most > 0xffffffff) {
            value = value << 32 | bits();
        }
        if ((value & mask) <= most) {
            return value & mask;
        }
    }
}

std::int64_t NumpyRandom::integer(std::int64_t low, std::int64_t high) {
    require(low < high, "no whole number is in [", low, ", ", high, ")");
    const std::uint64_t most = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) - 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + up_to(most));
}

void NumpyRandom::shuffle(std::span<index> order) {
    for (std::size_t i = order.size(); i-- > 1;) {
        std::swap(order[i], order[up_to(i)]);
    }
}

std::vector<index> NumpyRandom::permutation(index n) {
    std::vector<index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), index{0});
    shuffle(order);
    return order;
}

}  // namespace ranvier
