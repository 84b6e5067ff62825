#include "ranvier/meeg/maxwell/multipoles.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "ranvier/meeg/maxwell/temporal.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"

namespace ranvier::meeg {
namespace {

CoilSet points_at(const std::vector<Point>& places, const Point& normal) {
    CoilSet coils;
    for (const Point& p : places) {
        coils.add(coil_shape(CoilType::point_magnetometer),
                  {p[0], p[1], p[2], 0, 0, 0, 0, 0, 0, normal[0], normal[1], normal[2]});
    }
    return coils;
}

TEST(Multipoles, of_degree_1_are_magnetic_dipoles_and_homogeneous_fields) {
    const Point p{0.03, -0.05, 0.09}, n{0.36, 0.48, 0.8};
    const auto S = multipole_basis(points_at({p}, n), {{0, 0, 0}, 1, 1});
    const double norm_of_y = std::sqrt(3 / (4 * std::numbers::pi)), mu_0 = 4e-7 * std::numbers::pi;
    const double r = norm(p);
    // f = z / r³ of a dipole along z: −∇f = (3 z p / r² − ẑ) / r³.
    const double dipole = (3 * p[2] * dot(p, n) / (r * r) - n[2]) / (r * r * r);
    EXPECT_NEAR(S(0, moment_index(1, 0)), mu_0 * norm_of_y * dipole, 1e-18);
    EXPECT_NEAR(S(0, 3 + moment_index(1, 0)), -mu_0 * norm_of_y * n[2], 1e-20);
    EXPECT_NEAR(S(0, 3 + moment_index(1, 1)), mu_0 * norm_of_y * n[0], 1e-20);  // −∇(−x)
}

TEST(Multipoles, are_gradients_without_divergence_and_curl_on_the_axis_too) {
    // Central differences of the three components of the field around a point, on the axis and off it.
    for (const Point& centre : {Point{0, 0, 0.1}, Point{0.02, 0.05, -0.08}}) {
        constexpr double h = 1e-5;
        const auto field = [&](const Point& p, std::size_t component) {
            Point n{0, 0, 0};
            n[component] = 1;
            return multipole_basis(points_at({p}, n), {{0.001, 0.002, 0}, 6, 4});
        };
        const auto slope = [&](std::size_t component, std::size_t along, index moment) {
            Point a = centre, b = centre;
            a[along] += h;
            b[along] -= h;
            return (field(a, component)(0, moment) - field(b, component)(0, moment)) / (2 * h);
        };
        for (index m = 0; m < n_moments(6) + n_moments(4); ++m) {
            double size = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                size +=
                    std::abs(slope(i, i, m)) + std::abs(slope(i, (i + 1) % 3, m)) + std::abs(slope(i, (i + 2) % 3, m));
            }
            EXPECT_LE(std::abs(slope(0, 0, m) + slope(1, 1, m) + slope(2, 2, m)), 1e-4 * size) << m;
            for (std::size_t i = 0; i < 3; ++i) {
                EXPECT_LE(std::abs(slope(i, (i + 1) % 3, m) - slope((i + 1) % 3, i, m)), 1e-4 * size) << m;
            }
        }
    }
}

TEST(Multipoles, at_a_coil_at_their_origin_have_no_value) {
    EXPECT_THROW(multipole_basis(points_at({{0, 0, 0}}, {0, 0, 1}), {}), NumericalError);
}

TEST(Windows, of_any_length_have_weights_that_add_up_to_one) {
    for (const index n : {100, 101, 137}) {
        for (const index length : {10, 11, 37, 100}) {
            for (const bool overlapping : {false, true}) {
                std::vector<double> sum(static_cast<std::size_t>(n));
                for (const Window& w : windows_of(n, length, overlapping)) {
                    ASSERT_EQ(std::ssize(w.weights), w.stop - w.start);
                    for (index k = w.start; k < w.stop; ++k) {
                        sum[static_cast<std::size_t>(k)] += w.weights[static_cast<std::size_t>(k - w.start)];
                    }
                }
                for (const double x : sum) {
                    EXPECT_NEAR(x, 1, 1e-15) << n << " " << length << " " << overlapping;
                }
            }
        }
    }
}

TEST(Rotations, come_back_from_quaternions_and_matched_points) {
    const Point q{0.3, -0.5, 0.2}, shift{0.01, 0.02, -0.03};
    const Rotation r = rotation_of(q);
    const Point back = quaternion_of(r);
    const Rotation half = rotation_between({0, 0, 1}, {0, 0, -1});
    EXPECT_NEAR(half[2][2], -1, 1e-15);
    std::vector<Point> from{{0.1, 0, 0}, {0, 0.08, 0.01}, {-0.07, 0, 0.02}, {0, -0.1, 0.05}}, to;
    for (const Point& p : from) {
        Point x = rotated(r, p);
        for (std::size_t k = 0; k < 3; ++k) {
            x[k] += shift[k];
        }
        to.push_back(x);
    }
    const RigidFit fit = matched(from, to);
    const double weights[] = {1, 1};
    const Point pair[] = {q, q};
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(back[k], q[k], 1e-15);
        EXPECT_NEAR(fit.quaternion[k], q[k], 1e-12);
        EXPECT_NEAR(fit.translation[k], shift[k], 1e-14);
        EXPECT_NEAR(mean_quaternion(pair, weights)[k], q[k], 1e-14);
    }
    EXPECT_NEAR(angle_between({std::sin(0.2), 0, 0}, {0, 0, 0}), 0.4, 1e-14);
    for (const Point& turn : {Point{1, 0, 0}, Point{0, 1, 0}, Point{0, 0, 1}}) {  // half turns
        const Point again = quaternion_of(rotation_of(turn));
        EXPECT_NEAR(std::abs(dot(again, turn)), 1, 1e-12);
    }
}

TEST(Coils, measure_what_their_loops_do) {
    // Weights of a magnetometer add up to 1, of a gradiometer to 0; a gradient of 1 T/m gives 1 or the baseline.
    for (const CoilType type :
         {CoilType::vv_mag_t1, CoilType::vv_mag_t3, CoilType::vv_planar_t1, CoilType::vv_planar_t3, coil::magnes_mag,
          coil::magnes_grad, coil::magnes_ref_grad, coil::magnes_offdiag_grad, coil::ctf_grad, coil::ctf_ref_mag,
          coil::ctf_offdiag_grad, coil::kit_grad, unnamed<CoilType>(7002), unnamed<CoilType>(8101),
          unnamed<CoilType>(9102)}) {
        for (const auto accuracy : {CoilAccuracy::point, CoilAccuracy::normal, CoilAccuracy::accurate}) {
            const CoilShape shape = coil_shape(type, accuracy);
            double sum = 0, x = 0, z = 0;
            for (const auto& spot : shape.spots) {
                sum += spot.weight;
                x += spot.weight * spot.r[0];
                z += spot.weight * spot.r[2];
            }
            const bool magnetometer = shape.kind == CoilClass::magnetometer;
            EXPECT_NEAR(sum, magnetometer ? 1 : 0, 1e-3) << text(type);
            if (shape.kind == CoilClass::planar_gradiometer) {
                EXPECT_NEAR(x, 1, 1e-3) << text(type);
            } else if (!magnetometer) {
                EXPECT_NEAR(std::abs(x) + std::abs(z), shape.baseline, 0.04 * shape.baseline) << text(type);
            }
        }
    }
    EXPECT_THROW(coil_shape(CoilType::eeg), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
