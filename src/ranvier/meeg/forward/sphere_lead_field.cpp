#include <algorithm>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/forward/lead_field.hpp"
#include "ranvier/meeg/forward/lead_field_parts.hpp"
#include "ranvier/meeg/kernels/conductors.hpp"

namespace ranvier::meeg {

namespace {

constexpr index block = 128;  // sources that are computed at once

}  // namespace

Array<double, 2> lead_field(const LayeredSphere& sphere, const ForwardSensors& sensors, View<const double, 2> sources) {
    require(sensors.electrodes.size() == 0 || !sphere.layers.empty(),
            "a sphere without layers has magnetic fields alone: EEG needs make_sphere_model(head_radius=...)");
    // Points relative to the centre, with what is used of them again and again.
    std::vector<double> coil_points, electrode_points;
    for (std::size_t p = 0; p < sensors.coils.places.size(); ++p) {
        const Point r = minus(sensors.coils.places[p], sphere.centre);
        const Point& c = sensors.coils.normals[p];
        require(norm(r) > 0, "a MEG sensor lies at the centre of the sphere");
        coil_points.insert(coil_points.end(), {r[0], r[1], r[2], c[0], c[1], c[2], norm(r), 1 / norm(r), dot(r, c)});
    }
    for (std::size_t p = 0; p < sensors.electrodes.places.size(); ++p) {
        const Point r = minus(sensors.electrodes.places[p], sphere.centre);
        require(norm(r) > 0, "an electrode lies at the centre of the sphere");
        electrode_points.insert(electrode_points.end(), {r[0], r[1], r[2], norm(r), sensors.electrodes.weights[p]});
    }
    std::vector<double> equivalents;
    for (std::size_t e = 0; e < sphere.equivalents.places.size(); ++e) {
        equivalents.push_back(sphere.equivalents.places[e]);
        equivalents.push_back(sphere.equivalents.shares[e] / sphere.layers.back().sigma);
    }
    const ConductorKernels& kernels = chosen_conductor_kernels();
    const index n = sources.extent(0), n_coils = sensors.coils.size();
    Array<double, 2> gain({n_coils + sensors.electrodes.size(), 3 * n});
    parallel_for((n + block - 1) / block, [&](index b) {
        const index first = b * block, count = std::min(block, n - first);
        Array<double, 2> places = padded_places(sources, first, count, block);
        for (index i = 0; i < block; ++i) {
            for (index k = 0; k < 3; ++k) {
                places(k, i) -= sphere.centre[static_cast<std::size_t>(k)];
            }
        }
        Array<double, 2> rows({3, block});
        const auto put = [&](index row, double unit) {
            double* out = gain.data() + row * 3 * n + 3 * first;
            for (index i = 0; i < count; ++i) {
                for (index k = 0; k < 3; ++k) {
                    out[3 * i + k] = unit * rows(k, i);
                }
            }
        };
        for (index c = 0; c < n_coils; ++c) {
            const index begin = sensors.coils.first[static_cast<std::size_t>(c)];
            const index end = sensors.coils.first[static_cast<std::size_t>(c) + 1];
            kernels.sphere_field(block, places.data(), block, end - begin, coil_points.data() + 9 * begin, rows.data());
            put(c, 1e-7);
        }
        for (index e = 0; e < sensors.electrodes.size(); ++e) {
            const index begin = sensors.electrodes.first[static_cast<std::size_t>(e)];
            const index end = sensors.electrodes.first[static_cast<std::size_t>(e) + 1];
            kernels.sphere_potential(block, places.data(), block, end - begin, electrode_points.data() + 5 * begin,
                                     std::ssize(equivalents) / 2, equivalents.data(), rows.data());
            for (index i = 0; i < block; ++i) {
                const double r = norm({places(0, i), places(1, i), places(2, i)});
                if (r >= sphere.layers.front().radius) {
                    rows(0, i) = rows(1, i) = rows(2, i) = 0;
                }
            }
            put(n_coils + e, 1 / (4 * std::numbers::pi));
        }
    });
    return compensated(std::move(gain), sensors);
}

LeadField prepared_lead_field(const LayeredSphere& sphere, const ForwardSensors& sensors) {
    return [sphere, sensors](View<const double, 2> sources) { return lead_field(sphere, sensors, sources); };
}

}  // namespace ranvier::meeg
