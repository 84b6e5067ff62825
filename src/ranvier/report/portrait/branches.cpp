// The bifurcation diagram of a portrait.
#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/report/portrait/subject.hpp"

namespace ranvier::report {

namespace {

using dynamics::Bifurcation;
using dynamics::SpecialPoint;

constexpr index most_hopf_points = 8, cycle_points = 400, loose_starts = 6;

/// Where a trajectory stands at last.
std::vector<double> state_after(const dynamics::Flow& flow, const std::vector<double>& p, double span) {
    const auto run = settling(flow, p, span);
    const auto last = run.row(static_cast<index>(run.t.size()) - 1);
    const bool finite = std::all_of(last.begin(), last.end(), [](double v) { return std::isfinite(v); });
    return finite ? std::vector<double>(last.begin(), last.end()) : flow.x0;
}

/// From the model's own value; if there is no equilibrium to be found, from where the flow rests at an end of the
/// range.
bool continue_from_somewhere(Portrait& all, const Subject& subject) {
    auto p = subject.flow.p0;
    double& value = p[static_cast<std::size_t>(subject.varied)];
    const double own = std::clamp(value, all.range[0], all.range[1]);
    for (const double from : {own, all.range[0], all.range[1]}) {
        value = from;
        try {
            const auto start =
                from == own ? near_rest(subject.flow, p, all.span) : state_after(subject.flow, p, 4 * all.span);
            all.equilibria = dynamics::continue_equilibria(subject.flow, p, subject.varied, all.range, start);
            return true;
        } catch (const NumericalError&) {
            continue;
        }
    }
    return false;
}

/// Is x on one of the branches at this value?
bool on_a_branch(const dynamics::EquilibriumDiagram& diagram, const Subject& subject, double value,
                 const std::vector<double>& x, double width) {
    for (const auto& branch : diagram.branches) {
        for (std::size_t k = 0; k < branch.size(); ++k) {
            const auto& here = branch[k];
            const auto& next = branch[std::min(k + 1, branch.size() - 1)];
            const double a = here.parameter - value, b = next.parameter - value;
            if (std::abs(a) > 1e-9 * width && (a < 0) == (b < 0)) {
                continue;
            }
            const double u = a == b ? 0 : std::clamp(a / (a - b), 0.0, 1.0);
            bool near = true;
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double there = here.x[i] + u * (next.x[i] - here.x[i]);
                const double size = std::max(subject.flow.size_of(static_cast<index>(i)), std::abs(x[i]));
                near = near && std::abs(there - x[i]) < 1e-2 * size;
            }
            if (near) {
                return true;
            }
        }
    }
    return false;
}

/// Branches that are not joined to the first within the range: those of the rest that the flow reaches at its ends.
void add_others(Portrait& all, const Subject& subject) {
    const double width = all.range[1] - all.range[0];
    for (const double from : all.range) {
        const auto p = subject.p_at(from);
        dynamics::EquilibriumDiagram other;
        try {
            const auto rest = dynamics::fixed_point(subject.flow, p, state_after(subject.flow, p, 4 * all.span));
            if (on_a_branch(all.equilibria, subject, from, rest.x, width)) {
                continue;
            }
            other = dynamics::continue_equilibria(subject.flow, p, subject.varied, all.range, rest.x);
        } catch (const NumericalError&) {
            continue;  // a branch more would have been welcome
        }
        const auto shift = static_cast<index>(all.equilibria.branches.size());
        for (auto& branch : other.branches) {
            all.equilibria.branches.push_back(std::move(branch));
        }
        for (auto& point : other.special_points) {
            point.branch += shift;
            all.equilibria.special_points.push_back(std::move(point));
        }
    }
}

/// Where a real part is zero all along, rounding makes it cross and cross again.
bool standstill(const dynamics::EquilibriumDiagram& diagram, const SpecialPoint& point) {
    const auto& branch = diagram.branches[static_cast<std::size_t>(point.branch)];
    const index from = std::max<index>(0, point.after - 2);
    const index to = std::min<index>(static_cast<index>(branch.size()), point.after + 4);
    return std::all_of(branch.begin() + from, branch.begin() + to,
                       [](const auto& here) { return neutral(here.eigenvalues); });
}

void drop_doubtful(dynamics::CycleBranch& branch, const Subject& subject, double width) {
    const bool planar = subject.flow.n() == 2;
    const auto homoclinic = std::find_if(branch.special_points.begin(), branch.special_points.end(),
                                         [](const auto& point) { return point.kind == Bifurcation::homoclinic; });
    const bool ends = homoclinic != branch.special_points.end();
    const double begin = branch.points.front().parameter, end = ends ? homoclinic->parameter : begin;
    std::vector<SpecialPoint> kept;
    for (const auto& point : branch.special_points) {
        const bool turns = point.kind == Bifurcation::period_doubling || point.kind == Bifurcation::torus ||
                           point.kind == Bifurcation::cycle_branch;
        // Small cycles beside the Hopf point and slow ones before a homoclinic end make tests of their multipliers
        // tremble.
        const bool crowded =
            point.kind != Bifurcation::homoclinic &&
            std::min(std::abs(point.parameter - begin), std::abs(point.parameter - end)) < 1e-5 * width;
        const bool known = std::any_of(kept.begin(), kept.end(), [&](const SpecialPoint& other) {
            return other.kind == point.kind && std::abs(other.parameter - point.parameter) < 1e-6 * width;
        });
        // In a plane curves don't cross: a cycle has one multiplier, which is positive.
        if (!(planar && turns) && !crowded && !known) {
            kept.push_back(point);
        }
    }
    branch.special_points = std::move(kept);
}

/// Is the cycle on one of the branches at this value?
bool on_a_branch(const std::vector<dynamics::CycleBranch>& branches, double value, const dynamics::CyclePoint& cycle,
                 double width) {
    const auto near = [](double a, double b, double size) { return std::abs(a - b) < 0.02 * size; };
    for (const auto& branch : branches) {
        for (std::size_t k = 0; k + 1 < branch.points.size(); ++k) {
            const auto& here = branch.points[k];
            const auto& next = branch.points[k + 1];
            const double a = here.parameter - value, b = next.parameter - value;
            const bool at_an_end = std::min(std::abs(a), std::abs(b)) < 1e-9 * width;
            if (a == b || ((a < 0) == (b < 0) && !at_an_end)) {
                continue;
            }
            const double u = a / (a - b), extent = cycle.high[0] - cycle.low[0];
            if (near(here.period + u * (next.period - here.period), cycle.period, cycle.period) &&
                near(here.high[0] + u * (next.high[0] - here.high[0]), cycle.high[0], extent) &&
                near(here.low[0] + u * (next.low[0] - here.low[0]), cycle.low[0], extent)) {
                return true;
            }
        }
    }
    return false;
}

/// Cycles to which no Hopf point leads, where the flow goes round at its own value or within the range: those that end
/// in saddle nodes on them, that last over the whole range, that stand apart.
void add_loose_cycles(Portrait& all, const Subject& subject, const dynamics::CycleOptions& options,
                      Progress& progress) {
    const double own = subject.flow.p0[static_cast<std::size_t>(subject.varied)], width = all.range[1] - all.range[0];
    const std::array<double, loose_starts> starts{std::clamp(own, all.range[0], all.range[1]),
                                                  all.range[0],
                                                  all.range[1],
                                                  all.range[0] + width / 2,
                                                  all.range[0] + width / 4,
                                                  all.range[1] - width / 4};
    for (const double from : starts) {
        const auto p = subject.p_at(from);
        try {
            const auto cycle =
                dynamics::limit_cycle(subject.flow, p, subject.start_at(from), all.span, all.span / 2, options);
            if (cycle.stable && !on_a_branch(all.cycles, from, cycle, width)) {
                auto branch = dynamics::continue_cycles(subject.flow, p, subject.varied, all.range, cycle, options);
                drop_doubtful(branch, subject, width);
                all.cycles.push_back(std::move(branch));
            }
        } catch (const NumericalError&) {
            // It rests there, or never comes back the same way.
        }
        progress.advance();
        check_interrupt();
    }
}

/// Where cycles of twice the period fall back on those of which they were born, their branch turns: the period doubling
/// of the other branch says it.
void drop_meetings(Portrait& all, double width) {
    const auto doubles_there = [&](const dynamics::CycleBranch& branch, double at) {
        return std::any_of(branch.special_points.begin(), branch.special_points.end(), [&](const SpecialPoint& point) {
            return point.kind == Bifurcation::period_doubling && std::abs(point.parameter - at) < 1e-5 * width;
        });
    };
    for (auto& branch : all.cycles) {
        std::erase_if(branch.special_points, [&](const SpecialPoint& point) {
            return point.kind == Bifurcation::cycle_fold &&
                   std::ranges::any_of(all.cycles, [&](const dynamics::CycleBranch& other) {
                       return &other != &branch && doubles_there(other, point.parameter);
                   });
        });
    }
}

}  // namespace

