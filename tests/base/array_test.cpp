#include "ranvier/base/array.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace ranvier {

TEST(Array, begins_at_zero_and_on_a_cache_line) {
    for (index n : {1, 7, 100'000, 3'000'000}) {
        const Array<double, 1> a({n});
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0U);
        EXPECT_EQ(a(0), 0);
        EXPECT_EQ(a(n - 1), 0);
    }
}

TEST(Array, copies_are_deep_and_moves_leave_nothing) {
    Array<int, 2> a({2, 3});
    a(1, 2) = 5;
    Array<int, 2> b = a;
    b(1, 2) = 6;
    EXPECT_EQ(a(1, 2), 5);
    const Array<int, 2> c = std::move(a);
    EXPECT_EQ(c(1, 2), 5);
    EXPECT_EQ(a.size(), 0);  // NOLINT: what a move leaves is the point
    EXPECT_TRUE(a.empty());
}

TEST(Array, refuses_more_bytes_than_can_be_counted) {
    const index huge = std::numeric_limits<index>::max() / 4;
    EXPECT_THROW((Array<double, 2>({huge, huge})), InvalidInput);
    EXPECT_THROW((Array<double, 1>({-1})), InvalidInput);
}

TEST(View, rows_and_slices_share_the_numbers) {
    Array<int, 3> a({2, 3, 4});
    int next = 0;
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 3; ++j) {
            for (int k = 0; k < 4; ++k) {
                a(i, j, k) = next++;
            }
        }
    }
    const View<int, 3> v = a.view();
    EXPECT_EQ(v[1](2, 3), 23);
    EXPECT_EQ(v.slice(2, 1, 3)(1, 0, 1), 14);
    EXPECT_EQ(v.slice(2, 1, 3).extent(2), 2);
    EXPECT_FALSE(v.slice(2, 1, 3).contiguous());
    EXPECT_TRUE(v.slice(0, 1, 2).contiguous());
    EXPECT_EQ(v[0].row(1)[2], 6);
    v(0, 0, 0) = 99;
    EXPECT_EQ(a(0, 0, 0), 99);
}

TEST(View, of_swapped_strides_is_the_transpose) {
    Array<int, 2> a({2, 3});
    a(0, 2) = 7;
    const View<int, 2> t(a.data(), {3, 2}, {1, 3});
    EXPECT_EQ(t(2, 0), 7);
    EXPECT_THROW(t.row(0), InternalError);
}

TEST(View, slices_must_lie_inside) {
    Array<int, 1> a({5});
    EXPECT_THROW(a.view().slice(0, 2, 6), InternalError);
    EXPECT_THROW(a.view().slice(0, 3, 2), InternalError);
    EXPECT_EQ(a.view().slice(0, 5, 5).size(), 0);
}

}  // namespace ranvier
