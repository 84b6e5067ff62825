#include "ranvier/compile/ir/size.hpp"

namespace ranvier::compile {

std::int64_t code_size(const Program& program) {
    std::int64_t size = 0;
    for (const Instruction& i : program.instructions) {
        const bool long_one = is_mathematics(i.op) || i.op == Op::random_normal || i.op == Op::random_uniform;
        size += long_one || writes_elements(i.op) ? 50 : 1;
    }
    return size;
}

bool is_large(const Program& program) { return program.instructions.size() + 4 * program.arrays.size() > 2500; }

}  // namespace ranvier::compile
