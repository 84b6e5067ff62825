#include "ranvier/compile/ode/ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/memory.hpp"
#include "ranvier/compile/ode/trajectory.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

namespace {

/// Lanes that one thread takes at a time: the states of a few dozen variables stay in its cache, and the cut depends on
/// nothing but the number of members.
constexpr index block_lanes = 256;

double member_value(const std::vector<double>& values, index member) {
    return values.size() == 1 ? values[0] : values[static_cast<std::size_t>(member)];
}

void check_values(const std::map<std::string, std::vector<double>>& given, index members, const char* what,
                  const std::vector<std::string>& known) {
    for (const auto& entry : given) {
        const std::string& name = entry.first;  // clang 14 takes no bindings into lambdas
        const std::vector<double>& values = entry.second;
        require(std::find(known.begin(), known.end(), name) != known.end(),
                [&] { return std::string("there is no ") + what + " '" + name + "'" + did_you_mean(name, known); });
        require(values.size() == 1 || static_cast<index>(values.size()) == members, [&] {
            return "'" + name + "' must have 1 value or one for each of the " + text_of(members) + " members; got " +
                   text_of(values.size());
        });
        const auto nan = std::find_if(values.begin(), values.end(), [](double v) { return std::isnan(v); });
        require(nan == values.end(), [&] {
            return "'" + name + "' must be numbers; that of member " + text_of(nan - values.begin()) + " is NaN";
        });
    }
}

/// Parameters of one member, with the model's defaults.
std::map<std::string, double> parameters_of(const language::Model& model, const Ensemble& ensemble, index member) {
    std::map<std::string, double> given;
    for (const auto& [name, values] : ensemble.parameters) {
        given.emplace(name, member_value(values, member));
    }
    return language::parameter_values(model, ensemble.preset, given);
}

/// The ensemble with values for those parameters that differ between members because they are made of others.
Ensemble completed(const language::Model& model, const Ensemble& ensemble) {
    const bool many = std::any_of(ensemble.parameters.begin(), ensemble.parameters.end(),
                                  [](const auto& entry) { return entry.second.size() > 1; });
    const language::Preset* preset = ensemble.preset.empty() ? nullptr : language::find_preset(model, ensemble.preset);
    const bool preset_follows = preset && std::any_of(preset->values.begin(), preset->values.end(), [](const auto& s) {
                                    return !language::names_in(s.value).empty();
                                });
    const bool follow =
        preset_follows || std::any_of(model.parameters.begin(), model.parameters.end(), [&](const auto& p) {
            return p.initial && ensemble.parameters.count(p.name) == 0 && !language::names_in(p.initial).empty();
        });
    if (!many || !follow) {
        return ensemble;
    }
    Ensemble whole = ensemble;
    for (index member = 0; member < ensemble.members; ++member) {
        for (const auto& [name, value] : parameters_of(model, ensemble, member)) {
            if (ensemble.parameters.count(name) == 0) {
                whole.parameters[name].push_back(value);
            }
        }
    }
    for (auto& entry : whole.parameters) {
        std::vector<double>& values = entry.second;  // clang 14 takes no bindings into lambdas
        if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) {
            values.resize(1);
        }
    }
    return whole;
}

void check_ensemble(const language::Model& model, const Ensemble& ensemble) {
    require(ensemble.members >= 1,
            [&] { return "an ensemble has at least one member; got " + text_of(ensemble.members); });
    check_values(ensemble.parameters, ensemble.members, "parameter", names_of(model.parameters));
    check_values(ensemble.initial, ensemble.members, "state", names_of(model.states));
}

Varying varying_parameters(const Ensemble& ensemble) {
    Varying varying;
    for (const auto& [name, values] : ensemble.parameters) {
        if (values.size() > 1) {
            varying.insert(name);
        }
    }
    return varying;
}

/// Arrays and uniforms from the parameters of the members.
void give_parameters(Memory& memory, const language::Model& model, const Ensemble& ensemble) {
    for (const auto& [name, value] : parameters_of(model, ensemble, 0)) {
        memory.give(name, value);
    }
    for (const auto& [name, values] : ensemble.parameters) {
        if (values.size() > 1 && memory.has_array(name)) {
            memory.set(name, values);
        }
    }
}

