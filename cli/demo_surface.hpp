#pragma once

#include <string>
#include <utility>

#include "ranvier/meeg/motor_sources.hpp"

namespace ranvier::cli {

/// Where the demo looks for sources: on fsaverage5's cortex, where its surfaces (as FreeSurfer's files) and the place
/// of its head are on this machine; else on a sphere, and what was missing, in words.
std::pair<meeg::ImagerySurface, std::string> demo_surface(const meeg::Info& info);

}  // namespace ranvier::cli
