#pragma once

#include <limits>

#include "ranvier/learn/data.hpp"
#include "ranvier/learn/kernels/map.hpp"

namespace ranvier::learn {

/// Units as columns of a padded matrix, as the kernels of kernels/map.hpp read them.
template <class T>
struct Codebook {
    index units = 0, d = 0, stride = 0;
    Array<T, 2> wt;  ///< shape (d, stride); spare units are zero
    explicit Codebook(View<const T, 2> weights)
        : units(weights.extent(0)), d(weights.extent(1)), stride(padded<T>(units)), wt({d, stride}) {
        copy(weights.transposed(), wt.view().slice(1, 0, units));
    }
};

}  // namespace ranvier::learn
