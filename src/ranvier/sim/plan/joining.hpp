#pragma once

#include "ranvier/sim/plan/words.hpp"
#include "ranvier/sim/synapses/synapses.hpp"

namespace ranvier::sim {

/// Makes the synapses that a plan says, as Python's `connect` does: the same seed makes the same.
/// @throws InvalidInput  what does not go together, elements that are not there, numbers that can't be kept to
void join(Synapses& synapses, const ConnectPlan& plan, const Surroundings& around);

}  // namespace ranvier::sim
