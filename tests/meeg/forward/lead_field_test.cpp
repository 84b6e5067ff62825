#include "ranvier/meeg/forward/lead_field.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <map>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/anatomy/shells.hpp"
#include "ranvier/meeg/forward/collocation.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/forward/sphere.hpp"
#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::meeg {
namespace {

using testing::HasSubstr;

/// A sphere of 4^cuts · 8 triangles.
Surface ball(double radius, int cuts, int id = surface_id::inner_skull, double sigma = 0.33) {
    Surface surface = octahedron();
    for (int c = 0; c < cuts; ++c) {
        std::map<std::pair<int, int>, int> middles;
        std::vector<Point> points;
        for (index k = 0; k < surface.n_points(); ++k) {
            points.push_back({surface.points(k, 0), surface.points(k, 1), surface.points(k, 2)});
        }
        const auto middle = [&](int a, int b) {
            const auto [at, is_new] =
                middles.try_emplace({std::min(a, b), std::max(a, b)}, static_cast<int>(points.size()));
            if (is_new) {
                Point p;
                for (std::size_t k = 0; k < 3; ++k) {
                    p[k] = points[static_cast<std::size_t>(a)][k] + points[static_cast<std::size_t>(b)][k];
                }
                points.push_back(scaled(p, 1 / norm(p)));
            }
            return at->second;
        };
        Array<std::int32_t, 2> finer({4 * surface.n_triangles(), 3});
        for (index t = 0; t < surface.n_triangles(); ++t) {
            const int v[3] = {surface.triangles(t, 0), surface.triangles(t, 1), surface.triangles(t, 2)};
            const int m[3] = {middle(v[0], v[1]), middle(v[1], v[2]), middle(v[2], v[0])};
            const int corners[4][3] = {{v[0], m[0], m[2]}, {m[0], v[1], m[1]}, {m[2], m[1], v[2]}, {m[0], m[1], m[2]}};
            for (index k = 0; k < 4; ++k) {
                for (index j = 0; j < 3; ++j) {
                    finer(4 * t + k, j) = corners[k][j];
                }
            }
        }
        surface.triangles = finer;
        surface.points = Array<double, 2>({static_cast<index>(points.size()), 3});
        for (std::size_t k = 0; k < points.size(); ++k) {
            std::ranges::copy(points[k], surface.points.view().row(static_cast<index>(k)).begin());
        }
    }
    for (double* p = surface.points.data(); p != surface.points.data() + surface.points.size(); ++p) {
        *p *= radius;
    }
    surface.id = id;
    surface.sigma = sigma;
    return surface;
}

BemModel model_of(std::vector<Surface> list) {
    BemModel model;
    for (const Surface& surface : list) {
        model.surfaces.push_back(surface);
    }
    model.surfaces = shells(std::move(model.surfaces));
    return model;
}

BemModel three_shells(int cuts) {
    return model_of({ball(0.08, cuts, surface_id::inner_skull, 0.33),
                     ball(0.085, cuts, surface_id::outer_skull, 0.0042), ball(0.09, cuts, surface_id::head, 0.33)});
}

std::vector<Point> around(int n, double radius) {  // a spiral over the sphere
    std::vector<Point> out;
    for (int k = 0; k < n; ++k) {
        const double z = 1 - (2.0 * k + 1) / n, angle = 2.4 * k, r = std::sqrt(1 - z * z);
        out.push_back({radius * r * std::cos(angle), radius * r * std::sin(angle), radius * z});
    }
    return out;
}

/// Point magnetometers that look along the radius, turned a little, and electrodes.
ForwardSensors some_sensors(bool meg, bool eeg) {
    ForwardSensors sensors;
    if (meg) {
        for (const Point& p : around(40, 0.12)) {
            const Point out = scaled(p, 1 / norm(p)), side = cross(out, {0.36, 0.48, 0.8});
            sensors.coils.places.push_back(p);
            sensors.coils.normals.push_back({out[0] + 0.5 * side[0], out[1] + 0.5 * side[1], out[2] + 0.5 * side[2]});
            sensors.coils.first.push_back(std::ssize(sensors.coils.places));
            sensors.centres.push_back(p);
            sensors.meg.push_back(std::ssize(sensors.meg));
        }
    }
    if (eeg) {
        for (const Point& p : around(30, 0.09)) {
            sensors.electrodes.places.push_back(p);
            sensors.electrodes.weights.push_back(1);
            sensors.electrodes.first.push_back(std::ssize(sensors.electrodes.places));
            sensors.eeg.push_back(std::ssize(sensors.eeg));
        }
    }
    return sensors;
}

Array<double, 2> some_sources() {
    Array<double, 2> out({21, 3});
    const std::vector<Point> places = around(20, 1);
    for (index k = 0; k < 20; ++k) {
        const double radius = 0.01 + 0.0025 * static_cast<double>(k);
        std::ranges::copy(scaled(places[static_cast<std::size_t>(k)], radius), out.view().row(k).begin());
    }
    return out;  // the last one is the centre
}

Transform head_is_mri() {
    Transform transform;
    transform.from = CoordFrame::head;
    transform.to = CoordFrame::mri;
    return transform;
}

LayeredSphere shells(const std::vector<double>& radii, const std::vector<double>& sigmas) {
    return layered_sphere({0, 0, 0}, 0.09, radii, sigmas);
}

/// Columns' distance over the size of the true ones, averages over rows [begin, end) taken out.
double worst_column(const Array<double, 2>& a, const Array<double, 2>& b, index begin, index end, index columns) {
    double worst = 0;
    for (index c = 0; c < columns; ++c) {
        double mean_a = 0, mean_b = 0, apart = 0, size = 0;
        for (index r = begin; r < end; ++r) {
            mean_a += a(r, c) / static_cast<double>(end - begin);
            mean_b += b(r, c) / static_cast<double>(end - begin);
        }
        for (index r = begin; r < end; ++r) {
            apart += std::pow(a(r, c) - mean_a - b(r, c) + mean_b, 2);
            size += std::pow(b(r, c) - mean_b, 2);
        }
        worst = std::max(worst, std::sqrt(apart / size));
    }
    return worst;
}

std::vector<Dipole> dipoles_at(const Array<double, 2>& sources) {
    std::vector<Dipole> out;
    for (index s = 0; s < sources.extent(0); ++s) {
        for (std::size_t k = 0; k < 3; ++k) {
            Dipole dipole{{sources(s, 0), sources(s, 1), sources(s, 2)}, {}};
            dipole.moment[k] = 1;
            out.push_back(dipole);
        }
    }
    return out;
}

// -- spheres

TEST(EquivalentDipoles, layers_that_conduct_alike_are_one_sphere) {
    const EquivalentDipoles found = equivalent_dipoles({0.8, 0.9, 1}, {0.33, 0.33, 0.33});
    EXPECT_EQ(found.places[0], 1);
    EXPECT_EQ(found.shares[0], 1);
    EXPECT_EQ(found.shares[1], 0);
    EXPECT_EQ(found.residual, 0);
}

TEST(EquivalentDipoles, those_of_the_usual_head_are_the_best_ones) {
    // minimum found by Nelder-Mead's search to 1e-12 from SciPy's
    const EquivalentDipoles found = equivalent_dipoles({0.9, 0.92, 0.97, 1}, {0.33, 1, 0.004, 0.33});
    EXPECT_NEAR(found.places[0], 0.94485106, 1e-7);
    EXPECT_NEAR(found.places[1], 0.66779213, 1e-6);
    EXPECT_NEAR(found.places[2], -0.29660652, 1e-5);
}

TEST(EquivalentDipoles, what_is_no_head_is_refused) {
    EXPECT_THROW(equivalent_dipoles({1}, {0.3}), InvalidInput);
    EXPECT_THROW(equivalent_dipoles({0.9, 1}, {0.3}), InvalidInput);
    EXPECT_THROW(equivalent_dipoles({1, 0.9}, {0.3, 0.3}), InvalidInput);
    EXPECT_THROW(equivalent_dipoles({0.9, 1}, {0.3, -1}), InvalidInput);
}

TEST(SphereLeadField, potentials_of_layers_are_the_exact_series_to_a_percent_and_of_one_medium_exactly) {
    const ForwardSensors sensors = some_sensors(false, true);
    const Array<double, 2> sources = some_sources();
    const View<const double, 2> electrodes(sensors.electrodes.places.front().data(), {30, 3});
    for (const auto& [sigmas, tolerance] : {std::pair{std::vector<double>{0.33, 1, 0.004, 0.33}, 1e-2},
                                            std::pair{std::vector<double>{0.33, 0.33, 0.33, 0.33}, 1e-11}}) {
        const Array<double, 2> gain = lead_field(shells({0.9, 0.92, 0.97, 1}, sigmas), sensors, sources);
        const SphereModel exact{{0, 0, 0}, {0.081, 0.0828, 0.0873, 0.09}, sigmas};
        const Array<double, 2> series = sphere_potential(exact, dipoles_at(sources), electrodes);
        EXPECT_LT(worst_column(gain, series, 0, 30, 63), tolerance);
    }
}

TEST(SphereLeadField, fields_are_Sarvas_and_those_of_radial_dipoles_nothing) {
    const ForwardSensors sensors = some_sensors(true, false);
    const Array<double, 2> sources = some_sources();
    const Array<double, 2> gain = lead_field(shells({0.9, 1}, {0.33, 0.3}), sensors, sources);
    const View<const double, 2> points(sensors.coils.places.front().data(), {40, 3}),
        along(sensors.coils.normals.front().data(), {40, 3});
    const Array<double, 2> exact = sphere_field({{0, 0, 0}, {0.09}, {0.3}}, dipoles_at(sources), points, along);
    for (index r = 0; r < 40; ++r) {
        for (index s = 0; s < 20; ++s) {
            double radial = 0, size = 0;
            for (index k = 0; k < 3; ++k) {
                EXPECT_NEAR(gain(r, 3 * s + k), exact(r, 3 * s + k), 1e-18);
                radial += gain(r, 3 * s + k) * sources(s, k);
                size += std::abs(gain(r, 3 * s + k) * sources(s, k));
            }
            EXPECT_LT(std::abs(radial), 1e-12 * size);
        }
        EXPECT_EQ(gain(r, 60), 0);  // at the centre
    }
}

TEST(SphereLeadField, sources_outside_of_the_brain_have_no_potential_and_spheres_without_layers_none_at_all) {
    Array<double, 2> outside({1, 3});
    outside(0, 2) = 0.0815;
    const Array<double, 2> gain = lead_field(shells({0.9, 1}, {0.33, 0.3}), some_sensors(false, true), outside);
    EXPECT_EQ(gain(3, 2), 0);
    try {
        lead_field(LayeredSphere{}, some_sensors(false, true), outside);
        FAIL();
    } catch (const InvalidInput& error) {
        EXPECT_THAT(error.what(), HasSubstr("make_sphere_model(head_radius=...)"));
    }
}

// -- boundary elements

TEST(BemLeadField, a_homogeneous_ball_has_the_field_of_a_sphere) {
    BemModel model = model_of({ball(0.09, 4)});
    solve_bem(model);
    const ForwardSensors sensors = some_sensors(true, false);
    const Array<double, 2> sources = some_sources();
    const Array<double, 2> gain = lead_field(model, head_is_mri(), sensors, sources);
    const Array<double, 2> exact = lead_field(shells({0.9, 1}, {0.33, 0.3}), sensors, sources);
    double apart = 0, size = 0;
    for (index k = 0; k < gain.size(); ++k) {
        apart += std::pow(gain.data()[k] - exact.data()[k], 2);
        size += std::pow(exact.data()[k], 2);
    }
    EXPECT_LT(std::sqrt(apart / size), 0.01);
}

TEST(BemLeadField, three_shells_have_the_potentials_of_a_layered_sphere_and_finer_ones_are_nearer) {
    const ForwardSensors sensors = some_sensors(false, true);
    const Array<double, 2> sources = some_sources();
    const View<const double, 2> electrodes(sensors.electrodes.places.front().data(), {30, 3});
    const SphereModel exact{{0, 0, 0}, {0.08, 0.085, 0.09}, {0.33, 0.0042, 0.33}};
    const Array<double, 2> series = sphere_potential(exact, dipoles_at(sources), electrodes);
    double before = 1;
    for (const int cuts : {2, 3, 4}) {
        BemModel model = three_shells(cuts);
        solve_bem(model);
        const Array<double, 2> gain = lead_field(model, head_is_mri(), sensors, sources);
        const double apart = worst_column(gain, series, 0, 30, 30);  // sources 1 to 3 cm from the centre
        EXPECT_LT(apart, 0.7 * before);
        before = apart;
    }
    EXPECT_LT(before, 0.06);  // triangles as large as the skull is thick
}

TEST(BemLeadField, bits_are_the_same_on_any_number_of_threads) {
    const ForwardSensors sensors = some_sensors(true, true);
    Array<double, 2> gains[2];
    for (int k = 0; k < 2; ++k) {
        const ThreadLimit limit(k == 0 ? 1 : 4);
        BemModel model = three_shells(2);
        solve_bem(model);
        gains[k] = lead_field(model, head_is_mri(), sensors, some_sources());
    }
    EXPECT_EQ(std::memcmp(gains[0].data(), gains[1].data(), sizeof(double) * static_cast<std::size_t>(gains[0].size())),
              0);
}

TEST(BemLeadField, surfaces_that_have_no_solution_are_refused) {
    const auto refused = [](std::vector<Surface> surfaces, const char* words) {
        BemModel model;
        for (Surface& surface : surfaces) {
            model.surfaces.push_back(surface);
        }
        try {
            solve_bem(model);
            ADD_FAILURE() << words;
        } catch (const InvalidInput& error) {
            EXPECT_THAT(error.what(), HasSubstr(words));
        }
    };
    const Surface brain = ball(0.08, 2);
    refused({brain, brain}, "one or three surfaces");
    Surface open = brain;  // the first point keeps two of its triangles
    std::vector<index> kept;
    int around_first = 0;
    for (index t = 0; t < brain.n_triangles(); ++t) {
        const bool is_around = brain.triangles(t, 0) == 0 || brain.triangles(t, 1) == 0 || brain.triangles(t, 2) == 0;
        if (!is_around || around_first++ < 2) {
            kept.push_back(t);
        }
    }
    open.triangles = Array<std::int32_t, 2>({static_cast<index>(kept.size()), 3});
    for (std::size_t k = 0; k < kept.size(); ++k) {
        std::ranges::copy(brain.triangles.view().row(kept[k]),
                          open.triangles.view().row(static_cast<index>(k)).begin());
    }
    refused({open}, "fewer than three triangles");
    Surface flat = brain;
    for (index k = 0; k < 3; ++k) {  // a corner on the middle of the edge across from it
        flat.points(flat.triangles(0, 2), k) =
            (flat.points(flat.triangles(0, 0), k) + flat.points(flat.triangles(0, 1), k)) / 2;
    }
    refused({flat}, "no area");
    refused({ball(0.08, 2, surface_id::inner_skull, 0)}, "must be > 0 S/m");
}

TEST(BemLeadField, a_model_without_solution_one_surface_and_electrodes_inside_are_refused) {
    const auto refused = [](const BemModel& model, const ForwardSensors& sensors, const char* words) {
        try {
            lead_field(model, head_is_mri(), sensors, some_sources());
            ADD_FAILURE() << words;
        } catch (const InvalidInput& error) {
            EXPECT_THAT(error.what(), HasSubstr(words));
        }
    };
    BemModel model = three_shells(1);
    refused(model, some_sensors(false, true), "make_bem_solution()");
    solve_bem(model);
    ForwardSensors sensors = some_sensors(false, true);
    sensors.electrodes.places[7] = {0, 0, 0.02};
    refused(model, sensors, "electrode 7 lies");
    BemModel brain = model_of({ball(0.09, 1)});
    solve_bem(brain);
    refused(brain, some_sensors(false, true), "three layers");
}

}  // namespace
}  // namespace ranvier::meeg
