// Connection rules keep their promises; distributions are looked at in tests/python/test_sim_rules.py.
#include "ranvier/sim/synapses/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::sim {
namespace {

using testing::Each;
using testing::HasSubstr;

ConnectedPairs made(const ConnectionRule& rule, const Ends& ends, std::uint64_t seed = 1) {
    RandomStream random(seed);
    return connected_pairs(rule, ends, random);
}

std::vector<int> counts(const std::vector<std::int32_t>& elements, std::size_t n) {
    std::vector<int> found(n);
    for (const std::int32_t k : elements) {
        ++found[static_cast<std::size_t>(k)];
    }
    return found;
}

TEST(ConnectionRules, AllPairsAreThereButThoseOfANeuronWithItself) {
    for (std::int64_t own = -8; own <= 8; ++own) {
        const ConnectedPairs all = made({"all_to_all", {}, false, true, "", {}}, {5, 6, own});
        std::vector<std::pair<int, int>> expected, found;
        for (int i = 0; i < 5; ++i) {
            for (int j = 0; j < 6; ++j) {
                if (i + own != j) {
                    expected.emplace_back(i, j);
                }
            }
        }
        for (std::size_t k = 0; k < all.i.size(); ++k) {
            found.emplace_back(all.i[k], all.j[k]);
        }
        EXPECT_EQ(found, expected) << "own = " << own;
    }
}

TEST(ConnectionRules, DegreesAreExactAndPairsSingleWhereThatIsAsked) {
    const ConnectedPairs in = made({"fixed_indegree", {{"indegree", 29}}, false, false, "", {}}, {40, 30, 5});
    EXPECT_THAT(counts(in.j, 30), Each(29));
    std::set<std::pair<int, int>> pairs;
    for (std::size_t k = 0; k < in.i.size(); ++k) {
        EXPECT_NE(in.i[k] + 5, in.j[k]);
        pairs.emplace(in.i[k], in.j[k]);
    }
    EXPECT_EQ(pairs.size(), in.i.size());
    const ConnectedPairs out = made({"fixed_outdegree", {{"outdegree", 100}}, true, true, "", {}}, {40, 30, {}});
    EXPECT_THAT(counts(out.i, 40), Each(100));
}

TEST(ConnectionRules, SynapsesAreTheSameOnAnyNumberOfThreads) {
    const ConnectionRule rule{"fixed_indegree", {{"indegree", 10}}, true, true, "", {}};
    const ConnectedPairs first = made(rule, {500, 500, 0});
    for (const int n : {1, 2, 3, 8}) {
        const ThreadLimit limit(n);
        const ConnectedPairs again = made(rule, {500, 500, 0});
        EXPECT_EQ(again.i, first.i);
        EXPECT_EQ(again.j, first.j);
    }
    EXPECT_NE(made(rule, {500, 500, 0}, 2).i, first.i);
}

TEST(ConnectionRules, WhatCannotBeIsRefusedWithTheRule) {
    const auto message = [](const ConnectionRule& rule) {
        try {
            made(rule, {3, 3, 0});
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string("nothing");
    };
    EXPECT_THAT(message({"fixed", {}, true, true, "", {}}), HasSubstr("rule must be one_to_one, all_to_all"));
    EXPECT_THAT(message({"fixed_indegree", {}, true, true, "", {}}), HasSubstr("wants indegree="));
    EXPECT_THAT(message({"one_to_one", {{"p", 0.5}}, true, true, "", {}}), HasSubstr("takes no p; got 0.5"));
    EXPECT_THAT(message({"fixed_outdegree", {{"outdegree", 3}}, false, false, "", {}}),
                HasSubstr("outdegree must be <= 2"));
    EXPECT_THAT(message({"distance",
                         {{"p", 1}, {"width", 0}, {"radius", 1}},
                         true,
                         true,
                         "gaussian",
                         {1, {0, 1, 2}, {0, 1, 2}, {}}}),
                HasSubstr("width must be > 0; got 0"));
}

}  // namespace
}  // namespace ranvier::sim
