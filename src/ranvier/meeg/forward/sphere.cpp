#include "ranvier/meeg/forward/sphere.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {
namespace {

constexpr double mu_0 = 4e-7 * std::numbers::pi;  // [H/m]
constexpr double closest = 0.999;                 // largest r₀ / r₁
constexpr double precision = 1e-15;               // of what is left of the series

void check_model(const SphereModel& model) {
    const std::size_t n = model.radii.size();
    require(n > 0 && model.conductivities.size() == n, [&] {
        return "a sphere model needs as many conductivities as radii, at least one; got " +
               text_of(model.conductivities.size()) + " and " + text_of(n);
    });
    for (std::size_t k = 0; k < n; ++k) {
        require(model.radii[k] > (k == 0 ? 0 : model.radii[k - 1]), [&] {
            return "radii must be > 0 m and rise from the inside out; got " + text_of(model.radii[k]) + " at place " +
                   text_of(k);
        });
        require(model.conductivities[k] > 0, [&] {
            return "conductivities must be > 0 S/m; got " + text_of(model.conductivities[k]) + " at place " +
                   text_of(k);
        });
    }
}

/// T_n: the potential of harmonic n at the surface for a source that alone would make 1 there at the innermost radius.
///
/// In a shell φ = a (r/R)^n + b (r/R)^−(n+1), R its outer radius. The ratio ρ = r φ′/φ is 0 at the surface and is
/// carried inwards: a and b from ρ, then ρ at the inner radius; at an interface σφ′ is continuous.
double transfer(const SphereModel& model, index n) {
    const double order = static_cast<double>(n);
    double rho = 0, product = 1;
    for (std::size_t k = model.radii.size() - 1; k > 0; --k) {
        const double s = model.radii[k - 1] / model.radii[k];
        const double a = (rho + order + 1) / (2 * order + 1), b = (order - rho) / (2 * order + 1);
        const double power = std::pow(s, order + 1), square = power * std::pow(s, order);
        const double value = a * square + b;  // φ at the inner radius, times s^{n+1}
        rho = (order * a * square - (order + 1) * b) / value;
        product *= power / value;
        rho *= model.conductivities[k] / model.conductivities[k - 1];
    }
    return (2 * order + 1) / (order - rho) * product;
}

/// Bound of term n, but for factors of order 1: T_n (r₀/r₁)^{n−1} n², and the number of terms it makes necessary.
std::size_t terms_needed(const std::vector<double>& transfers, double ratio) {
    double sum = 0, power = 1;
    for (std::size_t n = 1; n <= transfers.size(); ++n) {
        const double order = static_cast<double>(n);
        const double bound = transfers[n - 1] * power * order * order;
        sum += bound;
        if (bound / (1 - ratio) < precision * sum && n > 2) {
            return n;
        }
        power *= ratio;
    }
    return transfers.size();
}

}  // namespace

