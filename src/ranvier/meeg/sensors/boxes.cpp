#include "ranvier/meeg/sensors/boxes.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

/// The least distance along one axis between points that are closer than `limit` along the other; 1 where there are
/// none.
double room(View<const double, 2> points, int along, double limit) {
    double least = 1;
    bool found = false;
    for (index i = 0; i < points.extent(0); ++i) {
        for (index k = i + 1; k < points.extent(0); ++k) {
            if (std::abs(points(i, 1 - along) - points(k, 1 - along)) < limit) {
                const double apart = std::abs(points(i, along) - points(k, along));
                least = found ? std::min(least, apart) : apart;
                found = true;
            }
        }
    }
    return least;
}

}  // namespace

std::pair<double, double> box_size(View<const double, 2> points, std::optional<double> width,
                                   std::optional<double> height, double padding) {
    require(points.extent(1) == 2, "points must have shape (n, 2)");
    if (!width && !height) {
        if (points.extent(0) <= 1) {
            width = height = 1;
        } else {
            double nearest = -1, dx = 0, dy = 0;
            for (index i = 0; i < points.extent(0); ++i) {
                for (index k = i + 1; k < points.extent(0); ++k) {
                    const double x = std::abs(points(i, 0) - points(k, 0)), y = std::abs(points(i, 1) - points(k, 1));
                    const double apart = std::sqrt(x * x + y * y);
                    if (nearest < 0 || apart < nearest) {
                        nearest = apart;
                        dx = x;
                        dy = y;
                    }
                }
            }
            (dx > dy ? width : height) = std::max(dx, dy);
        }
    }
    const double w = width ? *width : room(points, 0, *height);
    const double h = height ? *height : room(points, 1, *width);
    return {w * (1 - padding), h * (1 - padding)};
}

Array<double, 2> flat_places(const Info& info, const std::vector<index>& picks) {
    const HeadSphere head = drawing_sphere(info);
    Array<double, 2> places = layout_positions(info, picks, head);
    for (index k = 0; k < places.extent(0); ++k) {
        require(std::isfinite(places(k, 0)), [&] {
            return "channel '" + info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name +
                   "' has no place on the head: set a montage";
        });
        for (index axis = 0; axis < 2; ++axis) {
            places(k, axis) = places(k, axis) * head.radius + head.centre[static_cast<std::size_t>(axis)];
        }
    }
    return places;
}

Array<double, 2> electrode_boxes(const Info& info, const std::vector<index>& picks, double radius,
                                 std::optional<double> width, std::optional<double> height) {
    require(radius >= 0 && radius <= 0.5, "radius must be in [0, 0.5]; got ", radius);
    require(!width || (*width >= 0 && *width <= 1), "width must be in [0, 1]; got ", width.value_or(0));
    require(!height || (*height >= 0 && *height <= 1), "height must be in [0, 1]; got ", height.value_or(0));
    require(!picks.empty(), "there is no channel to lay out");
    Array<double, 2> places = flat_places(info, picks);
    double reach = 0;
    for (const double* p = places.data(); p < places.data() + places.size(); ++p) {
        reach = std::max(reach, std::abs(*p));
    }
    require(reach > 0, "channels that all lie at one place can't be laid out");
    for (index k = 0; k < places.size(); ++k) {
        places.data()[k] /= 2 * reach;
    }
    double w = width.value_or(0), h = height.value_or(0);
    if (!width || !height) {
        std::tie(w, h) = box_size(places, width, height, 0.1);
    }
    // What stands at the edge must fit in, too.
    const double scale = std::min(1 / (1 + w), 1 / (1 + h));
    Array<double, 2> out({places.extent(0), 4});
    for (index k = 0; k < places.extent(0); ++k) {
        out(k, 2) = w * scale;
        out(k, 3) = h * scale;
        out(k, 0) = places(k, 0) * 2 * radius * scale + 0.5 - 0.5 * out(k, 2);
        out(k, 1) = places(k, 1) * 2 * radius * scale + 0.5 - 0.5 * out(k, 3);
    }
    return out;
}

Array<double, 2> grid_boxes(index n, std::optional<index> columns) {
    require(n >= 1, "a grid needs a channel or more; there is none");
    require(!columns || *columns >= 1, "n_col must be >= 1; got ", columns.value_or(0));
    const index side = static_cast<index>(std::ceil(std::sqrt(static_cast<double>(n))));
    const index across = columns.value_or(side), down = (n + across - 1) / across;
    const auto at = [](index k, index count) {
        return count == 1 ? -0.5 : -0.5 + static_cast<double>(k) / static_cast<double>(count - 1);
    };
    Array<double, 2> points({n, 2});
    for (index k = 0; k < n; ++k) {
        points(k, 0) = at(k % across, across);
        points(k, 1) = at(k / across, down);
    }
    const auto [w, h] = box_size(points, {}, {}, 0.1);
    constexpr double border = 0.01;
    const double x_scale = 1 / (1 + w + border), y_scale = 1 / (1 + h + border);
    Array<double, 2> out({n, 4});
    for (index k = 0; k < n; ++k) {
        out(k, 2) = w * x_scale;
        out(k, 3) = h * y_scale;
        out(k, 0) = points(k, 0) * x_scale + 0.5 - 0.5 * out(k, 2);
        out(k, 1) = points(k, 1) * y_scale + 0.5 - 0.5 * out(k, 3);
    }
    return out;
}

}  // namespace ranvier::meeg
