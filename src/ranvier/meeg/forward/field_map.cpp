#include "ranvier/meeg/forward/field_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr double source_radius = 0.06;                             // [m]
constexpr double potential_source_radius = 0.7 * source_radius;    // [m]
constexpr double field_constant = 4e-14 * std::numbers::pi;        // μ₀² / 4π
constexpr double potential_constant = 1 / (4 * std::numbers::pi);  // of 1 S/m
constexpr double mag_noise = 20e-15;                               // [T]
constexpr double grad_noise = 5e-13;                               // [T/m]
constexpr double omitted = 1e-4;                                   // of the sum of the eigenvalues of magnetic products
constexpr double loading = 0.1;                                    // of the mean diagonal of electric ones

/// Points as directions from a centre, and their distances.
struct Directions {
    std::vector<Point> unit;
    std::vector<double> length;  // [m]
};

Directions directions(const std::vector<Point>& points, const Point& centre) {
    Directions out;
    for (const Point& point : points) {
        const Point r = minus(point, centre);
        out.length.push_back(norm(r));
        require(out.length.back() > 0, "a sensor lies at the centre of the sphere, where its field has no direction");
        out.unit.push_back(scaled(r, 1 / out.length.back()));
    }
    return out;
}

constexpr std::size_t lanes = 64;
using Lanes = std::array<double, lanes>;

/// Sums over n of β^{n+1} and n(n+1)/(2n+1) P_n, n/(2n+1) P_n′, n/((2n+1)(n+1)) P_n′ and n/((2n+1)(n+1)) P_n″.
struct Sums {
    Lanes value, slope, part_of_slope, bend;
};

Sums magnetic_sums(const Lanes& beta, const Lanes& x, int terms) {
    Sums out{};
    Lanes before, p = x, slope, bend{}, power;  // P_{n-1}, P_n, P_n′, P_n″, β^{n+1}
    before.fill(1);
    slope.fill(1);
    for (std::size_t k = 0; k < lanes; ++k) {
        power[k] = beta[k] * beta[k];
    }
    for (int n = 1; n <= terms; ++n) {
        const double factor = n / (2.0 * n + 1), twice = 2.0 * n + 1, up = n + 1.0;
        for (std::size_t k = 0; k < lanes; ++k) {
            const double a = factor * power[k];
            out.value[k] += a * up * p[k];
            out.slope[k] += a * slope[k];
            out.part_of_slope[k] += a / up * slope[k];
            out.bend[k] += a / up * bend[k];
            const double next = (twice * x[k] * p[k] - n * before[k]) / up;
            bend[k] = (up + 1) * slope[k] + x[k] * bend[k];
            slope[k] = up * p[k] + x[k] * slope[k];
            before[k] = p[k];
            p[k] = next;
            power[k] *= beta[k];
        }
    }
    return out;
}

/// Row i of the products, its columns up to `count`.
void magnetic_row(const CoilSet& a, const Directions& from, const CoilSet& b, const Directions& to, index i,
                  index count, int terms, View<double, 2> out) {
    const index last = b.first[static_cast<std::size_t>(count)];
    const auto at = [](index k) { return static_cast<std::size_t>(k); };
    for (index p = a.first[at(i)]; p < a.first[at(i + 1)]; ++p) {
        const Point& r1 = from.unit[at(p)];
        const Point& c1 = a.normals[at(p)];
        index coil = 0;
        for (index start = 0; start < last; start += static_cast<index>(lanes)) {
            const index here = std::min(last - start, static_cast<index>(lanes));
            Lanes beta{}, x{};
            for (index k = 0; k < here; ++k) {
                const index q = start + k;
                beta[at(k)] = source_radius * source_radius / (from.length[at(p)] * to.length[at(q)]);
                x[at(k)] = std::clamp(dot(r1, to.unit[at(q)]), -1.0, 1.0);
            }
            const Sums sums = magnetic_sums(beta, x, terms);
            for (index k = 0; k < here; ++k) {
                const index q = start + k;
                while (q >= b.first[at(coil + 1)]) {
                    ++coil;
                }
                const Point& r2 = to.unit[at(q)];
                const Point& c2 = b.normals[at(q)];
                const double cosine = x[at(k)], n11 = dot(c1, r1), n12 = dot(c1, r2), n21 = dot(c2, r1),
                             n22 = dot(c2, r2);
                const double one = cosine * n11 * n22, two = n11 * n21 + n12 * n22;
                const double sum = n11 * n22 * sums.value[at(k)] + (2 * one - two) * sums.slope[at(k)] +
                                   (dot(c1, c2) + one - two) * sums.part_of_slope[at(k)] +
                                   (n12 - cosine * n11) * (n21 - cosine * n22) * sums.bend[at(k)];
                out(i, coil) += field_constant / (from.length[at(p)] * to.length[at(q)]) * sum;
            }
        }
    }
}

/// Σ_n (2n + 1)² / n β^n P_n(x)
double potential_sum(double beta, double x, int terms) {
    double before = 1, now = x, power = beta, sum = 0;  // P_{n-1}, P_n, β^n
    for (int n = 1; n <= terms; ++n) {
        sum += (2.0 * n + 1) * (2.0 * n + 1) / n * power * now;
        const double next = ((2.0 * n + 1) * x * now - n * before) / (n + 1.0);
        before = now;
        now = next;
        power *= beta;
    }
    return sum;
}

/// The projections of some channels alone.
Array<double, 2> projector_of(const Info& info, const std::vector<index>& picks) {
    Info own = info;
    pick_channels(own, picks);
    return projector(own).matrix;
}

}  // namespace

