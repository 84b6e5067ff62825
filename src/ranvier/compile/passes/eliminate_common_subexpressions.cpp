#include <bit>
#include <map>
#include <tuple>

#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/compile/passes/rewrite.hpp"

namespace ranvier::compile {

namespace {

using Key = std::tuple<Op, Type, std::int32_t, std::uint64_t, std::int64_t, std::vector<std::int32_t>, Region>;

bool commutes(Op op) {
    switch (op) {
        case Op::add:
        case Op::multiply:
        case Op::equal:
        case Op::not_equal:
        case Op::logical_and:
        case Op::logical_or: return true;
        default: return false;
    }
}

/// Values of `begin` serve in `steps` too, except those that differ from step to step.
bool changes_with_step(Op op) {
    return op == Op::step || op == Op::time || op == Op::random_uniform || op == Op::random_normal || op == Op::load;
}

/// Does a load of what was stored give every bit of it back, whatever is computed?
bool kept_whole(const ArrayDeclaration& array) {
    return array.storage != Storage::float32 && array.storage != Storage::int32 && array.storage != Storage::uint16;
}

Key key(const Instruction& i) {
    std::vector<std::int32_t> operands;
    for (const Value v : i.operands) {
        operands.push_back(v.id);
    }
    if (commutes(i.op) && operands[0] > operands[1]) {
        std::swap(operands[0], operands[1]);
    }
    const Region region = changes_with_step(i.op) ? i.region : Region::begin;
    return {i.op, i.type, i.index, std::bit_cast<std::uint64_t>(i.number), i.integer, operands, region};
}

}  // namespace

Program eliminate_common_subexpressions(const Program& program) {
    Rewriter out(program);
    std::map<Key, Value> known;
    std::map<std::int32_t, Value> stored;  // what lies in an array, in this region
    const std::vector<bool> written = written_elements(program);
    std::map<std::pair<std::int32_t, std::int32_t>, Value> gathered;  // of (written array, position), in this region
    Region region = Region::begin;
    each(program, [&](Value v) {
        Instruction i = out.renewed(v);
        if (i.region != region) {
            region = i.region;
            stored.clear();
            gathered.clear();
            // What `steps` computed is not visible in `end`.
            if (region == Region::end) {
                std::erase_if(known,
                              [&](const auto& entry) { return out.now()[entry.second].region == Region::steps; });
            }
        }
        if (i.op == Op::load) {
            if (const auto found = stored.find(i.index); found != stored.end()) {
                out.set(v, found->second);
                return;
            }
            const std::int32_t array = i.index;
            stored[array] = out.append(std::move(i));
            out.set(v, stored[array]);
            return;
        }
        if (i.op == Op::store) {
            if (i.operands.size() == 1 && kept_whole(program.arrays[static_cast<std::size_t>(i.index)])) {
                stored[i.index] = i.operands[0];
            } else {
                stored.erase(i.index);
            }
        }
        if (i.op == Op::gather && written[static_cast<std::size_t>(i.index)]) {
            const auto [at, is_new] = gathered.try_emplace({i.index, i.operands[0].id});
            if (is_new) {
                at->second = out.append(std::move(i));
            }
            out.set(v, at->second);
            return;
        }
        if (writes_elements(i.op)) {
            std::erase_if(gathered, [&](const auto& entry) { return entry.first.first == i.index; });
        }
        const bool mergeable = has_result(i.op) && i.op != Op::carry &&
                               (i.op != Op::call || program.functions[static_cast<std::size_t>(i.index)].pure);
        if (!mergeable) {
            out.set(v, out.append(std::move(i)));
            return;
        }
        const auto [at, is_new] = known.try_emplace(key(i));
        if (is_new) {
            at->second = out.append(std::move(i));
        }
        out.set(v, at->second);
    });
    return out.program();
}

}  // namespace ranvier::compile
