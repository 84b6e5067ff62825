#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/ode/system.hpp"

namespace ranvier::dynamics {

/// A family of a voltage clamp: the equation of one state is replaced by a constant, the other states follow from x0,
/// and a quantity is read off.
///
/// @param state   which state is held
/// @param levels  to which values [SI], shape (levels)
/// @param x0      shape (n); element `state` is not used
/// @param t       times [s], ascending, shape (times), at least 2; the step is at t[0]
/// @param name    a subexpression, state or parameter of the model: a current, a gate
/// @return        its values [SI], shape (levels, times); relative error ~1e-7
/// @throws InvalidInput    no such state or name, shapes, times that do not ascend
/// @throws NumericalError  the other states can't go on
Array<double, 2> voltage_clamp(const compile::System& system, index state, std::span<const double> levels,
                               std::span<const double> x0, std::span<const double> t, std::string_view name);

}  // namespace ranvier::dynamics
