#include "ranvier/meeg/sparse/mixed_norm.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/sparse/bias.hpp"
#include "tests/meeg/sparse/planted.hpp"

namespace ranvier::meeg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Collects what is said for its lifetime.
class Heard {
public:
    Heard() {
        before_ = set_log_sink([this](LogLevel level, const std::string& m) {
            if (level == LogLevel::warning) {
                warnings.push_back(m);
            }
        });
    }
    ~Heard() { set_log_sink(before_); }
    std::vector<std::string> warnings;

private:
    LogSink before_;
};

bool same_bits(const Array<double, 2>& a, const Array<double, 2>& b) {
    return a.extents() == b.extents() &&
           std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

// For an orthonormal gain the problem falls apart: each block of Gᵀ M is shrunk by itself.
TEST(MixedNorm, BehindAnOrthonormalGainBlocksAreShrunkEachByItself) {
    const auto p = planted(12, 4, 3, 6, {0, 2}, 0.01);
    const auto U = numerics::svd(p.G.view()).U;  // 12 × 12
    const auto products = numerics::matmul(U.view().transposed(), p.M.view());
    const double alpha = 0.4 * largest_product(U, p.M, 3);
    MixedNormOptions options;
    options.n_orient = 3;
    options.debias = false;
    options.tol = 1e-12;
    const auto solution = mixed_norm(p.M, U, alpha, options);
    std::vector<index> expected;
    for (index j = 0; j < 4; ++j) {
        double square = 0;
        for (index k = 0; k < 3; ++k) {
            for (index t = 0; t < 6; ++t) {
                square += products(3 * j + k, t) * products(3 * j + k, t);
            }
        }
        if (square <= alpha * alpha) {
            continue;
        }
        const index row = 3 * static_cast<index>(expected.size());
        expected.push_back(j);
        for (index k = 0; k < 3; ++k) {
            for (index t = 0; t < 6; ++t) {
                EXPECT_NEAR(solution.X(row + k, t), products(3 * j + k, t) * (1 - alpha / std::sqrt(square)), 1e-9);
            }
        }
    }
    EXPECT_EQ(solution.active, expected);
    EXPECT_TRUE(solution.certificate.converged);
}

TEST(MixedNorm, PlantedSourcesAreFoundWithACertificate) {
    for (const index n_orient : {1, 3}) {
        const auto p = planted(60, 400, n_orient, 25, {17, 205, 311}, 0.02);
        MixedNormOptions options;
        options.n_orient = n_orient;
        options.active_set_size = 10;
        options.tol = 1e-10;
        options.debias = false;
        const double alpha = 0.3 * largest_product(p.G, p.M, n_orient);
        const auto solution = mixed_norm(p.M, p.G, alpha, options);
        EXPECT_THAT(solution.active, ElementsAre(17, 205, 311));
        EXPECT_TRUE(solution.certificate.converged);
        EXPECT_LE(solution.certificate.gap, 1e-10);
        EXPECT_THAT(in_words(solution.certificate), HasSubstr("converged: duality gap"));
        // The objective, and that no source is left that the penalty would not hold, seen from outside.
        Array<double, 2> residual(p.M);
        double penalty = 0, squares = 0;
        for (std::size_t a = 0; a < solution.active.size(); ++a) {
            double norm = 0;
            for (index k = 0; k < n_orient; ++k) {
                const index row = static_cast<index>(a) * n_orient + k;
                for (index t = 0; t < 25; ++t) {
                    norm += solution.X(row, t) * solution.X(row, t);
                    for (index c = 0; c < 60; ++c) {
                        residual(c, t) -= p.G(c, solution.active[a] * n_orient + k) * solution.X(row, t);
                    }
                }
            }
            penalty += std::sqrt(norm);
        }
        for (index i = 0; i < residual.size(); ++i) {
            squares += residual.data()[i] * residual.data()[i];
        }
        EXPECT_NEAR(solution.certificate.objective, squares / 2 + alpha * penalty, 1e-11);
        EXPECT_NEAR(largest_product(p.G, residual, n_orient), alpha, 1e-5 * alpha);
    }
}

TEST(MixedNorm, WhereAStartAndTheSizeOfTheSetDifferTheAnswerIsTheSame) {
    const auto p = planted(40, 150, 1, 12, {5, 60, 99}, 0.05);
    const double alpha = 0.2 * largest_product(p.G, p.M, 1);
    MixedNormOptions options;
    options.tol = 1e-13;
    options.active_set_size = 3;
    const auto first = mixed_norm(p.M, p.G, alpha, options);
    for (const SparseDescent solver : {SparseDescent::cd, SparseDescent::bcd}) {
        options.solver = solver;
        options.active_set_size = std::nullopt;
        SparseStart start;
        start.positions = {140, 5};
        start.X = Array<double, 2>({2, 12});
        start.X(1, 3) = 2;
        const auto second = mixed_norm(p.M, p.G, alpha, options, start);
        ASSERT_EQ(first.active, second.active);
        for (index i = 0; i < first.X.size(); ++i) {
            EXPECT_NEAR(first.X.data()[i], second.X.data()[i], 1e-5);
        }
    }
}

TEST(MixedNorm, WhatHasNotConvergedIsNeverCalledConverged) {
    const auto p = planted(40, 300, 3, 20, {5, 60, 99}, 0.3);
    MixedNormOptions options;
    options.n_orient = 3;
    options.maxit = 2;
    options.tol = 1e-12;
    const double alpha = 0.02 * largest_product(p.G, p.M, 3);
    const Heard heard;
    const auto solution = mixed_norm(p.M, p.G, alpha, options);
    EXPECT_FALSE(solution.certificate.converged);
    EXPECT_GT(solution.certificate.gap, 1e-12);
    ASSERT_EQ(heard.warnings.size(), 1u);
    EXPECT_THAT(heard.warnings[0], HasSubstr("the mixed-norm solver has NOT converged: duality gap"));
    EXPECT_THAT(heard.warnings[0], HasSubstr("Give a larger maxit or tol"));
    // The gap is a bound: a long run ends no lower.
    options.maxit = 3000;
    options.tol = 1e-8;
    const auto longer = mixed_norm(p.M, p.G, alpha, options);
    EXPECT_TRUE(longer.certificate.converged);
    EXPECT_GE(longer.certificate.objective, solution.certificate.objective - solution.certificate.gap - 1e-9);
    EXPECT_LE(longer.certificate.objective, solution.certificate.objective);
}

TEST(MixedNorm, BitsDoNotDependOnTheNumberOfThreads) {
    const auto p = planted(50, 2000, 3, 15, {50, 600, 1990}, 0.1);
    MixedNormOptions options;
    options.n_orient = 3;
    options.active_set_size = 10;
    const double alpha = 0.1 * largest_product(p.G, p.M, 3);
    const std::vector<double> alphas{alpha * 4, alpha * 2, alpha};
    const auto delta = planted(50, 1, 1, 15, {}, 1, 3).M;
    const auto at = [&](int n) {
        const ThreadLimit limit(n);
        return std::pair{mixed_norm(p.M, p.G, alpha, options),
                         mixed_norm_sure(p.M, p.G, alphas, delta, 0.1, 2, options)};
    };
    const auto one = at(1), three = at(3);
    EXPECT_TRUE(same_bits(one.first.X, three.first.X));
    EXPECT_EQ(one.first.certificate.gap, three.first.certificate.gap);
    EXPECT_TRUE(same_bits(one.second.solution.X, three.second.solution.X));
    EXPECT_EQ(one.second.sure, three.second.sure);
}

TEST(MixedNorm, ReweightingLeavesFewerSourcesAndSettles) {
    const auto p = planted(60, 400, 3, 25, {17, 205, 311}, 0.1);
    MixedNormOptions options;
    options.n_orient = 3;
    options.active_set_size = 10;
    options.tol = 1e-8;
    const double alpha = 0.1 * largest_product(p.G, p.M, 3);
    const auto once = mixed_norm(p.M, p.G, alpha, options);
    const auto often = iterative_mixed_norm(p.M, p.G, alpha, 50, options);
    EXPECT_GT(once.active.size(), 3u);
    EXPECT_THAT(often.active, ElementsAre(17, 205, 311));
    EXPECT_LT(often.objectives.size(), 50u);
    for (std::size_t k = 1; k < often.objectives.size(); ++k) {  // a majoriser is minimised in each step
        EXPECT_LE(often.objectives[k], often.objectives[k - 1] * (1 + 1e-9));
    }
    // Weights of zero take positions out.
    std::vector<double> weights(1200, 1.0);
    std::fill_n(weights.begin() + 3 * 205, 3, 0.0);
    const auto without = iterative_mixed_norm(p.M, p.G, alpha, 2, options, weights);
    EXPECT_EQ(std::ranges::count(without.active, 205), 0);
}

TEST(MixedNorm, SureTakesAPenaltyThatKeepsThePlantedSources) {
    const auto p = planted(60, 400, 1, 25, {17, 205, 311}, 0.1);
    const auto delta = planted(60, 1, 1, 25, {}, 1, 3).M;
    MixedNormOptions options;
    options.active_set_size = 10;
    options.tol = 1e-8;
    const double largest = largest_product(p.G, p.M, 1);
    std::vector<double> alphas;
    for (int k = 0; k < 15; ++k) {
        alphas.push_back(largest * std::pow(10.0, -k / 14.0));
    }
    const auto choice = mixed_norm_sure(p.M, p.G, alphas, delta, 0.1, 1, options);
    ASSERT_EQ(choice.sure.size(), 15u);
    EXPECT_GT(choice.best, 0);
    for (const index j : p.active) {
        EXPECT_EQ(std::ranges::count(choice.solution.active, j), 1);
    }
    for (const auto& certificate : choice.certificates) {
        EXPECT_TRUE(certificate.converged);
    }
    // A path gives each penalty the answer that it has alone.
    const auto alone = mixed_norm(p.M, p.G, alphas[choice.best], options);
    EXPECT_EQ(alone.active, choice.solution.active);
}

// One source, M = g xᵀ: the penalty shrinks x to (1 − α / (‖g‖² ‖x‖)) x, and the factor gives it all back.
TEST(MixedNorm, DebiasingGivesASingleSourceItsAmplitudeBack) {
    const auto p = planted(20, 30, 1, 10, {4}, 0.0);
    MixedNormOptions options;
    options.tol = 1e-14;
    const double alpha = 0.6 * largest_product(p.G, p.M, 1);
    const auto with = mixed_norm(p.M, p.G, alpha, options);
    options.debias = false;
    const auto without = mixed_norm(p.M, p.G, alpha, options);
    ASSERT_THAT(with.active, ElementsAre(4));
    for (index t = 0; t < 10; ++t) {
        EXPECT_NEAR(with.X(0, t), p.X(4, t), 1e-9);
        EXPECT_NEAR(without.X(0, t), 0.4 * p.X(4, t), 1e-6);
    }
}

TEST(MixedNorm, AboveTheLargestPenaltyNothingIsActive) {
    const auto p = planted(20, 30, 1, 10, {4}, 0.1);
    const auto solution = mixed_norm(p.M, p.G, 1.0001 * largest_product(p.G, p.M, 1));
    EXPECT_TRUE(solution.active.empty());
    EXPECT_EQ(solution.X.extent(0), 0);
    EXPECT_TRUE(solution.certificate.converged);
}

TEST(MixedNorm, WhatCannotBeSolvedIsRefused) {
    auto p = planted(20, 30, 1, 10, {4}, 0.1);
    const auto refusal = [](auto&& work) {
        try {
            work();
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string("nothing was refused");
    };
    MixedNormOptions options;
    options.n_orient = 4;
    EXPECT_THAT(refusal([&] { mixed_norm(p.M, p.G, 1, options); }),
                HasSubstr("must have n_orient = 4 columns for each position; it has 30"));
    EXPECT_THAT(refusal([&] { mixed_norm(p.M.view().slice(0, 0, 19), p.G, 1); }), HasSubstr("got 19 and 20"));
    EXPECT_THAT(refusal([&] { mixed_norm(p.M, p.G, -1); }), HasSubstr("alpha must be >= 0"));
    p.M(3, 2) = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(refusal([&] { mixed_norm(p.M, p.G, 1); }), HasSubstr("they are not at sensor 3, time 2"));
}

}  // namespace
}  // namespace ranvier::meeg
