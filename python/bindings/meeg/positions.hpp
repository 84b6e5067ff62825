#pragma once

#include "call.hpp"
#include "ranvier/meeg/maxwell/head_positions.hpp"

namespace ranvier::python {

/// Head positions as rows of ten numbers, and back. @throws InvalidInput  another shape
meeg::HeadPositions positions_of(const NumpyIn<double, 2>& table);
Array<double, 2> table_of(const meeg::HeadPositions& positions);

}  // namespace ranvier::python
