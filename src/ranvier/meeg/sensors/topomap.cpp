#include "ranvier/meeg/sensors/topomap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/delaunay.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

using Place = std::array<double, 2>;

double squared_distance(const Place& a, const Place& b) {
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

/// r² log r, the thin plate's answer to a point force.
double plate(double squared) { return squared > 0 ? 0.5 * squared * std::log(squared) : 0; }

/// The median over places of the distance to the nearest other one [head radii].
double neighbour_distance(const std::vector<Place>& places) {
    std::vector<double> nearest;
    for (const Place& p : places) {
        double best = std::numeric_limits<double>::infinity();
        for (const Place& other : places) {
            if (const double squared = squared_distance(p, other); squared > 0) {
                best = std::min(best, squared);
            }
        }
        nearest.push_back(std::isfinite(best) ? std::sqrt(best) : 0.5);
    }
    const auto middle = nearest.begin() + std::ssize(nearest) / 2;
    std::nth_element(nearest.begin(), middle, nearest.end());
    return *middle;
}

/// The convex hull of discs around places, as its corners, counterclockwise.
std::vector<Place> hull_of_discs(const std::vector<Place>& places, double radius) {
    constexpr int n_corners = 16;
    std::vector<Place> points;
    for (const Place& p : places) {
        for (int k = 0; k < n_corners; ++k) {
            const double angle = 2 * std::numbers::pi * k / n_corners;
            points.push_back({p[0] + radius * std::cos(angle), p[1] + radius * std::sin(angle)});
        }
    }
    std::ranges::sort(points);
    const auto turns_right = [](const Place& a, const Place& b, const Place& c) {
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0;
    };
    std::vector<Place> hull;
    for (int side = 0; side < 2; ++side) {  // below from left to right, then above and back
        const std::size_t begin = hull.size();
        for (const Place& p : points) {
            while (hull.size() >= begin + 2 && turns_right(hull[hull.size() - 2], hull.back(), p)) {
                hull.pop_back();
            }
            hull.push_back(p);
        }
        hull.pop_back();
        std::ranges::reverse(points);
    }
    return hull;
}

/// Points around all channels.
std::vector<Place> surrounding(const std::vector<Place>& places, MapSurround surround) {
    std::vector<Place> points;
    if (surround == MapSurround::ring) {
        constexpr int n_ring = 32;
        double farthest = 1;
        for (const Place& p : places) {
            farthest = std::max(farthest, std::hypot(p[0], p[1]));
        }
        const double radius = 1.25 * farthest;  // [head radii]
        for (int k = 0; k < n_ring; ++k) {
            const double angle = 2 * std::numbers::pi * k / n_ring;
            points.push_back({radius * std::cos(angle), radius * std::sin(angle)});
        }
    } else if (surround == MapSurround::hull) {
        const double step = neighbour_distance(places);
        const std::vector<Place> hull = hull_of_discs(places, step);
        for (std::size_t k = 0; k < hull.size(); ++k) {
            const Place &a = hull[k], &b = hull[(k + 1) % hull.size()];
            const int n = 1 + static_cast<int>(std::sqrt(squared_distance(a, b)) / step);
            for (int i = 0; i < n; ++i) {
                const double t = static_cast<double>(i) / n;
                points.push_back({a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])});
            }
        }
    } else {
        Place low = places[0], high = places[0];
        for (const Place& p : places) {
            for (std::size_t k = 0; k < 2; ++k) {
                low[k] = std::min(low[k], p[k]);
                high[k] = std::max(high[k], p[k]);
            }
        }
        const double dx = std::max(high[0] - low[0], 0.5), dy = std::max(high[1] - low[1], 0.5);
        for (const double x : {low[0] - dx, high[0] + dx}) {
            for (const double y : {low[1] - dy, high[1] + dy}) {
                points.push_back({x, y});
            }
        }
    }
    return points;
}

/// The mean value of the three channels nearest to a point.
double nearby_mean(const Place& point, const std::vector<Place>& places, std::span<const double> values) {
    constexpr std::size_t n_nearest = 3;
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t c = 0; c < values.size(); ++c) {
        order.emplace_back(squared_distance(point, places[c]), c);
    }
    const std::size_t count = std::min(n_nearest, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
    double sum = 0;
    for (std::size_t c = 0; c < count; ++c) {
        sum += values[order[c].second];
    }
    return sum / static_cast<double>(count);
}

double nearest_value(const Place& point, const std::vector<Place>& places, std::span<const double> values) {
    const auto nearest =
        std::ranges::min_element(places, {}, [&](const Place& p) { return squared_distance(point, p); });
    return values[static_cast<std::size_t>(nearest - places.begin())];
}

