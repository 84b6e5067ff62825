#include "ranvier/compile/lower/cut_at_calls.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/ir/builder.hpp"

namespace ranvier::compile {

namespace {

class Cutter {
public:
    explicit Cutter(const Program& program)
        : p_(program), uniform_(uniform_values(program)), stage_(program.instructions.size(), 0) {
        std::set<std::int32_t> stored;
        for (const Instruction& i : p_.instructions) {
            if (i.op == Op::store || writes_elements(i.op)) {
                stored.insert(i.index);
            }
        }
        int effects = 0, calls = -1;  // stages of the last effect and of the last call: they keep their order
        for (std::size_t k = 0; k < p_.instructions.size(); ++k) {
            const Instruction& i = p_.instructions[k];
            for (const Value o : i.operands) {
                stage_[k] = std::max(stage_[k], after(o));
            }
            const bool drawn = i.op == Op::random_uniform || i.op == Op::random_normal;
            const bool leaf =
                i.op == Op::constant || i.op == Op::uniform || i.op == Op::lane || i.op == Op::step || i.op == Op::time;
            const bool reads = (i.op == Op::load || i.op == Op::gather) && stored.count(i.index) == 0;
            if (whole(i)) {
                calls = stage_[k] = std::max({stage_[k], effects, calls});
            } else if (!is_computed(i.op) && !leaf && !drawn && !reads) {
                effects = stage_[k] = std::max({stage_[k], effects, calls + 1});
            }
            // Cheaper to have again than to keep.
            again_.push_back(leaf || (reads && i.op == Op::load));
            stages_ = std::max(stages_, stage_[k] + (whole(i) ? 2 : 1));
        }
    }

    std::vector<CutProgram> programs() {
        std::set<std::size_t> kept;  // needed by a later stage, or by a call
        for (std::size_t k = 0; k < p_.instructions.size(); ++k) {
            for (const Value o : p_.instructions[k].operands) {
                const auto from = static_cast<std::size_t>(o.id);
                if (whole(p_.instructions[k]) || (stage_[from] < stage_[k] && !again_[from])) {
                    kept.insert(from);
                }
            }
        }
        std::vector<CutProgram> all;
        for (int stage = 0; stage < stages_; ++stage) {
            all.push_back(program(stage, kept));
        }
        return all;
    }

private:
    bool whole(const Instruction& i) const {
        return i.op == Op::call && p_.functions[static_cast<std::size_t>(i.index)].whole;
    }
    /// The first stage in which a value is there.
    int after(Value v) const {
        const auto k = static_cast<std::size_t>(v.id);
        return stage_[k] + (whole(p_.instructions[k]) ? 1 : 0);
    }
    static std::string between(std::size_t k) { return "between." + ranvier::text_of(k); }

    CutProgram program(int stage, const std::set<std::size_t>& kept) const {
        Builder b(p_.name);
        std::map<std::size_t, Value> values;
        CutProgram cut;
        const std::function<Value(std::size_t)> value = [&](std::size_t k) -> Value {
            const Instruction& i = p_.instructions[k];
            auto found = values.find(k);
            if (found != values.end()) {
                return found->second;
            }
            ensure(again_[k] || stage_[k] < stage || whole(i), "values come before their use");
            const Value v = again_[k] ? b.copy(p_, i, {}) : b.load(b.array(between(k), i.type));
            values.emplace(k, v);
            return v;
        };
        for (std::size_t k = 0; k < p_.instructions.size(); ++k) {
            const Instruction& i = p_.instructions[k];
            if (stage_[k] != stage || again_[k]) {
                continue;
            }
            if (whole(i)) {
                WholeCall call{p_.functions[static_cast<std::size_t>(i.index)].name, {}, between(k)};
                for (const Value o : i.operands) {
                    const auto from = static_cast<std::size_t>(o.id);
                    call.arguments.push_back({between(from), uniform_[from]});
                }
                cut.calls.push_back(std::move(call));
                continue;
            }
            std::vector<Value> operands;
            for (const Value o : i.operands) {
                operands.push_back(value(static_cast<std::size_t>(o.id)));
            }
            const Value v = b.copy(p_, i, std::move(operands));
            if (has_result(i.op)) {
                values.emplace(k, v);
            }
        }
        for (const std::size_t k : kept) {
            const Instruction& i = p_.instructions[k];
            const bool for_a_call = again_[k] && stage == 0;  // as an argument
            if (!whole(i) && (again_[k] ? for_a_call : stage_[k] == stage)) {
                b.store(b.array(between(k), i.type), value(k));
            }
        }
        cut.program = b.program();
        return cut;
    }

    const Program& p_;
    std::vector<bool> uniform_;
    std::vector<int> stage_;
    std::vector<bool> again_;
    int stages_ = 1;
};

}  // namespace

std::vector<CutProgram> cut_at_calls(const Program& program) {
    if (std::ranges::none_of(program.functions, &FunctionDeclaration::whole)) {
        return {{program, {}}};
    }
    return Cutter(program).programs();
}

}  // namespace ranvier::compile
