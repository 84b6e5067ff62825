#include "ranvier/learn/data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace ranvier::learn {

// 24 orders of four things, 24,000 draws: χ² with 23 degrees of freedom exceeds 49.7 once in a thousand seeds; this one
// is fixed.
TEST(Shuffle, draws_each_order_equally_often) {
    RandomStream random(3);
    std::map<std::vector<index>, double> count;
    for (int k = 0; k < 24000; ++k) {
        ++count[shuffled(4, random)];
    }
    ASSERT_EQ(count.size(), 24U);
    double chi_square = 0;
    for (const auto& [order, times] : count) {
        chi_square += (times - 1000) * (times - 1000) / 1000;
    }
    EXPECT_LT(chi_square, 49.7);
}

TEST(Shuffle, keeps_everything_and_is_decided_by_the_seed) {
    RandomStream random(4), again(4);
    auto order = shuffled(100'000, random);
    EXPECT_EQ(order, shuffled(100'000, again));
    std::ranges::sort(order);
    std::vector<index> all(100'000);
    std::iota(all.begin(), all.end(), index{0});
    EXPECT_EQ(order, all);
}

TEST(Samples, that_are_not_finite_are_named_wherever_they_lie) {
    Array<double, 2> X({200'000, 3});
    X(199'999, 1) = std::numeric_limits<double>::infinity();
    try {
        require_samples(X, "test");
        FAIL();
    } catch (const InvalidInput& e) {
        EXPECT_STREQ(e.what(), "test: samples must be finite; got inf at (199999, 1)");
    }
}

}  // namespace ranvier::learn
