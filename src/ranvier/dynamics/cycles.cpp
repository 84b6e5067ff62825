#include "ranvier/dynamics/cycles.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/dynamics/curve.hpp"
#include "ranvier/dynamics/cycle_walk.hpp"

namespace ranvier::dynamics {

namespace {

void check_request(const char* what, const Flow& flow, std::span<const double> p, index parameter,
                   std::array<double, 2> range, const CycleOptions& options) {
    check(flow);
    check_autonomous(flow, what);
    check_smooth(flow, what);
    check_settings(options);
    require(static_cast<index>(p.size()) == flow.m() && parameter >= 0 && parameter < flow.m(),
            [&] { return std::string(what) + ": parameters must be as the flow says"; });
    check_range(what, range);
}

}  // namespace

CycleBranch continue_cycles(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
                            const SpecialPoint& hopf, const CycleOptions& options) {
    check_request("continue_cycles", flow, p, parameter, range, options);
    require(hopf.kind == Bifurcation::hopf && hopf.frequency > 0 && static_cast<index>(hopf.x.size()) == flow.n(), [&] {
        return "continue_cycles starts at a Hopf point; got a point of kind '" + std::string(name(hopf.kind)) + "'";
    });
    return CycleWalk(flow, p, parameter, range, options).from(hopf);
}

CycleBranch continue_cycles(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
                            const CyclePoint& cycle, const CycleOptions& options) {
    check_request("continue_cycles", flow, p, parameter, range, options);
    const double value = p[parameter];
    require(value >= range[0] && value <= range[1], [&] {
        return "continue_cycles: the range " + text_of(range[0]) + " … " + text_of(range[1]) + " must hold the value " +
               text_of(value) + " where the cycle is";
    });
    require(cycle.x.extent(1) == flow.n() && cycle.phase.size() > degree && cycle.period > 0,
            "continue_cycles: the cycle must be one of limit_cycle for this flow");
    CycleBranch whole;
    if (value > range[0]) {
        whole = CycleWalk(flow, p, parameter, range, options).from(cycle, -1);
        std::reverse(whole.points.begin(), whole.points.end());
        const auto last = static_cast<index>(whole.points.size()) - 1;
        for (SpecialPoint& special : whole.special_points) {
            special.after = last - special.after - 1;
        }
    }
    if (value < range[1] && whole.end != "closed") {
        CycleBranch up = CycleWalk(flow, p, parameter, range, options).from(cycle, 1);
        const index before = whole.points.empty() ? 0 : static_cast<index>(whole.points.size()) - 1;
        for (SpecialPoint& special : up.special_points) {
            special.after += before;
        }
        whole.end = whole.end.empty() || whole.end == up.end ? up.end : whole.end + ", " + up.end;
        whole.points.insert(whole.points.end(), up.points.begin() + (whole.points.empty() ? 0 : 1), up.points.end());
        whole.special_points.insert(whole.special_points.end(), up.special_points.begin(), up.special_points.end());
        whole.special_cycles.insert(whole.special_cycles.end(), up.special_cycles.begin(), up.special_cycles.end());
    }
    return whole;
}

CycleBranch continue_doubled_cycles(const Flow& flow, std::span<const double> p, index parameter,
                                    std::array<double, 2> range, const CyclePoint& doubling,
                                    const CycleOptions& options) {
    check_request("continue_doubled_cycles", flow, p, parameter, range, options);
    const bool flips = std::any_of(doubling.multipliers.begin(), doubling.multipliers.end(),
                                   [](Complex m) { return std::abs(m + 1.0) < 1e-3; });
    require(flips && doubling.x.extent(1) == flow.n(),
            "continue_doubled_cycles starts at a cycle of special_cycles with a multiplier of -1");
    return CycleWalk(flow, p, parameter, range, options).from(doubling);
}

}  // namespace ranvier::dynamics
