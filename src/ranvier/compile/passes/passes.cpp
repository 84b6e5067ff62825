#include "ranvier/compile/passes/passes.hpp"

#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/ir/size.hpp"

namespace ranvier::compile {

Program rearranged(const Program& program, Scalar scalar) {
    Program p = eliminate_common_subexpressions(fold_constants(program, scalar));
    p = hoist_loop_invariants(p);
    check_interrupt();
    p = eliminate_dead_code(eliminate_common_subexpressions(p));
    return is_large(p) ? p : shorten_live_ranges(p);
}

Program optimised(const Program& program, Scalar scalar) {
    Program p = fold_constants(program, scalar);
    p = eliminate_common_subexpressions(p);
    p = hoist_loop_invariants(p);
    p = reduce_strength(p);  // looks for quotients by what was just found to be the same at all steps
    check_interrupt();
    p = fold_constants(p, scalar);
    p = eliminate_common_subexpressions(p);
    p = hoist_loop_invariants(p);
    p = eliminate_dead_code(p);
    check_interrupt();
    p = contract_fma(p);  // last: it asks what else a product serves
    p = fold_constants(p, scalar);
    p = eliminate_dead_code(eliminate_common_subexpressions(p));
    return is_large(p) ? p : shorten_live_ranges(p);
}

}  // namespace ranvier::compile
