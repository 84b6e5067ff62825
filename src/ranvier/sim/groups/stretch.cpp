#include "ranvier/sim/groups/stretch.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/joined_steps.hpp"
#include "ranvier/compile/passes/passes.hpp"

namespace ranvier::sim {

namespace {

/// Steps times elements of a call: some ten milliseconds, after which an interrupt is heard.
constexpr std::int64_t most_work = 500'000;
/// Doubles that a call records at most.
constexpr std::int64_t most_recorded = 1'000'000;
/// Fewer steps are not worth a call of their own.
constexpr std::int64_t fewest_steps = 8;

/// How the joined program calls what a part records.
std::string recorded_by(std::size_t part) { return "part." + text_of(part); }

/// What the names of a joined program lie in: what they lie in for its parts. Nothing where a name is not the same
/// thing to all of them, or a variable has two names.
std::optional<Bindings> joined_bindings(const compile::Program& joined, const std::vector<StretchProgram>& parts) {
    std::map<std::string, Bindings::Source> arrays, uniforms;
    std::map<std::string, const void*> functions;
    std::map<const Variable*, std::string> names;
    bool clear = true;
    const auto means = [&](auto& known, const std::string& name, const auto& meaning) {
        clear = clear && known.try_emplace(name, meaning).first->second == meaning;
    };
    for (const auto& [program, bindings, draws] : parts) {
        for (std::size_t k = 0; k < program.arrays.size(); ++k) {
            means(arrays, program.arrays[k].name, bindings.arrays[k]);
            if (const Variable* const v = bindings.arrays[k].variable) {
                clear = clear && names.try_emplace(v, program.arrays[k].name).first->second == program.arrays[k].name;
            }
        }
        for (std::size_t k = 0; k < program.uniforms.size(); ++k) {
            means(uniforms, program.uniforms[k].name, bindings.uniforms[k]);
        }
        for (std::size_t k = 0; k < program.functions.size(); ++k) {
            means(functions, program.functions[k].name, bindings.functions[k]);
        }
    }
    if (!clear) {
        return std::nullopt;
    }
    Bindings bindings;
    for (const auto& array : joined.arrays) {
        const bool recording = array.kind == compile::ArrayKind::recording;
        bindings.arrays.push_back(recording ? Bindings::Source{} : arrays.at(array.name));
    }
    for (const auto& uniform : joined.uniforms) {
        bindings.uniforms.push_back(uniforms.at(uniform.name));
    }
    for (const auto& function : joined.functions) {
        bindings.functions.push_back(functions.at(function.name));
    }
    return bindings;
}

class JoinedStretch : public Stretch {
public:
    JoinedStretch(const Group& group, std::vector<std::shared_ptr<const StretchPart>> parts, BoundProgram program,
                  Draws draws)
        : group_(group), parts_(std::move(parts)), program_(std::move(program)), draws_(draws) {
        for (const compile::Instruction& i : program_.program().instructions) {
            if (i.op == compile::Op::store) {
                changed_.push_back(program_.bindings().arrays[static_cast<std::size_t>(i.index)].variable);
            }
        }
        recordings_.resize(program_.program().arrays.size());
    }

    std::int64_t most_steps() const override {
        std::int64_t row = 0;  // elements of all recordings
        for (const auto& part : parts_) {
            row += compile::padded(group_.n()) * static_cast<std::int64_t>(part->recorded);
        }
        const std::int64_t steps = std::min(most_work / group_.n(), row == 0 ? most_work : most_recorded / row);
        return steps < fewest_steps ? 0 : steps;
    }

    bool run(std::int64_t steps) override {
        std::vector<std::vector<std::uint8_t>> before;
        for (Variable* v : changed_) {
            before.emplace_back(v->bytes().begin(), v->bytes().end());
        }
        make_room(steps);
        const Clock& clock = *group_.clock();
        const std::int64_t drawn = draws_.count ? *draws_.count : 0;
        program_.call(group_.n(), {clock.timestep(), steps, clock.dt(), clock.dt(), draws_.object, drawn});
        if (const auto* lost = program_.events("nan"); lost != nullptr && !lost->lanes.empty()) {
            for (std::size_t k = 0; k < changed_.size(); ++k) {
                std::ranges::copy(before[k], changed_[k]->bytes().begin());
            }
            return false;
        }
        draws_.next(steps);
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            if (parts_[p]->take) {
                Stretched done{clock.timestep(), steps, clock.dt(), program_, {}};
                for (std::size_t v = 0; v < parts_[p]->recorded; ++v) {
                    done.recorded.push_back(rows(recorded_by(p) + ".value." + text_of(v)));
                }
                parts_[p]->take(done);
            }
        }
        return true;
    }

private:
    index bytes_of_row(std::size_t array) const {
        const auto storage = compile::storage(program_.program().arrays[array], compile::Scalar::float64);
        return compile::padded(group_.n()) * compile::element_bytes(storage);
    }

