#include "ranvier/sim/groups/code.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/network/workers.hpp"

namespace ranvier::sim {

using compile::ArrayKind;

namespace {

/// Lanes that a thread takes at a time: microseconds of work, and far more than a round of a team costs.
constexpr index block_lanes = 2048;

}  // namespace

Code::Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
           bool serial)
    : object_(object_number(group.owner()->name(), role)) {  // a part of a group may be made in passing
    compile::KernelOptions options;
    // Functions of one's own may count or remember their calls: they are called for the elements alone, in order.
    const auto calls = [&](const compile::Instruction& i) {
        return i.op == compile::Op::call && !program.functions[static_cast<std::size_t>(i.index)].pure;
    };
    serial = serial || std::ranges::any_of(program.instructions, calls);
    if (serial) {
        options.width = compile::Width::scalar;
        options.interleave = 1;
    }
    kernel_ = compile::compiled(program, options);
    const compile::Program& compiled = kernel_.program();
    const bool random = std::ranges::any_of(compiled.instructions, [](const compile::Instruction& i) {
        return i.op == compile::Op::random_uniform || i.op == compile::Op::random_normal;
    });
    draws_ = random ? &randomness().counts[object_] : nullptr;
    for (const compile::ArrayDeclaration& a : compiled.arrays) {
        Source source;
        compile::ArrayArgument argument;
        if (a.kind == ArrayKind::table) {
            const auto table = around.tables.find(a.name.substr(std::string("table.").size()));
            ensure(table != around.tables.end(), "tables come from outside");
            tables_.push_back(table->second);
            argument.data = const_cast<double*>(table->second->values.data());  // only read
            argument.extent = static_cast<index>(table->second->values.size());
        } else {
            source.variable = group.array(a.name);
        }
        array_sources_.push_back(source);
        arrays_.push_back(argument);
    }
    in_blocks_ = !serial;
    for (const compile::Instruction& i : compiled.instructions) {
        in_blocks_ = in_blocks_ && !compile::writes_elements(i.op);
        if (i.op != compile::Op::store && !compile::writes_elements(i.op)) {
            continue;
        }
        // What is written and gathered under another name (a variable linked to its own group) is gathered from a copy.
        const Variable* const stored = array_sources_[static_cast<std::size_t>(i.index)].variable;
        for (std::size_t k = 0; k < array_sources_.size(); ++k) {
            Source& source = array_sources_[k];
            source.snapshot = source.snapshot || (stored != nullptr && source.variable == stored &&
                                                  k != static_cast<std::size_t>(i.index) &&
                                                  compiled.arrays[k].kind == ArrayKind::elements);
        }
    }
    snapshots_.resize(array_sources_.size());
    for (const compile::UniformDeclaration& u : compiled.uniforms) {
        Source source;
        double value = 0;
        if (u.name.starts_with("constant.")) {
            const auto constant = around.constants.find(u.name.substr(9));
            ensure(constant != around.constants.end(), "constants come from outside");
            value = constant->second.value;
        } else if (u.name != "dt" && u.name != "first") {
            source.variable = group.array(u.name);
            ensure(source.variable != nullptr, "a uniform is a shared variable");
        }
        if (u.name == "dt") {
            dt_at_ = std::ssize(uniforms_);
        }
        uniform_sources_.push_back(source);
        uniforms_.push_back(value);
    }
    language::Model functions;
    functions.functions = around.functions;
    functions_ = compile::addresses(compiled, functions);
    events_.resize(compiled.events.size());
}

bool Code::has_array(const std::string& name) const {
    return std::ranges::any_of(kernel_.program().arrays, [&](const auto& a) { return a.name == name; });
}

void Code::give(const std::string& array, Variable& variable) {
    const auto& declared = kernel_.program().arrays;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == array) {
            array_sources_[k].variable = &variable;
        }
    }
}

void Code::give(const std::string& uniform, double value) {
    const auto& declared = kernel_.program().uniforms;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == uniform) {
            uniforms_[k] = value;
        }
    }
}

void Code::run(index lanes, std::int64_t step, double dt) {
    call(lanes, step, dt, dt, object_, draws_ ? (*draws_)++ : 0);
}

void Code::run(index lanes, const Clock& clock, double dt) {
    if (clock.regular()) {
        run(lanes, clock.timestep(), clock.dt());
    } else {  // the first step behind 0, of this length, begins at t
        call(lanes, 1, clock.t(), dt, object_, draws_ ? (*draws_)++ : 0);
    }
}

void Code::run_states(const Group& group) {
    const Clock& clock = *group.clock();
    run(group.n(), clock.timestep(), clock.dt());
    if (events_.empty() || events_[0].lanes.empty()) {
        return;
    }
    const index k = events_[0].lanes[0];
    for (const auto& s : group.model().states) {
        const double value = (*group.variable(s.name))[k];
        if (value != value) {
            std::array<char, 32> digits{};
            const auto end =
                std::to_chars(digits.data(), digits.data() + digits.size(), clock.t(), std::chars_format::general, 10);
            const std::string time(digits.data(), end.ptr);
            throw NumericalError("'" + s.name + "' of element " + text_of(k) + " of '" + group.name() +
                                 "' became NaN in the step that began at " + time +
                                 " s: look at its equation for divisions by 0, roots and logarithms of negative "
                                 "numbers and columns that an "
                                 "array has not, at its first value and what synapses add to it, or take a smaller dt");
        }
    }
}

void Code::run_once(index lanes, std::int64_t step, double dt) {
    call(lanes, step, dt, dt, object_number("once"), draws_ ? randomness().immediate++ : 0);
}

void Code::call(index lanes, std::int64_t step, double length, double dt, std::uint32_t object,
                std::int64_t first_draw) {
    const auto& declared = kernel_.program().arrays;
    for (std::size_t k = 0; k < arrays_.size(); ++k) {
        if (Variable* const v = array_sources_[k].variable) {
            arrays_[k].data = v->data();
            arrays_[k].extent = declared[k].kind == ArrayKind::lanes
                                    ? std::max(compile::padded(v->size()), compile::padded(1))
                                    : v->size();
            if (array_sources_[k].snapshot) {
                const auto bytes = v->bytes();
                snapshots_[k].assign(bytes.begin(), bytes.end());
                arrays_[k].data = snapshots_[k].data();
            }
        }
    }
    for (std::size_t k = 0; k < uniforms_.size(); ++k) {
        if (const Variable* const v = uniform_sources_[k].variable) {
            uniforms_[k] = (*v)[0];
        }
    }
    if (dt_at_ >= 0) {
        uniforms_[static_cast<std::size_t>(dt_at_)] = dt;
    }
    compile::KernelCall call;
    call.end = lanes;
    call.first_step = step;
    call.dt = length;
    call.seed = randomness().seed;
    call.object = object;
    call.first_draw = first_draw;
    call.arrays = arrays_;
    call.uniforms = uniforms_;
    call.functions = functions_;
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
    for (const auto& mine : block_events_) {
        for (std::size_t list = 0; list < events_.size(); ++list) {
            events_[list].lanes.insert(events_[list].lanes.end(), mine[list].lanes.begin(), mine[list].lanes.end());
        }
    }
}

}  // namespace ranvier::sim
