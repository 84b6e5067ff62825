#pragma once

#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::python {

/// The same recording on the same samples: crop or pick of the one leaves the other as it is, filter changes both.
meeg::Raw shared_raw(const meeg::Raw& raw);

}  // namespace ranvier::python
