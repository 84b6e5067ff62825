#include "ranvier/learn/data.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/value.hpp"

namespace ranvier::learn {

namespace {

template <class T>
void check(View<const T, 2> X, const char* who) {
    require(X.extent(0) > 0 && X.extent(1) > 0, who, ": at least one sample and one feature are needed; got shape (",
            X.extent(0), ", ", X.extent(1), ")");
    const T* x = rows_of(X);
    // A sum of differences from themselves is 0 only where all are finite; the slow search runs where it is not.
    constexpr index block = 1 << 17;
    std::atomic<bool> finite = true;
    parallel_for((X.size() + block - 1) / block, [&](index b) {
        T sums[16] = {};
        index at = b * block;
        const index end = std::min(X.size(), at + block);
        for (; at + 16 <= end; at += 16) {
            for (index j = 0; j < 16; ++j) {
                sums[j] += x[at + j] - x[at + j];
            }
        }
        for (; at < end; ++at) {
            sums[0] += x[at] - x[at];
        }
        T sum = 0;
        for (T s : sums) {
            sum += s;
        }
        if (!(sum == 0)) {
            finite = false;
        }
    });
    if (finite) {
        return;
    }
    for (index i = 0; i < X.extent(0); ++i) {
        for (index j = 0; j < X.extent(1); ++j) {
            require(
                std::isfinite(X(i, j)), who, ": samples must be finite; got ",
                [&] { return text_of(static_cast<double>(X(i, j))); }, " at (", i, ", ", j, ")");
        }
    }
}

}  // namespace

void require_samples(View<const double, 2> X, const char* who) { check(X, who); }
void require_samples(View<const float, 2> X, const char* who) { check(X, who); }

void shuffle(std::span<index> order, RandomStream& random) {
    // 32 bits a draw where they suffice: the high half of bits · i is below i, and draws whose low half is less than
    // 2³² mod i, which would favour some results, are drawn again (Lemire 2019, doi:10.1145/3230636).
    std::uint64_t spare = 0;
    bool has_spare = false;
    const auto draw = [&] {
        has_spare = !has_spare;
        spare = has_spare ? random.bits() : spare >> 32;
        return spare & 0xffffffff;
    };
    std::size_t i = order.size();
    for (; i > 0xffffffff; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    for (; i > 1; --i) {
        std::uint64_t product = draw() * i;
        if ((product & 0xffffffff) < i) {
            const std::uint64_t unfair = (std::uint64_t{1} << 32) % i;
            while ((product & 0xffffffff) < unfair) {
                product = draw() * i;
            }
        }
        std::swap(order[i - 1], order[product >> 32]);
    }
}

std::vector<index> shuffled(index n, RandomStream& random) {
    std::vector<index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), index{0});
    shuffle(order, random);
    return order;
}

}  // namespace ranvier::learn
