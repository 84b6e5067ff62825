#pragma once

#include "call.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"

namespace ranvier::python {

/// A head as a conductor, which Python holds.
meeg::Conductor conductor_of(nb::handle value);

}  // namespace ranvier::python