    void make_room(std::int64_t steps) {
        const auto& declared = program_.program().arrays;
        for (std::size_t k = 0; k < declared.size(); ++k) {
            if (declared[k].kind != compile::ArrayKind::recording) {
                continue;
            }
            if (recordings_[k].size() < steps * bytes_of_row(k)) {
                recordings_[k] = Array<std::uint8_t, 1>({steps * bytes_of_row(k)});
            }
            program_.set(k, {recordings_[k].data(), steps, compile::padded(group_.n())});
        }
    }

    Rows rows(const std::string& recording) const {
        const auto& declared = program_.program().arrays;
        const auto found = std::ranges::find(declared, recording, &compile::ArrayDeclaration::name);
        ensure(found != declared.end(), "what is asked for was recorded");
        const auto k = static_cast<std::size_t>(found - declared.begin());
        return {recordings_[k].data(), bytes_of_row(k), compile::storage(*found, compile::Scalar::float64)};
    }

    const Group& group_;
    std::vector<std::shared_ptr<const StretchPart>> parts_;
    BoundProgram program_;
    Draws draws_;
    std::vector<Variable*> changed_;
    std::vector<Array<std::uint8_t, 1>> recordings_;  ///< of the arrays that are recordings
};

}  // namespace

double Rows::operator()(std::int64_t row, index k) const {
    const std::uint8_t* const values = data + row * stride;
    switch (storage) {
        case compile::Storage::float64: return reinterpret_cast<const double*>(values)[k];
        case compile::Storage::int64: return static_cast<double>(reinterpret_cast<const std::int64_t*>(values)[k]);
        default: return values[k];
    }
}

std::optional<StretchProgram> stretch_program(const Code& code) {
    const BoundProgram* const only = code.program();
    return only ? std::optional(StretchProgram{only->program(), only->bindings(), code.draws()}) : std::nullopt;
}

std::optional<StretchProgram> stretch_program(const compile::Program& program, const Group& group,
                                              const Surroundings& around, const std::string& role) {
    if (std::ranges::any_of(program.functions, &compile::FunctionDeclaration::whole)) {
        return std::nullopt;
    }
    const compile::Program runs = compile::optimised(program, compile::Scalar::float64);
    return StretchProgram{runs, bound(runs, group, around), draws_of(runs, group.owner()->name(), role)};
}

std::unique_ptr<Stretch> stretch_of(const Operations& operations) {
    std::vector<std::shared_ptr<const StretchPart>> parts;
    for (const auto& operation : operations) {
        if (!operation->active || !operation->part || operation->part->group != operations.front()->part->group) {
            return nullptr;
        }
        parts.push_back(operation->part);
    }
    if (parts.empty() || parts.front()->group->n() == 0) {
        return nullptr;
    }
    const Group& group = *parts.front()->group;
    std::vector<StretchProgram> programs;
    std::vector<compile::StepPart> steps;
    std::set<std::string> decided;
    Draws draws;
    programs.reserve(parts.size());  // the steps point at them
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (!parts[p]->looks_at.empty() && decided.count(parts[p]->looks_at) == 0) {
            return nullptr;
        }
        if (!parts[p]->program) {
            continue;
        }
        auto program = parts[p]->program();
        if (!program) {
            return nullptr;
        }
        programs.push_back(std::move(*program));
        const compile::Program& now = programs.back().program;
        steps.push_back({&now, parts[p]->where, parts[p]->recorded > 0 ? recorded_by(p) : std::string()});
        decided.insert(now.events.begin(), now.events.end());
        draws = programs.back().draws.count ? programs.back().draws : draws;
    }
    const auto joined = compile::joined_steps(steps);
    if (!joined) {
        return nullptr;
    }
    compile::KernelOptions options{.decided = true};
    if (group.n() == 1) {  // its functions fill the vectors
        options.width = compile::Width::scalar;
        options.interleave = 1;
    }
    const compile::Kernel kernel = compile::compiled(*joined, options);
    auto bindings = joined_bindings(kernel.program(), programs);
    return bindings ? std::make_unique<JoinedStretch>(group, std::move(parts),
                                                      BoundProgram(kernel, std::move(*bindings)), draws)
                    : nullptr;
}

}  // namespace ranvier::sim
