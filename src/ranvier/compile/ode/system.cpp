#include "ranvier/compile/ode/system.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>

#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/ir/size.hpp"
#include "ranvier/compile/lower/memory.hpp"
#include "ranvier/compile/ode/switch_times.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

/// A kernel of one lane with its memory, and where its states and results are.
struct LoadedKernel {
    LoadedKernel(const Program& program, const language::Model& model, const KernelOptions& options)
        : kernel(compiled(program, options)), memory(kernel.program(), model, 1), call(memory.call()) {}

    Kernel kernel;
    Memory memory;
    KernelCall call;
    std::vector<double*> in, out;
};

/// An expression and its kernel; while it is kept its address stays its own.
struct Expression {
    language::Expr e;
    LoadedKernel* kernel = nullptr;
};

namespace {

using Places = std::vector<std::pair<index, index>>;

/// Made when it is first wanted, by whichever thread that is.
template <class T>
class OnDemand {
public:
    template <class Make>
    const T& get(Make make) const {
        std::call_once(once_, [&] { value_.emplace(make()); });
        return *value_;
    }

private:
    mutable std::once_flag once_;
    mutable std::optional<T> value_;
};

}  // namespace

/// What follows from the model alone; copies of a system share it.
struct ModelFacts {
    explicit ModelFacts(const language::Model& m) : model(m), names(names_of(model.states)) {}

    const Program& rhs() const {
        return rhs_.get([&] { return rhs_program(model, {}, model.refractory != nullptr); });
    }
    /// Rows i and columns j of the states where state j stands in dx_i/dt, row by row.
    const Places& jacobian_places() const {
        return places_.get([&] { return places(); });
    }
    const SwitchTimes& switches() const {
        return switches_.get([&] { return SwitchTimes(model); });
    }

    const language::Model model;
    const std::vector<std::string> names;

private:
    Places places() const {
        std::unordered_map<std::string, index> column;
        for (const std::string& name : names) {
            column.emplace(name, static_cast<index>(column.size()));
        }
        Places found;
        for (std::size_t row = 0; row < model.states.size(); ++row) {
            std::set<index> columns;
            for (const std::string& name : language::names_in(language::expanded(model.states[row].drift, model))) {
                if (const auto state = column.find(name); state != column.end()) {
                    columns.insert(state->second);
                }
            }
            for (const index j : columns) {
                found.emplace_back(static_cast<index>(row), j);
            }
        }
        return found;
    }

    OnDemand<Program> rhs_;
    OnDemand<Places> places_;
    OnDemand<SwitchTimes> switches_;
};

struct System::State {
    std::shared_ptr<const ModelFacts> facts;
    std::map<std::string, double, std::less<>> parameters;
    KernelOptions options;
    bool free = true;                                                   ///< not refractory
    std::map<std::string, std::unique_ptr<LoadedKernel>> kernels = {};  ///< made when first wanted

    std::unordered_map<const language::Node*, Expression> expressions = {};
    LoadedKernel* f = nullptr;                 ///< the most wanted of them
    std::optional<SwitchTimes> switches = {};  ///< with the values of these parameters
    double low = -HUGE_VAL, high = HUGE_VAL;

    State copy() const { return {facts, parameters, options, free}; }

    void give_values(Memory& memory) const {
        for (const auto& [name, value] : parameters) {
            memory.give(name, value);
        }
        memory.give("not_refractory", free ? 1 : 0);
    }

    template <class MakeProgram, class Results>
    LoadedKernel& kernel(const std::string& key, MakeProgram program, Results results) {
        auto& entry = kernels[key];
        if (!entry) {
            entry = std::make_unique<LoadedKernel>(program(), facts->model, options);
            give_values(entry->memory);
            for (const std::string& name : facts->names) {
                const int at = entry->memory.find_array(name);
                entry->in.push_back(at < 0 ? nullptr : static_cast<double*>(entry->memory.data(at)));
            }
            for (const std::string& name : results()) {
                const int at = entry->memory.find_array(name);
                entry->out.push_back(at < 0 ? nullptr : static_cast<double*>(entry->memory.data(at)));
            }
        }
        return *entry;
    }

