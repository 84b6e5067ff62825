#include "ranvier/base/team.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <stdexcept>

namespace ranvier {
namespace {

TEST(Team, EachPieceIsDoneOnceInEachOfManyRounds) {
    for (const int members : {1, 2, 3, 5}) {
        Team team(members);
        EXPECT_EQ(team.members(), members);
        std::vector<int> done(7, 0);
        for (int round = 0; round < 2000; ++round) {
            team.run(7, [&](index i) { ++done[static_cast<std::size_t>(i)]; });
        }
        EXPECT_EQ(done, std::vector<int>(7, 2000));
    }
}

TEST(Team, RoundsWithFewerPiecesThanMembersEnd) {
    Team team(4);
    int done = 0;
    for (int round = 0; round < 1000; ++round) {
        team.run(1, [&](index) { ++done; });
        team.run(0, [&](index) { done += 1000000; });
    }
    EXPECT_EQ(done, 1000);
}

TEST(Team, MembersThatFellAsleepWakeAgain) {
    Team team(3);
    std::vector<int> done(6, 0);
    for (int round = 0; round < 5; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // far longer than members spin
        team.run(6, [&](index i) { ++done[static_cast<std::size_t>(i)]; });
    }
    EXPECT_EQ(done, std::vector<int>(6, 5));
}

TEST(Team, WhatOnePieceWritesTheNextRoundReads) {
    Team team(2);
    std::vector<long> a(64, 1), b(64, 0);
    for (int round = 0; round < 2000; ++round) {
        team.run(2, [&](index piece) {
            for (std::size_t k = static_cast<std::size_t>(piece) * 32; k < static_cast<std::size_t>(piece + 1) * 32;
                 ++k) {
                b[k] = a[63 - k] + 1;
            }
        });
        std::swap(a, b);
    }
    EXPECT_EQ(std::accumulate(a.begin(), a.end(), 0L), 64L * 2001);
}

TEST(Team, TheFirstExceptionIsThrownAndTheTeamGoesOn) {
    Team team(2);
    EXPECT_THROW(team.run(4,
                          [](index i) {
                              if (i == 3) {
                                  throw std::runtime_error("three");
                              }
                          }),
                 std::runtime_error);
    int done = 0;
    team.run(1, [&](index) { ++done; });
    EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace ranvier