/// What is computed once, for a few members, is there sooner without machine code. The bits are the same.
Engine engine_for_once(const Program& program, index members, Engine asked) {
    const auto evaluations = static_cast<index>(program.instructions.size()) * members;
    return evaluations <= 200'000 ? Engine::interpreter : asked;
}

/// Steps that wait for their own exponentials gain a fifth from two vectors side by side, but that is twice the code:
/// only a run of many steps wins back the time to compile it.
KernelOptions options_for(const Program& program, const FixedStep& how, index members) {
    KernelOptions options = how.kernel;
    const bool costly = std::any_of(program.instructions.begin(), program.instructions.end(),
                                    [](const Instruction& i) { return is_mathematics(i.op); });
    if (members == 1 && options.width == Width::native) {  // its functions fill the vectors
        options.width = Width::scalar;
    }
    if (options.interleave == 0 && costly && members >= 2 * lane_padding && how.steps * members >= 20'000'000) {
        options.interleave = 2;
    }
    return options;
}

void give_states(Memory& memory, const language::Model& model, const Ensemble& ensemble, const FixedStep& how,
                 const Varying& varying) {
    const Program program = initial_program(model, ensemble.preset, varying);
    const Kernel kernel = compiled(program, {.scalar = how.kernel.scalar,
                                             .engine = engine_for_once(program, ensemble.members, how.kernel.engine)});
    Memory initial(kernel.program(), model, ensemble.members, how.kernel.scalar);
    give_parameters(initial, model, ensemble);
    KernelCall call = initial.call();
    call.t0 = how.t0;
    call.dt = how.dt;
    call.seed = how.seed;
    call.object = 0x696e6974;  // draws of their own, apart from those of the steps
    kernel.run(call);
    for (const auto& s : model.states) {
        if (!memory.has_array(s.name)) {
            continue;
        }
        const auto given = ensemble.initial.find(s.name);
        std::vector<double> values(static_cast<std::size_t>(ensemble.members));
        for (index m = 0; m < ensemble.members; ++m) {
            values[static_cast<std::size_t>(m)] =
                given == ensemble.initial.end() ? initial.value(s.name, m) : member_value(given->second, m);
        }
        memory.set(s.name, values);
    }
}

/// All steps of a block of members, in several calls so that an interrupt is heard in between. The bits are those of
/// one call: steps are numbered through, and states are as wide in memory as in registers.
struct BlockRun {
    const Kernel& kernel;
    const KernelCall whole;
    const FixedStep& how;

    void operator()(index begin, index end, std::vector<EventList>& events) const {
        // Tens of milliseconds for costly steps; what is computed before the first step does not count beside them.
        const std::int64_t most = std::max<std::int64_t>(1, (std::int64_t{1} << 19) / (end - begin));
        const Program& program = kernel.program();
        std::vector<double> uniforms(whole.uniforms.begin(), whole.uniforms.end());
        std::vector<ArrayArgument> arrays(whole.arrays.begin(), whole.arrays.end());
        std::vector<EventList> found(events.size());
        for (std::int64_t first = 0; first < how.steps;) {
            check_interrupt();
            const std::int64_t to_row = how.every - first % how.every;
            const bool many_rows = how.every <= most;
            const std::int64_t steps = std::min<std::int64_t>(
                how.steps - first, many_rows ? most / how.every * how.every : std::min(most, to_row));
            for (std::size_t k = 0; k < uniforms.size(); ++k) {
                if (program.uniforms[k].name == "record.every") {
                    uniforms[k] = static_cast<double>(many_rows ? how.every : to_row);
                }
            }
            for (std::size_t k = 0; k < arrays.size(); ++k) {
                if (program.arrays[k].kind == ArrayKind::recording) {
                    const ArrayArgument& all = whole.arrays[k];
                    const index row = static_cast<index>(first / how.every);
                    arrays[k].extent = all.extent - row;
                    const index bytes = element_bytes(storage(program.arrays[k], kernel.scalar()));
                    arrays[k].data = static_cast<std::byte*>(all.data) + row * all.row_stride * bytes;
                }
            }
            KernelCall call = whole;
            call.begin = begin;
            call.end = end;
            call.first_step = first;
            call.steps = steps;
            call.t0 = how.t0;
            call.dt = how.dt;
            call.seed = how.seed;
            call.uniforms = uniforms;
            call.arrays = arrays;
            call.events = found;
            kernel.run(call);
            for (std::size_t list = 0; list < events.size(); ++list) {
                EventList& all = events[list];
                all.lanes.insert(all.lanes.end(), found[list].lanes.begin(), found[list].lanes.end());
                all.steps.insert(all.steps.end(), found[list].steps.begin(), found[list].steps.end());
                all.steps.resize(all.lanes.size(), first);  // a call of one step does not number it
                found[list].clear();
            }
            first += steps;
        }
    }
};

}  // namespace

