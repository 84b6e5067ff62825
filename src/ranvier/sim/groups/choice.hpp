#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::sim {

/// The integrators that are tried where nobody chose one. As in Brian 2, "exact" is not among them for equations that
/// have no rest state, or many (dv/dt = rate beside dw/dt = -w/tau), or that compare: scripts that choose none get the
/// same steps in both.
/// @cost  O(states³)
std::vector<std::string_view> tried_integrators(const language::Model& model,
                                                std::span<const std::string_view> preference);

}  // namespace ranvier::sim
