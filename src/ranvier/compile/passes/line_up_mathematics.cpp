#include <algorithm>

#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

Program line_up_mathematics(const Program& program) {
    struct Place {
        Region region;
        int depth;  // functions of mathematics that must be known before
        int rank;   // within the depth: what is no function, then functions, those of one kind together
        Value value;
    };
    const auto at = [](Value v) { return static_cast<std::size_t>(v.id); };
    std::vector<Place> places;
    std::vector<int> depth(program.instructions.size(), 0);
    int ordered = 0;  // depth of the last instruction that may not change places with others of its kind
    each(program, [&](Value v) {
        const Instruction& i = program[v];
        if (!places.empty() && places.back().region != i.region) {
            ordered = 0;
        }
        int& mine = depth[at(v)];
        for (std::size_t k = 0; k < i.operands.size() && i.op != Op::carry; ++k) {
            const Value o = i.operands[k];
            if (program[o].region == i.region) {
                mine = std::max(mine, depth[at(o)] + (is_mathematics(program[o].op) ? 1 : 0));
            }
        }
        if (!is_computed(i.op)) {
            ordered = mine = std::max(mine, ordered);
        }
        places.push_back({i.region, mine, is_mathematics(i.op) ? 1 + static_cast<int>(i.op) : 0, v});
    });
    std::ranges::stable_sort(places, [](const Place& a, const Place& b) {
        return std::tuple(a.region, a.depth, a.rank) < std::tuple(b.region, b.depth, b.rank);
    });
    Rewriter out(program);
    for (const Place& place : places) {
        out.keep(place.value);
    }
    return out.program();
}

}  // namespace ranvier::compile