bool neutral(std::span<const std::complex<double>> eigenvalues) {
    double largest = 0, highest = -1;
    for (const auto& lambda : eigenvalues) {
        largest = std::max(largest, std::abs(lambda));
    }
    for (const auto& lambda : eigenvalues) {
        highest = std::max(highest, lambda.real() / largest);
    }
    return largest > 0 && std::abs(highest) < 1e-9;
}

void add_branches(Portrait& all, const Subject& subject) {
    {
        const Progress progress("Branches of equilibria", 1);
        if (!continue_from_somewhere(all, subject)) {
            all.remarks.push_back(
                "There is no diagram: no equilibrium was found that stands alone, neither from the model's start at "
                "its "
                "own value of the parameter nor where the flow rests at the ends of the range.");
            return;
        }
        add_others(all, subject);
    }
    auto& points = all.equilibria.special_points;
    if (std::erase_if(points, [&](const SpecialPoint& point) { return standstill(all.equilibria, point); }) > 0) {
        all.remarks.push_back(
            "Along their branch equilibria are neutral: in some direction nothing attracts and nothing repels, as "
            "where a quantity is conserved.");
    }
    for (auto& point : points) {
        for (const double end : all.range) {  // located to rounding, an end is the end
            point.parameter =
                std::abs(point.parameter - end) < 1e-9 * (all.range[1] - all.range[0]) ? end : point.parameter;
        }
        if (std::abs(point.lyapunov) < 1e-8) {
            point.lyapunov = 0;  // whose sign is that of rounding
        }
    }
    std::vector<SpecialPoint> hopfs;
    std::copy_if(points.begin(), points.end(), std::back_inserter(hopfs),
                 [](const auto& point) { return point.kind == Bifurcation::hopf; });
    if (static_cast<index>(hopfs.size()) > most_hopf_points) {
        all.remarks.push_back("Cycles are followed from the first " + text_of(most_hopf_points) +
                              " Hopf points alone.");
        hopfs.resize(most_hopf_points);
    }
    const double width = all.range[1] - all.range[0];
    dynamics::CycleOptions options;
    options.points = cycle_points;
    Progress progress("Branches of cycles", static_cast<index>(hopfs.size()) + loose_starts);
    for (const auto& hopf : hopfs) {
        const bool met = std::any_of(all.cycles.begin(), all.cycles.end(), [&](const auto& branch) {
            return branch.end == "hopf" && std::abs(branch.points.back().parameter - hopf.parameter) < 0.01 * width;
        });
        if (!met) {
            try {
                all.cycles.push_back(
                    dynamics::continue_cycles(subject.flow, subject.flow.p0, subject.varied, all.range, hopf, options));
                drop_doubtful(all.cycles.back(), subject, width);
            } catch (const NumericalError& error) {
                all.remarks.push_back(std::string("A branch of cycles is missing: ") + error.what() + ".");
            }
        }
        progress.advance();
        check_interrupt();
    }
    add_loose_cycles(all, subject, options, progress);
    drop_meetings(all, width);
}

}  // namespace ranvier::report
