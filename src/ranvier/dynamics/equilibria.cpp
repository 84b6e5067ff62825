#include "ranvier/dynamics/equilibria.hpp"

#include <algorithm>

#include "ranvier/dynamics/conservation.hpp"
#include "ranvier/dynamics/equilibrium_walk.hpp"
#include "ranvier/dynamics/fixed_points.hpp"

namespace ranvier::dynamics {

std::string_view name(Bifurcation kind) {
    constexpr std::string_view names[] = {
        "fold",      "Hopf", "branch point", "fold of cycles", "period doubling", "torus", "branch point of cycles",
        "homoclinic"};
    return names[static_cast<std::size_t>(kind)];
}

EquilibriumDiagram continue_equilibria(const Flow& flow, std::span<const double> p, index parameter,
                                       std::array<double, 2> range, std::span<const double> start,
                                       const ContinuationOptions& options) {
    check(flow);
    check_autonomous(flow, "continue_equilibria");
    require(static_cast<index>(p.size()) == flow.m() && static_cast<index>(start.size()) == flow.n(),
            "continue_equilibria: parameters and start must be as long as the flow says");
    require(parameter >= 0 && parameter < flow.m(), "continue_equilibria: there is no such parameter");
    check_range("continue_equilibria", range);
    check_settings(options);
    Vector values(p.begin(), p.end());
    double& value = values[parameter];
    value = std::clamp(value, range[0], range[1]);
    // Where the flow goes round a cycle at the parameter's own value, nothing leads from the start to the equilibrium
    // inside; at the ends of the range it often rests.
    const auto conserved = conserved_sums(flow, values, start, {parameter, range});
    const Flow moving = conserved.size() == 0 ? flow : pinned(flow, conserved, values, start);
    Vector z;
    for (const double beginning : {value, range[0], range[1]}) {
        value = beginning;
        // Where more is conserved than along the branch, as where a leak is 0, a continuum rests: it begins elsewhere.
        if (beginning != range[1] && conserved_sums(flow, values, start).extent(0) > conserved.extent(0)) {
            continue;
        }
        try {
            z = fixed_point(moving, values, start).x;
            break;
        } catch (const NumericalError&) {
            if (beginning == range[1]) {
                throw;
            }
        }
    }
    z.push_back(value);
    EquilibriumDiagram diagram;
    diagram.parameter = parameter;
    Curve curve(flow, moving, conserved.extent(0), values, parameter, range);
    curve.enlarge_units(z);
    EquilibriumWalk branches(curve, range, options, diagram);
    branches.from(z);
    branches.switch_branches();
    return diagram;
}

}  // namespace ranvier::dynamics
