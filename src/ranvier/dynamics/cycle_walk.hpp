#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ranvier/dynamics/collocation.hpp"
#include "ranvier/dynamics/cycles.hpp"
#include "ranvier/dynamics/walk.hpp"
#include "ranvier/numerics/general_eigen.hpp"

namespace ranvier::dynamics {

using Complex = std::complex<double>;

inline constexpr index most_intervals = 1280;  ///< to which meshes grow

/// A cycle on the branch with its direction and test functions.
struct LocatedCycle {
    Cycle cycle, tangent;
    std::vector<Complex> multipliers;  ///< the trivial one first
    double trivial_error = 0;          ///< how far that is from 1 in the monodromy matrix
    double fold = 0, doubling = 0, torus = 0, crossing = 0;
    int outside = 0, neutral = 0;  ///< multipliers outside the unit circle, and on it to the error of the trivial one
};

/// Branches of cycles; what walks along them is in walk.hpp, where they begin in cycle_start.cpp.
class CycleWalk {
public:
    CycleWalk(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
              const CycleOptions& options)
        : flow_(flow),
          p_(p.begin(), p.end()),
          parameter_(parameter),
          range_(range),
          options_(options),
          problem_(flow, p_, parameter) {}

    CycleBranch from(const SpecialPoint& hopf) {
        start_at(hopf);
        left_hopf_ = false;
        hopf_ = hopf.parameter;
        return followed("the Hopf point");
    }

    CycleBranch from(const CyclePoint& doubling) {
        start_at_doubling(doubling);
        return followed("the period doubling");
    }

    /// To one side of a cycle; side is +1 where the parameter grows.
    CycleBranch from(const CyclePoint& cycle, double side) {
        start_on(cycle, side);
        return followed("the cycle");
    }

    /// A cycle at the parameter's own value, corrected on a mesh of its own, and how far its trivial multiplier is off.
    std::pair<CyclePoint, double> corrected_here(const CyclePoint& cycle) {
        start_on(cycle, 1);
        return {result_.points.front(), here_.trivial_error};
    }

    // What walk() asks for.

    /// The cycle at this distance along the tangent, by Newton's method across it.
    std::optional<LocatedCycle> stepped(const LocatedCycle& from, double step, int& iterations) {
        Cycle c = sum(from.cycle, step, from.tangent);
        const double target = inner(c, from.tangent, units_);
        for (iterations = 1; iterations <= 10; ++iterations) {
            // The phase is that of the cycle before; at the Hopf point that of the growing direction.
            const Cycle& reference = at_start_ ? from.cycle : reference_;
            const double distance = target - inner(c, from.tangent, units_);
            auto delta = problem_.step(c, reference, reference_slope_, from.tangent, distance, units_, false);
            if (!delta) {
                return {};
            }
            c = sum(c, 1, *delta);
            const double size = length(*delta);
            if (!std::isfinite(size) || size > 10 || !(c.period > 0)) {
                return {};
            }
            if (size < 1e-10 * std::max(1.0, length(c)) || (iterations > 6 && size < 1e-8)) {
                return described(from, std::move(c));
            }
        }
        return {};
    }

    /// As of equilibria: directions that differ little, and of bifurcations one of a kind.
    bool bends(const LocatedCycle& here, const LocatedCycle& there) const {
        return inner(there.tangent, here.tangent, units_) < 0.9 * length(there.tangent) * length(here.tangent) ||
               (untold(here, there) > 0 && length(sum(there.cycle, -1, here.cycle)) > 1e-5);
    }

