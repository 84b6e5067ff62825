#pragma once

#include <array>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// One biquad: b0 b1 b2 a0 a1 a2 with a0 = 1, as scipy's sos rows.
using Section = std::array<double, 6>;

/// Forward and backward through second-order sections, in place: scipy's sosfiltfilt with odd extension of
/// `padlen` samples and steady-state initial conditions.
/// @throws InvalidInput  padlen >= n
void sos_filtfilt(View<double, 2> x, std::span<const Section> sections, index padlen);
/// Forward only. initial: start in the steady state of the first sample ("step"), else at rest.
void sos_filter(View<double, 2> x, std::span<const Section> sections, bool steady_start = false);

/// Steady state of each section's two delays for a unit step, cumulative gains included (scipy sosfilt_zi).
std::vector<std::array<double, 2>> steady_state(std::span<const Section> sections);

}  // namespace ranvier::numerics
