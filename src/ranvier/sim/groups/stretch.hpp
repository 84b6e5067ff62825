#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/network/operation.hpp"

namespace ranvier::sim {

/// What many steps of a group have left.
struct Stretched {
    std::int64_t first_step = 0, steps = 0;
    double dt = 0;
    const Code& code;            ///< code.events(NAME): by step, then element; none where nobody decides on such events
    std::vector<Rows> recorded;  ///< what the part stored in "value.0", …
    double t(std::int64_t step) const { return static_cast<double>(step) * dt; }  ///< as Clock::t
};

/// What an operation is to a stretch.
struct StretchPart {
    const Group* group = nullptr;  ///< all of whose elements it is about
    /// Its program over all of them, which needn't run by itself; null: it only looks at events.
    std::function<Code()> code = {};
    std::string where = {};     ///< an event, in whose elements alone it acts
    std::string looks_at = {};  ///< an event that must have been decided before
    std::size_t recorded = 0;   ///< how many arrays "value.0", … it stores in every step, for `take`
    /// Told when all steps are done.
    std::function<void(const Stretched&)> take = {};
};

/// Joins operations in the order of a step; null where they are of several groups, or touch what others keep.
std::unique_ptr<Stretch> stretch_of(const Operations& operations);

}  // namespace ranvier::sim
