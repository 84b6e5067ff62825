#include "ranvier/meeg/forward/sphere.hpp"
#include "tests/places.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "tests/meeg/reference_values.hpp"

namespace ranvier::meeg {
namespace {

using Point = std::array<double, 3>;

double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Point minus(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double norm(const Point& a) { return std::sqrt(dot(a, a)); }

View<const double, 2> rows(const std::vector<Point>& points) {
    return {points.front().data(), {static_cast<index>(points.size()), 3}};
}

std::vector<Point> directions(int n, double radius, const Point& centre, std::uint32_t object) {
    std::vector<Point> points;
    for (int k = 0; k < n; ++k) {
        RandomStream random(20, object, static_cast<std::uint32_t>(k));
        Point p{random.normal(), random.normal(), random.normal()};
        const double scale = radius / norm(p);
        points.push_back({centre[0] + p[0] * scale, centre[1] + p[1] * scale, centre[2] + p[2] * scale});
    }
    return points;
}

std::vector<Dipole> some_dipoles(const Point& centre, double radius) {
    std::vector<Dipole> dipoles;
    int k = 0;
    for (const double share : {0.0, 0.1, 0.5, 0.9, 0.99}) {
        const Point at = directions(1, std::max(share, 1e-9) * radius, centre, static_cast<std::uint32_t>(50 + k))[0];
        const Point moment = directions(1, 1e-8, {0, 0, 0}, static_cast<std::uint32_t>(70 + k))[0];
        dipoles.push_back({share == 0 ? centre : at, moment});
        ++k;
    }
    return dipoles;
}

/// The potential on a homogeneous sphere in closed form: Mosher, Leahy & Lewis 1999, doi:10.1109/10.748978, eqs. 20-22.
double homogeneous(const Point& r, const Dipole& dipole, double sigma) {
    const Point& q = dipole.position;
    const Point d = minus(r, q);
    const double r_ = norm(r), d_ = norm(d), q2 = dot(q, q);
    const double F = d_ * (r_ * d_ + r_ * r_ - dot(q, r));
    const double c1 = (2 * dot(d, q) / (d_ * d_ * d_) + 1 / d_ - 1 / r_) / q2;
    const double c2 = (2 / (d_ * d_ * d_) + (d_ + r_) / (r_ * F)) / q2;
    double v = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        v += ((c1 - c2 * dot(r, q)) * q[k] + c2 * q2 * r[k]) * dipole.moment[k];
    }
    return v / (4 * std::numbers::pi * sigma);
}

std::filesystem::path data(const std::string& file) {
    const char* folder = std::getenv("RANVIER_DATA");
    return std::filesystem::path(folder != nullptr ? folder : ranvier::tests::source_folder() / "../shared/data") /
           "openmeeg_ref" / file;
}

std::vector<std::vector<double>> table(const std::filesystem::path& path, int skipped_words = 0) {
    std::vector<std::vector<double>> out;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        for (int k = 0; k < skipped_words; ++k) {
            words >> word;
        }
        std::vector<double> row;
        for (double x = 0; words >> x;) {
            row.push_back(x);
        }
        if (!row.empty()) {
            out.push_back(row);
        }
    }
    return out;
}

double worst(View<const double, 2> a, View<const double, 2> b) {
    double difference = 0, largest = 0;
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < a.extent(1); ++k) {
            difference = std::max(difference, std::abs(a(i, k) - b(i, k)));
            largest = std::max(largest, std::abs(b(i, k)));
        }
    }
    return difference / largest;
}

}  // namespace

TEST(SpherePotential, of_one_shell_is_the_closed_form) {
    const SphereModel model{{0.001, -0.002, 0.04}, {0.09}, {0.33}};
    const auto electrodes = directions(40, 0.09, model.centre, 1);
    const auto dipoles = some_dipoles(model.centre, 0.09);
    const Array<double, 2> v = sphere_potential(model, dipoles, rows(electrodes));
    for (std::size_t d = 0; d < dipoles.size(); ++d) {
        Dipole centred = dipoles[d];
        centred.position = minus(centred.position, model.centre);
        double largest = 0, difference = 0;
        for (std::size_t e = 0; e < electrodes.size(); ++e) {
            const Point r = minus(electrodes[e], model.centre);
            // In the middle the form is 0/0 and its limit is 3 m·r / (4πσ r³).
            const double wanted = d == 0
                                      ? 3 * dot(centred.moment, r) / (4 * std::numbers::pi * 0.33 * std::pow(0.09, 3))
                                      : homogeneous(r, centred, 0.33);
            largest = std::max(largest, std::abs(wanted));
            difference = std::max(difference, std::abs(v(static_cast<index>(e), static_cast<index>(d)) - wanted));
        }
        EXPECT_LE(difference, 1e-12 * largest) << "dipole " << d;
    }
}

