#include "ranvier/dynamics/model_flow.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <optional>

#include "ranvier/compile/ode/system.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::dynamics {

namespace {

/// A system belongs to one thread. Each thread keeps copies of those that it used last.
struct Local {
    std::uint64_t id = 0;
    std::unique_ptr<compile::System> system;
    std::vector<double> asked;  ///< what was asked for last
    std::vector<double> p;      ///< what the system has: the same, and what follows
};

/// A parameter whose value the text makes of others: C_2 = 0.8*C.
struct Derived {
    std::size_t which = 0;
    language::Expr value;
    std::vector<std::size_t> from;  ///< parameters, also through others
};

struct Shared {
    std::uint64_t id = 0;
    std::unique_ptr<compile::System> system;
    std::vector<std::string> parameters;
    std::vector<double> p0;
    std::vector<Derived> derived;  ///< in an order in which each needs only earlier ones

    /// The parameters with those that follow others, where they were left as the text says.
    std::vector<double> followed(const double* p) const {
        std::vector<double> all(p, p + parameters.size());
        for (const Derived& d : derived) {
            const bool moved = std::any_of(d.from.begin(), d.from.end(), [&](std::size_t k) { return p[k] != p0[k]; });
            if (moved && p[d.which] == p0[d.which]) {
                all[d.which] = language::value(d.value, [&](const language::Node& node) -> std::optional<double> {
                    const auto at = std::find(parameters.begin(), parameters.end(), node.name);
                    return at == parameters.end() ? std::nullopt : std::optional(all[at - parameters.begin()]);
                });
            }
        }
        return all;
    }
    bool leads(index k) const {
        return std::any_of(derived.begin(), derived.end(), [&](const Derived& d) {
            return std::find(d.from.begin(), d.from.end(), static_cast<std::size_t>(k)) != d.from.end();
        });
    }

    compile::System& at(const double* p) const {
        thread_local std::vector<Local> kept;
        auto found = std::find_if(kept.begin(), kept.end(), [&](const Local& l) { return l.id == id; });
        if (found == kept.end()) {
            if (kept.size() >= 4) {
                kept.erase(kept.begin());
            }
            Local local;
            local.id = id;
            local.system = std::make_unique<compile::System>(*system);
            for (const std::string& name : parameters) {
                local.p.push_back(system->parameter(name));
            }
            local.asked = p0;
            kept.push_back(std::move(local));
            found = std::prev(kept.end());
        }
        if (!std::equal(found->asked.begin(), found->asked.end(), p)) {
            found->asked.assign(p, p + parameters.size());
            const std::vector<double> all = followed(p);
            for (std::size_t k = 0; k < parameters.size(); ++k) {
                if (found->p[k] != all[k]) {
                    found->system->set_parameter(parameters[k], all[k]);
                    found->p[k] = all[k];
                }
            }
        }
        return *found->system;
    }
};

/// Parameters that nobody gave and that the text makes of others.
std::vector<Derived> derived_parameters(const language::Model& model, std::string_view preset,
                                        const std::map<std::string, double>& given,
                                        const std::vector<std::string>& names) {
    const language::Preset* chosen = preset.empty() ? nullptr : language::find_preset(model, preset);
    std::vector<Derived> found;
    for (std::size_t k = 0; k < names.size(); ++k) {
        language::Expr value = language::find_parameter(model, names[k])->initial;
        for (const auto& s : chosen ? chosen->values : std::vector<language::Statement>{}) {
            value = s.target == names[k] ? s.value : value;
        }
        if (!value || given.count(names[k]) > 0) {
            continue;
        }
        Derived d{k, value, {}};
        for (const std::string& name : language::names_in(value)) {
            const auto at = std::find(names.begin(), names.end(), name);
            if (at != names.end()) {
                d.from.push_back(static_cast<std::size_t>(at - names.begin()));
            }
        }
        for (std::size_t i = 0; i < d.from.size(); ++i) {  // what those are made of, too
            for (const Derived& earlier : found) {
                if (earlier.which == d.from[i]) {
                    for (std::size_t more : earlier.from) {
                        if (std::find(d.from.begin(), d.from.end(), more) == d.from.end()) {
                            d.from.push_back(more);
                        }
                    }
                }
            }
        }
        if (!d.from.empty()) {
            found.push_back(std::move(d));
        }
    }
    return found;
}

}  // namespace

