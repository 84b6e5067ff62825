#pragma once

#include "ranvier/compile/lower/lower.hpp"
#include "ranvier/compile/ode/tableau.hpp"

namespace ranvier::compile {

/// A whole step of an explicit method, all stages inlined. Arrays: the states, their slopes "f.x" at the beginning, the
/// results "new.x" and "new.f.x", "step.error" (the norm that is compared with 1); with `stages`, also "k.S.x" for each
/// stage S. Uniforms: "step.t", "step.h", "step.rtol", "step.atol.x"; with `switches` also "step.low" and "step.high",
/// between which the stages' times are kept.
Program explicit_step_program(const language::Model& model, const Tableau& tableau, const Varying& varying, bool stages,
                              bool switches = false);

/// The coefficients of dense output (tableau.hpp) from the states, "new.x" and "k.S.x": "dense.R.x", R = 0 …; extra
/// stages are computed here.
Program dense_program(const language::Model& model, const Tableau& tableau, const Varying& varying,
                      bool switches = false);

}  // namespace ranvier::compile