EnsembleResult run(const language::Model& model, const Ensemble& given, const FixedStep& how) {
    check_ensemble(model, given);
    const Ensemble ensemble = completed(model, given);
    check_settings(how);
    const Varying varying = varying_parameters(ensemble);
    Lowered program = lowered(model, {.varying = varying, .method = how.method, .record = how.record});
    const Kernel kernel = compiled(program.program, options_for(program.program, how, ensemble.members));
    const index rows = how.record.empty() ? 0 : static_cast<index>(how.steps / how.every);
    Memory memory(kernel.program(), model, ensemble.members, how.kernel.scalar, rows);
    give_parameters(memory, model, ensemble);
    give_states(memory, model, ensemble, how, varying);
    memory.give("dt", how.dt);
    memory.give("record.every", static_cast<double>(how.every));

    const index blocks = (ensemble.members + block_lanes - 1) / block_lanes;
    const BlockRun run_block{kernel, memory.call(), how};
    std::vector<std::vector<EventList>> events(static_cast<std::size_t>(blocks),
                                               std::vector<EventList>(memory.events().size()));
    parallel_for(blocks, [&](index block) {
        const index begin = block * block_lanes;
        run_block(begin, std::min(begin + block_lanes, ensemble.members), events[static_cast<std::size_t>(block)]);
    });

    EnsembleResult result;
    result.method = program.method;
    for (index row = 0; row < rows; ++row) {
        result.t.push_back(std::fma(static_cast<double>((row + 1) * how.every), how.dt, how.t0));
    }
    for (const std::string& name : how.record) {
        Array<double, 2> values({rows, ensemble.members});
        for (index row = 0; row < rows; ++row) {
            for (index m = 0; m < ensemble.members; ++m) {
                values(row, m) = memory.recorded(name, row, m);
            }
        }
        result.recorded.emplace(name, std::move(values));
    }
    for (const auto& s : model.states) {
        std::vector<double>& values = result.final[s.name];
        for (index m = 0; m < ensemble.members; ++m) {
            values.push_back(memory.value(s.name, m));
        }
    }
    for (std::size_t list = 0; list < kernel.program().events.size(); ++list) {
        EventList& merged = result.events[kernel.program().events[list]];
        for (const auto& of_block : events) {
            merged.append(of_block[list]);
        }
        merged.sort();
    }
    return result;
}

std::vector<Solution> solve_each(const language::Model& model, const Ensemble& ensemble, double t0, double t1,
                                 const AdaptiveOptions& wanted) {
    check_settings(wanted);
    const AdaptiveOptions options = within_span(wanted, t0, t1);
    check_ensemble(model, ensemble);
    std::vector<Solution> solutions(static_cast<std::size_t>(ensemble.members));
    constexpr index block_members = 16;  // one system and one stepper serve a block
    const index blocks = (ensemble.members + block_members - 1) / block_members;
    const System first(model, parameters_of(model, ensemble, 0));
    parallel_for(blocks, [&](index block) {
        System system(first);
        const RightHandSide rhs = right_hand_side(system);
        const auto stepper = stepper_for(system, rhs, options);
        for (index m = block * block_members; m < std::min((block + 1) * block_members, ensemble.members); ++m) {
            const auto parameters = parameters_of(model, ensemble, m);
            for (const auto& [name, value] : parameters) {
                system.set_parameter(name, value);
            }
            require_without_noise(system);
            stepper->refresh();
            const auto initial = language::initial_values(model, parameters, ensemble.preset);
            std::vector<double> x0;
            for (const auto& s : model.states) {
                const auto given = ensemble.initial.find(s.name);
                x0.push_back(given == ensemble.initial.end() ? initial.at(s.name) : member_value(given->second, m));
            }
            check_run(options, t0, t1, x0, system.size());
            solutions[static_cast<std::size_t>(m)] = driven(*stepper, t0, t1, x0, options);
        }
    });
    return solutions;
}

}  // namespace ranvier::compile
