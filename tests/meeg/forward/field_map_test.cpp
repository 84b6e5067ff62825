#include "ranvier/meeg/forward/field_map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/meeg/forward/sphere.hpp"

namespace ranvier::meeg {
namespace {

const Point centre{0.01, -0.005, 0.04};

Point direction(RandomStream& random) {
    const Point p{random.normal(), random.normal(), random.normal()};
    return scaled(p, 1 / norm(p));
}

/// Points and directions at 9 to 13 cm from the centre; coils of one to three points.
CoilSet some_coils(index n, std::uint32_t object) {
    RandomStream random(31, object, 0);
    CoilSet coils;
    for (index k = 0; k < n; ++k) {
        for (index point = 0; point < 1 + k % 3; ++point) {
            const double length = 0.09 + 0.04 * random.uniform();
            const Point r = scaled(direction(random), length);
            coils.places.push_back({centre[0] + r[0], centre[1] + r[1], centre[2] + r[2]});
            coils.normals.push_back(scaled(direction(random), point == 0 ? 1.0 : -0.5));
        }
        coils.first.push_back(std::ssize(coils.places));
    }
    return coils;
}

/// Unit dipoles of three directions at the points of a quadrature of a sphere, and the points' weights [m²], which is
/// exact for harmonics up to degree 2 n - 1: Gauss's points of the height, as many angles as 2 n.
struct Quadrature {
    std::vector<Dipole> dipoles;
    std::vector<double> weights;
};
Quadrature sphere_quadrature(double radius, int n) {
    Quadrature out;
    for (int k = 0; k < n; ++k) {
        double z = std::cos(std::numbers::pi * (k + 0.75) / (n + 0.5)), slope = 0;
        for (int step = 0; step < 20; ++step) {  // Newton's steps to a root of P_n
            double before = 1, now = z;
            for (int j = 1; j < n; ++j) {
                const double next = ((2.0 * j + 1) * z * now - j * before) / (j + 1.0);
                before = now;
                now = next;
            }
            slope = n * (z * now - before) / (z * z - 1);
            z -= now / slope;
        }
        const double weight = 2 / ((1 - z * z) * slope * slope);
        for (int j = 0; j < 2 * n; ++j) {
            const double angle = std::numbers::pi * (j + 0.5) / n, flat = std::sqrt(1 - z * z);
            const Point at{centre[0] + radius * flat * std::cos(angle), centre[1] + radius * flat * std::sin(angle),
                           centre[2] + radius * z};
            for (const Point& moment : {Point{1, 0, 0}, Point{0, 1, 0}, Point{0, 0, 1}}) {
                out.dipoles.push_back({at, moment});
                out.weights.push_back(radius * radius * weight * std::numbers::pi / n);
            }
        }
    }
    return out;
}

double product_of(const Array<double, 2>& gain, index i, index k, const std::vector<double>& weights) {
    double sum = 0;
    for (index d = 0; d < gain.extent(1); ++d) {
        sum += gain(i, d) * gain(k, d) * weights[static_cast<std::size_t>(d)];
    }
    return sum;
}

}  // namespace

// The definition: sensitivities by Sarvas' formula, integrated over the sphere. Its terms fall as (6/9)^{2n}, so that
// 40 by 80 points leave less than 1e-12.
TEST(MagneticProducts, are_integrals_of_products_of_sensitivities_over_the_sphere) {
    const CoilSet coils = some_coils(5, 1);
    const Quadrature sphere = sphere_quadrature(0.06, 48);
    SphereModel model;
    model.centre = centre;
    const View<const double, 2> places{coils.places.front().data(), {std::ssize(coils.places), 3}},
        normals{coils.normals.front().data(), {std::ssize(coils.places), 3}};
    const Array<double, 2> points = sphere_field(model, sphere.dipoles, places, normals);
    Array<double, 2> gain({coils.size(), points.extent(1)});
    for (index c = 0; c < coils.size(); ++c) {
        for (index p = coils.first[static_cast<std::size_t>(c)]; p < coils.first[static_cast<std::size_t>(c + 1)];
             ++p) {
            for (index d = 0; d < gain.extent(1); ++d) {
                gain(c, d) += points(p, d);
            }
        }
    }
    const Array<double, 2> products = magnetic_products(coils, coils, centre), half = magnetic_products(coils, centre);
    for (index i = 0; i < coils.size(); ++i) {
        for (index k = 0; k < coils.size(); ++k) {
            const double size = std::sqrt(products(i, i) * products(k, k));
            EXPECT_NEAR(products(i, k), product_of(gain, i, k, sphere.weights), 1e-11 * size) << i << " " << k;
            EXPECT_NEAR(half(i, k), products(i, k), 1e-14 * size);
        }
    }
}

TEST(PotentialProducts, are_integrals_of_products_of_sensitivities_over_the_sphere) {
    RandomStream random(7, 0, 0);
    std::vector<Point> electrodes;
    for (int k = 0; k < 5; ++k) {
        const Point r = scaled(direction(random), 0.09);
        electrodes.push_back({centre[0] + r[0], centre[1] + r[1], centre[2] + r[2]});
    }
    const Quadrature sphere = sphere_quadrature(0.042, 40);
    const SphereModel model{centre, {0.09}, {1.0}};
    const Array<double, 2> gain =
        sphere_potential(model, sphere.dipoles, {electrodes.front().data(), {std::ssize(electrodes), 3}});
    const Array<double, 2> products = potential_products(electrodes, electrodes, centre);
    const double scale = product_of(gain, 0, 0, sphere.weights) / products(0, 0);
    for (index i = 0; i < 5; ++i) {
        for (index k = 0; k < 5; ++k) {
            EXPECT_NEAR(products(i, k) * scale, product_of(gain, i, k, sphere.weights), 1e-11 * scale * products(0, 0));
        }
    }
    EXPECT_NEAR(scale, 1, 1e-11);
}

TEST(MagneticProducts, have_the_same_bits_on_any_number_of_threads) {
    const CoilSet coils = some_coils(40, 2), others = some_coils(7, 3);
    const Array<double, 2> one = [&] {
        const ThreadLimit threads(1);
        return magnetic_products(coils, others, centre, SeriesLength::fast);
    }();
    const ThreadLimit threads(4);
    const Array<double, 2> four = magnetic_products(coils, others, centre, SeriesLength::fast);
    for (index k = 0; k < one.size(); ++k) {
        EXPECT_EQ(one.data()[k], four.data()[k]);
    }
}

TEST(MagneticProducts, refuse_a_sensor_at_the_centre) {
    CoilSet coils = some_coils(1, 1);
    coils.places[0] = centre;
    EXPECT_THROW(magnetic_products(coils, centre), InvalidInput);
}

}  // namespace ranvier::meeg
