#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/dynamics/flow.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::dynamics {

/// A checked model as a flow: machine code for f, symbolic derivatives. States start as the model (or its preset)
/// says; the scale of a state is one of its display units. Noise, thresholds and resets do not enter. A parameter that
/// the text makes of others (C_2 = 0.8*C) follows them for as long as its own value is left as it was.
///
/// @param preset  "" or the name of one
/// @param given   SI values of parameters, beside those of the preset
/// @throws InvalidInput  unknown names, values outside their range, a parameter without value
Flow flow(const language::Model& model, std::string_view preset = "", const std::map<std::string, double>& given = {});

/// What the adaptive drivers take. Refers to `flow`; `p` is copied.
compile::RightHandSide right_hand_side(const Flow& flow, std::span<const double> p);

}  // namespace ranvier::dynamics
