#include "ranvier/sim/groups/bound_program.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/sim/groups/group.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/network/workers.hpp"

namespace ranvier::sim {

using compile::ArrayKind;

namespace {

/// Lanes that a thread takes at a time: microseconds of work, and far more than a round of a team costs.
constexpr index block_lanes = 2048;

/// Position of what is declared under a name; as many as there are where nothing is.
std::size_t position(const auto& declared, std::string_view name) {
    const auto found = std::ranges::find_if(declared, [&](const auto& d) { return d.name == name; });
    return static_cast<std::size_t>(found - declared.begin());
}

/// What is written and gathered under another name (a variable linked to its own group) is gathered from a copy.
std::vector<bool> arrays_to_copy(const compile::Program& program, const std::vector<Bindings::Source>& arrays) {
    std::vector<bool> copied(arrays.size(), false);
    for (const compile::Instruction& i : program.instructions) {
        if (i.op != compile::Op::store && !compile::writes_elements(i.op)) {
            continue;
        }
        const auto written = static_cast<std::size_t>(i.index);
        for (std::size_t k = 0; k < arrays.size(); ++k) {
            const bool same = arrays[written].variable != nullptr && arrays[k].variable == arrays[written].variable;
            copied[k] = copied[k] || (same && k != written && program.arrays[k].kind == ArrayKind::elements);
        }
    }
    return copied;
}

}  // namespace

Bindings bound(const compile::Program& program, const Group& group, const Surroundings& around) {
    Bindings bindings;
    for (const compile::ArrayDeclaration& a : program.arrays) {
        Bindings::Source& source = bindings.arrays.emplace_back();
        if (a.kind == ArrayKind::table) {
            const auto table = around.tables.find(a.name.substr(std::string("table.").size()));
            ensure(table != around.tables.end(), "tables come from outside");
            source.table = table->second;
        } else {
            source.variable = group.array(a.name);
        }
    }
    for (const compile::UniformDeclaration& u : program.uniforms) {
        Bindings::Source& source = bindings.uniforms.emplace_back();
        if (u.name.starts_with("constant.")) {
            const auto constant = around.constants.find(u.name.substr(9));
            ensure(constant != around.constants.end(), "constants come from outside");
            source.value = constant->second.value;
        } else if (u.name != "dt" && u.name != "first") {
            source.variable = group.array(u.name);
            ensure(source.variable != nullptr, "a uniform is a shared variable");
        }
    }
    language::Model functions;
    functions.functions = around.functions;
    bindings.functions = compile::addresses(program, functions);
    return bindings;
}

BoundProgram::BoundProgram(compile::Kernel kernel, Bindings bindings)
    : kernel_(std::move(kernel)),
      bindings_(std::move(bindings)),
      copied_(arrays_to_copy(program(), bindings_.arrays)),
      copies_(program().arrays.size()),
      arrays_(program().arrays.size()),
      uniforms_(program().uniforms.size()),
      events_(program().events.size()) {
    in_blocks_ = kernel_.width() != compile::Width::scalar &&
                 std::ranges::none_of(program().instructions,
                                      [](const compile::Instruction& i) { return compile::writes_elements(i.op); });
}

void BoundProgram::give(std::string_view array, Variable& variable) {
    if (const std::size_t k = position(program().arrays, array); k < bindings_.arrays.size()) {
        bindings_.arrays[k].variable = &variable;
    }
}

void BoundProgram::give(std::string_view uniform, double value) {
    if (const std::size_t k = position(program().uniforms, uniform); k < bindings_.uniforms.size()) {
        bindings_.uniforms[k].value = value;
    }
}

Variable* BoundProgram::given(std::string_view array) const {
    const std::size_t k = position(program().arrays, array);
    return k < bindings_.arrays.size() ? bindings_.arrays[k].variable : nullptr;
}

const compile::EventList* BoundProgram::events(std::string_view name) const {
    const auto found = std::ranges::find(program().events, name);
    return found == program().events.end() ? nullptr
                                           : &events_[static_cast<std::size_t>(found - program().events.begin())];
}

void BoundProgram::call(index lanes, const Moment& moment) {
    const compile::Program& declared = program();
    for (std::size_t k = 0; k < arrays_.size(); ++k) {
        const Bindings::Source& source = bindings_.arrays[k];
        if (Variable* const v = source.variable) {
            arrays_[k].data = v->data();
            arrays_[k].extent = declared.arrays[k].kind == ArrayKind::lanes
                                    ? std::max(compile::padded(v->size()), compile::padded(1))
                                    : v->size();
            if (copied_[k]) {
                const auto bytes = v->bytes();
                copies_[k].assign(bytes.begin(), bytes.end());
                arrays_[k].data = copies_[k].data();
            }
        } else if (const Table* const table = source.table.get()) {
            arrays_[k].data = const_cast<double*>(table->values.data());  // only read
            arrays_[k].extent = static_cast<index>(table->values.size());
        }
    }
    for (std::size_t k = 0; k < uniforms_.size(); ++k) {
        const Bindings::Source& source = bindings_.uniforms[k];
        uniforms_[k] = source.variable ? (*source.variable)[0] : source.value;
    }
    if (const std::size_t k = position(declared.uniforms, "dt"); k < uniforms_.size()) {
        uniforms_[k] = moment.dt;
    }
    compile::KernelCall call;
    call.end = lanes;
    call.first_step = moment.step;
    call.steps = moment.steps;
    call.dt = moment.length;
    call.seed = randomness().seed;
    call.object = moment.object;
    call.first_draw = moment.first_draw;
    call.arrays = arrays_;
    call.uniforms = uniforms_;
    call.functions = bindings_.functions;
    for (auto& list : events_) {
        list.clear();
    }
    const index blocks = (lanes + block_lanes - 1) / block_lanes;
    Team* const team = in_blocks_ && blocks > 1 ? Workers::team() : nullptr;
    if (!team) {
        call.events = events_;
        kernel_.run(call);
        return;
    }
    block_events_.resize(static_cast<std::size_t>(blocks));  // of this call: another may have had more
    team->run(blocks, [&](index b) {
        auto& mine = block_events_[static_cast<std::size_t>(b)];
        mine.resize(events_.size());
        for (auto& list : mine) {
            list.clear();
        }
        compile::KernelCall part = call;
        part.begin = b * block_lanes;
        part.end = std::min(lanes, part.begin + block_lanes);
        part.events = mine;
        kernel_.run(part);
    });
    for (std::size_t list = 0; list < events_.size(); ++list) {
        for (const auto& mine : block_events_) {
            events_[list].append(mine[list]);
        }
        if (moment.steps > 1) {
            events_[list].sort();
        }
    }
}

}  // namespace ranvier::sim