/// z = Σ w φ(|p − p_k|) + a + b x + c y with Σ w = Σ w x = Σ w y = 0.
class PlateSpline {
public:
    PlateSpline(const std::vector<Place>& places, std::span<const double> values) : places_(places) {
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
            right(i, 0) = values[static_cast<std::size_t>(i)];
        }
        weights_ = numerics::solve(system, right);
    }

    double operator()(const Place& p) const {
        const index n = std::ssize(places_);
        double sum = weights_(n, 0) + weights_(n + 1, 0) * p[0] + weights_(n + 2, 0) * p[1];
        for (index k = 0; k < n; ++k) {
            sum += weights_(k, 0) * plate(squared_distance(p, places_[static_cast<std::size_t>(k)]));
        }
        return sum;
    }

private:
    const std::vector<Place>& places_;
    Array<double, 2> weights_;
};

/// The plane through the corners of the triangle that a point lies in; beyond all triangles the nearest value.
double on_triangles(const Place& p, const std::vector<std::array<std::size_t, 3>>& triangles,
                    const std::vector<Place>& places, std::span<const double> values) {
    for (const auto& [i, k, m] : triangles) {
        const Place &a = places[i], &b = places[k], &c = places[m];
        const double whole = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        const double of_b = ((p[0] - a[0]) * (c[1] - a[1]) - (p[1] - a[1]) * (c[0] - a[0])) / whole;
        const double of_c = ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / whole;
        constexpr double edge = -1e-9;  // so that a point on an edge belongs to one of its triangles
        if (of_b >= edge && of_c >= edge && of_b + of_c <= 1 - edge) {
            return (1 - of_b - of_c) * values[i] + of_b * values[k] + of_c * values[m];
        }
    }
    return nearest_value(p, places, values);
}

}  // namespace

Array<double, 2> topographic_image(View<const double, 2> positions, std::span<const double> values, index pixels,
                                   double extent, const MapOptions& options) {
    require(positions.extent(1) == 2 && positions.extent(0) == std::ssize(values), [&] {
        return "positions must have shape (" + text_of(values.size()) + ", 2) for as many values; got " +
               shape_text(positions.extents());
    });
    require(pixels >= 2 && extent > 0, [&] {
        return "an image needs at least 2 pixels and an extent > 0; got " + text_of(pixels) + " and " + text_of(extent);
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
                return "channel " + text_of(k) + " is at the place of another, where a map would need two values";
            });
        }
        places.push_back(p);
        heights.push_back(value);
    }
    require(!places.empty(), "a map needs at least one channel with a place and a value");
    if (options.interpolation != MapInterpolation::nearest) {
        const std::size_t n_channels = heights.size();
        for (const Place& p : surrounding(places, options.surround)) {
            const std::span<const double> known(heights.data(), n_channels);
            heights.push_back(options.border ? *options.border : nearby_mean(p, places, known));
            places.push_back(p);
        }
    }

    const auto filled = [&](const auto& value_at) {
        Array<double, 2> image({pixels, pixels});
        parallel_for(pixels, [&](index row) {
            const double y = extent * (2 * static_cast<double>(row) / static_cast<double>(pixels - 1) - 1);
            for (index column = 0; column < pixels; ++column) {
                const double x = extent * (2 * static_cast<double>(column) / static_cast<double>(pixels - 1) - 1);
                image(row, column) = value_at(Place{x, y});
            }
        });
        return image;
    };
    switch (options.interpolation) {
        case MapInterpolation::nearest:
            return filled([&](const Place& p) { return nearest_value(p, places, heights); });
        case MapInterpolation::linear: {
            const auto triangles = numerics::delaunay_triangles(places);
            return filled([&](const Place& p) { return on_triangles(p, triangles, places, heights); });
        }
        case MapInterpolation::spline: break;
    }
    return filled(PlateSpline(places, heights));
}

Array<double, 2> map_border(View<const double, 2> positions) {
    std::vector<Place> places;
    for (index k = 0; k < positions.extent(0); ++k) {
        if (std::isfinite(positions(k, 0)) && std::isfinite(positions(k, 1))) {
            places.push_back({positions(k, 0), positions(k, 1)});
        }
    }
    require(!places.empty(), "a map needs at least one channel with a place and a value");
    const std::vector<Place> hull = hull_of_discs(places, neighbour_distance(places) / 2);
    Array<double, 2> border({std::ssize(hull), 2});
    std::copy_n(hull.front().data(), border.size(), border.data());
    return border;
}

}  // namespace ranvier::meeg
