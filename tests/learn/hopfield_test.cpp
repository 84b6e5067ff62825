#include "ranvier/learn/hopfield.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

double overlap(const Array<double, 2>& a, index i, const Array<double, 2>& b, index j) {
    double sum = 0;
    for (index k = 0; k < a.extent(1); ++k) {
        sum += a(i, k) * b(j, k);
    }
    return sum / static_cast<double>(a.extent(1));
}

Array<double, 2> damaged(const Array<double, 2>& patterns, double part, std::uint64_t seed) {
    Array<double, 2> cues = patterns;
    RandomStream random(seed, 1);
    for (index i = 0; i < cues.size(); ++i) {
        if (random.uniform() < part) {
            cues.data()[i] = -cues.data()[i];
        }
    }
    return cues;
}

}  // namespace

TEST(Hopfield, hebbian_weights_are_the_mean_of_outer_products) {
    const auto patterns = random_signs(3, 10, 1);
    const auto memory = hopfield<double>(patterns, Storage::hebbian);
    for (index i = 0; i < 10; ++i) {
        for (index j = 0; j < 10; ++j) {
            double sum = 0;
            for (index p = 0; p < 3; ++p) {
                sum += patterns(p, i) * patterns(p, j);
            }
            EXPECT_EQ(memory.M(i, j), i == j ? 0 : sum);
        }
    }
    EXPECT_EQ(memory.scale, 0.1);
}

TEST(Hopfield, pseudo_inverse_storage_makes_every_pattern_an_eigenvector_of_value_1) {
    const auto patterns = random_signs(12, 30, 2);
    const auto memory = hopfield<double>(patterns, Storage::pseudo_inverse, false);
    for (index p = 0; p < 12; ++p) {
        for (index i = 0; i < 30; ++i) {
            double field = 0;
            for (index j = 0; j < 30; ++j) {
                field += memory.M(i, j) * patterns(p, j);
            }
            EXPECT_NEAR(field, patterns(p, i), 1e-12);  // a 30-sum of numbers below 1
        }
    }
}

TEST(Hopfield, storkey_weights_follow_the_rule_term_by_term) {
    const index N = 7;
    const auto patterns = random_signs(3, N, 4);
    std::vector<std::vector<double>> W(N, std::vector<double>(N));
    for (index p = 0; p < 3; ++p) {
        auto next = W;
        const auto h = [&](index i, index j) {
            double sum = 0;
            for (index k = 0; k < N; ++k) {
                sum += k != i && k != j ? W[i][k] * patterns(p, k) : 0;
            }
            return sum;
        };
        for (index i = 0; i < N; ++i) {
            for (index j = 0; j < N; ++j) {
                if (i != j) {
                    next[i][j] +=
                        (patterns(p, i) * patterns(p, j) - patterns(p, i) * h(j, i) - h(i, j) * patterns(p, j)) /
                        static_cast<double>(N);
                }
            }
        }
        W = next;
    }
    const auto memory = hopfield<double>(patterns, Storage::storkey);
    for (index i = 0; i < N; ++i) {
        for (index j = 0; j < N; ++j) {
            EXPECT_NEAR(memory.M(i, j), W[i][j], 1e-14);
        }
    }
}

TEST(Hopfield, few_patterns_are_recalled_from_a_fifth_of_their_bits_damaged) {
    const auto patterns = random_signs(10, 500, 5);
    for (Storage storage : {Storage::hebbian, Storage::pseudo_inverse, Storage::storkey}) {
        const auto memory = hopfield<double>(patterns, storage);
        const Recall r = recall(memory, damaged(patterns, 0.2, 6), {});
        for (index p = 0; p < 10; ++p) {
            EXPECT_GT(overlap(r.states, p, patterns, p), 0.99);
            EXPECT_EQ(r.period[p], 1);
        }
    }
}

