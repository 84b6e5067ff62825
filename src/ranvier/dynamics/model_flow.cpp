#include "ranvier/dynamics/model_flow.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

#include "ranvier/compile/system.hpp"

namespace ranvier::dynamics {

namespace {

/// A system belongs to one thread. Each thread keeps copies of those that it used last.
struct Local {
    std::uint64_t id = 0;
    std::unique_ptr<compile::System> system;
    std::vector<double> p;
};

struct Shared {
    std::uint64_t id = 0;
    std::unique_ptr<compile::System> system;
    std::vector<std::string> parameters;

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
            kept.push_back(std::move(local));
            found = std::prev(kept.end());
        }
        for (std::size_t k = 0; k < parameters.size(); ++k) {
            if (found->p[k] != p[k]) {
                found->system->set_parameter(parameters[k], p[k]);
                found->p[k] = p[k];
            }
        }
        return *found->system;
    }
};

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
    auto shared = std::make_shared<Shared>();
    shared->id = next++;
    shared->system = std::make_unique<compile::System>(model, values);
    shared->parameters = result.parameters;
    const index n = result.n();
    const auto count = static_cast<std::size_t>(n);
    result.rhs = [shared, count](double t, const double* x, const double* p, double* out) {
        shared->at(p).derivative(t, {x, count}, {out, count});
    };
    result.jacobian = [shared, count, n](double t, const double* x, const double* p, double* out) {
        shared->at(p).jacobian(t, {x, count}, View<double, 2>(out, {n, n}));
    };
    result.parameter_slope = [shared, count](double t, const double* x, const double* p, index k, double* out) {
        shared->at(p).parameter_derivative(shared->parameters[static_cast<std::size_t>(k)], t, {x, count},
                                           {out, count});
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
                matrix(i, j) = J[static_cast<std::size_t>(i * n + j)];
            }
        }
    };
    return system;
}

}  // namespace ranvier::dynamics
