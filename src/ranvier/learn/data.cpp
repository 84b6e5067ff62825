#include "ranvier/learn/data.hpp"

#include <cmath>
#include <numeric>

namespace ranvier::learn {

namespace {

template <class T>
void check(View<const T, 2> X, const char* who) {
    require(X.extent(0) > 0 && X.extent(1) > 0, [&] {
        return std::string(who) + ": at least one sample and one feature are needed; got shape (" +
               std::to_string(X.extent(0)) + ", " + std::to_string(X.extent(1)) + ")";
    });
    const T* x = rows_of(X);
    // A sum of differences from themselves is 0 only where all are finite; the slow search runs where it is not.
    T sums[16] = {};
    index at = 0;
    for (; at + 16 <= X.size(); at += 16) {
        for (index j = 0; j < 16; ++j) {
            sums[j] += x[at + j] - x[at + j];
        }
    }
    for (; at < X.size(); ++at) {
        sums[0] += x[at] - x[at];
    }
    T sum = 0;
    for (T s : sums) {
        sum += s;
    }
    if (sum == 0) {
        return;
    }
    for (index i = 0; i < X.extent(0); ++i) {
        for (index j = 0; j < X.extent(1); ++j) {
            require(std::isfinite(X(i, j)), [&] {
                return std::string(who) + ": samples must be finite; got " + std::to_string(X(i, j)) + " at (" +
                       std::to_string(i) + ", " + std::to_string(j) + ")";
            });
        }
    }
}

}  // namespace

void require_samples(View<const double, 2> X, const char* who) { check(X, who); }
void require_samples(View<const float, 2> X, const char* who) { check(X, who); }

void shuffle(std::span<index> order, RandomStream& random) {
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
}

std::vector<index> shuffled(index n, RandomStream& random) {
    std::vector<index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), index{0});
    shuffle(order, random);
    return order;
}

}  // namespace ranvier::learn