    bool arrived(LocatedCycle& here, LocatedCycle&& there, double step, index count) {
        // Coarse meshes show in the multiplier that is known.
        if (resolved(there, 1e-3)) {
            refining_helps_ = true;
        } else if (count > 1 && refining_helps_) {
            refine(there);
        }
        if (count > 3 && passes_hopf_point(there.cycle)) {
            result_.end = "hopf";
            return false;
        }
        if (doubled_ && count > 3 && passes_period_doubling(there.cycle)) {
            result_.end = "doubling";
            return false;
        }
        if (count > 1) {
            locate(there, step);
            locate_coincident(there);
        }
        const double value = there.cycle.parameter;
        if (value < range_[0] || value > range_[1]) {
            end_at(value > range_[1] ? range_[1] : range_[0], there);
            result_.end = "range";
            return false;
        }
        const bool closes = count > 10 && back_at_start(there, step);
        here = std::move(there);
        store();
        if (closes) {
            result_.end = "closed";
            return false;
        }
        if (here.cycle.period > largest_period_) {
            add(Bifurcation::homoclinic, here);
            result_.end = "period";
            return false;
        }
        update_reference(count + 1);
        return true;
    }

private:
    CycleBranch followed(const std::string& start) {
        const double begin = here_.cycle.parameter;
        first_direction_ = here_.tangent.parameter;
        largest_period_ = options_.largest_period > 0 ? options_.largest_period : 100 * here_.cycle.period;
        const WalkEnd end =
            walk(*this, here_,
                 {options_.first_step, options_.largest_step, options_.smallest_step, 1.4, 3, 5, options_.points - 1});
        if (end == WalkEnd::step && result_.points.size() == 1) {
            throw NumericalError("no cycle is found beside " + start + " at " + text_of(begin) +
                                 ": the branch may be vertical there, or the flow not smooth");
        }
        if (end != WalkEnd::client) {
            result_.end = end == WalkEnd::step ? "step" : "points";
        }
        return std::move(result_);
    }

    static bool resolved(const LocatedCycle& point, double accuracy) { return point.trivial_error < accuracy; }

    /// Doubles the intervals until the cycle is resolved. Where that does not help all stays as it was: near canards
    /// and homoclinic orbits errors grow and shrink along the cycle by more than a double holds, on any mesh. What is
    /// on the branch comes onto the new mesh.
    void refine(LocatedCycle& point) {
        const auto before = std::tuple(here_, reference_, reference_slope_);
        LocatedCycle finer = point;
        while (!resolved(finer, 1e-3) && 2 * finer.cycle.intervals() <= most_intervals) {
            const auto mesh = equidistributed_mesh(finer.cycle, units_, 2 * finer.cycle.intervals());
            const auto onto = [&](LocatedCycle p) {
                p.cycle = interpolated(p.cycle, mesh);
                p.tangent = interpolated(p.tangent, mesh);
                return p;
            };
            here_ = onto(here_);
            reference_ = interpolated(reference_, mesh);
            reference_slope_ = at_gauss_points(reference_, true);
            int iterations = 0;
            auto again = stepped(onto(finer), 0, iterations);
            if (!again || again->trivial_error > 0.3 * finer.trivial_error) {
                break;
            }
            finer = std::move(*again);
        }
        refining_helps_ = resolved(finer, 1e-3);  // else until another cycle is resolved
        if (refining_helps_) {
            point = std::move(finer);
        } else {
            std::tie(here_, reference_, reference_slope_) = before;
        }
    }

    /// Whether the branch has come round to where it began.
    bool back_at_start(const LocatedCycle& there, double step) const {
        const CyclePoint& first = result_.points.front();
        double apart = std::pow((there.cycle.parameter - first.parameter) / units_.parameter, 2) +
                       std::pow((there.cycle.period - first.period) / units_.period, 2);
        std::vector<double> low, high;
        extremes(there.cycle, low, high);
        for (std::size_t i = 0; i < low.size(); ++i) {
            apart += (std::pow(low[i] - first.low[i], 2) + std::pow(high[i] - first.high[i], 2)) /
                     (2 * units_.state[i] * units_.state[i]);
        }
        return std::sqrt(apart) < 0.75 * step && (there.tangent.parameter > 0) == (first_direction_ > 0);
    }

    double length(const Cycle& c) const { return std::sqrt(inner(c, c, units_)); }

    /// Makes its length 1; returns what it was.
    double make_unit(Cycle& c) const {
        const double size = length(c);
        for (double& v : c.u.values) {
            v /= size;
        }
        c.period /= size;
        c.parameter /= size;
        return size;
    }

    /// The direction in which the parameter alone changes, by so much.
    static Cycle along_parameter(Cycle like, double parameter) {
        std::fill(like.u.values.begin(), like.u.values.end(), 0.0);
        like.period = 0;
        like.parameter = parameter;
        return like;
    }

