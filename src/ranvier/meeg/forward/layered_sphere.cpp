#include "ranvier/meeg/forward/layered_sphere.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/dense.hpp"

namespace ranvier::meeg {

namespace {

constexpr int n_terms = 200, n_dipoles = 3;

/// What harmonic n of a dipole becomes at the surface by the layers: 1 in a homogeneous sphere.
double layer_factor(int n, const std::vector<double>& radii, const std::vector<double>& sigmas) {
    // The two amplitudes of the harmonic, r^n and r^−(n+1), are carried from the scalp inwards.
    const double order = n, next = n + 1.0;
    double a = 1, b = 0, c = 0, d = 1;  // the product of the interfaces' matrices
    for (std::size_t k = radii.size() - 1; k-- > 0;) {
        const double quotient = sigmas[k] / sigmas[k + 1], power = std::pow(radii[k], 2 * n + 1);
        const double m00 = order + next * quotient, m01 = next * (quotient - 1) / power;
        const double m10 = order * (quotient - 1) * power, m11 = next + order * quotient;
        const double a0 = a, b0 = b;
        a = m00 * a0 + m01 * c;
        b = m00 * b0 + m01 * d;
        c = m10 * a0 + m11 * c;
        d = m10 * b0 + m11 * d;
    }
    return order * std::pow(2 * order + 1, static_cast<double>(radii.size() - 1)) / (order * d + next * c);
}

using Places = std::array<double, n_dipoles>;

/// The linear part of the fit: shares that explain the layers' factors best, for given places.
class Fit {
public:
    Fit(const std::vector<double>& radii, const std::vector<double>& sigmas) {
        for (int n = 1; n <= n_terms; ++n) {
            factors_.push_back(layer_factor(n, radii, sigmas));
            weights_.push_back(std::sqrt((2.0 * n + 1) * (3.0 * n + 1) / n) * std::pow(radii.front(), n - 1.0));
        }
    }
    /// Layers that all conduct alike.
    bool homogeneous() const {
        return std::ranges::all_of(factors_, [](double factor) { return std::abs(factor - 1) < 1e-12; });
    }

    struct Solution {
        std::array<double, n_dipoles> shares{};
        std::vector<double> rest;  ///< weighted terms that are not explained
        double left = 0, whole = 0;
    };
    /// The first share follows from the first factor, so that the far field is exact; the others are fitted to the
    /// rest, by columns that are made orthogonal. What can't be told apart gets nothing.
    Solution at(const Places& places) const {
        constexpr std::size_t rows = n_terms - 1;
        std::array<std::vector<double>, 2> columns{std::vector<double>(rows), std::vector<double>(rows)};
        Places powers = places;
        Solution out;
        out.rest.resize(rows);
        for (std::size_t n = 0; n < rows; ++n) {
            out.rest[n] = weights_[n] * (factors_[n + 1] - powers[0] * factors_[0]);
            out.whole += out.rest[n] * out.rest[n];
            for (std::size_t k = 0; k < 2; ++k) {
                columns[k][n] = weights_[n] * (powers[k + 1] - powers[0]);
            }
            for (std::size_t k = 0; k < n_dipoles; ++k) {
                powers[k] *= places[k];
            }
        }
        const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
            return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
        };
        const double first = product(columns[0], columns[0]), size = product(columns[1], columns[1]);
        const double common = first > 0 ? product(columns[0], columns[1]) / first : 0;
        for (std::size_t n = 0; n < rows; ++n) {
            columns[1][n] -= common * columns[0][n];
        }
        const double second = product(columns[1], columns[1]);
        const double a = first > 0 ? product(columns[0], out.rest) / first : 0;
        const double b = second > 1e-20 * size ? product(columns[1], out.rest) / second : 0;
        for (std::size_t n = 0; n < rows; ++n) {
            out.rest[n] -= a * columns[0][n] + b * columns[1][n];
        }
        out.left = product(out.rest, out.rest);
        out.shares = {factors_[0] - (a - common * b) - b, a - common * b, b};
        return out;
    }