    void run(LoadedKernel& k, double t, std::span<const double> x) const {
        for (std::size_t i = 0; i < k.in.size(); ++i) {
            if (k.in[i] != nullptr) {
                *k.in[i] = x[i];
            }
        }
        k.call.t0 = std::min(std::max(t, low), high);
        k.kernel.run(k.call);
    }
};

namespace {

std::vector<std::string> prefixed(const std::vector<std::string>& names, const std::string& suffix = "") {
    std::vector<std::string> result;
    for (const std::string& name : names) {
        result.push_back("d." + name + suffix);
    }
    return result;
}

}  // namespace

System::System(const language::Model& model, const std::map<std::string, double>& parameters,
               const KernelOptions& options)
    : state_(std::make_unique<State>()) {
    state_->facts = std::make_shared<const ModelFacts>(model);
    state_->options = options;
    for (const auto& [name, value] : language::parameter_values(model, "", parameters)) {
        state_->parameters.emplace(name, value);
    }
    for (const auto& p : model.parameters) {
        require(state_->parameters.count(p.name) > 0, [&] {
            return "the parameter '" + p.name + "' of '" + model.name + "' has no default and must be given";
        });
    }
}

System::System(const System& other) : state_(std::make_unique<State>(other.state_->copy())) {}
System& System::operator=(const System& other) {
    if (this != &other) {
        state_ = std::make_unique<State>(other.state_->copy());
    }
    return *this;
}
System::System(System&&) noexcept = default;
System& System::operator=(System&&) noexcept = default;
System::~System() = default;

index System::size() const { return static_cast<index>(state_->facts->names.size()); }
const std::vector<std::string>& System::names() const { return state_->facts->names; }
const language::Model& System::model() const { return state_->facts->model; }

double System::parameter(std::string_view name) const {
    const auto found = state_->parameters.find(name);
    if (found == state_->parameters.end()) {
        std::vector<std::string> known;
        for (const auto& [parameter, value] : state_->parameters) {
            known.push_back(parameter);
        }
        throw InvalidInput("the model '" + state_->facts->model.name + "' has no parameter '" + std::string(name) +
                           "'" + did_you_mean(name, known));
    }
    return found->second;
}

void System::set_parameter(std::string_view name, double value) {
    (void)parameter(name);
    state_->parameters.find(name)->second = value;
    state_->switches.reset();
    for (auto& [key, kernel] : state_->kernels) {
        kernel->memory.give(name, value);
    }
}

void System::derivative(double t, std::span<const double> x, std::span<double> dxdt) const {
    State& s = *state_;
    LoadedKernel& k =
        s.f != nullptr
            ? *s.f
            : *(s.f = &s.kernel(
                    "f", [&]() -> const Program& { return s.facts->rhs(); }, [&] { return prefixed(s.facts->names); }));
    s.run(k, t, x);
    for (std::size_t i = 0; i < k.out.size(); ++i) {
        dxdt[i] = *k.out[i];
    }
}

const std::vector<std::pair<index, index>>& System::jacobian_pattern() const {
    return state_->facts->jacobian_places();
}

void System::jacobian_entries(double t, std::span<const double> x, std::span<double> values) const {
    State& s = *state_;
    const auto& pattern = jacobian_pattern();
    const auto results = [&] {
        std::vector<std::string> all;
        for (const auto& [row, column] : pattern) {
            all.push_back("d." + s.facts->names[static_cast<std::size_t>(row)] + "." +
                          s.facts->names[static_cast<std::size_t>(column)]);
        }
        return all;
    };
    LoadedKernel& k = s.kernel(
        "J", [&] { return jacobian_program(s.facts->model); }, results);
    s.run(k, t, x);
    for (std::size_t e = 0; e < pattern.size(); ++e) {
        const bool rests =
            !s.free && s.facts->model.states[static_cast<std::size_t>(pattern[e].first)].flags.unless_refractory;
        values[e] = rests ? 0 : *k.out[e];
    }
}

