#pragma once

#include "ranvier/learn/estimator.hpp"
#include "settings.hpp"

namespace ranvier::python {

void bind_estimators(nb::module_& m);

/// Arrays of a state, on the memory of NumPy's; those of one number have no axes, words are lists.
learn::State state_of(const nb::dict& arrays);
nb::dict python_state(const learn::State& state);

}  // namespace ranvier::python