TEST(SpherePotential, of_shells_of_one_conductivity_is_that_of_one_shell) {
    const SphereModel one{{0, 0, 0.04}, {0.09}, {0.4}},
        many{{0, 0, 0.04}, {0.085, 0.087, 0.0872, 0.09}, {0.4, 0.4, 0.4, 0.4}};
    const auto electrodes = directions(30, 0.09, one.centre, 2);
    const auto dipoles = some_dipoles(one.centre, 0.08);
    EXPECT_LE(
        worst(sphere_potential(many, dipoles, rows(electrodes)), sphere_potential(one, dipoles, rows(electrodes))),
        1e-13);
}

// The potential is the same at all scalings that keep shapes: lengths by s, conductivities by c divide it by s² c.
TEST(SpherePotential, scales_with_size_and_conductivity) {
    const SphereModel model;
    SphereModel large = model;
    for (double& r : large.radii) {
        r *= 2;
    }
    for (double& c : large.conductivities) {
        c *= 3;
    }
    auto dipoles = some_dipoles(model.centre, 0.07), far = dipoles;
    auto electrodes = directions(20, 0.09, model.centre, 3), outer = electrodes;
    for (std::size_t k = 0; k < 3; ++k) {
        const double c = model.centre[k];
        for (Dipole& d : far) {
            d.position[k] = c + 2 * (d.position[k] - c);
        }
        for (Point& p : outer) {
            p[k] = c + 2 * (p[k] - c);
        }
    }
    Array<double, 2> v = sphere_potential(large, far, rows(outer));
    for (index k = 0; k < v.size(); ++k) {
        v.data()[k] *= 12;
    }
    EXPECT_LE(worst(v, sphere_potential(model, dipoles, rows(electrodes))), 1e-13);
}

// Dipoles on one radius: rotating dipole and electrodes together changes nothing.
TEST(SpherePotential, turns_with_the_head_and_depends_linearly_on_the_moment) {
    const SphereModel model{{0, 0, 0}, {0.08, 0.085, 0.09}, {0.33, 0.01, 0.33}};
    const double c = std::cos(0.7), s = std::sin(0.7);
    const auto turned = [&](const Point& p) -> Point { return {c * p[0] - s * p[1], s * p[0] + c * p[1], p[2]}; };
    auto electrodes = directions(20, 0.09, model.centre, 4), moved = electrodes;
    auto dipoles = some_dipoles(model.centre, 0.08), other = dipoles;
    for (Point& p : moved) {
        p = turned(p);
    }
    for (Dipole& d : other) {
        d.position = turned(d.position);
        d.moment = turned(d.moment);
    }
    const auto v = sphere_potential(model, dipoles, rows(electrodes));
    EXPECT_LE(worst(sphere_potential(model, other, rows(moved)), v), 1e-12);
    for (Dipole& d : dipoles) {
        d.moment = {-2.5 * d.moment[0], -2.5 * d.moment[1], -2.5 * d.moment[2]};
    }
    Array<double, 2> scaled = sphere_potential(model, dipoles, rows(electrodes));
    for (index k = 0; k < scaled.size(); ++k) {
        scaled.data()[k] /= -2.5;
    }
    EXPECT_LE(worst(scaled, v), 1e-14);
}

