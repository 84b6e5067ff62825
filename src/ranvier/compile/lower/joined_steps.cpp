#include "ranvier/compile/lower/joined_steps.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "ranvier/compile/ir/builder.hpp"

namespace ranvier::compile {

namespace {

bool draws(const Program& program) {
    return std::ranges::any_of(program.instructions, [](const Instruction& i) {
        return i.op == Op::random_uniform || i.op == Op::random_normal;
    });
}

/// The arrays that parts share.
struct Shared {
    std::map<std::string, ArrayDeclaration> lanes;
    std::set<std::string> stored, gathered, emitted;
    bool joinable = true;

    explicit Shared(std::span<const StepPart> parts) {
        int drawing = 0;
        for (const StepPart& part : parts) {
            drawing += draws(*part.program) ? 1 : 0;
            joinable = joinable && drawing <= 1 && !(draws(*part.program) && !part.where.empty());
            joinable = joinable && (part.where.empty() || emitted.count(part.where) > 0);
            for (const Instruction& i : part.program->instructions) {
                look(part, i);
            }
        }
        joinable = joinable && std::ranges::none_of(gathered, [&](const auto& name) { return stored.count(name) > 0; });
    }

private:
    void look(const StepPart& part, const Instruction& i) {
        const auto k = static_cast<std::size_t>(i.index);
        switch (i.op) {
            case Op::scatter:
            case Op::accumulate:
            case Op::record:
            case Op::carry: joinable = false; break;
            case Op::call: joinable = joinable && part.program->functions[k].pure; break;
            case Op::emit:
                joinable = joinable && part.where.empty() && emitted.insert(part.program->events[k]).second;
                break;
            case Op::gather: gathered.insert(part.program->arrays[k].name); break;
            case Op::load:
            case Op::store: {
                const ArrayDeclaration& array = part.program->arrays[k];
                if (i.op == Op::store && !part.recorded.empty()) {
                    break;
                }
                if (i.op == Op::store) {
                    stored.insert(array.name);
                    joinable = joinable && storage(array, Scalar::float64) != Storage::float32;
                }
                const auto [known, fresh] = lanes.emplace(array.name, array);
                joinable = joinable && known->second == array;
                break;
            }
            default: break;
        }
    }
};

class Joiner {
public:
    explicit Joiner(const Shared& shared) : shared_(shared) {
        for (const auto& [name, array] : shared.lanes) {
            now_[name] = b_.load(b_.array(name, array.type, ArrayKind::lanes, array.storage));
        }
        const Value zero = b_.integer(0);
        b_.steps();
        for (const std::string& name : shared.stored) {
            now_[name] = carries_[name] = b_.carry(now_[name]);
        }
        row_ = b_.carry(zero);
    }

    void add(const StepPart& part) {
        const Program& p = *part.program;
        std::vector<Value> values;
        for (const Instruction& i : p.instructions) {
            std::vector<Value> operands;
            for (const Value o : i.operands) {
                operands.push_back(values[static_cast<std::size_t>(o.id)]);
            }
            const auto k = static_cast<std::size_t>(i.index);
            if (i.op == Op::load) {
                values.push_back(now_.at(p.arrays[k].name));
            } else if (i.op == Op::store) {
                values.emplace_back();
                store(part, p.arrays[k], operands);
            } else {
                if (i.op == Op::emit) {
                    happened_[p.events[k]] = operands[0];
                }
                values.push_back(b_.copy(p, i, std::move(operands)));
            }
        }
    }

    Program program() {
        b_.set_next(row_, b_.add(row_, b_.integer(1)));
        for (const auto& [name, carry] : carries_) {
            b_.set_next(carry, now_[name]);
        }
        b_.end();
        for (const auto& [name, carry] : carries_) {
            const ArrayDeclaration& array = shared_.lanes.at(name);
            b_.store(b_.array(name, array.type, ArrayKind::lanes, array.storage), carry);
        }
        return b_.program();
    }

private:
    void store(const StepPart& part, const ArrayDeclaration& array, const std::vector<Value>& operands) {
        if (!part.recorded.empty()) {
            const int rows =
                b_.array(part.recorded + "." + array.name, array.type, ArrayKind::recording, array.storage);
            b_.record(rows, row_, operands[0], b_.boolean(true));
            return;
        }
        Value& now = now_.at(array.name);
        Value kept = as_stored(array, operands[0]);
        if (operands.size() > 1) {
            kept = b_.select(operands[1], kept, now);
        }
        now = part.where.empty() ? kept : b_.select(happened_.at(part.where), kept, now);
    }

    /// What memory would give back: the lowest bits of integers.
    Value as_stored(const ArrayDeclaration& array, Value x) {
        const auto modulo = [&](Value i, std::int64_t n) { return b_.apply(Op::modulo, {i, b_.integer(n)}); };
        constexpr std::int64_t half = std::int64_t{1} << 31;
        switch (storage(array, Scalar::float64)) {
            case Storage::int32: return b_.subtract(modulo(b_.add(x, b_.integer(half)), 2 * half), b_.integer(half));
            case Storage::uint16: return modulo(x, std::int64_t{1} << 16);
            default: return x;
        }
    }

    const Shared& shared_;
    Builder b_{"joined"};
    std::map<std::string, Value> now_, carries_, happened_;
    Value row_;
};

}  // namespace

std::optional<Program> joined_steps(std::span<const StepPart> parts) {
    const Shared shared(parts);
    if (!shared.joinable) {
        return std::nullopt;
    }
    Joiner joiner(shared);
    for (const StepPart& part : parts) {
        joiner.add(part);
    }
    return joiner.program();
}

}  // namespace ranvier::compile
