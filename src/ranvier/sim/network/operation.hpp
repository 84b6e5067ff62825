#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/network/clock.hpp"

namespace ranvier::sim {

/// Something that happens once a step: when its clock ticks, in its slot of the schedule; of those in one slot, in the
/// order of `order`, then of their names.
struct Operation {
    std::string name;
    std::shared_ptr<Clock> clock;
    std::string when;  ///< a slot: "groups"; also "before_groups", "after_groups"
    int order = 0;
    std::function<void()> run;
    bool active = true;
    std::function<void()> rest = {};  ///< what happens in its place while it is not active; null: nothing
    double seconds = 0;               ///< spent in the last run that was profiled
    std::string kind = {};            ///< "stateupdater", "thresholder", "resetter", "pathway", "monitor", …
    std::string event = {};           ///< of thresholders and resetters
};
using Operations = std::vector<std::shared_ptr<Operation>>;

}  // namespace ranvier::sim