Array<double, 2> magnetic_products(const CoilSet& a, const CoilSet& b, const Point& centre, SeriesLength series) {
    const Directions from = directions(a.places, centre), to = directions(b.places, centre);
    Array<double, 2> out({a.size(), b.size()});
    parallel_for(a.size(), [&](index i) { magnetic_row(a, from, b, to, i, b.size(), static_cast<int>(series), out); });
    return out;
}

Array<double, 2> magnetic_products(const CoilSet& coils, const Point& centre, SeriesLength series) {
    const Directions points = directions(coils.places, centre);
    Array<double, 2> out({coils.size(), coils.size()});
    parallel_for(coils.size(),
                 [&](index i) { magnetic_row(coils, points, coils, points, i, i + 1, static_cast<int>(series), out); });
    for (index i = 0; i < coils.size(); ++i) {
        for (index k = 0; k < i; ++k) {
            out(k, i) = out(i, k);
        }
    }
    return out;
}

Array<double, 2> potential_products(const std::vector<Point>& a, const std::vector<Point>& b, const Point& centre,
                                    SeriesLength series) {
    const Directions from = directions(a, centre), to = directions(b, centre);
    Array<double, 2> out({std::ssize(a), std::ssize(b)});
    parallel_for(std::ssize(a), [&](index i) {
        const auto row = static_cast<std::size_t>(i);
        for (std::size_t k = 0; k < b.size(); ++k) {
            const double lengths = from.length[row] * to.length[k];
            const double cosine = std::clamp(dot(from.unit[row], to.unit[k]), -1.0, 1.0);
            const double beta = potential_source_radius * potential_source_radius / lengths;
            out(i, static_cast<index>(k)) =
                potential_constant * potential_sum(beta, cosine, static_cast<int>(series)) / lengths;
        }
    });
    return out;
}

Array<double, 2> magnetic_map(const Info& info, const std::vector<index>& from, const std::vector<index>& to,
                              const Point& centre, SeriesLength series) {
    const auto coils = [&](const std::vector<index>& picks) {
        const CoilSet set = coils_of(info, picks, CoilAccuracy::normal);
        return info.dev_head_t ? moved(set, *info.dev_head_t) : set;
    };
    const CoilSet seen = coils(from);
    const Array<double, 2> own = projector_of(info, from);
    Array<double, 2> products = numerics::matmul(numerics::matmul(own, magnetic_products(seen, centre, series)), own);
    const index n = std::ssize(from);
    std::vector<double> noise;
    for (const index k : from) {
        const bool gradient = info.channels[static_cast<std::size_t>(k)].type() == ChannelType::grad;
        noise.push_back(gradient ? grad_noise : mag_noise);
    }
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < n; ++k) {
            products(i, k) /= noise[static_cast<std::size_t>(i)] * noise[static_cast<std::size_t>(k)];
        }
    }
    const numerics::Eigen eigen = numerics::symmetric_eigen(products);
    double sum = 0, kept = 0;
    for (const double x : eigen.values) {
        sum += std::abs(x);
    }
    index rank = 0;
    while (rank < n && kept < (1 - omitted) * sum) {
        kept += std::abs(eigen.values[static_cast<std::size_t>(n - ++rank)]);
    }
    Array<double, 2> vectors({n, rank}), divided({rank, n});  // of the inverse, which is back in the channels' units
    for (index r = 0; r < rank; ++r) {
        const index column = n - 1 - r;
        for (index k = 0; k < n; ++k) {
            vectors(k, r) = eigen.vectors(k, column) / noise[static_cast<std::size_t>(k)];
            divided(r, k) = vectors(k, r) / eigen.values[static_cast<std::size_t>(column)];
        }
    }
    const Array<double, 2> inverse = numerics::matmul(own, numerics::matmul(vectors, divided));
    return numerics::matmul(magnetic_products(coils(to), seen, centre, series), inverse);
}

Array<double, 2> potential_map(const Info& info, const std::vector<index>& from, const std::vector<Point>& to,
                               const Point& centre, SeriesLength series) {
    std::vector<Point> places;
    for (const index k : from) {
        places.push_back(info.channels[static_cast<std::size_t>(k)].position());
    }
    const index n = std::ssize(from), m = std::ssize(to);
    const Array<double, 2> own = projector_of(info, from);
    Array<double, 2> products = product(product(own, potential_products(places, places, centre, series)), own);
    double diagonal = 0;
    for (index k = 0; k < n; ++k) {
        diagonal += products(k, k) / static_cast<double>(n);
    }
    for (index k = 0; k < n; ++k) {
        products(k, k) += loading * diagonal;
    }
    Array<double, 2> map =
        product(potential_products(to, places, centre, series), product(own, numerics::pseudo_inverse(products)));
    const bool averaged = std::ranges::any_of(info.projections, [&](const Projection& p) {
        return p.kind == ProjectionKind::average_reference && std::ranges::any_of(from, [&](index k) {
                   return std::ranges::find(p.channels, info.channels[static_cast<std::size_t>(k)].name) !=
                          p.channels.end();
               });
    });
    for (index k = 0; averaged && k < n; ++k) {
        double mean = 0;
        for (index i = 0; i < m; ++i) {
            mean += map(i, k) / static_cast<double>(m);
        }
        for (index i = 0; i < m; ++i) {
            map(i, k) -= mean;
        }
    }
    return map;
}

}  // namespace ranvier::meeg