void System::jacobian(double t, std::span<const double> x, View<double, 2> matrix) const {
    const auto& pattern = jacobian_pattern();
    std::vector<double> values(pattern.size());
    jacobian_entries(t, x, values);
    for (index i = 0; i < size(); ++i) {
        for (index j = 0; j < size(); ++j) {
            matrix(i, j) = 0;
        }
    }
    for (std::size_t e = 0; e < pattern.size(); ++e) {
        matrix(pattern[e].first, pattern[e].second) = values[e];
    }
}

std::int64_t System::code_size() const { return compile::code_size(state_->facts->rhs()); }

void System::time_derivative(double t, std::span<const double> x, std::span<double> slope) const {
    State& s = *state_;
    LoadedKernel& k = s.kernel(
        "t", [&] { return jacobian_program(s.facts->model, {}, {"t"}); },
        [&] { return prefixed(s.facts->names, ".t"); });
    s.run(k, t, x);
    for (std::size_t i = 0; i < k.out.size(); ++i) {
        const bool rests = !s.free && s.facts->model.states[i].flags.unless_refractory;
        slope[i] = rests || k.out[i] == nullptr ? 0 : *k.out[i];
    }
}

void System::parameter_derivative(std::string_view parameter_name, double t, std::span<const double> x,
                                  std::span<double> slope) const {
    State& s = *state_;
    (void)parameter(parameter_name);
    const std::string name(parameter_name);
    LoadedKernel& k = s.kernel(
        "p." + name, [&] { return jacobian_program(s.facts->model, {}, {name}); },
        [&] { return prefixed(s.facts->names, "." + name); });
    s.run(k, t, x);
    for (std::size_t i = 0; i < k.out.size(); ++i) {
        slope[i] = k.out[i] == nullptr ? 0 : *k.out[i];
    }
}

double System::value(const language::Expr& e, double t, std::span<const double> x) const {
    State& s = *state_;
    Expression& known = s.expressions[e.get()];
    if (known.kernel == nullptr) {
        known = {e, &s.kernel(
                        "e " + language::text(e),
                        [&] {
                            return expression_program(s.facts->model, {{"result.value", e}});
                        },
                        [] { return std::vector<std::string>{}; })};
    }
    LoadedKernel& k = *known.kernel;
    s.run(k, t, x);
    return k.memory.value("result.value", 0);
}

bool System::has_switches() const { return !state_->facts->switches().none(); }

std::optional<double> System::next_switch(double t, double until) const {
    State& s = *state_;
    if (!s.switches) {
        s.switches = s.facts->switches();
        s.switches->give([&s](const language::Node& name) { return s.parameters.find(name.name)->second; });
    }
    return s.switches->next(t, until);
}

void System::stay_between(double low, double high) const {
    state_->low = low;
    state_->high = high;
}

void System::run_statements(const std::string& key, const std::vector<language::Statement>& statements, double t,
                            std::span<double> x) {
    State& s = *state_;
    LoadedKernel& k = s.kernel(
        "s " + key, [&] { return statements_program(s.facts->model, statements); },
        [] { return std::vector<std::string>{}; });
    s.run(k, t, x);
    for (std::size_t i = 0; i < k.in.size(); ++i) {
        x[i] = k.in[i] != nullptr ? *k.in[i] : x[i];
    }
    for (const auto& statement : statements) {
        if (statement.role == language::Role::parameter) {
            set_parameter(statement.target, k.memory.value(statement.target, 0));
        }
    }
}

void System::set_refractory(bool refractory) {
    state_->free = !refractory;
    for (auto& [key, kernel] : state_->kernels) {
        kernel->memory.give("not_refractory", refractory ? 0 : 1);
    }
}

const KernelOptions& System::options() const { return state_->options; }
bool System::is_refractory() const { return !state_->free; }

void System::give_values(Memory& memory) const { state_->give_values(memory); }

}  // namespace ranvier::compile
