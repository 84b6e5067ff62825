#include "ranvier/sim/groups/code.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/cut_at_calls.hpp"
#include "ranvier/compile/passes/passes.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/network/workers.hpp"

namespace ranvier::sim {

using compile::ArrayKind;

namespace {

/// Lanes that a thread takes at a time: microseconds of work, and far more than a round of a team costs.
constexpr index block_lanes = 2048;

}  // namespace

double Rows::operator()(std::int64_t row, index k) const {
    const std::uint8_t* const values = data + row * stride;
    switch (storage) {
        case compile::Storage::float64: return reinterpret_cast<const double*>(values)[k];
        case compile::Storage::int64: return static_cast<double>(reinterpret_cast<const std::int64_t*>(values)[k]);
        default: return values[k];
    }
}

void Code::make_kernel(const compile::Program& program, bool serial, compile::Engine engine, bool decided) {
    compile::KernelOptions options;
    options.decided = decided;
    options.engine = engine;
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
    const auto& compiled = kernel_.program();
    in_blocks_ = !serial && std::ranges::none_of(compiled.instructions, [](const compile::Instruction& i) {
        return compile::writes_elements(i.op);
    });
    arrays_.resize(compiled.arrays.size());
    array_sources_.resize(compiled.arrays.size());
    uniform_sources_.resize(compiled.uniforms.size());
    uniforms_.resize(compiled.uniforms.size());
    events_.resize(compiled.events.size());
    for (std::size_t k = 0; k < compiled.uniforms.size(); ++k) {
        if (compiled.uniforms[k].name == "dt") {
            dt_at_ = static_cast<index>(k);
        }
    }
}

Code::Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
           bool serial, compile::Engine engine)
    : object_(object_number(group.owner()->name(), role)) {  // a part of a group may be made in passing
    std::vector<compile::CutProgram> cut{{program, {}}};
    if (std::ranges::any_of(program.functions, &compile::FunctionDeclaration::whole)) {
        cut = compile::cut_at_calls(compile::optimised(program, compile::Scalar::float64));
    }
    const auto is_random = [](const compile::Instruction& i) {
        return i.op == compile::Op::random_uniform || i.op == compile::Op::random_normal;
    };
    make_kernel(cut.back().program, serial, engine, cut.size() > 1);
    find_sources(group, around);
    draws_ = std::ranges::any_of(program.instructions, is_random) ? &randomness().counts[object_] : nullptr;
    if (cut.size() == 1) {
        return;
    }
    between_ = std::make_shared<std::map<std::string, Variable, std::less<>>>();
    for (const compile::CutProgram& part : cut) {
        for (const compile::ArrayDeclaration& a : part.program.arrays) {
            if (a.name.starts_with("between.")) {
                const language::Type type = a.type == compile::Type::real      ? language::Type::real
                                            : a.type == compile::Type::integer ? language::Type::integer
                                                                               : language::Type::boolean;
                between_->try_emplace(a.name, a.name, units::Dimension{}, type, computed_storage(type), 0);
            }
        }
        for (const compile::WholeCall& call : part.calls) {
            between_->try_emplace(call.result, call.result, units::Dimension{}, language::Type::real,
                                  compile::Storage::float64, 0);
        }
    }
    for (std::size_t k = 0; k + 1 < cut.size(); ++k) {
        Stage stage;
        stage.code.make_kernel(cut[k].program, serial, engine, true);
        stage.code.find_sources(group, around);
        for (const compile::WholeCall& call : cut[k].calls) {
            const auto f =
                std::ranges::find_if(around.functions, [&](const auto& u) { return u.name == call.function; });
            ensure(f != around.functions.end(), "functions come from outside");
            Stage::Call made{reinterpret_cast<WholeFunction>(const_cast<void*>(f->address)), {}, {}, nullptr};
            for (const auto& [argument, uniform] : call.arguments) {
                Variable& v = between_->find(argument)->second;
                const char type = v.type == language::Type::real ? 'r' : v.type == language::Type::integer ? 'i' : 'b';
                made.types += static_cast<char>(uniform ? std::toupper(type) : type);
                made.arguments.push_back(&v);
            }
            made.result = &between_->find(call.result)->second;
            stage.calls.push_back(std::move(made));
        }
        before_.push_back(std::move(stage));
    }
    for (auto& [name, variable] : *between_) {
        give(name, variable);
    }
    if (serial) {
        require(has_array("elements"), "a function of Python is called for all elements of '", group.name(),
                "' at once; where one element depends on what others before it have changed, write a C function");
        one_ = std::make_shared<Variable>("elements", units::Dimension{}, language::Type::integer,
                                          compile::Storage::int32, 1);
    }
}