    // Where branches begin: cycle_start.cpp.

    /// The Hopf point as a cycle of amplitude 0, and the direction in which it grows, from the critical eigenvector.
    void start_at(const SpecialPoint& hopf);
    /// The cycle run through twice, and the direction in which its two turns part.
    void start_at_doubling(const CyclePoint& doubling);
    /// The cycle itself, corrected at the parameter's own value.
    void start_on(const CyclePoint& cycle, double side);
    /// Units of a branch that begins with this cycle.
    Cycle given(const CyclePoint& point);

    /// On a doubled branch: between here and the next cycle the two turns coincide, and after it they are exchanged.
    bool passes_period_doubling(const Cycle& next) const {
        constexpr index samples = 64;
        std::vector<double> even;
        for (index k = 0; k <= samples; ++k) {
            even.push_back(static_cast<double>(k) / samples);
        }
        const Cycle a = interpolated(here_.cycle, even), b = interpolated(next, even);
        const index half = samples * degree / 2;
        double product = 0;
        for (index row = 0; row < half; ++row) {
            for (index i = 0; i < flow_.n(); ++i) {
                const double s = units_.state[i];
                product += (a.u[row][i] - a.u[row + half][i]) / s * ((b.u[row][i] - b.u[row + half][i]) / s);
            }
        }
        return product < 0;
    }

    std::optional<LocatedCycle> described(const LocatedCycle& from, Cycle c) {
        LocatedCycle point;
        Dense<double> monodromy;
        const Cycle& reference = at_start_ ? from.cycle : reference_;
        auto tangent = problem_.step(c, reference, reference_slope_, from.tangent, 1, units_, true, &monodromy);
        if (!tangent) {
            return {};
        }
        const double size = make_unit(*tangent);
        if (!std::isfinite(size) ||
            !std::all_of(monodromy.values.begin(), monodromy.values.end(), [](double v) { return std::isfinite(v); })) {
            return {};
        }
        point.tangent = std::move(*tangent);
        point.cycle = std::move(c);
        const index n = flow_.n();
        auto values = numerics::general_eigen(View<const double, 2>(monodromy.values.data(), {n, n})).values;
        const auto trivial = std::min_element(
            values.begin(), values.end(), [](Complex a, Complex b) { return std::abs(a - 1.0) < std::abs(b - 1.0); });
        std::rotate(values.begin(), trivial, trivial + 1);
        point.trivial_error = std::abs(values.front() - 1.0);
        point.multipliers = std::move(values);
        if (n == 2 && !resolved(point, 1e-3)) {  // in the plane both are known without the monodromy matrix
            point.multipliers = {1.0, std::exp(point.cycle.period * problem_.mean_divergence(point.cycle))};
        }
        const double error = std::max(1e-6, 10 * point.trivial_error);
        for (std::size_t i = 1; i < point.multipliers.size(); ++i) {
            const double beyond = std::abs(point.multipliers[i]) - 1;
            point.neutral += std::abs(beyond) <= error ? 1 : 0;
            point.outside += beyond > error ? 1 : 0;
        }
        // Test functions, as products of factors of size ≤ 1: each changes its sign at its bifurcation.
        Complex doubling = 1, torus = 1, crossing = 1;
        for (std::size_t i = 1; i < point.multipliers.size(); ++i) {
            const Complex a = point.multipliers[i];
            doubling *= (a + 1.0) / (std::abs(a) + 1);
            crossing *= (a - 1.0) / (std::abs(a) + 1);
            for (std::size_t j = i + 1; j < point.multipliers.size(); ++j) {
                const Complex product = a * point.multipliers[j];
                torus *= (product - 1.0) / (std::abs(product) + 1);
            }
        }
        point.doubling = doubling.real();
        point.crossing = crossing.real();
        point.torus = torus.real();
        point.fold = point.tangent.parameter / units_.parameter;
        return point;
    }

