#include "ranvier/dynamics/cycles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "ranvier/dynamics/collocation.hpp"
#include "ranvier/numerics/general_eigen.hpp"

namespace ranvier::dynamics {

namespace {

using Complex = std::complex<double>;

/// A cycle on the branch with its direction and test functions.
struct Point {
    Cycle cycle, tangent;
    std::vector<Complex> multipliers;  ///< the trivial one first
    double fold = 0, doubling = 0, torus = 0, crossing = 0;
};

class Branch {
public:
    Branch(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
           const CycleOptions& options)
        : flow_(flow),
          p_(p.begin(), p.end()),
          parameter_(parameter),
          range_(range),
          options_(options),
          problem_(flow, p_, parameter) {}

    CycleBranch from(const SpecialPoint& hopf) {
        start_at(hopf);
        const double first_period = here_.cycle.period;
        const double largest = options_.largest_period > 0 ? options_.largest_period : 100 * first_period;
        double step = options_.first_step;
        result_.end = "points";
        for (index count = 1; count < options_.points;) {
            int iterations = 0;
            auto there = stepped(step, iterations);
            if (!there ||
                inner(there->tangent, here_.tangent, units_) < 0.9 * length(there->tangent) * length(here_.tangent)) {
                step /= 2;
                if (step < options_.smallest_step) {
                    if (count == 1) {
                        throw NumericalError("no cycle is found beside the Hopf point at " +
                                             std::to_string(hopf.parameter) +
                                             ": the branch may be vertical there, or the flow not smooth");
                    }
                    result_.end = "step";
                    break;
                }
                continue;
            }
            if (count > 3 && shrinks_through_nothing(there->cycle)) {
                result_.end = "hopf";
                break;
            }
            if (count > 1) {
                locate(*there, step);
            }
            const double value = there->cycle.parameter;
            if (value < range_[0] || value > range_[1]) {
                end_at(value > range_[1] ? range_[1] : range_[0], *there);
                result_.end = "range";
                break;
            }
            here_ = std::move(*there);
            store();
            ++count;
            if (here_.cycle.period > largest) {
                add(Bifurcation::homoclinic, here_);
                result_.end = "period";
                break;
            }
            renew(count);
            step = std::min(options_.largest_step, iterations <= 3 ? 1.4 * step : iterations <= 5 ? step : 0.6 * step);
        }
        return std::move(result_);
    }

private:
    double length(const Cycle& c) const { return std::sqrt(inner(c, c, units_)); }

    /// The Hopf point as a cycle of no size, and the direction in which it grows: the critical eigenvector turning.
    void start_at(const SpecialPoint& hopf) {
        const index n = flow_.n();
        std::vector<double> J(static_cast<std::size_t>(n * n));
        p_[static_cast<std::size_t>(parameter_)] = hopf.parameter;
        state_derivatives(flow_, 0, hopf.x.data(), p_.data(), J.data());
        const auto q = eigenvector(n, J.data(), Complex(0, hopf.frequency));
        Cycle c;
        c.mesh.resize(static_cast<std::size_t>(options_.intervals) + 1);
        for (index j = 0; j <= options_.intervals; ++j) {
            c.mesh[static_cast<std::size_t>(j)] = static_cast<double>(j) / static_cast<double>(options_.intervals);
        }
        c.u = Dense<double>(options_.intervals * degree + 1, n);
        c.period = 2 * std::numbers::pi / hopf.frequency;
        c.parameter = hopf.parameter;
        Cycle direction = c;
        direction.period = direction.parameter = 0;
        for (index row = 0; row < c.u.rows; ++row) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(row) / static_cast<double>(c.u.rows - 1);
            for (index i = 0; i < n; ++i) {
                c.u[row][i] = hopf.x[static_cast<std::size_t>(i)];
                direction.u[row][i] = (q[static_cast<std::size_t>(i)] * std::polar(1.0, angle)).real();
            }
        }
        std::copy(direction.u[0], direction.u[0] + n, direction.u[direction.u.rows - 1]);
        units_.state.resize(static_cast<std::size_t>(n));
        for (index i = 0; i < n; ++i) {
            units_.state[static_cast<std::size_t>(i)] =
                std::max(flow_.size_of(i), std::abs(hopf.x[static_cast<std::size_t>(i)]));
        }
        units_.period = c.period;
        units_.parameter = range_[1] - range_[0];
        const double size = length(direction);
        for (double& v : direction.u.values) {
            v /= size;
        }
        here_.cycle = std::move(c);
        here_.tangent = std::move(direction);
        // Around a point any phase is as good as another: it is the direction's that is kept.
        reference_ = here_.tangent;
        reference_slope_ = at_gauss_points(reference_, true);
        at_start_ = true;
        here_.multipliers.assign(static_cast<std::size_t>(n), 1.0);
        const auto values = numerics::general_eigen(View<const double, 2>(J.data(), {n, n})).values;
        std::size_t other = 2;
        for (const Complex& l : values) {
            if (std::abs(std::abs(l.imag()) - hopf.frequency) < 1e-6 * hopf.frequency &&
                std::abs(l.real()) < 1e-3 * hopf.frequency) {
                continue;
            }
            if (other < here_.multipliers.size()) {
                here_.multipliers[other++] = std::exp(l * here_.cycle.period);
            }
        }
        store();
    }

