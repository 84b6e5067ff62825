#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "ranvier/dynamics/curve.hpp"
#include "ranvier/dynamics/equilibria.hpp"
#include "ranvier/dynamics/walk.hpp"

namespace ranvier::dynamics {

/// Branches of equilibria; what walks along them is in walk.hpp, what happens on them in special_points.cpp.
class EquilibriumWalk {
public:
    using Point = CurvePoint;

    EquilibriumWalk(Curve& curve, std::array<double, 2> range, const ContinuationOptions& options,
                    EquilibriumDiagram& diagram)
        : curve_(curve), range_(range), options_(options), diagram_(diagram) {}

    /// Both ways from an equilibrium.
    void from(const Vector& start) {
        Vector up(start.size());
        up.back() = 1;
        const auto tangent = curve_.tangent(start, up);
        if (!tangent) {
            throw NumericalError("the walk can't start: the equilibrium is singular in its state and the parameter");
        }
        const auto first = curve_.described(start, *tangent);
        if (!first) {
            throw NumericalError("the walk can't start: its direction is not defined");
        }
        // Downwards first and reversed, so that the branch is one curve.
        const index branch = new_branch();
        auto& points = diagram_.branches[branch];
        if (inside(start.back() - 1e-12 * (range_[1] - range_[0]))) {
            auto reversed = *first;
            if (auto turned = curve_.described(start, scaled(*tangent, -1))) {
                reversed = *turned;
            }
            points.push_back(public_point(reversed));
            const auto specials = diagram_.special_points.size();
            follow(reversed, branch);
            auto& all = diagram_.branches[branch];
            std::reverse(all.begin(), all.end());
            const auto last = static_cast<index>(all.size()) - 1;
            for (auto k = specials; k < diagram_.special_points.size(); ++k) {
                auto& special = diagram_.special_points[k];
                if (special.branch == branch) {
                    special.after = last - special.after - 1;
                }
            }
            if (closed_) {
                return;
            }
        } else {
            points.push_back(public_point(*first));
        }
        if (inside(start.back() + 1e-12 * (range_[1] - range_[0]))) {
            follow(*first, branch);
        }
    }

    /// Branches that cross at the branch points found so far, and at those found on them.
    void switch_branches();

    // What walk() asks for.

    std::optional<Point> stepped(const Point& from, double step, int& steps) {
        auto z = curve_.corrected(curve_.moved(from.z, step, from.tangent), from.tangent, steps);
        return z ? curve_.described(std::move(*z), from.tangent) : std::nullopt;
    }

    /// Between two tangents at most ~15 degrees; and of bifurcations one of a kind, as far as steps can tell them
    /// apart.
    bool bends(const Point& here, const Point& there) const {
        const bool two = untold(here, there) > 0 || (turns(here, there) && crosses(here, there));
        return dot(there.tangent, here.tangent) < 0.965 ||
               (two && !near(here.z, there.z, std::max(1e-6, 4 * options_.smallest_step)));
    }

    bool arrived(Point& here, Point&& there, double step, index count) {
        if (fires(there.z)) {
            end_at_threshold(here, step);
            return false;
        }
        locate(here, there, step);
        locate_branch_point(here, there, step);
        locate_coincident(here, there);
        locate_between(here, there, step);
        // A branch that leaves the range may come back: it is followed as far as another range beyond.
        const bool was_inside = inside(here.z.back()), is_inside = inside(there.z.back());
        if (was_inside && !is_inside) {
            end_at_bound(there.z.back() > range_[1] ? range_[1] : range_[0], here, there);
        } else if (!was_inside && is_inside) {
            branch_ = new_branch();
            end_at_bound(there.z.back() < here.z.back() ? range_[1] : range_[0], here, there);
        }
        before_.emplace(std::move(here), step);
        here = std::move(there);
        if (is_inside) {
            points().push_back(public_point(here));
        } else if (std::max(here.z.back() - range_[1], range_[0] - here.z.back()) > range_[1] - range_[0]) {
            return false;
        }
        closed_ = count > 10 && near(origin_, here.z, step);
        if (closed_) {
            return false;
        }
        for (std::size_t i = 0; i + 1 < here.z.size(); ++i) {
            if (std::abs(here.z[i]) > options_.largest_state * curve_.flow().size_of(static_cast<index>(i))) {
                return false;
            }
        }
        const Vector before = curve_.unit();
        curve_.enlarge_units(here.z);
        if (before != curve_.unit()) {
            Vector direction = here.tangent;  // the tangent in the new units, for orientation
            for (std::size_t i = 0; i < direction.size(); ++i) {
                direction[i] *= before[i] / curve_.unit()[i];
            }
            if (auto again = curve_.described(here.z, direction)) {
                here = *again;
            }
            before_.reset();
        }
        return true;
    }

private:
    index new_branch() {
        diagram_.branches.emplace_back();
        return static_cast<index>(diagram_.branches.size()) - 1;
    }

    bool inside(double parameter) const { return parameter >= range_[0] && parameter <= range_[1]; }

    static EquilibriumPoint public_point(const Point& point) {
        return {point.z.back(), {point.z.begin(), point.z.end() - 1}, point.eigenvalues, point.stable};
    }

