#pragma once

#include <optional>
#include <span>
#include <string>

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// What happens at one point of a step: a program of one step, as it runs (optimised), whose lane k is element k.
struct StepPart {
    const Program* program = nullptr;
    std::string where = {};  ///< events of an earlier part, whose elements alone change; "": all
    std::string recorded =
        {};  ///< what the part stores in NAME is a row of the recording `recorded`.NAME; "": it is kept
};

/// Parts that follow each other in a step as one program of many steps, row k of its recordings being its k-th step.
/// What they store for each other stays in registers; each element comes to the bits that it comes to part by part.
/// @return  nothing where that can't be: elements that write elements of others or gather what is stored, functions
/// that
///          may remember their calls, random numbers of several parts or where events happen, storage in fewer bits
std::optional<Program> joined_steps(std::span<const StepPart> parts);

}  // namespace ranvier::compile
