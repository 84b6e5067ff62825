#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ranvier {

/// Number of insertions, deletions, substitutions and swaps of neighbours between two words
/// (optimal string alignment). @cost  O(|a| |b|)
int edit_distance(std::string_view a, std::string_view b);

/// Up to three of `known` that `word` may have meant, nearest first.
std::vector<std::string> near_misses(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean 'tau_m' or 'tau_n'?", or "" where nothing is near: to end an error message with.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known, const char* before = "; ");

}  // namespace ranvier
