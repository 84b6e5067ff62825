#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/random.hpp"

/// Estimators on plain arrays: rows are samples, columns are features. Each fit is a function from data and options to
/// a plain struct; random numbers come from the seed in the options alone.
namespace ranvier::learn {

/// What random numbers come from: a whole number, or none, which is 0 where nobody drew one.
using Seed = std::optional<std::uint64_t>;

/// @throws InvalidInput  no rows, no columns, or a value that is not finite
void require_samples(View<const double, 2> X, const char* who);
void require_samples(View<const float, 2> X, const char* who);

/// 0 … n − 1 in random order (Fisher & Yates).
std::vector<index> shuffled(index n, RandomStream& random);
/// Shuffles `order` as it is.
void shuffle(std::span<index> order, RandomStream& random);

/// Row-major contiguous rows; @throws InternalError otherwise
template <class T>
const T* rows_of(View<const T, 2> X) {
    ensure(X.contiguous(), "samples lie row after row");
    return X.data();
}

/// The next multiple of 64 bytes, in elements.
template <class T>
constexpr index padded(index n) {
    constexpr index step = 64 / static_cast<index>(sizeof(T));
    return (n + step - 1) / step * step;
}

}  // namespace ranvier::learn