// OpenMEEG's analytic values (tests/analytic of its repository) for its Head1: radii 0.87, 0.92, 1, conductivities 1,
// 0.0125, 1; another implementation of the series, printed to 17 digits.
TEST(SpherePotential, and_the_field_agree_with_OpenMEEGs_analytic_values) {
    if (!std::filesystem::exists(data("tests/analytic/eeg_head1_analytic.txt"))) {
        GTEST_SKIP() << "OpenMEEG's reference values are not here (RANVIER_DATA)";
    }
    std::vector<Dipole> dipoles;
    for (const auto& d : table(data("data/Head1/Head1.dip"))) {
        dipoles.push_back({{d[0], d[1], d[2]}, {d[3], d[4], d[5]}});
    }
    const auto compare = [](const Array<double, 2>& values, const std::vector<std::vector<double>>& wanted,
                            double tolerance) {
        ASSERT_EQ(values.extent(0), std::ssize(wanted));
        double largest = 0, difference = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            for (std::size_t k = 0; k < wanted[i].size(); ++k) {
                largest = std::max(largest, std::abs(wanted[i][k]));
                difference =
                    std::max(difference, std::abs(values(static_cast<index>(i), static_cast<index>(k)) - wanted[i][k]));
            }
        }
        EXPECT_LE(difference, tolerance * largest);
    };
    std::vector<Point> electrodes, points, along;
    for (const auto& e : table(data("data/Head1/Head1.patches"), 1)) {
        electrodes.push_back({e[0], e[1], e[2]});
    }
    const SphereModel head{{0, 0, 0}, {0.87, 0.92, 1.0}, {1, 0.0125, 1}};
    compare(sphere_potential(head, dipoles, rows(electrodes)), table(data("tests/analytic/eeg_head1_analytic.txt")),
            1e-12);
    for (const auto& s : table(data("data/Head1/Head1.squids"), 1)) {
        points.push_back({s[0], s[1], s[2]});
        along.push_back({s[3], s[4], s[5]});
    }
    // The sensors are listed with eight digits.
    compare(sphere_field(head, dipoles, rows(points), rows(along)), table(data("tests/analytic/meg_analytic.txt")),
            1e-7);
}

TEST(SphereField, of_a_radial_dipole_is_zero_and_so_is_that_of_one_in_the_middle) {
    const SphereModel model;
    std::vector<Dipole> dipoles = some_dipoles(model.centre, 0.08);
    const auto points = directions(25, 0.12, model.centre, 8);
    const auto along = directions(25, 1, {0, 0, 0}, 9);
    const Array<double, 2> any = sphere_field(model, dipoles, rows(points), rows(along));
    for (Dipole& d : dipoles) {
        const Point r = minus(d.position, model.centre);
        d.moment = {1e-7 * r[0], 1e-7 * r[1], 1e-7 * r[2]};
    }
    const Array<double, 2> radial = sphere_field(model, dipoles, rows(points), rows(along));
    double largest = 0;
    for (index k = 0; k < any.size(); ++k) {
        largest = std::max(largest, std::abs(any.data()[k]));
    }
    for (index k = 0; k < any.extent(0); ++k) {
        EXPECT_EQ(any(k, 0), 0);
        for (index d = 0; d < any.extent(1); ++d) {
            EXPECT_LE(std::abs(radial(k, d)), 1e-14 * largest);
        }
    }
}

// Outside there is no current, so the field has neither divergence nor curl (central differences, error ~ h²), and its
// radial part is that of the dipole alone (Biot–Savart), because volume currents of a sphere add nothing to it.
TEST(SphereField, has_no_divergence_and_no_curl_and_the_dipoles_own_radial_part) {
    const SphereModel model;
    const std::vector<Dipole> dipole{{{0.02, -0.03, 0.09}, {3e-8, 1e-8, -2e-8}}};
    for (const Point& p : directions(10, 0.11, model.centre, 11)) {
        const auto field = [&](const Point& at, std::size_t axis) {
            Point u{};
            u[axis] = 1;
            return sphere_field(model, dipole, rows({at}), rows({u}))(0, 0);
        };
        const double h = 1e-5;
        double slopes[3][3], size = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            for (std::size_t step = 0; step < 3; ++step) {
                Point a = p, b = p;
                a[step] += h;
                b[step] -= h;
                slopes[axis][step] = (field(a, axis) - field(b, axis)) / (2 * h);
                size = std::max(size, std::abs(slopes[axis][step]));
            }
        }
        EXPECT_NEAR(slopes[0][0] + slopes[1][1] + slopes[2][2], 0, 1e-6 * size);
        EXPECT_NEAR(slopes[0][1] - slopes[1][0], 0, 1e-6 * size);
        EXPECT_NEAR(slopes[1][2] - slopes[2][1], 0, 1e-6 * size);
        const Point r = minus(p, model.centre), a = minus(p, dipole[0].position);
        const Point& Q = dipole[0].moment;
        const Point Q_a{Q[1] * a[2] - Q[2] * a[1], Q[2] * a[0] - Q[0] * a[2], Q[0] * a[1] - Q[1] * a[0]};
        double radial = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            radial += field(p, k) * r[k] / norm(r);
        }
        EXPECT_NEAR(radial, 1e-7 * dot(Q_a, r) / norm(r) / std::pow(norm(a), 3), 1e-12 * std::abs(radial));
    }
}