    /// Levenberg–Marquardt from where it is begun, inside of the sphere.
    Places improved(Places places) const {
        constexpr double step = 1e-6;
        Solution now = at(places);
        double damping = 1e-3;
        for (int round = 0; round < 500 && damping < 1e12; ++round) {
            std::array<std::vector<double>, n_dipoles> slopes;
            for (std::size_t k = 0; k < n_dipoles; ++k) {
                Places up = places, down = places;
                up[k] += step;
                down[k] -= step;
                slopes[k] = at(up).rest;
                const std::vector<double> below = at(down).rest;
                for (std::size_t n = 0; n < slopes[k].size(); ++n) {
                    slopes[k][n] = (slopes[k][n] - below[n]) / (2 * step);
                }
            }
            numerics::Dense<double> normal(n_dipoles, n_dipoles);
            Places move;
            for (std::size_t i = 0; i < n_dipoles; ++i) {
                for (std::size_t k = 0; k < n_dipoles; ++k) {
                    normal[static_cast<index>(i)][k] =
                        std::inner_product(slopes[i].begin(), slopes[i].end(), slopes[k].begin(), 0.0) *
                        (i == k ? 1 + damping : 1);
                }
                move[i] = -std::inner_product(slopes[i].begin(), slopes[i].end(), now.rest.begin(), 0.0);
            }
            if (!numerics::solved(normal, move.data())) {
                break;
            }
            Places next = places;
            double longest = 0;
            for (std::size_t k = 0; k < n_dipoles; ++k) {
                next[k] = std::clamp(places[k] + move[k], -outermost, outermost);
                longest = std::max(longest, std::abs(next[k] - places[k]));
            }
            Solution then = at(next);
            if (then.left < now.left) {
                places = next;
                now = std::move(then);
                damping = std::max(damping / 5, 1e-12);
            } else {
                damping *= 4;
            }
            if (longest < 1e-13) {
                break;
            }
        }
        return places;
    }

private:
    static constexpr double outermost = 1 - 2e-6;
    std::vector<double> factors_, weights_;
};

/// The best places: the three best of a coarse grid are improved.
Places best_places(const Fit& fit) {
    constexpr std::array grid{-0.6, -0.4, -0.2, -0.05, 0.1, 0.25, 0.4, 0.55, 0.65, 0.75, 0.85, 0.9, 0.95, 0.98, 0.995};
    std::vector<std::pair<double, Places>> begun;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            for (std::size_t k = 0; k < j; ++k) {
                const Places places{grid[i], grid[j], grid[k]};
                begun.emplace_back(fit.at(places).left, places);
            }
        }
    }
    std::ranges::partial_sort(begun, begun.begin() + 3);
    Places best = begun.front().second;
    double least = begun.front().first;
    for (std::size_t k = 0; k < 3; ++k) {
        const Places places = fit.improved(begun[k].second);
        const double left = fit.at(places).left;
        if (left < least) {
            least = left;
            best = places;
        }
    }
    std::ranges::sort(best, std::ranges::greater{});
    return best;
}

}  // namespace

EquivalentDipoles equivalent_dipoles(const std::vector<double>& relative_radii,
                                     const std::vector<double>& conductivities) {
    const std::size_t n = relative_radii.size();
    require(n == conductivities.size(), [&] {
        return "a layered sphere needs as many conductivities as radii; got " + text_of(conductivities.size()) +
               " and " + text_of(n);
    });
    require(n >= 2, "a layered sphere needs at least 2 layers; got ", n);
    for (std::size_t k = 0; k < n; ++k) {
        require(relative_radii[k] > (k == 0 ? 0 : relative_radii[k - 1]), [&] {
            return "radii of layers must be > 0 and rise; got " + text_of(relative_radii[k]) + " at place " +
                   text_of(k);
        });
        require(conductivities[k] > 0,
                [&] { return "conductivities must be > 0 S/m; got " + text_of(conductivities[k]); });
    }
    const Fit fit(relative_radii, conductivities);
    if (fit.homogeneous()) {
        return {{1, 0.5, 0}, {1, 0, 0}, 0};
    }
    const Places places = best_places(fit);
    const Fit::Solution found = fit.at(places);
    return {{places.begin(), places.end()}, {found.shares.begin(), found.shares.end()}, found.left / found.whole};
}

LayeredSphere layered_sphere(const Point& centre, double head_radius, const std::vector<double>& relative_radii,
                             const std::vector<double>& conductivities) {
    require(head_radius > 0, "the head's radius must be > 0 m; got ", head_radius);
    require(relative_radii.size() == conductivities.size(), [&] {
        return "relative_radii and sigmas must be as many; got " + text_of(relative_radii.size()) + " and " +
               text_of(conductivities.size());
    });
    std::vector<std::size_t> order(relative_radii.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t k) { return relative_radii[k]; });
    LayeredSphere sphere{.centre = centre, .layers = {}, .equivalents = {}};
    std::vector<double> radii, sigmas;
    for (const std::size_t k : order) {
        radii.push_back(relative_radii[k] / relative_radii[order.back()]);
        sigmas.push_back(conductivities[k]);
        sphere.layers.push_back({head_radius * radii.back(), radii.back(), sigmas.back()});
    }
    sphere.equivalents = equivalent_dipoles(radii, sigmas);
    return sphere;
}

}  // namespace ranvier::meeg
