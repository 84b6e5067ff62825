#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/base/random.hpp"

namespace ranvier::learn {

inline Array<double, 2> normal_samples(index n, index d, std::uint64_t seed) {
    Array<double, 2> X({n, d});
    RandomStream random(seed);
    for (index i = 0; i < X.size(); ++i) {
        X.data()[i] = random.normal();
    }
    return X;
}

inline Array<double, 2> random_signs(index n, index d, std::uint64_t seed) {
    Array<double, 2> X({n, d});
    RandomStream random(seed);
    for (index i = 0; i < X.size(); ++i) {
        X.data()[i] = random.bits() >> 63 ? 1 : -1;
    }
    return X;
}

}  // namespace ranvier::learn