// Symmetric weights, zero diagonal: each flip lowers E, so recall ends, and where it ends no single flip lowers E.
TEST(Hopfield, asynchronous_recall_lowers_the_energy_by_every_flip_and_ends_in_a_minimum) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const index N = 60;
        Hopfield<double> memory{Array<double, 2>({N, N}), 1, std::vector<double>(N)};
        RandomStream random(seed);
        for (index i = 0; i < N; ++i) {
            memory.theta[i] = 0.5 * random.normal();
            for (index j = 0; j < i; ++j) {
                memory.M(i, j) = memory.M(j, i) = random.normal();
            }
        }
        const auto cues = random_signs(5, N, seed + 100);
        HopfieldOptions o;
        o.max_iter = 10000;
        const Recall r = recall(memory, cues, o, true);
        const std::vector<double> first = energies(memory, cues), last = energies(memory, r.states);
        for (index c = 0; c < 5; ++c) {
            EXPECT_EQ(r.period[c], 1);
            EXPECT_NEAR(r.path[c].front(), first[c], 1e-10);
            EXPECT_NEAR(r.path[c].back(), last[c], 1e-10);
            EXPECT_EQ(std::ssize(r.path[c]), r.flips[c] + 1);
            for (std::size_t k = 1; k < r.path[c].size(); ++k) {
                EXPECT_LT(r.path[c][k], r.path[c][k - 1]);
            }
            for (index i = 0; i < N; ++i) {
                Array<double, 2> turned({1, N});
                for (index j = 0; j < N; ++j) {
                    turned(0, j) = i == j ? -r.states(c, j) : r.states(c, j);
                }
                EXPECT_GE(energies(memory, turned)[0], last[c] - 1e-10);
            }
        }
    }
}

TEST(Hopfield, synchronous_recall_can_end_in_a_cycle_of_two_and_in_none_longer) {
    // Two units that copy each other swap (1, −1) for (−1, 1) for ever.
    Array<double, 2> pattern({1, 2});
    pattern(0, 0) = pattern(0, 1) = 1;
    const auto memory = hopfield<double>(pattern, Storage::hebbian);
    Array<double, 2> cue({1, 2});
    cue(0, 0) = 1;
    cue(0, 1) = -1;
    HopfieldOptions o;
    o.update = Update::synchronous;
    EXPECT_EQ(recall(memory, cue, o).period[0], 2);

    const auto crowded = hopfield<double>(random_signs(60, 100, 3), Storage::hebbian);
    o.max_iter = 2000;
    const Recall r = recall(crowded, random_signs(200, 100, 4), o);
    index cycles = 0;
    for (index period : r.period) {
        EXPECT_TRUE(period == 1 || period == 2);
        cycles += period == 2;
    }
    EXPECT_GT(cycles, 0);
}

TEST(Hopfield, gives_the_same_bits_in_single_precision_and_on_any_number_of_threads) {
    const auto patterns = random_signs(40, 300, 8);
    const auto cues = damaged(patterns, 0.3, 9);
    // Hebbian weights are whole numbers, exact in both precisions.
    const Recall wide = recall(hopfield<double>(patterns, Storage::hebbian), cues, {});
    for (int n : {1, 2, 8}) {
        const ThreadLimit limit(n);
        const Recall r = recall(hopfield<float>(patterns, Storage::hebbian), cues, {});
        EXPECT_TRUE(std::equal(r.states.data(), r.states.data() + r.states.size(), wide.states.data()));
        EXPECT_EQ(r.flips, wide.flips);
    }
}

// Fields are sums of whole numbers, so the way to them can't be seen in any bit of the energies.
TEST(Hopfield, recalls_the_same_path_from_its_weights_alone_as_with_its_patterns_known) {
    const auto patterns = random_signs(30, 400, 10);
    const auto cues = damaged(patterns, 0.3, 11);
    HopfieldOptions o;
    for (bool zero_diagonal : {true, false}) {
        auto memory = hopfield<double>(patterns, Storage::hebbian, zero_diagonal);
        ASSERT_EQ(memory.patterns.extent(0), 30);
        const Recall known = recall(memory, cues, o, true);
        memory.patterns = {};
        const Recall unknown = recall(memory, cues, o, true);
        EXPECT_EQ(known.path, unknown.path);
        EXPECT_TRUE(std::equal(known.states.data(), known.states.data() + known.states.size(), unknown.states.data()));
    }
}

TEST(Hopfield, that_stores_more_patterns_later_goes_by_its_weights) {
    const auto patterns = random_signs(10, 200, 12);
    auto memory = hopfield<double>(patterns, Storage::hebbian);
    const auto more = random_signs(5, 200, 13);
    store(memory, more, Storage::hebbian);
    const Recall r = recall(memory, damaged(more, 0.1, 14), {});
    for (index p = 0; p < 5; ++p) {
        EXPECT_GT(overlap(r.states, p, more, p), 0.95);
    }
}

