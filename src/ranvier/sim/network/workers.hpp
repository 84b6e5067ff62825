#pragma once

#include <optional>

#include "ranvier/base/team.hpp"

namespace ranvier::sim {

/// Threads that stay awake for the steps of a run: those of the innermost object that lives on this thread.
class Workers {
public:
    Workers();
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Made when first wanted; null outside of runs, and where there is one thread.
    static Team* team();

private:
    Workers* outer_;
    std::optional<Team> team_;
};

}  // namespace ranvier::sim
