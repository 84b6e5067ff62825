#include "ranvier/meeg/sparse/rap_music.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "tests/meeg/sparse/planted.hpp"

namespace ranvier::meeg {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Sources of fixed orientations at some positions, without noise or with little.
Planted oriented(index sensors, index positions, const std::vector<index>& active,
                 const std::vector<std::array<double, 3>>& orientations, double noise) {
    Planted p = planted(sensors, positions, 3, 40, active, 0);
    Array<double, 2> X({3 * positions, 40});
    for (std::size_t a = 0; a < active.size(); ++a) {
        for (index k = 0; k < 3; ++k) {
            for (index t = 0; t < 40; ++t) {
                X(3 * active[a] + k, t) = orientations[a][k] * std::sin(0.2 * static_cast<double>((a + 1) * t + 1));
            }
        }
    }
    p.M = numerics::matmul(p.G.view(), X.view());
    p.X = std::move(X);
    RandomStream random(3);
    for (index i = 0; i < p.M.size(); ++i) {
        p.M.data()[i] += noise * random.normal();
    }
    return p;
}

TEST(RapMusic, PlantedDipolesAreFoundWithTheirOrientations) {
    const std::vector<std::array<double, 3>> orientations{{0.6, 0, 0.8}, {0, 1, 0}, {-0.8, 0.6, 0}};
    const auto p = oriented(50, 120, {3, 70, 110}, orientations, 0.001);
    Array<double, 2> normals({120, 3});
    for (const auto& [position, a] : {std::pair{3, 0}, {70, 1}, {110, 2}}) {
        for (index k = 0; k < 3; ++k) {
            normals(position, k) = orientations[a][k];
        }
    }
    for (const bool truncated : {false, true}) {
        const auto solution = rap_music(p.M, p.G, 3, 3, truncated, normals);
        ASSERT_THAT(solution.positions, UnorderedElementsAre(3, 70, 110));
        for (index d = 0; d < 3; ++d) {
            const index position = solution.positions[d];
            const auto& truth = orientations[position == 3 ? 0 : position == 70 ? 1 : 2];
            EXPECT_GT(solution.correlations[d], truncated ? 0.5 : 0.99);  // with less of the subspace, with less of it
            for (index k = 0; k < 3; ++k) {
                EXPECT_NEAR(solution.orientations(d, k), truth[k], 0.02);
            }
        }
    }
}

TEST(RapMusic, WithOneOrientationAmplitudesAreThoseOfLeastSquares) {
    const auto p = planted(30, 80, 1, 25, {12, 40}, 0);
    const auto solution = rap_music(p.M, p.G, 1, 2, false);
    EXPECT_THAT(solution.positions, UnorderedElementsAre(12, 40));
    for (index d = 0; d < 2; ++d) {
        EXPECT_EQ(solution.orientations(d, 0), 1);
        for (index t = 0; t < 25; ++t) {
            EXPECT_NEAR(solution.amplitudes(d, t), p.X(solution.positions[d], t), 1e-9);
        }
    }
}

TEST(RapMusic, ASilentOrientationAndASilentPositionAreNoTrouble) {
    auto p = planted(30, 20, 3, 25, {12}, 0);
    for (index c = 0; c < 30; ++c) {
        p.G(c, 36) = 0;  // as the radial one in a sphere
        for (index k = 0; k < 3; ++k) {
            p.G(c, 3 * 5 + k) = 0;
        }
    }
    p.M = numerics::matmul(p.G.view(), p.X.view());
    const auto solution = rap_music(p.M, p.G, 3, 1, false);
    EXPECT_THAT(solution.positions, ElementsAre(12));
    EXPECT_NEAR(solution.orientations(0, 0), 0, 1e-12);
}

TEST(RapMusic, BitsDoNotDependOnTheNumberOfThreadsAndTooManyDipolesAreRefused) {
    const auto p = planted(30, 200, 3, 25, {12, 150}, 0.3);
    const auto at = [&](int n) {
        const ThreadLimit limit(n);
        return rap_music(p.M, p.G, 3, 5, true);
    };
    const auto one = at(1), three = at(3);
    EXPECT_EQ(one.positions, three.positions);
    EXPECT_EQ(std::memcmp(one.amplitudes.data(), three.amplitudes.data(), 5 * 25 * sizeof(double)), 0);
    EXPECT_THROW(rap_music(p.M, p.G, 3, 31, false), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
