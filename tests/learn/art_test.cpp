#include "ranvier/learn/art.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

ArtOptions plain() {
    ArtOptions o;
    o.rho = 0.7;
    o.epsilon = 1e-3;
    o.max_iter = 1;
    return o;
}

Array<double, 2> rows(std::initializer_list<std::vector<double>> values) {
    Array<double, 2> X({static_cast<index>(values.size()), static_cast<index>(values.begin()->size())});
    index i = 0;
    for (const auto& row : values) {
        for (std::size_t k = 0; k < row.size(); ++k) {
            X(i, static_cast<index>(k)) = row[k];
        }
        ++i;
    }
    return X;
}

Array<double, 2> uniform_samples(index n, index d, std::uint64_t seed) {
    Array<double, 2> X({n, d});
    RandomStream random(seed);
    for (index i = 0; i < X.size(); ++i) {
        X.data()[i] = random.uniform();
    }
    return X;
}

}  // namespace

TEST(FuzzyArt, makes_the_categories_that_the_rule_makes_by_hand) {
    // ρ = 0.8, one feature, complement-coded (x, 1 − x). 0.1 founds (0.1, 0.9). 0.2: ∧ = (0.1, 0.8), match 0.9:
    // resonance. 0.9: ∧ = (0.1, 0.1), match 0.2 < 0.8: a new category (0.9, 0.1).
    ArtOptions o = plain();
    o.rho = 0.8;
    std::vector<std::int32_t> assigned;
    const ArtMap map = fit_fuzzy_art(rows({{0.1}, {0.2}, {0.9}}), o, assigned);
    EXPECT_THAT(assigned, testing::ElementsAre(0, 0, 1));
    EXPECT_NEAR(map.weights(0, 0), 0.1, 1e-15);
    EXPECT_NEAR(map.weights(0, 1), 0.8, 1e-15);
    EXPECT_NEAR(map.weights(1, 0), 0.9, 1e-15);
    EXPECT_NEAR(map.weights(1, 1), 0.1, 1e-15);
}

TEST(FuzzyArt, boxes_grow_no_larger_than_vigilance_allows_and_hold_their_samples) {
    const auto X = uniform_samples(500, 3, 1);
    for (double rho : {0.3, 0.6, 0.9}) {
        ArtOptions o = plain();
        o.rho = rho;
        std::vector<std::int32_t> assigned;
        const ArtMap map = fit_fuzzy_art(X, o, assigned);
        for (index c = 0; c < map.weights.extent(0); ++c) {
            double size = 0;
            for (index k = 0; k < 6; ++k) {
                size += map.weights(c, k);
            }
            EXPECT_GE(size, 3 * rho - 1e-9);  // |w| ≥ d ρ: Carpenter, Grossberg & Rosen 1991
        }
        for (index i = 0; i < 500; ++i) {
            for (index k = 0; k < 3; ++k) {
                EXPECT_LE(map.weights(assigned[i], k), X(i, k));
                EXPECT_LE(map.weights(assigned[i], 3 + k), 1 - X(i, k));
            }
        }
    }
}

TEST(FuzzyArt, with_fast_learning_settles_in_few_passes) {
    const auto X = uniform_samples(300, 2, 2);
    ArtOptions o = plain();
    o.max_iter = 50;
    std::vector<std::int32_t> assigned;
    const ArtMap map = fit_fuzzy_art(X, o, assigned);
    EXPECT_TRUE(map.settled);
    EXPECT_LT(map.epochs, 20);
    EXPECT_EQ(fuzzy_categories(X, map, o.alpha, o.rho), assigned);
}

TEST(FuzzyArt, learns_slowly_with_beta_below_1) {
    ArtOptions o = plain();
    o.rho = 0;
    o.beta = 0.25;
    std::vector<std::int32_t> assigned;
    const ArtMap map = fit_fuzzy_art(rows({{0.4}, {0.8}}), o, assigned);
    EXPECT_NEAR(map.weights(0, 0), 0.4, 1e-15);
    EXPECT_NEAR(map.weights(0, 1), 0.6 + 0.25 * (0.2 - 0.6), 1e-15);
}

TEST(FuzzyArtmap, parts_classes_that_share_a_box_by_match_tracking) {
    // ρ = 0 would put everything into one category; the class mismatch raises vigilance.
    const auto X = rows({{0.1, 0.1}, {0.9, 0.9}, {0.12, 0.1}, {0.88, 0.9}});
    const std::vector<std::int32_t> labels{0, 1, 0, 1};
    ArtOptions o = plain();
    o.rho = 0;
    const ArtMap map = fit_fuzzy_artmap(X, labels, o);
    EXPECT_EQ(map.weights.extent(0), 2);
    EXPECT_THAT(map.labels, testing::ElementsAre(0, 1));
    EXPECT_THAT(fuzzy_categories(X, map, o.alpha, 0), testing::ElementsAre(0, 1, 0, 1));
}

