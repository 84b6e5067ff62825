#include "ranvier/base/numpy_random.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "ranvier/base/error.hpp"
#include "tests/places.hpp"

using namespace ranvier;

namespace {

nlohmann::json cases() {
    std::ifstream file(ranvier::tests::source_folder().string() + "/tests/reference/numpy_random.json");
    return nlohmann::json::parse(file).at("cases");
}

}  // namespace

// tests/reference/numpy_random.py asked NumPy.
TEST(NumpyRandom, draws_what_numpy_draws) {
    for (const auto& c : cases()) {
        const auto seed = c.at("seed").get<std::uint64_t>();
        NumpyRandom uniform(seed), late(seed), normal(seed), integers(seed), int_max(seed), wide(seed), mixed(seed);
        for (double expected : c.at("uniform")) {
            EXPECT_EQ(uniform.uniform(), expected);
        }
        for (int i = 0; i < 997; ++i) {
            late.uniform();
        }
        for (double expected : c.at("late")) {
            EXPECT_EQ(late.uniform(), expected);
        }
        for (double expected : c.at("normal")) {  // logarithms of two libraries
            EXPECT_DOUBLE_EQ(normal.normal(), expected);
        }
        for (std::int64_t expected : c.at("integers")) {
            EXPECT_EQ(integers.integer(-3, 1000), expected);
        }
        for (std::int64_t expected : c.at("int_max")) {
            EXPECT_EQ(int_max.integer(0, 2147483647), expected);
        }
        for (std::int64_t expected : c.at("wide")) {
            EXPECT_EQ(wide.integer(-5, std::int64_t{1} << 40), expected);
        }
        EXPECT_EQ(NumpyRandom(seed).permutation(12), c.at("permutation").get<std::vector<std::ptrdiff_t>>());
        EXPECT_DOUBLE_EQ(mixed.normal(), c.at("mixed")[0].get<double>());
        EXPECT_EQ(mixed.uniform(), c.at("mixed")[1].get<double>());
        EXPECT_EQ(mixed.integer(0, 7), c.at("mixed")[2].get<std::int64_t>());
        EXPECT_DOUBLE_EQ(mixed.normal(), c.at("mixed")[3].get<double>());
    }
}

TEST(NumpyRandom, refuses_seeds_and_ranges_that_numpy_refuses) {
    EXPECT_THROW(NumpyRandom(std::uint64_t{1} << 32), InvalidInput);
    EXPECT_THROW(NumpyRandom(1).integer(3, 3), InvalidInput);
}