Flow flow(const language::Model& model, std::string_view preset, const std::map<std::string, double>& given) {
    static std::atomic<std::uint64_t> next{1};
    const auto values = language::parameter_values(model, preset, given);
    Flow result;
    for (const auto& parameter : model.parameters) {
        const auto found = values.find(parameter.name);
        require(found != values.end(), [&] {
            return "the parameter '" + parameter.name + "' of '" + model.name + "' has no default and must be given";
        });
        result.parameters.push_back(parameter.name);
        result.p0.push_back(found->second);
    }
    const auto initial = language::initial_values(model, values, preset);
    for (const auto& state : model.states) {
        result.states.push_back(state.name);
        const auto found = initial.find(state.name);
        result.x0.push_back(found == initial.end() ? 0 : found->second);
        result.scale.push_back(state.unit_scale > 0 ? state.unit_scale : 1);
    }
    require(!result.states.empty(), [&] { return "the model '" + model.name + "' has no differential equations"; });
    result.driven = std::ranges::any_of(model.states, [&](const language::State& s) {
        return s.drift && language::contains(language::expanded(s.drift, model), "t");
    });
    result.resets = std::ranges::any_of(model.events, [](const language::Event& e) { return !e.statements.empty(); });
    auto shared = std::make_shared<Shared>();
    shared->id = next++;
    shared->system = std::make_unique<compile::System>(model, values);
    shared->parameters = result.parameters;
    shared->p0 = result.p0;
    shared->derived = derived_parameters(model, preset, given, result.parameters);
    const index n = result.n();
    const auto count = static_cast<std::size_t>(n);
    result.rhs = [shared, count](double t, const double* x, const double* p, double* out) {
        shared->at(p).derivative(t, {x, count}, {out, count});
    };
    if (result.resets) {
        std::vector<language::Expr> conditions;
        for (const language::Event& event : model.events) {
            if (!event.statements.empty() && !event.edge) {  // who rests beyond an edge does not pass it
                conditions.push_back(compile::switching_function(event.condition));
            }
        }
        result.fires = [shared, count, conditions](const double* x, const double* p) {
            return std::ranges::any_of(conditions, [&](const auto& g) {
                return shared->at(p).value(g, 0, {x, count}) > 0;
            });
        };
    }
    if (!model.functions.empty()) {
        return result;  // nobody knows the derivatives of a user's own function: differences
    }
    result.jacobian = [shared, count, n](double t, const double* x, const double* p, double* out) {
        shared->at(p).jacobian(t, {x, count}, View<double, 2>(out, {n, n}));
    };
    result.parameter_slope = [shared, count](double t, const double* x, const double* p, index k, double* out) {
        const auto which = static_cast<std::size_t>(k);
        if (shared->leads(k)) {  // others move with it: five-point differences
            std::vector<double> local(p, p + shared->parameters.size()), f(count);
            const double h = 1e-3 * (p[which] != 0 ? std::abs(p[which]) : 1.0);
            std::fill(out, out + count, 0.0);
            for (const auto& [steps, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
                local[which] = p[which] + steps * h;
                shared->at(local.data()).derivative(t, {x, count}, f);
                for (std::size_t i = 0; i < count; ++i) {
                    out[i] += weight * f[i] / (12 * h);
                }
            }
            return;
        }
        shared->at(p).parameter_derivative(shared->parameters[which], t, {x, count}, {out, count});
    };
    return result;
}

compile::RightHandSide right_hand_side(const Flow& flow, std::span<const double> p) {
    compile::RightHandSide system;
    system.size = flow.n();
    std::vector<double> values(p.begin(), p.end());
    system.f = [&flow, values](double t, std::span<const double> x, std::span<double> dxdt) {
        flow.rhs(t, x.data(), values.data(), dxdt.data());
    };
    system.jacobian = [&flow, values](double t, std::span<const double> x, View<double, 2> matrix) {
        const index n = flow.n();
        std::vector<double> J(static_cast<std::size_t>(n * n));
        state_derivatives(flow, t, x.data(), values.data(), J.data());
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                matrix(i, j) = J[i * n + j];
            }
        }
    };
    return system;
}

}  // namespace ranvier::dynamics
