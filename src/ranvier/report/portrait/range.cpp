// Which parameter a diagram varies, and over which range, where nobody says so.
#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/report/portrait/subject.hpp"

namespace ranvier::report {

namespace {

/// The next of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten.
double rounded_up(double x) {
    if (!(x > 0) || !std::isfinite(x)) {
        return x;
    }
    const double power = std::pow(10.0, std::floor(std::log10(x)));
    for (const double step : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
        if (x <= step * power * (1 + 1e-9)) {
            return step * power;
        }
    }
    return 10 * power;
}

}  // namespace

compile::Solution settling(const dynamics::Flow& flow, const std::vector<double>& p, double span) {
    compile::AdaptiveOptions options;
    options.rtol = 1e-6;
    options.max_nfev = 200'000;
    return compile::solve(dynamics::right_hand_side(flow, p), 0, span, flow.x0, options);
}

std::vector<double> near_rest(const dynamics::Flow& flow, const std::vector<double>& p, double span) {
    try {
        return dynamics::fixed_point(flow, p, flow.x0).x;
    } catch (const NumericalError&) {
        const auto run = settling(flow, p, span);
        dynamics::Box box{flow.x0, flow.x0};
        for (std::size_t k = 0; k < run.t.size(); ++k) {
            const auto row = run.row(static_cast<index>(k));
            for (std::size_t i = 0; i < row.size() && std::isfinite(row[i]); ++i) {
                box.low[i] = std::min(box.low[i], row[i]);
                box.high[i] = std::max(box.high[i], row[i]);
            }
        }
        const auto found = dynamics::fixed_points(flow, p, box, 512);
        return found.empty() ? flow.x0 : found.front().x;
    }
}

std::string varied_parameter(const language::Model& model) {
    if (!model.vary.empty()) {
        return model.vary;
    }
    std::vector<std::string> inputs;
    for (const auto& parameter : model.parameters) {
        if (parameter.type != language::Type::real) {
            continue;
        }
        if (parameter.name == "I") {
            return parameter.name;
        }
        if (parameter.name.starts_with("I_") || parameter.name.starts_with("i_")) {
            inputs.push_back(parameter.name);
        }
    }
    return inputs.size() == 1 ? inputs.front() : "";
}

std::array<double, 2> varied_range(const language::Model& model, const PortraitOptions& options,
                                   const std::string& name) {
    const language::Parameter* parameter = language::find_parameter(model, name);
    require(parameter != nullptr, [&] { return "the model '" + model.name + "' has no parameter '" + name + "'"; });
    if (model.vary == name) {
        return {model.vary_low, model.vary_high};
    }
    if (std::isfinite(parameter->low) && std::isfinite(parameter->high)) {
        const double inside = (parameter->high - parameter->low) / 1000;
        return {parameter->low + (parameter->low_open ? inside : 0),
                parameter->high - (parameter->high_open ? inside : 0)};
    }
    const auto values = language::parameter_values(model, options.preset, options.given);
    const auto own = values.find(name);
    double size = own == values.end() ? 0 : own->second;
    for (const auto& preset : model.presets) {
        if (size == 0) {
            const auto there = language::parameter_values(model, preset.name, options.given).at(name);
            size = std::abs(there) > std::abs(size) ? there : size;
        }
    }
    const double unit = parameter->unit_scale;
    const double sign = size < 0 ? -1 : 1;
    const double known = std::abs(size) / unit;  // from here on in display units
    double end = (jumps(model) ? 3 : 1.5) * known;
    if (!jumps(model)) {
        const dynamics::Flow flow = dynamics::flow(model, options.preset, options.given);
        const index k = dynamics::parameter_index(flow, name);
        const double far = sign * unit * (known > 0 ? 20 * known : 1000);
        const double near = parameter->low_open && parameter->low == 0 ? far / 1000 : 0;
        try {
            const auto seen =
                dynamics::continue_equilibria(flow, flow.p0, k, {std::min(near, far), std::max(near, far)}, flow.x0);
            for (const auto& point : seen.special_points) {
                end = std::max(end, 1.25 * sign * point.parameter / unit);
            }
        } catch (const NumericalError&) {
            // Without an equilibrium there is no bifurcation of one to look for.
        }
    }
    end = rounded_up(end > 0 ? end : 1);
    const double begin = parameter->low_open && parameter->low == 0 ? end / 100 : 0;
    return {std::min(sign * begin, sign * end) * unit, std::max(sign * begin, sign * end) * unit};
}

}  // namespace ranvier::report
