#pragma once

#include <array>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

/// Recursive filters as cascades of second-order sections, one signal per vector lane. A row's result has the same
/// bits at any position of the batch and with any neighbours; a NaN stays in its row.
namespace ranvier::numerics {

/// One biquad: b0 b1 b2 a0 a1 a2 with a0 = 1, as scipy's sos rows.
using Section = std::array<double, 6>;

/// Forward and backward through second-order sections, in place: zero phase, the magnitude response squared. The rows
/// are extended by odd reflection over `padlen` samples at each end, and each direction starts in the steady state of
/// its first sample, as scipy's sosfiltfilt does.
/// @param x  shape (rows, n)
/// @throws InvalidInput  padlen >= n or < 0; no section, one with a0 != 1, or one with a pole at 1
/// @cost     O(rows · n · sections), threads(); each thread holds up to 8 rows
/// @source   Gustafsson 1996, doi:10.1109/78.492552 (why the start matters); the start is that of lfilter_zi
void sos_filtfilt(View<double, 2> x, std::span<const Section> sections, index padlen);

/// Forward only, in place. @param steady_start  from the steady state of the first sample ("step"), else from rest
/// @throws InvalidInput  as sos_filtfilt
void sos_filter(View<double, 2> x, std::span<const Section> sections, bool steady_start = false);

/// Steady state of each section's two delays for an endless input of 1 to the cascade (scipy's sosfilt_zi).
/// @throws InvalidInput  a section with a pole at 1, which has no steady state
std::vector<std::array<double, 2>> steady_state(std::span<const Section> sections);

}  // namespace ranvier::numerics
