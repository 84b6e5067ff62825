#pragma once

#include <string>
#include <vector>

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// A call of a function for all lanes at once; its arguments and its result are arrays of lanes, computed as programs
/// compute.
struct WholeCall {
    struct Argument {
        std::string array;
        bool uniform;  ///< the same for all lanes
    };
    std::string function;
    std::vector<Argument> arguments;
    std::string result;
};

/// A program, and what is called after it.
struct CutProgram {
    Program program;
    std::vector<WholeCall> calls;
};

/// A program of one step, cut where functions are called for all lanes at once (FunctionDeclaration::whole): programs
/// that run one after the other, the last of which calls none. What a later one needs lies in arrays "between.…". What
/// is written is written, and what is called is called, in the order of the program.
std::vector<CutProgram> cut_at_calls(const Program& program);

}  // namespace ranvier::compile
