#include "ranvier/compile/passes.hpp"

namespace ranvier::compile {

Program optimised(const Program& program, Scalar scalar) {
    Program p = fold_constants(program, scalar);
    p = merge_equal(p);
    p = hoist_invariants(p);
    p = reduce_strength(p);  // looks for quotients by what was just found to be the same at all steps
    p = fold_constants(p, scalar);
    p = merge_equal(p);
    p = hoist_invariants(p);
    p = drop_unused(p);
    p = fuse(p);  // last: it asks what else a product serves
    p = fold_constants(p, scalar);
    p = merge_equal(p);
    return shorten_lives(drop_unused(p));
}

}  // namespace ranvier::compile
