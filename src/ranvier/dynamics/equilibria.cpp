#include "ranvier/dynamics/equilibria.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "ranvier/dynamics/branch_point.hpp"
#include "ranvier/dynamics/conservation.hpp"
#include "ranvier/dynamics/curve.hpp"
#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/dynamics/walk.hpp"

namespace ranvier::dynamics {

namespace {

using Point = CurvePoint;

/// Branches of equilibria; what walks along them is in walk.hpp.
class EquilibriumWalk {
public:
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
    void switch_branches() {
        for (std::size_t k = 0; k < crossings_.size(); ++k) {
            const auto [z, direction, unit] = crossings_[k];
            for (double side : {1.0, -1.0}) {
                if (static_cast<index>(diagram_.branches.size()) >= options_.branches) {
                    return;
                }
                curve_.set_unit(unit);  // not what another branch has made of them
                const Vector normal = scaled(direction, side);
                for (double step : {1e-2, 3e-3, 1e-3}) {
                    int steps = 0;
                    const auto found = curve_.corrected(curve_.moved(z, step, normal), normal, steps);
                    if (!found || !inside(found->back())) {
                        continue;
                    }
                    if (fires(*found) || walked(*found)) {
                        break;
                    }
                    const auto first = curve_.described(*found, normal);
                    if (!first || std::abs(dot(first->tangent, normal)) < 0.3) {
                        continue;
                    }
                    const index branch = new_branch();
                    auto& points = diagram_.branches[branch];
                    if (const auto at = curve_.described(z, normal)) {
                        points.push_back(public_point(*at));
                    }
                    points.push_back(public_point(*first));
                    follow(*first, branch);
                    break;
                }
            }
        }
    }

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
        locate_branch_point(here, there);
        locate_coincident(here, there);
        // A branch that leaves the range may come back: it is followed as far as another range beyond.
        const bool was_inside = inside(here.z.back()), is_inside = inside(there.z.back());
        if (was_inside && !is_inside) {
            end_at_bound(there.z.back() > range_[1] ? range_[1] : range_[0], here, there);
        } else if (!was_inside && is_inside) {
            branch_ = new_branch();
            end_at_bound(there.z.back() < here.z.back() ? range_[1] : range_[0], here, there);
        }
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
    bool walked(const Vector& z) {
        const std::size_t size = z.size();
        for (const auto& branch : diagram_.branches) {
            for (std::size_t k = 1; k < branch.size(); ++k) {
                // In scaled units: the segment's direction, and the point from its beginning.
                Vector along(size), from(size);
                for (std::size_t i = 0; i < size; ++i) {
                    const double a = i + 1 < size ? branch[k - 1].x[i] : branch[k - 1].parameter;
                    const double b = i + 1 < size ? branch[k].x[i] : branch[k].parameter;
                    along[i] = (b - a) / curve_.unit()[i];
                    from[i] = (z[i] - a) / curve_.unit()[i];
                }
                const double length = dot(along, along), w = dot(from, along) / length;
                const double off = dot(from, from) - w * w * length;
                if (!(w >= 0 && w <= 1 && off < 2.5e-5)) {
                    continue;
                }
                Vector guess = z;
                for (std::size_t i = 0; i < size; ++i) {
                    guess[i] -= (from[i] - w * along[i]) * curve_.unit()[i];
                    along[i] /= std::sqrt(length);
                }
                int steps = 0;
                if (const auto there = curve_.corrected(guess, along, steps); there && near(*there, z, 1e-7)) {
                    return true;
                }
            }
        }
        return false;
    }

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
            locate_branch_point(here, last);
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
    void locate_coincident(const Point& a, const Point& b) {
        int left = untold(a, b);
        if (left == 0) {
            return;
        }
        std::vector<std::complex<double>> nearest = b.eigenvalues;
        std::ranges::sort(nearest, {}, [](auto l) { return std::abs(l.real()); });
        bool real = false;
        for (const auto& l : nearest) {
            if (left <= 0 || l.imag() < 0 || (l.imag() == 0 && real)) {
                left -= l.imag() == 0 ? 1 : 0;
                continue;
            }
            const auto before = *std::ranges::min_element(a.eigenvalues, {}, [&](auto o) { return std::abs(o - l); });
            const double w = std::clamp(before.real() / (before.real() - l.real()), 0.0, 1.0);
            Vector z = a.z;
            for (std::size_t i = 0; i < z.size(); ++i) {
                z[i] += w * (b.z[i] - a.z[i]);
            }
            if (!inside(z.back())) {
                return;
            }
            SpecialPoint special = special_at(l.imag() == 0 ? Bifurcation::branch_point : Bifurcation::hopf, z);
            if (l.imag() > 0) {
                special.frequency = l.imag();
                special.lyapunov = std::nan("");  // two pairs together have no normal form of one
            }
            diagram_.special_points.push_back(std::move(special));
            real = real || l.imag() == 0;
            left -= l.imag() == 0 ? 1 : 2;
        }
    }

