#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::sim {

/// How many events each element has in each bin.
///
/// @param i, t  who had an event when [s], as an EventMonitor records them
/// @param bin   steps of length `dt` [s]; the first bin begins at 0 s, what lies behind the last one does not count
/// @return      shape (elements, bins)
Array<double, 2> events_in_bins(std::span<const std::int32_t> i, std::span<const double> t, index elements, index bins,
                                index bin, double dt);

/// Means of `bin` values that follow each other; what is left over at the end does not count.
std::vector<double> means_in_bins(std::span<const double> values, index bin);

/// A window of weights that sum up to 1, of odd length.
///
/// @param kind   "gaussian": `width` is its standard deviation, and it reaches two of them on either side; "flat": its
///               length
/// @param width  [steps]
/// @throws InvalidInput  another kind, a width that is not > 0 and finite
std::vector<double> rate_window(std::string_view kind, double width);

/// Each row in a window of odd length, of which nothing lies beyond the ends.
///
/// @cost  O(rows · columns · window)
Array<double, 2> smoothed(View<const double, 2> rows, std::span<const double> window);

}  // namespace ranvier::sim
