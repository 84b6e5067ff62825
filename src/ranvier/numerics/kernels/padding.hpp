#pragma once

namespace ranvier::numerics {

/// How a signal goes on beyond its ends while it is filtered.
enum class Padding {
    reflect_limited,  ///< odd reflection about the end sample as far as the signal reaches, then zeros
    edge,             ///< the end sample repeated
    reflect,          ///< odd reflection; the signal must be long enough
    zero,
    mirror  ///< even reflection about the end samples, as often as it takes
};

}  // namespace ranvier::numerics