/// Where arrays and uniforms lie.
void Code::find_sources(const Group& group, const Surroundings& around) {
    const compile::Program& compiled = kernel_.program();
    for (std::size_t k = 0; k < compiled.arrays.size(); ++k) {
        const compile::ArrayDeclaration& a = compiled.arrays[k];
        if (a.kind == ArrayKind::table) {
            const auto table = around.tables.find(a.name.substr(std::string("table.").size()));
            ensure(table != around.tables.end(), "tables come from outside");
            array_sources_[k].table = table->second;
        } else {
            array_sources_[k].variable = group.array(a.name);
        }
    }
    find_snapshots();
    for (std::size_t k = 0; k < compiled.uniforms.size(); ++k) {
        const std::string& name = compiled.uniforms[k].name;
        if (name.starts_with("constant.")) {
            const auto constant = around.constants.find(name.substr(9));
            ensure(constant != around.constants.end(), "constants come from outside");
            uniforms_[k] = constant->second.value;
        } else if (name != "dt" && name != "first") {
            uniform_sources_[k].variable = group.array(name);
            ensure(uniform_sources_[k].variable != nullptr, "a uniform is a shared variable");
        }
    }
    language::Model functions;
    functions.functions = around.functions;
    functions_ = compile::addresses(compiled, functions);
}

/// What is written and gathered under another name (a variable linked to its own group) is gathered from a copy.
void Code::find_snapshots() {
    snapshots_.resize(array_sources_.size());
    for (const compile::Instruction& i : kernel_.program().instructions) {
        if (i.op != compile::Op::store && !compile::writes_elements(i.op)) {
            continue;
        }
        const Variable* const stored = array_sources_[static_cast<std::size_t>(i.index)].variable;
        for (std::size_t k = 0; k < array_sources_.size(); ++k) {
            Source& source = array_sources_[k];
            source.snapshot = source.snapshot || (stored != nullptr && source.variable == stored &&
                                                  k != static_cast<std::size_t>(i.index) &&
                                                  kernel_.program().arrays[k].kind == ArrayKind::elements);
        }
    }
}

std::optional<Code> Code::joined(const compile::Program& program, std::span<const Code* const> of, index lanes) {
    Code code;
    code.make_kernel(program, lanes == 1, compile::Engine::machine_code, true);
    const compile::Program& compiled = code.kernel_.program();
    code.functions_.resize(compiled.functions.size());
    code.recordings_.resize(compiled.arrays.size());
    std::map<std::string, std::pair<Source, double>> meant;  // by each name
    std::map<const Variable*, std::string> names;
    bool clear = true;
    const auto means = [&](const std::string& name, const Source& source, double value) {
        const auto& first = meant.try_emplace(name, source, value).first->second;
        clear = clear && !source.snapshot && first.first.variable == source.variable &&
                first.first.table == source.table && first.second == value;
        if (source.variable != nullptr) {
            clear = clear && names.try_emplace(source.variable, name).first->second == name;
        }
    };
    std::map<std::string, const void*> addresses;
    for (const Code* part : of) {
        const compile::Program& theirs = part->program();
        if (part->draws_ != nullptr) {
            code.draws_ = part->draws_;
            code.object_ = part->object_;
        }
        for (std::size_t k = 0; k < theirs.arrays.size(); ++k) {
            means(theirs.arrays[k].name, part->array_sources_[k], 0);
        }
        for (std::size_t k = 0; k < theirs.uniforms.size(); ++k) {
            const Source& source = part->uniform_sources_[k];
            means("uniform " + theirs.uniforms[k].name, source, source.variable ? 0 : part->uniforms_[k]);
        }
        for (std::size_t k = 0; k < theirs.functions.size(); ++k) {
            clear = clear && addresses.try_emplace(theirs.functions[k].name, part->functions_[k]).first->second ==
                                 part->functions_[k];
        }
    }
    if (!clear) {
        return std::nullopt;
    }
    for (std::size_t k = 0; k < compiled.arrays.size(); ++k) {
        if (compiled.arrays[k].kind != ArrayKind::recording) {
            code.array_sources_[k] = meant.at(compiled.arrays[k].name).first;
        }
    }
    for (std::size_t k = 0; k < compiled.uniforms.size(); ++k) {
        std::tie(code.uniform_sources_[k], code.uniforms_[k]) = meant.at("uniform " + compiled.uniforms[k].name);
    }
    for (std::size_t k = 0; k < compiled.functions.size(); ++k) {
        code.functions_[k] = addresses.at(compiled.functions[k].name);
    }
    code.find_snapshots();
    return code;
}