    std::optional<Point> stepped(double step, int& iterations) { return corrected(here_, step, iterations); }

    /// The cycle at this distance along the tangent, by Newton's method across it.
    std::optional<Point> corrected(const Point& from, double step, int& iterations) {
        Cycle c = sum(from.cycle, step, from.tangent);
        const double target = inner(c, from.tangent, units_);
        Dense<double> monodromy;
        for (iterations = 1; iterations <= 10; ++iterations) {
            // The phase is that of the cycle before; at the Hopf point that of the growing direction.
            const Cycle& reference = at_start_ ? from.cycle : reference_;
            const double lack = target - inner(c, from.tangent, units_);
            auto delta = problem_.step(c, reference, reference_slope_, from.tangent, lack, units_, false);
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

    std::optional<Point> described(const Point& from, Cycle c) {
        Point point;
        Dense<double> monodromy;
        const Cycle& reference = at_start_ ? from.cycle : reference_;
        auto tangent = problem_.step(c, reference, reference_slope_, from.tangent, 1, units_, true, &monodromy);
        if (!tangent) {
            return {};
        }
        const double size = length(*tangent);
        for (double& v : tangent->u.values) {
            v /= size;
        }
        tangent->period /= size;
        tangent->parameter /= size;
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
        point.multipliers = std::move(values);
        // Factors of size ≤ 1, so that products compare: each changes its sign with what it tests.
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

    /// A branch that reaches a Hopf point goes on with the same cycles half a period later.
    bool shrinks_through_nothing(const Cycle& next) const {
        const auto without_mean = [&](Cycle c) {
            const Dense<double> u = at_gauss_points(c, false);
            // Means by the points' own weights are not needed: any smooth average serves a sign.
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

    CyclePoint public_point(const Point& point) const {
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
            const double a = c.mesh[static_cast<std::size_t>(j)], b = c.mesh[static_cast<std::size_t>(j + 1)];
            out.phase.push_back(a + static_cast<double>(row - j * degree) / degree * (b - a));
        }
        return out;
    }

    void store() { result_.points.push_back(public_point(here_)); }

    void add(Bifurcation kind, const Point& point) {
        SpecialPoint special;
        special.kind = kind;
        special.parameter = point.cycle.parameter;
        special.x.assign(point.cycle.u[0], point.cycle.u[0] + flow_.n());
        special.frequency = 2 * std::numbers::pi / point.cycle.period;
        special.after = static_cast<index>(result_.points.size()) - 1;
        result_.special_points.push_back(std::move(special));
    }

    void locate(const Point& there, double step) {
        constexpr std::pair<Bifurcation, double Point::*> tests[] = {{Bifurcation::cycle_fold, &Point::fold},
                                                                     {Bifurcation::period_doubling, &Point::doubling},
                                                                     {Bifurcation::torus, &Point::torus},
                                                                     {Bifurcation::cycle_branch, &Point::crossing}};
        const bool turns = here_.fold * there.fold < 0;
        for (const auto& [kind, test] : tests) {
            // At a fold a multiplier passes +1 too.
            if (!(here_.*test * there.*test < 0) || (kind == Bifurcation::cycle_branch && turns)) {
                continue;
            }
            const auto found = zero(there, step, test);
            if (!found || found->cycle.parameter < range_[0] || found->cycle.parameter > range_[1]) {
                continue;
            }
            if (kind == Bifurcation::torus && !critical_pair(*found)) {
                continue;
            }
            // Where multipliers are far apart in size, rounding moves the small ones through anything.
            if (std::abs((*found).*test) > 1e-3) {
                continue;
            }
            add(kind, *found);
        }
    }

    static bool critical_pair(const Point& point) {
        return std::any_of(point.multipliers.begin() + 1, point.multipliers.end(),
                           [](Complex m) { return std::abs(m.imag()) > 1e-6 && std::abs(std::abs(m) - 1) < 1e-4; });
    }

    std::optional<Point> zero(const Point& there, double step, double Point::*test) {
        double low = 0, high = step, at_low = here_.*test, at_high = there.*test;
        std::optional<Point> best = std::abs(at_low) < std::abs(at_high) ? here_ : there;
        int side = 0;
        double before = there.cycle.parameter;
        for (int k = 0; k < 30; ++k) {
            double middle = low - at_low * (high - low) / (at_high - at_low);
            if (!(middle > low && middle < high) || k % 6 == 5) {
                middle = (low + high) / 2;
            }
            int iterations = 0;
            auto point = corrected(here_, middle, iterations);
            if (!point) {
                break;
            }
            const double value = (*point).*test;
            const double moved = std::abs(point->cycle.parameter - before);
            before = point->cycle.parameter;
            if (std::abs(value) <= std::abs((*best).*test)) {
                best = point;
            }
            if (value == 0 || high - low < 1e-11 * step ||
                (k > 1 && moved < 1e-11 * units_.parameter && std::abs(value) < 1e-6)) {
                break;
            }
            if ((value < 0) == (at_low < 0)) {
                low = middle;
                at_low = value;
                at_high /= side == 1 ? 2 : 1;
                side = 1;
            } else {
                high = middle;
                at_high = value;
                at_low /= side == -1 ? 2 : 1;
                side = -1;
            }
        }
        return best;
    }

    void end_at(double bound, const Point& there) {
        const double w = (bound - here_.cycle.parameter) / (there.cycle.parameter - here_.cycle.parameter);
        Cycle c = sum(here_.cycle, w, sum(there.cycle, -1, here_.cycle));
        Cycle across = here_.tangent;
        std::fill(across.u.values.begin(), across.u.values.end(), 0.0);
        across.period = 0;
        across.parameter = units_.parameter;
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

    /// After a step: reference and units are those of the new point, and now and then the mesh.
    void renew(index count) {
        if (count % 2 == 0) {
            const auto mesh = better_mesh(here_.cycle, units_);
            here_.cycle = moved(here_.cycle, mesh);
            here_.tangent = moved(here_.tangent, mesh);
        }
        std::vector<double> low, high;
        extremes(here_.cycle, low, high);
        for (std::size_t i = 0; i < low.size(); ++i) {
            units_.state[i] = std::max({units_.state[i], std::abs(low[i]), std::abs(high[i])});
        }
        units_.period = here_.cycle.period;
        const double size = length(here_.tangent);
        for (double& v : here_.tangent.u.values) {
            v /= size;
        }
        here_.tangent.period /= size;
        here_.tangent.parameter /= size;
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
    Point here_;
    Cycle reference_;
    Dense<double> reference_slope_;
    bool at_start_ = true;
    CycleBranch result_;
};

}  // namespace

CycleBranch continue_cycles(const Flow& flow, std::span<const double> p, index parameter, std::array<double, 2> range,
                            const SpecialPoint& hopf, const CycleOptions& options) {
    check(flow);
    require(static_cast<index>(p.size()) == flow.m() && parameter >= 0 && parameter < flow.m(),
            "continue_cycles: parameters must be as the flow says");
    require(hopf.kind == Bifurcation::hopf && hopf.frequency > 0 && static_cast<index>(hopf.x.size()) == flow.n(), [&] {
        return "continue_cycles starts at a Hopf point; got a point of kind '" + std::string(name(hopf.kind)) + "'";
    });
    require(std::isfinite(range[0]) && std::isfinite(range[1]) && range[0] < range[1], [&] {
        return "continue_cycles: the range must be finite and ascending; got " + std::to_string(range[0]) + " … " +
               std::to_string(range[1]);
    });
    require(options.intervals >= 5 && options.intervals <= 2000,
            [&] { return "continue_cycles: intervals must be 5 … 2000; got " + std::to_string(options.intervals); });
    return Branch(flow, p, parameter, range, options).from(hopf);
}

}  // namespace ranvier::dynamics
