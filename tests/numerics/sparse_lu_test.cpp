#include "ranvier/numerics/sparse_lu.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace ranvier::numerics {
namespace {

TEST(SparseLu, solves_what_it_was_made_of) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> number(-1, 1);
    for (const index n : {1, 5, 60, 300}) {
        std::vector<std::pair<index, index>> places;
        for (index k = 0; k < 3 * n; ++k) {  // the same place twice may be among them, and the diagonal
            places.emplace_back(static_cast<index>(random()) % n, static_cast<index>(random()) % n);
        }
        SparseLu lu(n, places);
        for (int again = 0; again < 2; ++again) {
            std::vector<double> values(places.size()), x(static_cast<std::size_t>(n)), b(x.size());
            for (double& v : values) {
                v = number(random);
            }
            for (double& v : x) {
                v = number(random);
            }
            const double scale = -0.5, diagonal = 10;  // larger than the rest of a row
            for (std::size_t i = 0; i < b.size(); ++i) {
                b[i] = diagonal * x[i];
            }
            for (std::size_t e = 0; e < places.size(); ++e) {
                b[static_cast<std::size_t>(places[e].first)] +=
                    scale * values[e] * x[static_cast<std::size_t>(places[e].second)];
            }
            ASSERT_TRUE(lu.factor(values, scale, diagonal));
            lu.solve(b);
            for (std::size_t i = 0; i < b.size(); ++i) {
                EXPECT_NEAR(b[i], x[i], 1e-14);
            }
        }
    }
}

TEST(SparseLu, says_where_the_diagonal_is_no_pivot) {
    const std::vector<std::pair<index, index>> places = {{0, 1}, {1, 0}};
    SparseLu lu(2, places);
    EXPECT_FALSE(lu.factor(std::vector<double>{1, 1}, 1, 0));
    EXPECT_FALSE(lu.factor(std::vector<double>{1, std::nan("")}, 1, 1));
    EXPECT_TRUE(lu.factor(std::vector<double>{1, 1}, 1, 3));
}

}  // namespace
}  // namespace ranvier::numerics