bool Code::has_array(const std::string& name) const {
    return std::ranges::any_of(kernel_.program().arrays, [&](const auto& a) { return a.name == name; }) ||
           std::ranges::any_of(before_, [&](const Stage& stage) { return stage.code.has_array(name); });
}

void Code::give(const std::string& array, Variable& variable) {
    for (Stage& stage : before_) {
        stage.code.give(array, variable);
    }
    const auto& declared = kernel_.program().arrays;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == array) {
            array_sources_[k].variable = &variable;
        }
    }
}

void Code::give(const std::string& uniform, double value) {
    for (Stage& stage : before_) {
        stage.code.give(uniform, value);
    }
    const auto& declared = kernel_.program().uniforms;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == uniform) {
            uniforms_[k] = value;
        }
    }
}

void Code::run(index lanes, std::int64_t step, double dt) {
    call_stages(lanes, step, dt, dt, object_, draws_ ? (*draws_)++ : 0);
}

void Code::run(index lanes, const Clock& clock, double dt) {
    if (clock.regular()) {
        run(lanes, clock.timestep(), clock.dt());
    } else {  // the first step behind 0, of this length, begins at t
        call_stages(lanes, 1, clock.t(), dt, object_, draws_ ? (*draws_)++ : 0);
    }
}

void Code::run_states(const Group& group) {
    const Clock& clock = *group.clock();
    run(group.n(), clock.timestep(), clock.dt());
    const auto& lost = events("nan").lanes;
    if (lost.empty()) {
        return;
    }
    const index k = lost[0];
    for (const auto& s : group.model().states) {
        const double value = (*group.variable(s.name))[k];
        if (value != value) {
            std::array<char, 32> digits{};
            const auto end =
                std::to_chars(digits.data(), digits.data() + digits.size(), clock.t(), std::chars_format::general, 10);
            const std::string time(digits.data(), end.ptr);
            throw NumericalError(
                "'" + s.name + "' of element " + text_of(k) + " of '" + group.name() +
                "' became NaN in the step that began at " + time +
                " s. Most often something grew without bounds, such as an exponential: take a smaller "
                "dt or another method. Else look for a division by 0, a root or logarithm of a negative "
                "number, NaN among first values, or a column that an array has not");
        }
    }
}

void Code::run_once(index lanes, std::int64_t step, double dt) {
    call_stages(lanes, step, dt, dt, object_number("once"), draws_ ? randomness().immediate++ : 0);
}

