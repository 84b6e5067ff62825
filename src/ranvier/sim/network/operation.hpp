#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/network/clock.hpp"

namespace ranvier::sim {

/// Many steps of operations that nothing comes between, in one call of a kernel (groups/stretch.hpp).
class Stretch {
public:
    virtual ~Stretch() = default;
    /// So many at most, that an interrupt is heard; 0: one by one they are as fast.
    virtual std::int64_t most_steps() const = 0;
    /// From the step of the clock on.
    /// @return  false where a state becomes NaN: everything is as before, and the steps must be run one by one
    virtual bool run(std::int64_t steps) = 0;
};
struct StretchPart;

/// What writes to files in a run. It is asked between steps, so that an error leaves no step half done.
struct Writing {
    std::function<bool()> begin;          ///< before the first step: makes what is written to, if it is not there yet
    std::function<void()> take_back;      ///< where a run fails that has made it: away with it, if nothing was written
    std::function<void(bool all)> write;  ///< behind every step and, with `all`, behind the run, however it ends
};

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
    /// What it is to a stretch; null: it must be run step by step.
    std::shared_ptr<const StretchPart> part = {};
    /// Joins the operations of a clock, in their order; null where they can't be. Of one of them, for all.
    std::function<std::unique_ptr<Stretch>(const std::vector<std::shared_ptr<Operation>>&)> stretch = {};
    std::shared_ptr<const Writing> writing = {};  ///< null: it keeps to memory
};
using Operations = std::vector<std::shared_ptr<Operation>>;

}  // namespace ranvier::sim