    /// Where a test function changes its sign between two points, the point between where it vanishes.
    void locate(const Point& a, const Point& b, double step) {
        constexpr std::pair<Bifurcation, double Point::*> tests[] = {{Bifurcation::fold, &Point::fold},
                                                                     {Bifurcation::hopf, &Point::hopf}};
        for (const auto& [kind, test] : tests) {
            // A curve that turns where another crosses it, as at a pitchfork, has no fold there.
            if (a.*test * b.*test < 0 && !(kind == Bifurcation::fold && crosses(a, b))) {
                add(kind, zero(
                              a, b, step, test, {100, 8, 1e-13 * step},
                              [&](double& length, double high) {
                                  int steps = 0;
                                  auto point = stepped(a, length, steps);
                                  if (!point) {  // singular exactly here: a slightly longer step is not
                                      length += 0.01 * (high - length);
                                      point = stepped(a, length, steps);
                                  }
                                  return point;
                              },
                              [](auto&&...) { return false; }));
            }
        }
    }

    /// Where the determinant of the curve changes its sign, another crosses; the corrector is singular there.
    void locate_branch_point(const Point& a, const Point& b) {
        if (!crosses(a, b)) {
            return;
        }
        const double w = a.branch / (a.branch - b.branch);
        Vector guess = a.z, along = a.tangent;
        for (std::size_t i = 0; i < guess.size(); ++i) {
            guess[i] += w * (b.z[i] - a.z[i]);
            along[i] += b.tangent[i];
        }
        const auto found = branch_point(curve_, guess, {&a.z, &b.z});
        if (!found || !inside(found->z.back())) {
            return;
        }
        for (const auto& [z, direction, unit] : crossings_) {
            if (near(z, found->z, 1e-6)) {
                return;  // reached along another branch
            }
        }
        const bool first = std::abs(dot(found->tangents[0], along)) < std::abs(dot(found->tangents[1], along));
        crossings_.push_back({found->z, found->tangents[first ? 0 : 1], curve_.unit()});
        diagram_.special_points.push_back(special_at(Bifurcation::branch_point, found->z));
    }

    SpecialPoint special_at(Bifurcation kind, const Vector& z) {
        return {.kind = kind,
                .parameter = z.back(),
                .x = {z.begin(), z.end() - 1},
                .branch = branch_,
                .after = static_cast<index>(points().size()) - 1};
    }

    void add(Bifurcation kind, const Point& point) {
        if (!inside(point.z.back())) {
            return;
        }
        SpecialPoint special = special_at(kind, point.z);
        if (kind == Bifurcation::hopf) {
            // Real λ and −λ also make the product vanish (a neutral saddle): nothing happens there.
            const std::complex<double>* critical = nullptr;
            double largest = 0;
            for (const auto& l : point.eigenvalues) {
                largest = std::max(largest, std::abs(l));
                if (l.imag() > 0 && (!critical || std::abs(l.real()) < std::abs(critical->real()))) {
                    critical = &l;
                }
            }
            if (!critical || std::abs(critical->real()) > 1e-4 * std::max(critical->imag(), 1e-3 * largest)) {
                return;
            }
            special.frequency = critical->imag();
            try {
                special.lyapunov = first_lyapunov_coefficient(curve_.flow(), curve_.parameters(special.parameter),
                                                              special.x, special.frequency);
            } catch (const NumericalError&) {
                special.lyapunov = std::nan("");
            }
        }
        diagram_.special_points.push_back(std::move(special));
    }

    Curve& curve_;
    std::array<double, 2> range_;
    const ContinuationOptions& options_;
    EquilibriumDiagram& diagram_;
    /// A branch point, the direction of the other branch, and the units in which it is said.
    struct Crossing {
        Vector z, direction, unit;
    };
    std::vector<Crossing> crossings_;
    Vector origin_;     ///< where the walk began
    index branch_ = 0;  ///< on which it goes
    bool closed_ = false;
};

}  // namespace

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
