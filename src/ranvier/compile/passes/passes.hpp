#pragma once

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

// Each pass takes a program and returns one that does the same, to the bit unless its contract says otherwise; whatever
// it decides, interpreter and machine code then see alike. `optimised` is their list.

/// Operations on constants become constants, computed by the interpreter; x + (−0), 1·x, selects of a constant
/// condition and the like become x.
Program fold_constants(const Program& program, Scalar scalar);

/// The same operation on the same values is done once; a load of what was just stored is the value itself.
Program eliminate_common_subexpressions(const Program& program);

/// What nothing depends on disappears.
Program eliminate_dead_code(const Program& program);

/// What is the same at all steps moves from `steps` to `begin`.
Program hoist_loop_invariants(const Program& program);

/// x ** n becomes products for whole constants |n| ≤ 4; x / c becomes x·(1/c) where c is a constant or uniform and the
/// same at all steps. Changes the last bits (≤ 1.5 ulp instead of 0.5 for quotients).
Program reduce_strength(const Program& program);

/// a·b ± c becomes fma(a, b, ±c) where the product serves nothing else. Changes the last bits: one rounding less.
Program contract_fma(const Program& program);

/// What frees a value comes as early as it can, so that fewer values wait for their last use at once.
Program shorten_live_ranges(const Program& program);

/// All of them in order.
Program optimised(const Program& program, Scalar scalar);

}  // namespace ranvier::compile