bool Code::run_steps(index lanes, std::int64_t first_step, std::int64_t steps, double dt) {
    const auto& declared = kernel_.program().arrays;
    std::vector<std::pair<Variable*, std::vector<std::uint8_t>>> before;
    for (const compile::Instruction& i : kernel_.program().instructions) {
        if (i.op == compile::Op::store) {
            Variable* const v = array_sources_[static_cast<std::size_t>(i.index)].variable;
            before.emplace_back(v, std::vector<std::uint8_t>(v->bytes().begin(), v->bytes().end()));
        }
    }
    const index stride = compile::padded(lanes);
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].kind == ArrayKind::recording) {
            const index bytes =
                steps * stride * compile::element_bytes(compile::storage(declared[k], compile::Scalar::float64));
            if (recordings_[k].size() < bytes) {
                recordings_[k] = Array<std::uint8_t, 1>({bytes});
            }
            arrays_[k] = {recordings_[k].data(), steps, stride};
        }
    }
    const std::int64_t drawn = draws_ ? *draws_ : 0;
    call(lanes, first_step, steps, dt, dt, object_, drawn);
    if (!events("nan").lanes.empty()) {
        for (auto& [variable, bytes] : before) {
            std::ranges::copy(bytes, variable->bytes().begin());
        }
        return false;
    }
    if (draws_) {
        *draws_ += steps;
    }
    return true;
}

Rows Code::rows(const std::string& recording) const {
    const auto& declared = kernel_.program().arrays;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == recording) {
            const compile::Storage storage = compile::storage(declared[k], compile::Scalar::float64);
            return {recordings_[k].data(), arrays_[k].row_stride * compile::element_bytes(storage), storage};
        }
    }
    throw InternalError("what is asked for was recorded");
}

const compile::EventList& Code::events(std::string_view name) const {
    static const compile::EventList none;
    const auto& declared = kernel_.program().events;
    const auto found = std::ranges::find(declared, name);
    if (found != declared.end()) {
        return events_[static_cast<std::size_t>(found - declared.begin())];
    }
    for (const Stage& stage : before_) {
        const auto& before = stage.code.events(name);
        if (&before != &none) {
            return before;
        }
    }
    return none;
}

void Code::call_stages(index lanes, std::int64_t step, double length, double dt, std::uint32_t object,
                       std::int64_t first_draw) {
    if (before_.empty()) {
        call(lanes, step, 1, length, dt, object, first_draw);
    } else if (one_) {
        call_one_by_one(lanes, step, length, dt, object, first_draw);
    } else {
        Variable* elements = nullptr;
        if (lanes == 0) {
            return;
        }
        for (auto& [name, variable] : *between_) {
            variable.resize(lanes);
        }
        for (Stage& stage : before_) {
            stage.code.call(lanes, step, 1, length, dt, object, first_draw);
            elements = elements ? elements : stage.code.given("elements");
            for (const Stage::Call& called : stage.calls) {
                std::vector<const void*> arguments;
                for (const Variable* v : called.arguments) {
                    arguments.push_back(v->data());
                }
                called.function(lanes, called.types.c_str(), arguments.data(), called.result->as<double>().data(),
                                elements ? elements->as<std::int32_t>().data() : nullptr);
            }
        }
        call(lanes, step, 1, length, dt, object, first_draw);
    }
}

void Code::call_one_by_one(index lanes, std::int64_t step, double length, double dt, std::uint32_t object,
                           std::int64_t first_draw) {
    Variable* const elements = given("elements");
    const std::shared_ptr<Variable> one = std::exchange(one_, nullptr);
    give("elements", *one);
    for (index k = 0; k < lanes; ++k) {
        one->set(0, (*elements)[k]);
        call_stages(1, step, length, dt, object, first_draw);
    }
    give("elements", *elements);
    one_ = one;
}

Variable* Code::given(std::string_view array) {
    const auto& declared = kernel_.program().arrays;
    for (std::size_t k = 0; k < declared.size(); ++k) {
        if (declared[k].name == array) {
            return array_sources_[k].variable;
        }
    }
    for (Stage& stage : before_) {
        if (Variable* const v = stage.code.given(array)) {
            return v;
        }
    }
    return nullptr;
}

void Code::call(index lanes, std::int64_t step, std::int64_t steps, double length, double dt, std::uint32_t object,
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
        } else if (const Table* const table = array_sources_[k].table.get()) {
            arrays_[k].data = const_cast<double*>(table->values.data());  // only read
            arrays_[k].extent = static_cast<index>(table->values.size());
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
    call.steps = steps;
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
            events_[list].append(mine[list]);
        }
    }
    for (compile::EventList& list : events_) {
        if (steps > 1) {
            list.sort();
        }
    }
}

}  // namespace ranvier::sim
