#include "ranvier/meeg/sensors/topomap.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

using Place = std::array<double, 2>;

double squared_distance(const Place& a, const Place& b) {
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

/// r² log r, the thin plate's answer to a point force.
double plate(double squared) { return squared > 0 ? 0.5 * squared * std::log(squared) : 0; }

/// Points around everything, each with the mean of the channels nearest to it.
void add_ring(std::vector<Place>& places, std::vector<double>& values) {
    constexpr int n_ring = 32;
    constexpr std::size_t n_nearest = 3;
    const std::size_t n = values.size();
    double farthest = 1;
    for (const Place& p : places) {
        farthest = std::max(farthest, std::hypot(p[0], p[1]));
    }
    const double radius = 1.25 * farthest;  // [head radii]
    for (int k = 0; k < n_ring; ++k) {
        const double angle = 2 * std::numbers::pi * k / n_ring;
        const Place ring{radius * std::cos(angle), radius * std::sin(angle)};
        std::vector<std::pair<double, std::size_t>> order;
        for (std::size_t c = 0; c < n; ++c) {
            order.emplace_back(squared_distance(ring, places[c]), c);
        }
        const std::size_t count = std::min(n_nearest, n);
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
        double sum = 0;
        for (std::size_t c = 0; c < count; ++c) {
            sum += values[order[c].second];
        }
        places.push_back(ring);
        values.push_back(sum / static_cast<double>(count));
    }
}

}  // namespace

Array<double, 2> topographic_image(View<const double, 2> positions, std::span<const double> values, index pixels,
                                   double extent) {
    require(positions.extent(1) == 2 && positions.extent(0) == std::ssize(values), [&] {
        return "positions must have shape (" + std::to_string(values.size()) + ", 2) for as many values; got (" +
               std::to_string(positions.extent(0)) + ", " + std::to_string(positions.extent(1)) + ")";
    });
    require(pixels >= 2 && extent > 0, [&] {
        return "an image needs at least 2 pixels and an extent > 0; got " + std::to_string(pixels) + " and " +
               std::to_string(extent);
    });
    std::vector<Place> places;
    std::vector<double> heights;
    for (index k = 0; k < positions.extent(0); ++k) {
        const Place p{positions(k, 0), positions(k, 1)};
        const double value = values[static_cast<std::size_t>(k)];
        if (!std::isfinite(p[0]) || !std::isfinite(p[1]) || !std::isfinite(value)) {
            continue;
        }
        for (const Place& other : places) {
            require(squared_distance(p, other) > 1e-18, [&] {
                return "channel " + std::to_string(k) +
                       " is at the place of another, where a map would need two values";
            });
        }
        places.push_back(p);
        heights.push_back(value);
    }
    require(!places.empty(), "a map needs at least one channel with a place and a value");
    add_ring(places, heights);

    // z = Σ w φ(|p − p_k|) + a + b x + c y with Σ w = Σ w x = Σ w y = 0.
    const index n = std::ssize(places);
    Array<double, 2> system({n + 3, n + 3}), right({n + 3, 1});
    for (index i = 0; i < n; ++i) {
        const Place& p = places[static_cast<std::size_t>(i)];
        for (index k = 0; k < n; ++k) {
            system(i, k) = plate(squared_distance(p, places[static_cast<std::size_t>(k)]));
        }
        system(i, n) = system(n, i) = 1;
        system(i, n + 1) = system(n + 1, i) = p[0];
        system(i, n + 2) = system(n + 2, i) = p[1];
        right(i, 0) = heights[static_cast<std::size_t>(i)];
    }
    const Array<double, 2> weights = numerics::solve(system, right);
    Array<double, 2> image({pixels, pixels});
    parallel_for(pixels, [&](index row) {
        const double y = extent * (2 * static_cast<double>(row) / static_cast<double>(pixels - 1) - 1);
        for (index column = 0; column < pixels; ++column) {
            const double x = extent * (2 * static_cast<double>(column) / static_cast<double>(pixels - 1) - 1);
            double sum = weights(n, 0) + weights(n + 1, 0) * x + weights(n + 2, 0) * y;
            for (index k = 0; k < n; ++k) {
                sum += weights(k, 0) * plate(squared_distance({x, y}, places[static_cast<std::size_t>(k)]));
            }
            image(row, column) = sum;
        }
    });
    return image;
}

}  // namespace ranvier::meeg
