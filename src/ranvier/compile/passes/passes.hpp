#pragma once

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

// Each pass takes a program and returns one that does the same, to the bit unless its contract says otherwise; whatever
// it decides, interpreter and machine code then see alike. `optimised` is their list.

/// Operations on constants become constants, computed by the interpreter; x + (−0), 1·x, selects of a constant
/// condition and the like become x.
Program fold_constants(const Program& program, Scalar scalar);

/// Equal operations on equal values are computed once; a load of what was just stored is that value, unless the array
/// keeps less of it. Gathers of an array that the program writes are merged only where nothing is written to it
/// between.
Program eliminate_common_subexpressions(const Program& program);

/// Instructions whose values nothing uses are removed.
Program eliminate_dead_code(const Program& program);

/// Instructions whose value is the same in every step move from `steps` to `begin`.
Program hoist_loop_invariants(const Program& program);

/// x ** n becomes products for whole constants |n| ≤ 4; x / c becomes x·(1/c) where c is a constant or uniform and the
/// same at all steps. Changes the last bits (≤ 1.5 ulp instead of 0.5 for quotients).
Program reduce_strength(const Program& program);

/// a·b ± c becomes fma(a, b, ±c) where the product has no other use. Changes the last bits: one rounding less.
Program contract_fma(const Program& program);

/// Last uses of values come as early as they can, so that fewer values are live at once (less register pressure).
Program shorten_live_ranges(const Program& program);

/// Functions of mathematics of one kind that don't wait for each other stand side by side: for code of one lane, which
/// computes them in one vector. Not among those of `optimised`.
Program line_up_mathematics(const Program& program);

/// Those that change no bit, in order: for programs that were made of optimised ones, whose arithmetic is decided.
Program rearranged(const Program& program, Scalar scalar);

/// All of them in order.
Program optimised(const Program& program, Scalar scalar);

}  // namespace ranvier::compile
