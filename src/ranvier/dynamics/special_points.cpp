// What happens on branches of equilibria, and where others begin.
#include "ranvier/dynamics/branch_point.hpp"
#include "ranvier/dynamics/equilibrium_walk.hpp"

namespace ranvier::dynamics {

void EquilibriumWalk::switch_branches() {
    for (std::size_t k = 0; k < crossings_.size(); ++k) {
        const auto [z, directions, unit] = crossings_[k];
        std::vector<Vector> normals;
        for (const Vector& direction : directions) {
            normals.push_back(direction);
            normals.push_back(scaled(direction, -1));
        }
        for (const Vector& normal : normals) {
            if (static_cast<index>(diagram_.branches.size()) >= options_.branches) {
                return;
            }
            curve_.set_unit(unit);  // not what another branch has made of them
            for (double step : {1e-2, 3e-3, 1e-3}) {
                int steps = 0;
                const auto found = curve_.corrected(curve_.moved(z, step, normal), normal, steps);
                if (!found || !inside(found->back()) || (normals.size() > 2 && !near(*found, z, 4 * step))) {
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

bool EquilibriumWalk::walked(const Vector& z) {
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

void EquilibriumWalk::locate_coincident(const Point& a, const Point& b) {
    int left = untold(a, b);
    if (left == 0) {
        return;
    }
    std::vector<std::complex<double>> nearest = b.eigenvalues;
    std::ranges::sort(nearest, {}, [](auto l) { return std::abs(l.real()); });
    bool real = false;
    Vector where;
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
        if (!inside(z.back()) || (l.imag() == 0 && known_crossing(z))) {
            return;
        }
        SpecialPoint special = special_at(l.imag() == 0 ? Bifurcation::branch_point : Bifurcation::hopf, z);
        if (l.imag() > 0) {
            special.frequency = l.imag();
            special.lyapunov = std::nan("");  // two pairs together have no normal form of one
        }
        diagram_.special_points.push_back(std::move(special));
        if (l.imag() == 0) {
            real = true;
            where = z;
        }
        left -= l.imag() == 0 ? 1 : 2;
    }
    if (!where.empty()) {
        crossing_at(where, a.tangent);
    }
}

EquilibriumWalk::Point EquilibriumWalk::vanishing(const Point& a, const Point& b, double step, double Point::*test,
                                                  const Search& search) {
    const auto at = [&](double& length, double high) {
        int steps = 0;
        auto point = stepped(a, length, steps);
        if (!point) {  // singular exactly here: a slightly longer step is not
            length += 0.01 * (high - length);
            point = stepped(a, length, steps);
        }
        return point;
    };
    return zero(a, b, step, test, search, at, [](auto&&...) { return false; });
}

void EquilibriumWalk::locate(const Point& a, const Point& b, double step) {
    constexpr std::pair<Bifurcation, double Point::*> tests[] = {{Bifurcation::fold, &Point::fold},
                                                                 {Bifurcation::hopf, &Point::hopf}};
    for (const auto& [kind, test] : tests) {
        // A curve that turns where another crosses it, as at a pitchfork, has no fold there.
        if (a.*test * b.*test < 0 && !(kind == Bifurcation::fold && crosses(a, b))) {
            add(kind, vanishing(a, b, step, test, {100, 8, 1e-13 * step}));
        }
    }
}

void EquilibriumWalk::locate_branch_point(const Point& a, const Point& b, double step) {
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
    if (found && inside(found->z.back()) && !known_crossing(found->z, 1e-6)) {
        const bool first = std::abs(dot(found->tangents[0], along)) < std::abs(dot(found->tangents[1], along));
        crossings_.push_back({found->z, {found->tangents[first ? 0 : 1]}, curve_.unit()});
        diagram_.special_points.push_back(special_at(Bifurcation::branch_point, found->z));
    }
    if (found || !(a.nearest_real * b.nearest_real < 0)) {
        return;
    }
    // No simple one: where the eigenvalue vanishes that changes its sign.
    const Point at = vanishing(a, b, step, &Point::nearest_real, {60, 4, 1e-9 * step});
    if (std::abs(at.nearest_real) < 1e-3 * std::min(std::abs(a.nearest_real), std::abs(b.nearest_real)) &&
        inside(at.z.back()) && !known_crossing(at.z) && crossing_at(at.z, at.tangent)) {
        diagram_.special_points.push_back(special_at(Bifurcation::branch_point, at.z));
    }
}

bool EquilibriumWalk::crossing_at(const Vector& z, const Vector& tangent) {
    const Vector ahead = curve_.moved(z, 1e-2, tangent), behind = curve_.moved(z, -1e-2, tangent);
    auto directions = directions_out(curve_, z, {&ahead, &behind});
    if (directions.empty()) {
        return false;
    }
    crossings_.push_back({z, std::move(directions), curve_.unit()});
    return true;
}

void EquilibriumWalk::locate_between(const Point& here, const Point& there, double step) {
    for (double Point::*test : {&Point::nearest_real, &Point::nearest_pair}) {
        if (!before_ || !(before_->first.*test * (here.*test) > 0 && here.*test * (there.*test) > 0)) {
            continue;
        }
        struct Place {
            Point point;
            double s, value;  ///< along the curve; how far from the axis
        };
        const double side = here.*test < 0 ? -1 : 1;
        const auto place = [&](const Point& point, double s) { return Place{point, s, side * (point.*test)}; };
        Place low = place(before_->first, -before_->second), middle = place(here, 0), high = place(there, step);
        const double narrow = 1e-6 * (high.s - low.s), touch = 1e-6 * middle.value;
        for (int k = 0; k < 12 && middle.value < low.value && middle.value <= high.value; ++k) {
            // The lowest place of the parabola through the three.
            const double left = middle.s - low.s, right = high.s - middle.s;
            const double p = (middle.value - low.value) / left, q = (high.value - middle.value) / right;
            const double slope = (p * right + q * left) / (left + right), bend = (q - p) / (left + right);
            double s = middle.s - slope / (2 * bend);
            if (k > 1 && middle.value - slope * slope / (4 * bend) > 0.5 * middle.value) {
                break;
            }
            if (std::abs(s - middle.s) < narrow) {
                s = right > left ? middle.s + 0.1 * right : middle.s - 0.1 * left;
            }
            const Place& from = s < middle.s ? low : middle;
            int steps = 0;
            auto found = stepped(from.point, s - from.s, steps);
            if (!found) {  // singular exactly here
                s += 10 * narrow;
                found = stepped(from.point, s - from.s, steps);
            }
            if (!found || high.s - low.s < 100 * narrow) {
                break;
            }
            const Place now = place(*found, s);
            if (std::abs(now.value) < touch) {
                middle = now;
                break;
            }
            if (now.value < 0) {
                const auto known = diagram_.special_points.size();
                const Place& to = s < middle.s ? middle : high;
                for (const auto& [a, b] : {std::pair(&from, &now), std::pair<const Place*, const Place*>(&now, &to)}) {
                    locate(a->point, b->point, b->s - a->s);
                    locate_branch_point(a->point, b->point, b->s - a->s);
                    locate_coincident(a->point, b->point);
                }
                for (auto at = known; s < 0 && at < diagram_.special_points.size(); ++at) {
                    --diagram_.special_points[at].after;
                }
                break;
            }
            if (now.value < middle.value) {
                (s < middle.s ? high : low) = middle;
                middle = now;
            } else {
                (s < middle.s ? low : high) = now;
            }
        }
        // It touches the axis, where curves that cross touch each other.
        if (test == &Point::nearest_real && std::abs(middle.value) < touch && inside(middle.point.z.back()) &&
            !known_crossing(middle.point.z) && crossing_at(middle.point.z, middle.point.tangent)) {
            diagram_.special_points.push_back(special_at(Bifurcation::branch_point, middle.point.z));
        }
    }
}

void EquilibriumWalk::add(Bifurcation kind, const Point& point) {
    const bool known = std::ranges::any_of(diagram_.special_points, [&](const SpecialPoint& s) {
        Vector z = s.x;
        z.push_back(s.parameter);
        return s.kind == kind && s.branch == branch_ && near(z, point.z, 1e-6);
    });
    if (known || !inside(point.z.back())) {
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

}  // namespace ranvier::dynamics
