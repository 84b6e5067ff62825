#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/network/operation.hpp"

namespace ranvier::sim {

/// A program over all elements of a group, as it runs, and what it is bound to.
struct StretchProgram {
    compile::Program program;
    Bindings bindings;
    Draws draws;
};
/// Of code that runs by itself; nothing where it calls functions for all elements at once.
std::optional<StretchProgram> stretch_program(const Code& code);
/// Of a program that only runs in stretches; nothing where it calls such functions.
std::optional<StretchProgram> stretch_program(const compile::Program& program, const Group& group,
                                              const Surroundings& around, const std::string& role);

/// Values of all elements in each of many steps.
struct Rows {
    const std::uint8_t* data = nullptr;
    index stride = 0;  ///< bytes
    compile::Storage storage = compile::Storage::float64;
    double operator()(std::int64_t row, index k) const;
};

/// What many steps of a group have left.
struct Stretched {
    std::int64_t first_step = 0, steps = 0;
    double dt = 0;
    const BoundProgram& program;
    std::vector<Rows> recorded;  ///< what the part stored in "value.0", …
    double t(std::int64_t step) const { return static_cast<double>(step) * dt; }  ///< as Clock::t
    /// By step, then element.
    const compile::EventList& events(std::string_view name) const { return *program.events(name); }
};

/// What an operation is to a stretch.
struct StretchPart {
    const Group* group = nullptr;  ///< all of whose elements it is about
    /// What it does; null: it only looks at events.
    std::function<std::optional<StretchProgram>()> program = {};
    std::string where = {};     ///< an event, in whose elements alone it acts
    std::string looks_at = {};  ///< an event that must have been decided before
    std::size_t recorded = 0;   ///< how many arrays "value.0", … it stores in every step, for `take`
    /// Told when all steps are done.
    std::function<void(const Stretched&)> take = {};
};

/// Joins operations in the order of a step; null where they are of several groups, or touch what others keep.
std::unique_ptr<Stretch> stretch_of(const Operations& operations);

}  // namespace ranvier::sim
