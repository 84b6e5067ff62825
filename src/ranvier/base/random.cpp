#include "ranvier/base/random.hpp"

#include <cmath>
#include <numbers>

#include "ranvier/base/error.hpp"

namespace ranvier {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * counter[0];
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * counter[2];
        counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
                   static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

std::uint64_t RandomStream::bits() {
    if (used_ >= 4) {
        block_ = philox({static_cast<std::uint32_t>(step_), static_cast<std::uint32_t>(step_ >> 32), element_, object_},
                        key_);
        ++step_;
        used_ = 0;
    }
    const std::uint64_t low = block_[static_cast<std::size_t>(used_)];
    const std::uint64_t high = block_[static_cast<std::size_t>(used_ + 1)];
    used_ += 2;
    return high << 32 | low;
}

double RandomStream::uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }

double RandomStream::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    const double radius = std::sqrt(-2.0 * std::log(uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_normal_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

double RandomStream::exponential() { return -std::log(uniform()); }

std::uint64_t RandomStream::below(std::uint64_t bound) {
    require(bound > 0, "a random integer needs a bound > 0");
    const std::uint64_t unbiased = (0 - bound) % bound;  // 2^64 mod bound values would favour small results
    for (;;) {
        const std::uint64_t draw = bits();
        if (draw >= unbiased) {
            return draw % bound;
        }
    }
}

}  // namespace ranvier