    void follow(Point here, index branch) {
        curve_.enlarge_units(here.z);
        if (auto again = curve_.described(here.z, here.tangent)) {
            here = *again;  // in the enlarged units
        }
        before_.reset();
        origin_ = here.z;
        branch_ = branch;
        walk(*this, here,
             {options_.first_step, options_.largest_step, options_.smallest_step, 1.5, 3, 6, options_.points});
    }

    std::vector<EquilibriumPoint>& points() { return diagram_.branches[branch_]; }

    bool near(const Vector& a, const Vector& b, double step) const {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double d = (a[i] - b[i]) / curve_.unit()[i];
            sum += d * d;
        }
        return std::sqrt(sum) < 0.75 * step;
    }

    /// Whether a branch passes through a point of the curve already.
    bool walked(const Vector& z);

    /// Whether an event would fire there, so that nothing rests.
    bool fires(const Vector& z) {
        const auto& fires = curve_.flow().fires;
        return fires && fires(z.data(), curve_.parameters(z.back()).data());
    }

    /// The last equilibrium before a threshold, between here and a step on, with what happens on the way.
    void end_at_threshold(const Point& here, double step) {
        Point last = here;
        double low = 0, high = step;
        while (high - low > 1e-12 * step) {
            const double middle = (low + high) / 2;
            int steps = 0;
            auto point = stepped(here, middle, steps);
            if (point && !fires(point->z)) {
                low = middle;
                last = std::move(*point);
            } else {
                high = middle;
            }
        }
        if (low > 0) {
            locate(here, last, low);
            locate_branch_point(here, last, low);
            if (inside(last.z.back())) {
                points().push_back(public_point(last));
            }
        }
    }

    void end_at_bound(double bound, const Point& here, const Point& there) {
        const double w = (bound - here.z.back()) / (there.z.back() - here.z.back());
        Vector guess = here.z, across(here.z.size());
        for (std::size_t i = 0; i < guess.size(); ++i) {
            guess[i] += w * (there.z[i] - here.z[i]);
        }
        guess.back() = bound;
        across.back() = 1;
        int steps = 0;
        if (auto last = curve_.corrected(guess, across, steps)) {
            last->back() = bound;
            if (auto point = curve_.described(std::move(*last), here.tangent)) {
                points().push_back(public_point(*point));
            }
        }
    }

    static bool turns(const Point& a, const Point& b) { return a.fold * b.fold < 0; }
    static bool crosses(const Point& a, const Point& b) { return a.branch * b.branch < 0; }

    /// How many eigenvalues cross the imaginary axis between two points beyond those that a change of sign tells of: of
    /// two pairs, or two real ones, the test functions know nothing.
    static int untold(const Point& a, const Point& b) {
        if (a.neutral > 0 || b.neutral > 0) {
            return 0;
        }
        // Two real ones make the product of sums vanish as a pair does.
        const bool pair = a.hopf * b.hopf < 0 && a.spirals != b.spirals;
        const int told = (turns(a, b) || crosses(a, b) ? 1 : 0) + (pair ? 2 : 0);
        return std::max(0, std::abs(a.unstable - b.unstable) - told);
    }

    /// What no step tells apart: at the place where the nearest of the untold eigenvalues vanishes, a Hopf point for
    /// each pair, and one branch point for all real ones. Which branches cross there is not known.
    void locate_coincident(const Point& a, const Point& b);

    /// Where a test function changes its sign between two points, the point between where it vanishes.
    void locate(const Point& a, const Point& b, double step);

    /// Where the determinant of the curve changes its sign, another crosses; the corrector is singular there.
    void locate_branch_point(const Point& a, const Point& b, double step);

    /// Where an eigenvalue came nearest to the imaginary axis at `here`, with the points before and behind on the same
    /// side, it may have crossed and come back between them: what happened there.
    void locate_between(const Point& here, const Point& there, double step);

    /// The point between two, a step apart, where a test function vanishes that changes its sign.
    Point vanishing(const Point& a, const Point& b, double step, double Point::*test, const Search& search);

    /// Notes that curves cross at z in a way that is none of a simple branch point. @return whether they do
    bool crossing_at(const Vector& z, const Vector& tangent);

    /// Whether other curves have been found to cross near z.
    bool known_crossing(const Vector& z, double apart = 1e-5) const {
        return std::ranges::any_of(crossings_, [&](const Crossing& c) { return near(c.z, z, apart); });
    }

    SpecialPoint special_at(Bifurcation kind, const Vector& z) {
        return {.kind = kind,
                .parameter = z.back(),
                .x = {z.begin(), z.end() - 1},
                .branch = branch_,
                .after = static_cast<index>(points().size()) - 1};
    }
    void add(Bifurcation kind, const Point& point);

    Curve& curve_;
    std::array<double, 2> range_;
    const ContinuationOptions& options_;
    EquilibriumDiagram& diagram_;
    /// A branch point, directions in which other branches leave it, and the units in which they are said.
    struct Crossing {
        Vector z;
        std::vector<Vector> directions;
        Vector unit;
    };
    std::vector<Crossing> crossings_;
    std::optional<std::pair<Point, double>> before_;  ///< the point before, and the step from it
    Vector origin_;                                   ///< where the walk began
    index branch_ = 0;                                ///< on which it goes
    bool closed_ = false;
};

}  // namespace ranvier::dynamics
