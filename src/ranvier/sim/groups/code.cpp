#include "ranvier/sim/groups/code.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/cut_at_calls.hpp"
#include "ranvier/compile/passes/passes.hpp"

namespace ranvier::sim {

namespace {

using language::Type;

compile::KernelOptions options_for(const compile::Program& program, bool serial) {
    compile::KernelOptions options;
    // C functions of one's own may count or remember their calls: they are called for the elements alone, in order.
    const bool calls = std::ranges::any_of(program.instructions, [&](const compile::Instruction& i) {
        return i.op == compile::Op::call && !program.functions[static_cast<std::size_t>(i.index)].pure;
    });
    if (serial || calls) {
        options.width = compile::Width::scalar;
        options.interleave = 1;
    }
    return options;
}

Type language_type(compile::Type type) {
    return type == compile::Type::real ? Type::real : type == compile::Type::integer ? Type::integer : Type::boolean;
}

}  // namespace

Code::Code(const Group& group, const compile::Program& program, const Surroundings& around, const std::string& role,
           bool serial)
    : draws_(draws_of(program, group.owner()->name(), role)) {  // a part of a group may be made in passing
    if (std::ranges::any_of(program.functions, &compile::FunctionDeclaration::whole)) {
        cut(group, program, around, serial);
        return;
    }
    const compile::Kernel kernel = compile::compiled(program, options_for(program, serial));
    stages_.push_back({BoundProgram(kernel, bound(kernel.program(), group, around)), {}});
}

void Code::cut(const Group& group, const compile::Program& program, const Surroundings& around, bool serial) {
    between_ = std::make_shared<std::map<std::string, Variable, std::less<>>>();
    const auto handed_on = [&](const std::string& name, Type type) -> Variable& {
        return between_->try_emplace(name, name, units::Dimension{}, type, computed_storage(type), 0).first->second;
    };
    for (const auto& [part, calls] : compile::cut_at_calls(compile::optimised(program, compile::Scalar::float64))) {
        compile::KernelOptions options = options_for(part, serial);
        options.decided = true;
        const compile::Kernel kernel = compile::compiled(part, options);
        Stage stage{BoundProgram(kernel, bound(kernel.program(), group, around)), {}};
        for (const compile::ArrayDeclaration& a : kernel.program().arrays) {
            if (a.name.starts_with("between.")) {
                stage.program.give(a.name, handed_on(a.name, language_type(a.type)));
            }
        }
        for (const compile::WholeCall& call : calls) {
            const auto f =
                std::ranges::find_if(around.functions, [&](const auto& u) { return u.name == call.function; });
            ensure(f != around.functions.end(), "functions come from outside");
            Call made{reinterpret_cast<WholeFunction>(const_cast<void*>(f->address)), {}, {}, nullptr};
            for (const auto& [argument, uniform] : call.arguments) {
                Variable& v = between_->at(argument);
                const char type = v.type == Type::real ? 'r' : v.type == Type::integer ? 'i' : 'b';
                made.types += static_cast<char>(uniform ? std::toupper(type) : type);
                made.arguments.push_back(&v);
            }
            made.result = &handed_on(call.result, Type::real);
            stage.calls.push_back(std::move(made));
        }
        stages_.push_back(std::move(stage));
    }
    one_by_one_ = serial;
    require(!serial || has_array("elements"), "a function of Python is called for all elements of '", group.name(),
            "' at once; where one element depends on what others before it have changed, write a C function");
}

bool Code::has_array(std::string_view name) const {
    return std::ranges::any_of(stages_, [&](const Stage& stage) {
        return std::ranges::any_of(stage.program.program().arrays, [&](const auto& a) { return a.name == name; });
    });
}

void Code::give(const std::string& array, Variable& variable) {
    for (Stage& stage : stages_) {
        stage.program.give(array, variable);
    }
}

void Code::give(const std::string& uniform, double value) {
    for (Stage& stage : stages_) {
        stage.program.give(uniform, value);
    }
}

Variable* Code::given(std::string_view array) const {
    for (const Stage& stage : stages_) {
        if (Variable* const v = stage.program.given(array)) {
            return v;
        }
    }
    return nullptr;
}

void Code::run(index lanes, std::int64_t step, double dt) {
    run(lanes, {.step = step, .length = dt, .dt = dt, .object = draws_.object, .first_draw = draws_.next()});
}

void Code::run(index lanes, const Clock& clock, double dt) {
    if (clock.regular()) {
        run(lanes, clock.timestep(), clock.dt());
    } else {  // the first step behind 0, of this length, begins at t
        run(lanes, {.step = 1, .length = clock.t(), .dt = dt, .object = draws_.object, .first_draw = draws_.next()});
    }
}

void Code::run_once(index lanes, std::int64_t step, double dt) {
    run(lanes, {.step = step,
                .length = dt,
                .dt = dt,
                .object = object_number("once"),
                .first_draw = draws_.count ? next_immediate() : 0});
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

const compile::EventList& Code::events(std::string_view name) const {
    for (const Stage& stage : stages_) {
        if (const compile::EventList* const list = stage.program.events(name)) {
            return *list;
        }
    }
    static const compile::EventList none;
    return none;
}

void Code::run(index lanes, const BoundProgram::Moment& moment) {
    if (!one_by_one_) {
        run_stages(lanes, moment);
        return;
    }
    struct Listed {  // whatever happens, all of them again
        Code& code;
        Variable& all;
        ~Listed() { code.give("elements", all); }
    };
    const Listed listed{*this, *given("elements")};
    Variable one("elements", {}, Type::integer, compile::Storage::int32, 1);
    give("elements", one);
    for (index k = 0; k < lanes; ++k) {
        one.set(0, listed.all[k]);
        run_stages(1, moment);
    }
}

void Code::run_stages(index lanes, const BoundProgram::Moment& moment) {
    if (between_) {
        if (lanes == 0) {
            return;
        }
        for (auto& [name, variable] : *between_) {
            variable.resize(lanes);
        }
    }
    for (Stage& stage : stages_) {
        stage.program.call(lanes, moment);
        for (const Call& call : stage.calls) {
            Variable* const elements = given("elements");
            std::vector<const void*> arguments;
            for (const Variable* v : call.arguments) {
                arguments.push_back(v->data());
            }
            call.function(lanes, call.types.c_str(), arguments.data(), call.result->as<double>().data(),
                          elements ? elements->as<std::int32_t>().data() : nullptr);
        }
    }
}

}  // namespace ranvier::sim
