#pragma once

#include <cstdint>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Numbers in [-0.5, 0.5) that any language makes to the bit: integer arithmetic and one division. The same as noise()
/// of tests/reference/make_meeg_operations.py.
inline Array<double, 2> integer_noise(index rows, index n, std::int64_t seed = 0) {
    Array<double, 2> out({rows, n});
    for (index row = 0; row < rows; ++row) {
        const std::int64_t s = 12345 + 7919 * row + 104729 * seed;
        for (std::int64_t k = 0; k < n; ++k) {
            std::int64_t x = (k * k * 40503 + k * (2 * s + 1) * 2654435 + s * s) % 1000003;
            x = (x * x + 7 * x) % 1000003;
            out(row, k) = static_cast<double>(x) / 1000003.0 - 0.5;
        }
    }
    return out;
}

}  // namespace ranvier::meeg