TEST(FuzzyArtmap, learns_its_training_set_without_error_when_it_settles) {
    const auto X = uniform_samples(400, 2, 3);
    std::vector<std::int32_t> labels;
    for (index i = 0; i < 400; ++i) {
        labels.push_back(std::hypot(X(i, 0) - 0.5, X(i, 1) - 0.5) < 0.3);  // the circle in the square of the 1992 paper
    }
    ArtOptions o = plain();
    o.rho = 0;
    o.max_iter = 100;
    const ArtMap map = fit_fuzzy_artmap(X, labels, o);
    ASSERT_TRUE(map.settled);
    const auto categories = fuzzy_categories(X, map, o.alpha, 0);
    for (index i = 0; i < 400; ++i) {
        EXPECT_EQ(map.labels[categories[i]], labels[i]);
    }
}

// The rule, category by category.
TEST(FuzzyArtmap, of_many_categories_is_what_the_rule_says_one_by_one) {
    const index n = 300, d = 5;
    const auto X = uniform_samples(n, d, 7);
    std::vector<std::int32_t> labels(n);
    RandomStream random(8);
    for (auto& label : labels) {
        label = static_cast<std::int32_t>(random.below(4));
    }
    for (double epsilon : {1e-3, -1e-3}) {
        ArtOptions o = plain();
        o.rho = 0.2;
        o.epsilon = epsilon;
        std::vector<std::vector<double>> categories;
        std::vector<std::int32_t> classes;
        for (index i = 0; i < n; ++i) {
            std::vector<double> input(2 * d);
            for (index k = 0; k < d; ++k) {
                input[k] = X(i, k);
                input[d + k] = 1 - X(i, k);
            }
            std::vector<bool> out(categories.size());
            double vigilance = o.rho;
            index winner = -1;
            while (vigilance <= 1) {
                winner = -1;
                double top = -1, match = 0;
                for (index c = 0; c < std::ssize(categories); ++c) {
                    double common = 0, size = 0;
                    for (index k = 0; k < 2 * d; ++k) {
                        common += std::min(input[k], categories[c][k]);
                        size += categories[c][k];
                    }
                    if (!out[c] && common / static_cast<double>(d) >= vigilance && common / (o.alpha + size) > top) {
                        top = common / (o.alpha + size);
                        winner = c;
                        match = common / static_cast<double>(d);
                    }
                }
                if (winner < 0 || classes[winner] == labels[i]) {
                    break;
                }
                out[winner] = true;
                vigilance = match + o.epsilon;
                winner = -1;
            }
            if (winner < 0) {
                categories.push_back(input);
                classes.push_back(labels[i]);
            }
            for (index k = 0; k < 2 * d && winner >= 0; ++k) {
                categories[winner][k] = std::min(input[k], categories[winner][k]);
            }
        }
        ASSERT_GT(std::ssize(categories), 17);  // more than two blocks of the engine
        const ArtMap map = fit_fuzzy_artmap(X, labels, o);
        EXPECT_EQ(map.labels, classes);
        for (index c = 0; c < std::ssize(categories); ++c) {
            for (index k = 0; k < 2 * d; ++k) {
                EXPECT_EQ(map.weights(c, k), categories[c][k]);
            }
        }
    }
}

TEST(Art1, templates_are_the_common_ones_of_their_inputs) {
    ArtOptions o = plain();
    o.rho = 0.6;
    std::vector<std::int32_t> assigned;
    const ArtMap map =
        fit_art1(rows({{1, 1, 1, 0, 0}, {1, 1, 0, 0, 0}, {0, 0, 0, 1, 1}, {0, 0, 0, 0, 1}}), o, assigned);
    EXPECT_THAT(assigned, testing::ElementsAre(0, 0, 1, 1));
    EXPECT_THAT(std::vector<double>(map.weights.data(), map.weights.data() + 10),
                testing::ElementsAre(1, 1, 0, 0, 0, 0, 0, 0, 0, 1));
}

TEST(FuzzyArt, what_lies_beyond_the_range_is_a_category_of_its_own) {
    std::vector<std::int32_t> assigned;
    ArtOptions o;
    o.rho = 0.8;
    const ArtMap map = fit_fuzzy_art(rows({{0.95}, {1.0}, {1.1}, {1000}, {-3}}), o, assigned);
    EXPECT_EQ(assigned, (std::vector<std::int32_t>{0, 0, 0, 1, 2}));  // the first box grows to 0.95 … 1.1
    EXPECT_EQ(fuzzy_categories(rows({{1.05}, {1000.5}, {500}}), map, o.alpha, 0),
              (std::vector<std::int32_t>{0, 1, -1}));
}

TEST(Art, refuses_what_is_out_of_range) {
    std::vector<std::int32_t> assigned;
    EXPECT_THROW(fit_fuzzy_art(rows({{NAN}}), {}, assigned), InvalidInput);
    EXPECT_THROW(fit_art1(rows({{0.5}}), {}, assigned), InvalidInput);
    ArtOptions o = plain();
    o.rho = 1.2;
    EXPECT_THROW(fit_fuzzy_art(rows({{0.5}}), o, assigned), InvalidInput);
}

}  // namespace ranvier::learn
