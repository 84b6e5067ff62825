#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/sim/groups/group.hpp"
#include "ranvier/sim/plan/words.hpp"

namespace ranvier::sim {

/// A model in a plan: the texts of a group, what their names stand for, and with what its variables begin.
///
/// Parameters of the section "parameters" are constants, whose values compile nothing. One that is set to what differs
/// between elements ("rand()*nA") is a variable of the group instead.
struct UsedModel {
    language::Model model;
    language::Parts parts;
    Surroundings around;
    struct Begin {
        std::string variable, text;
        std::string key;  ///< where it was said, within the part of the plan
    };
    std::vector<Begin> begin;  ///< in the order in which they are set
    std::string method;
    std::vector<std::string> varied;  ///< parameters that are variables
};

/// The integrators of a model that names none: Brian 2's, in its order.
inline constexpr std::array<std::string_view, 3> tried{"exact", "euler", "heun"};

/// What uses a model, and what is set.
struct ModelRequest {
    std::string model, preset, method;
    const Value* set = nullptr;
    bool synapse = false;
    const Group* pre = nullptr;  ///< of synapses
    const Group* post = nullptr;
};

/// @param constants  of the plan
/// @throws InvalidInput  no such model, preset or name; a kind that has no place in a network, values out of range
UsedModel used_model(const ModelRequest& request, const Constants& constants, const Origin& origin);

/// Sets the variables of a group that was made of these texts.
/// @throws InvalidInput  wrong units, values out of a parameter's range
void begin(Group& group, const UsedModel& use, const Origin& origin);

}  // namespace ranvier::sim
