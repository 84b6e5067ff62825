#include "ranvier/dynamics/voltage_clamp.hpp"

#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/ode/adaptive.hpp"

namespace ranvier::dynamics {

Array<double, 2> voltage_clamp(const compile::System& system, index state, std::span<const double> levels,
                               std::span<const double> x0, std::span<const double> t, std::string_view name) {
    require(state >= 0 && state < system.size(), [&] {
        return "a voltage clamp holds one of the " + text_of(system.size()) + " states; got number " + text_of(state);
    });
    require(static_cast<index>(x0.size()) == system.size(), "a voltage clamp starts from a value for each state");
    require(t.size() > 1, "a voltage clamp wants at least two times");
    const auto expression = compile::expression(system.model(), name);
    const auto held = static_cast<std::size_t>(state);
    const auto count = static_cast<index>(t.size());
    Array<double, 2> values({static_cast<index>(levels.size()), count});
    parallel_for(values.extent(0), [&](index level) {
        const compile::System local = system;  // one for each thread
        std::vector<double> start(x0.begin(), x0.end());
        start[held] = levels[level];
        compile::RightHandSide rhs;
        rhs.size = local.size();
        rhs.f = [&](double time, std::span<const double> x, std::span<double> d) {
            local.derivative(time, x, d);
            d[held] = 0;
        };
        compile::AdaptiveOptions options;
        options.rtol = 1e-8;
        options.atol.clear();
        for (const auto& s : system.model().states) {
            options.atol.push_back(1e-10 * s.unit_scale);
        }
        options.t_eval.assign(t.begin(), t.end());
        const auto solution = compile::solve(rhs, t.front(), t.back(), start, options);
        if (!solution.success()) {
            throw NumericalError("the clamped model can't go on: " + solution.message);
        }
        for (index k = 0; k < count; ++k) {
            values(level, k) = local.value(expression, t[k], solution.row(k));
        }
    });
    return values;
}

}  // namespace ranvier::dynamics
