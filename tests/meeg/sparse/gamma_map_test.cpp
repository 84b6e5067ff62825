#include "ranvier/meeg/sparse/gamma_map.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "tests/meeg/sparse/planted.hpp"

namespace ranvier::meeg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(GammaMap, PlantedSourcesAreFoundByBothUpdates) {
    const auto p = planted(40, 100, 3, 30, {5, 60}, 0.05);
    for (const index mode : {1, 2}) {
        GammaMapOptions options;
        options.group_size = 3;
        options.update_mode = mode;
        const auto solution = gamma_map(p.M, p.G, 0.05 * 0.05, options);
        EXPECT_TRUE(solution.converged);
        // Columns of a position come and go together.
        ASSERT_EQ(solution.active.size() % 3, 0u);
        double strength = 0, planted_strength = 0;
        for (std::size_t i = 0; i < solution.active.size(); ++i) {
            double square = 0;
            for (index t = 0; t < 30; ++t) {
                square += solution.X(static_cast<index>(i), t) * solution.X(static_cast<index>(i), t);
            }
            strength += square;
            planted_strength += solution.active[i] / 3 == 5 || solution.active[i] / 3 == 60 ? square : 0;
        }
        EXPECT_GT(planted_strength, 0.95 * strength) << "mode " << mode;
    }
}

// With one column: γ maximises the likelihood of data of variance γ g² + alpha, so that γ g² + alpha = mean M².
TEST(GammaMap, AVarianceIsTheLikeliestOne) {
    Array<double, 2> M({1, 4}), G({1, 1});
    const double values[4] = {3, -2, 1, 2};
    std::copy_n(values, 4, M.data());
    G(0, 0) = 2;
    GammaMapOptions options;
    options.tol = 1e-14;
    const auto solution = gamma_map(M, G, 0.5, options);
    const double mean = 18.0 / 4, gamma = (mean - 0.5) / 4;
    for (index t = 0; t < 4; ++t) {
        EXPECT_NEAR(solution.X(0, t), gamma * 2 / mean * values[t], 1e-9);
    }
}

TEST(GammaMap, StepsByColumnsAndBySensorsAreTheSame) {
    // 30 columns of 40 sensors go by columns; the same with silent columns added, by sensors until those leave.
    const auto p = planted(20, 15, 1, 10, {5, 11}, 0.1);
    Array<double, 2> wide({20, 45});
    copy(View<const double, 2>(p.G.view()), wide.view().slice(1, 0, 15));
    GammaMapOptions options;
    options.maxit = 3;
    options.tol = 0;
    const LogSink before = set_log_sink([](LogLevel, const std::string&) {});
    const auto few = gamma_map(p.M, p.G, 0.01, options);
    const auto many = gamma_map(p.M, wide, 0.01, options);
    set_log_sink(before);
    for (index i = 0; i < few.X.extent(0); ++i) {
        for (index t = 0; t < 10; ++t) {
            EXPECT_NEAR(few.X(i, t), many.X(i, t), 1e-9);
        }
    }
}

TEST(GammaMap, WhatHasNotConvergedSaysSoAndBitsStayOnAnyNumberOfThreads) {
    const auto p = planted(40, 100, 1, 30, {5, 60}, 0.2);
    GammaMapOptions options;
    options.maxit = 4;
    std::string heard;
    const LogSink before = set_log_sink([&](LogLevel, const std::string& m) { heard = m; });
    const auto at = [&](int n) {
        const ThreadLimit limit(n);
        return gamma_map(p.M, p.G, 0.04, options);
    };
    const auto one = at(1), three = at(3);
    set_log_sink(before);
    EXPECT_FALSE(one.converged);
    EXPECT_THAT(heard, HasSubstr("gamma_map has NOT converged"));
    EXPECT_EQ(std::memcmp(one.X.data(), three.X.data(), static_cast<std::size_t>(one.X.size()) * sizeof(double)), 0);
    EXPECT_THROW(gamma_map(p.M, p.G, 0), InvalidInput);
    options.group_size = 3;
    EXPECT_THROW(gamma_map(p.M, p.G, 1, options), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
