#pragma once

#include <array>
#include <cstdint>

namespace ranvier {

/// Philox4x32-10: a counter-based generator. The numbers are a pure function of key and counter, so any thread may
/// draw any of them in any order.
///
/// @source  Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// The random numbers of one element of one object: a stream keyed by (seed, object, element), stepped by draws.
class RandomStream {
public:
    explicit RandomStream(std::uint64_t seed, std::uint32_t object = 0, std::uint32_t element = 0)
        : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
          object_(object),
          element_(element) {}

    /// Uniform in the open interval (0, 1), 53 bits.
    double uniform();
    /// Standard normal (Box & Muller 1958).
    double normal();
    /// Exponential with mean 1.
    double exponential();
    /// Uniform integer in [0, bound), bound > 0, without bias.
    std::uint64_t below(std::uint64_t bound);
    std::uint64_t bits();

private:
    std::array<std::uint32_t, 2> key_;
    std::uint32_t object_;
    std::uint32_t element_;
    std::uint64_t step_ = 0;
    std::array<std::uint32_t, 4> block_{};
    int used_ = 4;
    double spare_normal_ = 0;
    bool has_spare_ = false;
};

}  // namespace ranvier