    /// Beyond a Hopf point the same cycles follow, half a period later: the oscillation changes its sign.
    bool passes_hopf_point(const Cycle& next) const {
        const auto without_mean = [&](Cycle c) {
            const Dense<double> u = at_gauss_points(c, false);
            // For a sign the middle of the range serves as well as a mean.
            for (index i = 0; i < c.u.columns; ++i) {
                double low = c.u[0][i], high = low;
                for (index row = 0; row < c.u.rows; ++row) {
                    low = std::min(low, c.u[row][i]);
                    high = std::max(high, c.u[row][i]);
                }
                for (index row = 0; row < c.u.rows; ++row) {
                    c.u[row][i] -= (low + high) / 2;
                }
            }
            c.period = c.parameter = 0;
            return c;
        };
        return inner(without_mean(next), without_mean(here_.cycle), units_) < 0;
    }

    CyclePoint public_point(const LocatedCycle& point) const {
        CyclePoint out;
        const Cycle& c = point.cycle;
        out.parameter = c.parameter;
        out.period = c.period;
        out.multipliers = point.multipliers;
        out.stable =
            std::all_of(out.multipliers.begin() + 1, out.multipliers.end(), [](Complex m) { return std::abs(m) < 1; });
        extremes(c, out.low, out.high);
        out.x = Array<double, 2>({c.u.rows, c.u.columns});
        std::copy(c.u.values.begin(), c.u.values.end(), out.x.data());
        for (index row = 0; row < c.u.rows; ++row) {
            const index j = std::min(row / degree, c.intervals() - 1);
            const double a = c.mesh[j], b = c.mesh[j + 1];
            out.phase.push_back(a + static_cast<double>(row - j * degree) / degree * (b - a));
        }
        return out;
    }

    void store() { result_.points.push_back(public_point(here_)); }

    void add(Bifurcation kind, const LocatedCycle& point) {
        result_.special_points.push_back({.kind = kind,
                                          .parameter = point.cycle.parameter,
                                          .x = {point.cycle.u[0], point.cycle.u[0] + flow_.n()},
                                          .frequency = 2 * std::numbers::pi / point.cycle.period,
                                          .after = static_cast<index>(result_.points.size()) - 1});
        result_.special_cycles.push_back(public_point(point));
    }

    /// How many multipliers cross the unit circle between two cycles beyond those that a change of sign tells of.
    static int untold(const LocatedCycle& a, const LocatedCycle& b) {
        if (a.neutral > 0 || b.neutral > 0) {
            return 0;
        }
        const int told = (a.fold * b.fold < 0 || a.crossing * b.crossing < 0 ? 1 : 0) +
                         (a.doubling * b.doubling < 0 ? 1 : 0) + (a.torus * b.torus < 0 ? 2 : 0);
        return std::max(0, std::abs(a.outside - b.outside) - told);
    }

    /// What no step tells apart: a torus for each untold pair, one branch point or doubling for all real ones of a
    /// sign.
    void locate_coincident(const LocatedCycle& there) {
        int left = untold(here_, there);
        std::vector<Complex> nearest(there.multipliers.begin() + 1, there.multipliers.end());
        std::ranges::sort(nearest, {}, [](Complex m) { return std::abs(std::abs(m) - 1); });
        std::array<bool, 2> seen{};
        for (const Complex m : nearest) {
            if (left <= 0 || m.imag() < 0) {
                continue;
            }
            const bool real = m.imag() == 0;
            if (!real || !std::exchange(seen[m.real() > 0 ? 1 : 0], true)) {
                add(!real          ? Bifurcation::torus
                    : m.real() > 0 ? Bifurcation::cycle_branch
                                   : Bifurcation::period_doubling,
                    there);
            }
            left -= real ? 1 : 2;
        }
    }

