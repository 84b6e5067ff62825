#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/groups/group.hpp"

namespace ranvier::sim {

/// Subexpressions (constant over dt): computed before a step, variables during it.
class HeldSubexpressions {
public:
    /// @param group  has their equations and variables already, and lives longer
    explicit HeldSubexpressions(Group& group);

    /// @param view  how programs see the group with what is known around
    void prepare(const compile::Group& view, const Surroundings& around);
    /// Null where the group has no such subexpressions.
    const std::shared_ptr<Operation>& operation() const { return operation_; }

private:
    void compute();

    Group& group_;
    std::vector<std::shared_ptr<Variable>> held_;
    std::vector<Variable> values_;
    Code code_;
    std::shared_ptr<Operation> operation_;
};

}  // namespace ranvier::sim
