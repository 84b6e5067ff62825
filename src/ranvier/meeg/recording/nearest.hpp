#pragma once

#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Which of t_longer to keep, as many as t_shorter has, so that the two sequences of times lie close. One event is
/// removed after the other: the one whose removal leaves the least sum of distances, event by event, from both sides;
/// beyond the end of the shorter one its last time stands in. (The rule of MNE-Python's "mintime".)
std::vector<bool> nearest(const std::vector<index>& t_shorter, const std::vector<index>& t_longer);

}  // namespace ranvier::meeg
