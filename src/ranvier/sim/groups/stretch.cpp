#include "ranvier/sim/groups/stretch.hpp"

#include <algorithm>
#include <set>

#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/joined_steps.hpp"

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

class JoinedStretch : public Stretch {
public:
    JoinedStretch(const Group& group, std::vector<std::shared_ptr<const StretchPart>> parts, Code code)
        : group_(group), parts_(std::move(parts)), code_(std::move(code)) {}

    std::int64_t most_steps() const override {
        std::int64_t row = 0;  // elements of all recordings
        for (const auto& part : parts_) {
            row += compile::padded(group_.n()) * static_cast<std::int64_t>(part->recorded);
        }
        const std::int64_t steps = std::min(most_work / group_.n(), row == 0 ? most_work : most_recorded / row);
        return steps < fewest_steps ? 0 : steps;
    }

    bool run(std::int64_t steps) override {
        const Clock& clock = *group_.clock();
        if (!code_.run_steps(group_.n(), clock.timestep(), steps, clock.dt())) {
            return false;
        }
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            if (parts_[p]->take) {
                Stretched done{clock.timestep(), steps, clock.dt(), code_, {}};
                for (std::size_t v = 0; v < parts_[p]->recorded; ++v) {
                    done.recorded.push_back(code_.rows(recorded_by(p) + ".value." + text_of(v)));
                }
                parts_[p]->take(done);
            }
        }
        return true;
    }

private:
    const Group& group_;
    std::vector<std::shared_ptr<const StretchPart>> parts_;
    Code code_;
};

}  // namespace

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
    std::vector<Code> codes(parts.size());
    std::vector<const Code*> sources;
    std::vector<compile::StepPart> programs;
    std::set<std::string> decided;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (!parts[p]->looks_at.empty() && decided.count(parts[p]->looks_at) == 0) {
            return nullptr;
        }
        if (!parts[p]->code) {
            continue;
        }
        codes[p] = parts[p]->code();
        if (codes[p].is_cut()) {
            return nullptr;
        }
        const compile::Program& program = codes[p].program();
        sources.push_back(&codes[p]);
        programs.push_back({&program, parts[p]->where, parts[p]->recorded > 0 ? recorded_by(p) : std::string()});
        decided.insert(program.events.begin(), program.events.end());
    }
    const auto program = compile::joined_steps(programs);
    if (!program) {
        return nullptr;
    }
    auto code = Code::joined(*program, sources, group.n());
    return code ? std::make_unique<JoinedStretch>(group, std::move(parts), std::move(*code)) : nullptr;
}

}  // namespace ranvier::sim
