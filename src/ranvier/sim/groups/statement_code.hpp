#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"

namespace ranvier::sim {

/// Statements for the elements of a group: those that change shared variables happen once, before the others.
class StatementCode {
public:
    StatementCode() = default;
    /// @throws ModelError  what is wrong with the text
    StatementCode(const Group& group, const std::string& statements, const Surroundings& around, double dt,
                  compile::Elements elements, const std::string& role);

    /// At a moment of a clock; see Code::run.
    void run(index lanes, const Clock& clock, double dt);
    /// Outside of a run.
    /// @param elements  of `Elements::listed`, int32; null otherwise
    void run_once(index lanes, std::int64_t step, double dt, Variable* elements);

private:
    Code shared_, each_;
};

}  // namespace ranvier::sim
