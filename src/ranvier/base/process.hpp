#pragma once

#include <string>
#include <vector>

#include "ranvier/base/parallel.hpp"

namespace ranvier {

struct ProcessResult {
    int status = 0;      ///< the exit status; 128 + signal where a signal ended it
    std::string output;  ///< the last 4 kB of what it said on stdout and stderr
};

/// Runs another program to its end, without a shell. `meanwhile` is called about ten times a second; an interrupt
/// (request_interrupt) or an exception from `meanwhile` ends the program.
/// @param command  program, looked up in $PATH, and its arguments
/// @return         status 127 where there is no such program
/// @throws Interrupted; InternalError where the system can't start programs
ProcessResult run_process(const std::vector<std::string>& command, FunctionRef<void()> meanwhile);

}  // namespace ranvier