Array<double, 2> sphere_potential(const SphereModel& model, const std::vector<Dipole>& dipoles,
                                  View<const double, 2> electrodes) {
    check_model(model);
    require(electrodes.extent(1) == 3,
            [&] { return "electrodes must have shape (n, 3); got " + shape_text(electrodes.extents()); });
    const double r1 = model.radii.front();  // [m]
    double largest = 0;
    for (std::size_t k = 0; k < dipoles.size(); ++k) {
        const double ratio = norm(minus(dipoles[k].position, model.centre)) / r1;
        require(ratio <= closest, [&] {
            return "dipole " + text_of(k) + " must lie within " + text_of(closest) + " of the innermost radius; got " +
                   text_of(ratio);
        });
        largest = std::max(largest, ratio);
    }
    std::vector<Point> directions;
    for (index e = 0; e < electrodes.extent(0); ++e) {
        const Point r = minus({electrodes(e, 0), electrodes(e, 1), electrodes(e, 2)}, model.centre);
        require(norm(r) > 0 && std::isfinite(norm(r)),
                [&] { return "electrode " + text_of(e) + " must have a place other than the sphere's centre"; });
        directions.push_back(scaled(r, 1 / norm(r)));
    }
    const auto most = static_cast<index>(45 / -std::log(std::max(largest, 0.1))) + 60;
    std::vector<double> transfers;
    for (index n = 1; n <= most; ++n) {
        transfers.push_back(transfer(model, n));
    }

    Array<double, 2> potential({electrodes.extent(0), static_cast<index>(dipoles.size())});
    const double unit = 1 / (4 * std::numbers::pi * model.conductivities.front() * r1 * r1);  // [V / (A m)]
    parallel_for(static_cast<index>(dipoles.size()), [&](index d) {
        const Dipole& dipole = dipoles[static_cast<std::size_t>(d)];
        const Point r0 = minus(dipole.position, model.centre);
        const double ratio = norm(r0) / r1;
        const Point radial = ratio > 0 ? scaled(r0, 1 / norm(r0)) : Point{0, 0, 1};
        const double m_radial = dot(dipole.moment, radial);
        const std::size_t terms = terms_needed(transfers, ratio);
        for (index e = 0; e < potential.extent(0); ++e) {
            const Point& direction = directions[static_cast<std::size_t>(e)];
            const double x = std::clamp(dot(direction, radial), -1.0, 1.0);
            const double m_across = dot(dipole.moment, direction) - x * m_radial;
            double P_before = 1, P = x, slope_before = 0, slope = 1, power = 1, sum = 0;
            for (std::size_t n = 1; n <= terms; ++n) {
                const double order = static_cast<double>(n);
                sum += transfers[n - 1] * power * (order * P * m_radial + slope * m_across);
                const double P_next = ((2 * order + 1) * x * P - order * P_before) / (order + 1);
                const double slope_next = slope_before + (2 * order + 1) * P;  // P′_{n+1} = P′_{n−1} + (2n+1) P_n
                P_before = P;
                P = P_next;
                slope_before = slope;
                slope = slope_next;
                power *= ratio;
            }
            potential(e, d) = unit * sum;
        }
    });
    return potential;
}

Array<double, 2> sphere_field(const SphereModel& model, const std::vector<Dipole>& dipoles,
                              View<const double, 2> points, View<const double, 2> directions) {
    require(points.extent(1) == 3 && points.extents() == directions.extents(), [&] {
        return "points and directions must both have shape (n, 3); got " + shape_text(points.extents()) + " and " +
               shape_text(directions.extents());
    });
    Array<double, 2> field({points.extent(0), static_cast<index>(dipoles.size())});
    for (index p = 0; p < points.extent(0); ++p) {
        const Point r = minus({points(p, 0), points(p, 1), points(p, 2)}, model.centre);
        const Point u{directions(p, 0), directions(p, 1), directions(p, 2)};
        const double distance = norm(r);
        for (index d = 0; d < field.extent(1); ++d) {
            const Dipole& dipole = dipoles[static_cast<std::size_t>(d)];
            const Point r0 = minus(dipole.position, model.centre);
            const Point a = minus(r, r0);
            const double length = norm(a), along = dot(a, r);
            const double F = length * (length * distance + distance * distance - dot(r0, r));
            require(F > 0, [&] {
                return "point " + text_of(p) + " must lie outside the conductor and away from dipole " + text_of(d);
            });
            const double c_r = length * length / distance + along / length + 2 * length + 2 * distance;
            const double c_r0 = length + 2 * distance + along / length;
            const Point grad{c_r * r[0] - c_r0 * r0[0], c_r * r[1] - c_r0 * r0[1], c_r * r[2] - c_r0 * r0[2]};
            const Point Q_r0 = cross(dipole.moment, r0);
            field(p, d) = mu_0 / (4 * std::numbers::pi * F * F) * (F * dot(Q_r0, u) - dot(Q_r0, r) * dot(grad, u));
        }
    }
    return field;
}

}  // namespace ranvier::meeg