    void locate(const LocatedCycle& there, double step) {
        constexpr std::pair<Bifurcation, double LocatedCycle::*> tests[] = {
            {Bifurcation::cycle_fold, &LocatedCycle::fold},
            {Bifurcation::period_doubling, &LocatedCycle::doubling},
            {Bifurcation::torus, &LocatedCycle::torus},
            {Bifurcation::cycle_branch, &LocatedCycle::crossing}};
        const bool turns = here_.fold * there.fold < 0;
        // Close to a Hopf point a multiplier is 1 and the parameter stands still to rounding: neither's sign tells.
        const bool may_turn = left_hopf_;
        left_hopf_ = left_hopf_ || std::abs(there.cycle.parameter - hopf_) > 1e-7 * units_.parameter;
        for (const auto& [kind, test] : tests) {
            if (!may_turn && (kind == Bifurcation::cycle_fold || kind == Bifurcation::cycle_branch)) {
                continue;
            }
            // In a plane the other multiplier is positive: no cycle doubles its period there, and none becomes a torus.
            if (flow_.n() <= 2 && (kind == Bifurcation::period_doubling || kind == Bifurcation::torus)) {
                continue;
            }
            // At a fold a multiplier passes +1 too.
            if (!(here_.*test * there.*test < 0) || (kind == Bifurcation::cycle_branch && turns)) {
                continue;
            }
            double before = there.cycle.parameter;
            const LocatedCycle found = zero(
                here_, there, step, test, {30, 6, 0},
                [&](double length, double) {
                    int iterations = 0;
                    return stepped(here_, length, iterations);
                },
                [&](const LocatedCycle& point, double value, int k, double width) {
                    const double moved = std::abs(point.cycle.parameter - std::exchange(before, point.cycle.parameter));
                    return width < 1e-11 * step ||
                           (k > 1 && moved < 1e-11 * units_.parameter && std::abs(value) < 1e-6);
                });
            const bool inside = found.cycle.parameter >= range_[0] && found.cycle.parameter <= range_[1];
            // Where multipliers differ by many orders of magnitude, the small ones are rounding errors.
            if (inside && (kind != Bifurcation::torus || critical_pair(found)) && !(std::abs(found.*test) > 1e-3) &&
                resolved(found, 1e-2)) {
                add(kind, found);
            }
        }
    }

    static bool critical_pair(const LocatedCycle& point) {
        return std::any_of(point.multipliers.begin() + 1, point.multipliers.end(),
                           [](Complex m) { return std::abs(m.imag()) > 1e-6 && std::abs(std::abs(m) - 1) < 1e-4; });
    }

    void end_at(double bound, const LocatedCycle& there) {
        const double w = (bound - here_.cycle.parameter) / (there.cycle.parameter - here_.cycle.parameter);
        Cycle c = sum(here_.cycle, w, sum(there.cycle, -1, here_.cycle));
        const Cycle across = along_parameter(here_.tangent, units_.parameter);
        for (int k = 0; k < 10; ++k) {
            auto delta = problem_.step(c, reference_, reference_slope_, across,
                                       (bound - c.parameter) / units_.parameter, units_, false);
            if (!delta) {
                return;
            }
            c = sum(c, 1, *delta);
            if (length(*delta) < 1e-9) {
                c.parameter = bound;
                if (auto point = described(here_, std::move(c))) {
                    result_.points.push_back(public_point(*point));
                }
                return;
            }
        }
    }

    /// After a step: the phase condition and the units of the new point, and at every second one a new mesh.
    void update_reference(index count) {
        if (count % 2 == 0) {
            const auto mesh = equidistributed_mesh(here_.cycle, units_);
            here_.cycle = interpolated(here_.cycle, mesh);
            here_.tangent = interpolated(here_.tangent, mesh);
        }
        std::vector<double> low, high;
        extremes(here_.cycle, low, high);
        for (std::size_t i = 0; i < low.size(); ++i) {
            units_.state[i] = std::max({units_.state[i], std::abs(low[i]), std::abs(high[i])});
        }
        units_.period = here_.cycle.period;
        make_unit(here_.tangent);
        reference_ = here_.cycle;
        reference_slope_ = at_gauss_points(reference_, true);
        at_start_ = false;
    }

    const Flow& flow_;
    std::vector<double> p_;
    index parameter_;
    std::array<double, 2> range_;
    const CycleOptions& options_;
    Collocation problem_;
    Units units_;
    LocatedCycle here_;
    Cycle reference_;
    Dense<double> reference_slope_;
    double largest_period_ = 0, first_direction_ = 0;
    bool at_start_ = true, doubled_ = false, refining_helps_ = true;
    bool left_hopf_ = true;  ///< the walk is farther from the Hopf point, at hopf_, than rounding reaches
    double hopf_ = 0;
    CycleBranch result_;
};

}  // namespace ranvier::dynamics
