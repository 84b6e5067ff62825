#include "ranvier/base/near_miss.hpp"

#include <gtest/gtest.h>

namespace ranvier {

TEST(EditDistance, counts_insertions_deletions_substitutions_and_swaps) {
    EXPECT_EQ(edit_distance("", ""), 0);
    EXPECT_EQ(edit_distance("", "abc"), 3);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
    EXPECT_EQ(edit_distance("tau", "tua"), 1);
    EXPECT_EQ(edit_distance("ca", "abc"), 3);  // optimal string alignment: no edits inside a swap
}

TEST(EditDistance, is_symmetric) { EXPECT_EQ(edit_distance("hamming", "hann"), edit_distance("hann", "hamming")); }

TEST(NearMisses, come_nearest_first_and_at_most_three) {
    const std::vector<std::string> known{"tau_n", "tau_m", "tau", "theta", "tau_mm"};
    const auto found = near_misses("tau_m", known);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], "tau_m");
}

TEST(NearMisses, ignore_case_and_words_too_far_away) {
    EXPECT_EQ(near_misses("Hamming", {"hamming", "boxcar"}), (std::vector<std::string>{"hamming"}));
    EXPECT_TRUE(near_misses("xyz", {"hamming", "boxcar"}).empty());
}

TEST(DidYouMean, ends_a_sentence_or_says_nothing) {
    EXPECT_EQ(did_you_mean("hamm1ng", {"hamming", "boxcar"}), "; did you mean 'hamming'?");
    EXPECT_EQ(did_you_mean("tau_k", {"tau_m", "tau_n"}), "; did you mean 'tau_m' or 'tau_n'?");
    EXPECT_EQ(did_you_mean("xyz", {"hamming"}), "");
}

}  // namespace ranvier