TEST(HopfieldCensus, of_one_pattern_has_it_and_its_mirror_each_with_half_of_all_states) {
    const auto patterns = random_signs(1, 13, 3);
    const Census c = attractor_census(hopfield<double>(patterns, Storage::hebbian), patterns);
    ASSERT_EQ(c.states.size(), 2U);
    EXPECT_EQ(c.basins[0] + c.basins[1], 1U << 13);
    EXPECT_EQ(c.basins[0], c.basins[1]);
    EXPECT_NE(c.kinds[0], c.kinds[1]);
    EXPECT_NEAR(c.energies[0], -0.5 * 12, 1e-12);  // −½ (N − 1) with zero diagonal
}

TEST(HopfieldCensus, finds_every_state_that_no_flip_lowers_and_nothing_else) {
    const index N = 12;
    const auto patterns = random_signs(4, N, 7);
    const auto memory = hopfield<double>(patterns, Storage::hebbian);
    const Census c = attractor_census(memory, patterns);
    EXPECT_EQ(std::accumulate(c.basins.begin(), c.basins.end(), std::uint64_t{0}), 1U << N);
    std::vector<std::uint32_t> minima;
    for (std::uint32_t state = 0; state < 1U << N; ++state) {
        bool lowest = true;
        for (index i = 0; i < N && lowest; ++i) {
            double field = 0;
            for (index j = 0; j < N; ++j) {
                field += memory.M(i, j) * (state >> j & 1U ? 1 : -1);
            }
            lowest = field * (state >> i & 1U ? 1 : -1) >= 0;
        }
        if (lowest) {
            minima.push_back(state);
        }
    }
    EXPECT_THAT(c.states, testing::UnorderedElementsAreArray(minima));
    for (std::size_t k = 0; k < c.states.size(); ++k) {
        if (k > 0) {
            EXPECT_GE(c.energies[k], c.energies[k - 1]);
        }
    }
}

TEST(HopfieldCensus, names_mixtures_of_three_orthogonal_patterns) {
    // Three orthogonal patterns of 16: at small load the sign of their sum is a minimum (Amit, Gutfreund & Sompolinsky
    // 1985).
    const index N = 16;
    Array<double, 2> patterns({3, N});
    for (index i = 0; i < N; ++i) {
        patterns(0, i) = i & 1 ? 1 : -1;
        patterns(1, i) = i & 2 ? 1 : -1;
        patterns(2, i) = i & 4 ? 1 : -1;
    }
    const Census c = attractor_census(hopfield<double>(patterns, Storage::hebbian), patterns);
    index stored = 0, reversed = 0, mixtures = 0;
    for (Attractor kind : c.kinds) {
        stored += kind == Attractor::stored;
        reversed += kind == Attractor::reversed;
        mixtures += kind == Attractor::mixture;
    }
    EXPECT_EQ(stored, 3);
    EXPECT_EQ(reversed, 3);
    EXPECT_EQ(mixtures, 8);
}

TEST(HopfieldCensus, takes_24_units_at_most) {
    const auto patterns = random_signs(1, 25, 1);
    try {
        attractor_census(hopfield<double>(patterns, Storage::hebbian), patterns);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(error.what(), "attractor_census tries all 2^N states and takes 1 to 24 units; got 25");
    }
}

TEST(ModernHopfield, retrieves_continuous_patterns_in_one_step_and_its_energy_falls) {
    const auto patterns = normal_samples(50, 40, 1);
    Array<double, 2> cues = patterns;
    RandomStream random(2);
    for (index i = 0; i < cues.size(); ++i) {
        cues.data()[i] += 0.3 * random.normal();
    }
    const ModernRecall r = modern_recall(patterns, cues, 8, 20, 1e-10);
    for (index c = 0; c < 50; ++c) {
        for (index i = 0; i < 40; ++i) {
            EXPECT_NEAR(r.states(c, i), patterns(c, i), 1e-6);
        }
        for (std::size_t k = 1; k < r.path[c].size(); ++k) {
            EXPECT_LE(r.path[c][k], r.path[c][k - 1] + 1e-12);
        }
        EXPECT_GE(r.path[c].back(), 0);  // Ramsauer et al., theorem on the energy's bounds
    }
}

TEST(ModernHopfield, at_small_beta_retrieves_the_mean_of_all_patterns) {
    const auto patterns = normal_samples(5, 8, 3);
    const ModernRecall r = modern_recall(patterns, patterns, 1e-9, 5, 0);
    for (index i = 0; i < 8; ++i) {
        double mean = 0;
        for (index p = 0; p < 5; ++p) {
            mean += patterns(p, i) / 5;
        }
        EXPECT_NEAR(r.states(0, i), mean, 1e-7);  // weights differ from 1/5 by about β |ξ|²
    }
}

}  // namespace ranvier::learn