TEST(SphereForward, of_a_planar_gradiometer_is_the_slope_of_the_field_and_of_an_electrode_the_potential) {
    Info info = create_info({"a", "b", "c"}, 100, {ChannelType::grad, ChannelType::eeg, ChannelType::mag});
    // A coil above the head whose area is small beside its distance: the slope along ex of the field along ez.
    info.channels[0].coil_type = CoilType::vv_planar_t1;
    info.channels[2].coil_type = CoilType::vv_mag_t3;
    for (const std::size_t k : {0U, 2U}) {
        info.channels[k].loc = {{0.01, 0.02, 1.5, 1, 0, 0, 0, 1, 0, 0, 0, 1}};
        info.channels[k].coord_frame = CoordFrame::head;
    }
    info.channels[1].loc = {{0, 0.09, 0.04, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    const SphereModel model;
    const std::vector<Dipole> dipole{{{0.02, -0.03, 0.09}, {3e-8, 1e-8, -2e-8}}};
    const Array<double, 2> gain = sphere_forward(model, dipole, info);
    const std::vector<Point> up{{0, 0, 1}, {0, 0, 1}, {0, 0, 1}};
    const Array<double, 2> B = sphere_field(
        model, dipole, rows({{0.0101, 0.02, 1.5003}, {0.0099, 0.02, 1.5003}, {0.01, 0.02, 1.5003}}), rows(up));
    EXPECT_NEAR(gain(0, 0), (B(0, 0) - B(1, 0)) / 0.0002, 1e-3 * std::abs(gain(0, 0)));
    EXPECT_NEAR(gain(2, 0), B(2, 0), 1e-3 * std::abs(gain(2, 0)));
    EXPECT_EQ(gain(1, 0), sphere_potential(model, dipole, rows({{0, 0.09, 0.04}}))(0, 0));
    info.channels[0].coil_type = unnamed<CoilType>(999);
    EXPECT_THAT(message_of([&] { sphere_forward(model, dipole, info); }), testing::HasSubstr("coils of type 999 are not known"));
    info.channels[1].loc->fill(std::nan(""));
    info.channels[0].coil_type = CoilType::vv_planar_t1;
    EXPECT_THAT(message_of([&] { sphere_forward(model, dipole, info); }), testing::HasSubstr("'b' has no position"));
}

TEST(SpherePotential, refuses_impossible_heads_and_places) {
    const std::vector<Dipole> dipole{{{0, 0, 0.05}, {0, 0, 1}}}, outside{{{0, 0, 0.1192}, {0, 0, 1}}};
    const std::vector<Point> electrode{{0, 0, 0.13}}, middle{{0, 0, 0.04}};
    SphereModel model;
    EXPECT_THROW(sphere_potential(model, outside, rows(electrode)), InvalidInput);
    EXPECT_THROW(sphere_potential(model, dipole, rows(middle)), InvalidInput);
    model.radii = {0.08, 0.08};
    EXPECT_THROW(sphere_potential(model, dipole, rows(electrode)), InvalidInput);
    model.conductivities = {0.3, 0.3};
    EXPECT_THROW(sphere_potential(model, dipole, rows(electrode)), InvalidInput);
    model.radii = {0.08, 0.09};
    model.conductivities = {0.3, 0.0};
    EXPECT_THROW(sphere_potential(model, dipole, rows(electrode)), InvalidInput);
    EXPECT_EQ(sphere_potential(SphereModel{}, {}, rows(electrode)).size(), 0);
}

TEST(SpherePotential, has_the_same_bits_on_one_and_on_several_threads) {
    const SphereModel model;
    const auto electrodes = directions(64, 0.09, model.centre, 12);
    const auto dipoles = some_dipoles(model.centre, 0.0792);
    const auto potential = [&](int threads) {
        const ThreadLimit limit(threads);
        return sphere_potential(model, dipoles, rows(electrodes));
    };
    const auto one = potential(1), many = potential(8);
    EXPECT_EQ(std::memcmp(one.data(), many.data(), sizeof(double) * static_cast<std::size_t>(one.size())), 0);
}

}  // namespace ranvier::meeg
