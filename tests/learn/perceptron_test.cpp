#include "ranvier/learn/perceptron.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

Array<double, 2> corners() {
    Array<double, 2> X({4, 2});
    for (index i = 0; i < 4; ++i) {
        X(i, 0) = static_cast<double>(i & 1);
        X(i, 1) = static_cast<double>(i >> 1);
    }
    return X;
}

const std::vector<double> logical_and{0, 0, 0, 1}, exclusive_or{0, 1, 1, 0};

/// n samples of d features, parted by a random plane through a random point with a gap of at least `gap` on each side.
std::vector<double> part(Array<double, 2>& X, std::uint64_t seed, double gap) {
    RandomStream random(seed, 9);
    const index n = X.extent(0), d = X.extent(1);
    std::vector<double> w(d), targets(n);
    double length = 0;
    for (double& v : w) {
        v = random.normal();
        length += v * v;
    }
    const double b = 0.3 * random.normal();
    for (index i = 0; i < n; ++i) {
        double a = b;
        for (index k = 0; k < d; ++k) {
            a += w[k] / std::sqrt(length) * X(i, k);
        }
        targets[i] = a > 0;
        for (index k = 0; k < d; ++k) {
            X(i, k) += (a > 0 ? gap : -gap) * w[k] / std::sqrt(length);
        }
    }
    return targets;
}

}  // namespace

TEST(Perceptron, learns_and_of_two_inputs) {
    const PerceptronFit fit = fit_perceptron(corners(), logical_and, {});
    EXPECT_TRUE(fit.converged);
    EXPECT_EQ(fit.errors, 0);
}

TEST(Perceptron, an_activation_of_exactly_0_gives_0) {
    // Zero weights answer 0 everywhere: where 0 is right for all, nothing is learnt.
    const PerceptronFit fit = fit_perceptron(corners(), std::vector<double>{0, 0, 0, 0}, {});
    EXPECT_EQ(fit.updates, 0);
    EXPECT_EQ(fit.unit.b, 0);
}

TEST(Perceptron, follows_rosenblatts_rule_by_hand) {
    // In order, η = 1, AND: (1,1)→1 is wrong at zero weights: w = (1,1), b = 1. The next pass corrects (0,0), (1,0) …
    PerceptronOptions o;
    o.shuffle = false;
    o.max_iter = 1;
    PerceptronFit fit = fit_perceptron(corners(), logical_and, o);
    EXPECT_THAT(fit.unit.w, testing::ElementsAre(1, 1));
    EXPECT_EQ(fit.unit.b, 1);
    // (0,0): 1 > 0 wrong, b = 0. (1,0): 1 > 0 wrong, w = (0,1), b = −1. (0,1): 0, right. (1,1): 0 is wrong: (1,2), b =
    // 0.
    o.max_iter = 2;
    fit = fit_perceptron(corners(), logical_and, o);
    EXPECT_THAT(fit.unit.w, testing::ElementsAre(1, 2));
    EXPECT_EQ(fit.unit.b, 0);
    EXPECT_EQ(fit.updates, 4);
}

TEST(Perceptron, does_not_converge_on_exclusive_or_and_the_pocket_gets_three_of_four_right) {
    PerceptronOptions o;
    o.tol.reset();
    o.max_iter = 200;
    o.pocket = true;
    const PerceptronFit fit = fit_perceptron(corners(), exclusive_or, o);
    EXPECT_FALSE(fit.converged);
    EXPECT_EQ(fit.errors, 1);  // no plane gets more right
}

TEST(Perceptron, never_needs_more_updates_than_novikoffs_bound_on_1000_separable_sets) {
    index most = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        const index n = 10 + static_cast<index>(seed % 40), d = 2 + static_cast<index>(seed % 7);
        Array<double, 2> X = normal_samples(n, d, seed);
        const std::vector<double> targets = part(X, seed, 0.01);
        const Separability s = linear_separability(X, targets);
        ASSERT_TRUE(s.separable.value_or(false)) << "seed " << seed;
        double R = 0;
        for (index i = 0; i < n; ++i) {
            double square = 1;
            for (index k = 0; k < d; ++k) {
                square += X(i, k) * X(i, k);
            }
            R = std::max(R, std::sqrt(square));
        }
        PerceptronOptions o;
        o.random_state = seed;
        o.tol.reset();
        o.max_iter = 1'000'000;
        const PerceptronFit fit = fit_perceptron(X, targets, o);
        ASSERT_TRUE(fit.converged) << "seed " << seed;
        ASSERT_LE(static_cast<double>(fit.updates), R * R / (s.margin * s.margin)) << "seed " << seed;
        most = std::max(most, fit.updates);
    }
    EXPECT_GT(most, 100) << "the sets are so easy that the bound is not tried";
}

TEST(Perceptron, with_a_margin_leaves_every_sample_on_its_side_by_more_than_it) {
    Array<double, 2> X = normal_samples(60, 3, 5);
    const std::vector<double> targets = part(X, 5, 0.3);
    PerceptronOptions o;
    o.margin = 2;
    const PerceptronFit fit = fit_perceptron(X, targets, o);
    ASSERT_TRUE(fit.converged);
    const std::vector<double> a = activations(X, fit.unit);
    for (index i = 0; i < 60; ++i) {
        EXPECT_GE(targets[i] > 0 ? a[i] : -a[i], 2);
    }
}

TEST(Perceptron, refuses_what_it_cant_learn_from) {
    Array<double, 2> X = corners();
    EXPECT_THROW(fit_perceptron(X, std::vector<double>{0, 1, 2, 0}, {}), InvalidInput);
    EXPECT_THROW(fit_perceptron(X, std::vector<double>{0, 1}, {}), InvalidInput);
    X(2, 1) = NAN;
    try {
        fit_perceptron(X, logical_and, {});
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "perceptron: samples must be finite; got nan at (2, 1)");
    }
}

TEST(LinearSeparability, finds_the_widest_margin_of_two_points) {
    // (1, 0) → 1 and (−1, 0) → 0: t x̃ = (1, 0, 1) and (1, 0, −1); the hull's nearest point is (1, 0, 0).
    Array<double, 2> X({2, 2});
    X(0, 0) = 1;
    X(1, 0) = -1;
    const Separability s = linear_separability(X, std::vector<double>{1, 0});
    ASSERT_TRUE(s.separable.value_or(false));
    EXPECT_NEAR(s.margin, 1, 1e-12);
    EXPECT_NEAR(s.unit.w[0], 1, 1e-12);
    EXPECT_NEAR(s.unit.b, 0, 1e-12);
}

TEST(LinearSeparability, proves_that_no_plane_makes_exclusive_or) {
    const Separability s = linear_separability(corners(), exclusive_or);
    ASSERT_TRUE(s.separable.has_value());
    EXPECT_FALSE(*s.separable);
}

TEST(LinearSeparability, of_random_labels_above_twice_the_dimension_is_rare) {
    // Cover 1965: of 60 points in general position in 5 dimensions (with intercept: 6) almost no dichotomy is
    // separable: 2 Σ_{k<6} C(59, k) / 2^60 = 1e-11.
    const Array<double, 2> X = normal_samples(60, 5, 3);
    std::vector<double> targets(60);
    RandomStream random(4);
    for (double& t : targets) {
        t = static_cast<double>(random.below(2));
    }
    const Separability s = linear_separability(X, targets);
    ASSERT_TRUE(s.separable.has_value());
    EXPECT_FALSE(*s.separable);
}

TEST(Adaline, reaches_the_least_squares_solution_with_small_steps) {
    const Array<double, 2> X = normal_samples(200, 3, 1);
    std::vector<double> targets(200);
    for (index i = 0; i < 200; ++i) {
        targets[i] = 2 * X(i, 0) - X(i, 1) + 0.5;  // without noise the least-squares solution is exact
    }
    AdalineOptions o;
    o.max_iter = 500;
    o.tol = 0;
    for (bool normalised : {true, false}) {
        o.rule = normalised ? AdalineRule::alpha : AdalineRule::mu;
        o.eta0 = normalised ? 0.5 : 0.05;
        const AdalineFit fit = fit_adaline(X, targets, o);
        EXPECT_NEAR(fit.unit.w[0], 2, 1e-9);
        EXPECT_NEAR(fit.unit.w[1], -1, 1e-9);
        EXPECT_NEAR(fit.unit.b, 0.5, 1e-9);
    }
}

TEST(Adaline, says_when_steps_are_so_large_that_it_diverges) {
    AdalineOptions o;
    o.rule = AdalineRule::mu;
    o.eta0 = 50;
    o.max_iter = 1000;
    EXPECT_THROW(fit_adaline(normal_samples(50, 4, 2), std::vector<double>(50, 1.0), o), NumericalError);
}

}  // namespace ranvier::learn
