#include "ranvier/meeg/sensors/head_shape.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/numerics/dense.hpp"

namespace ranvier::meeg {
namespace {

constexpr std::size_t fewest_points = 4, few_points = 10;

std::vector<Point> points_of(const Info& info, std::initializer_list<DigKind> kinds) {
    std::vector<Point> points;
    for (const DigPoint& p : info.dig) {
        if (std::ranges::find(kinds, p.kind) == kinds.end()) {
            continue;
        }
        require(p.coord_frame == CoordFrame::head, [&] {
            return "digitised points must be in head coordinates to fit a sphere; found " + text(p.coord_frame) +
                   " coordinates";
        });
        if (!(p.r[2] < -1e-6 && p.r[1] > 1e-6)) {
            points.push_back(p.r);
        }
    }
    return points;
}

/// The sphere whose equator runs through Fpz, T7, Oz and T8; without Fpz, through what mirrors Oz.
HeadSphere equator_sphere(const Info& info) {
    const auto place = [&](std::string_view name) -> std::optional<Point> {
        for (const Channel& channel : info.channels) {
            if (channel.has_position() && (channel.name == name || (name == "Fpz" && channel.name == "FPz"))) {
                return channel.position();
            }
        }
        return {};
    };
    std::array<std::optional<Point>, 4> places{place("Fpz"), place("T7"), place("Oz"), place("T8")};
    if (!places[0] && places[2]) {
        places[0] = Point{-(*places[2])[0], -(*places[2])[1], (*places[2])[2]};
    }
    HeadSphere sphere{{0, 0, 0}, 0};
    for (std::size_t k = 0; k < 4; ++k) {
        require(places[k].has_value(), R"(sphere="eeglab" needs the places of Oz, T7 and T8: set a montage with them)");
        sphere.radius += std::abs((*places[k])[k % 2 == 0 ? 1 : 0]) / 4;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            sphere.centre[axis] += (*places[k])[axis] / 4;
        }
    }
    return sphere;
}

}  // namespace

HeadSphere fitted_sphere(const std::vector<Point>& points) {
    require(points.size() >= fewest_points,
            [&] { return "a sphere needs at least 4 points to fit; got " + text_of(points.size()); });
    // The problem does not change when all points move, so they are centred: then the unknown constant is the mean of
    // |p|² and what is left are the 3×3 normal equations of well-scaled numbers.
    const double n = static_cast<double>(points.size());
    Point mean{};
    for (const Point& p : points) {
        for (std::size_t k = 0; k < 3; ++k) {
            mean[k] += p[k] / n;
        }
    }
    double mean_square = 0;
    numerics::Dense<double> a(3, 4);
    for (const Point& p : points) {
        const Point q = minus(p, mean);
        const double square = dot(q, q);
        mean_square += square / n;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t k = 0; k < 3; ++k) {
                a[i][k] += 2 * q[i] * q[k];
            }
            a[i][3] += q[i] * square;
        }
    }
    const double scale = a[0][0] + a[1][1] + a[2][2];
    bool regular = numerics::diagonalise(a, 3) != 0;
    for (std::size_t k = 0; k < 3; ++k) {
        regular = regular && std::abs(a[k][k]) > 1e-12 * scale;
    }
    require(
        regular,
        "the points to fit a sphere to must not lie on one plane, on which many spheres stand: give the sphere or its "
        "origin instead");
    HeadSphere sphere;
    double square = mean_square;
    for (std::size_t k = 0; k < 3; ++k) {
        const double c = a[k][3] / a[k][k];
        square += c * c;
        sphere.centre[k] = mean[k] + c;
    }
    sphere.radius = std::sqrt(square);
    return sphere;
}

std::vector<Point> fitting_points(const Info& info) {
    std::vector<Point> points = points_of(info, {DigKind::extra});
    if (points.size() < fewest_points) {
        points = points_of(info, {DigKind::extra, DigKind::eeg});
    }
    return points.size() < fewest_points ? std::vector<Point>{} : points;
}

HeadSphere head_sphere(const Info& info) {
    const std::vector<Point> points = fitting_points(info);
    require(!points.empty(),
            "the head's sphere is fitted to digitised points, of which at least 4 are needed: set a montage first");
    if (points.size() <= few_points) {
        warn("the head's sphere is fitted to " + text_of(points.size()) + " points only and may be inaccurate");
    }
    const HeadSphere sphere = fitted_sphere(points);
    if (std::hypot(sphere.centre[0], sphere.centre[1]) > 0.02) {
        warn("the fitted sphere's centre lies more than 2 cm from the head's axis: (" + text_of(sphere.centre[0]) +
             ", " + text_of(sphere.centre[1]) + ") m");
    }
    return sphere;
}

HeadSphere head_sphere(const Info& info, const std::vector<std::string>& kinds) {
    if (kinds == std::vector<std::string>{"auto"}) {
        return head_sphere(info);
    }
    if (kinds == std::vector<std::string>{"eeglab"}) {
        return equator_sphere(info);
    }
    const std::array<std::pair<std::string_view, DigKind>, 4> known{
        {{"cardinal", DigKind::cardinal}, {"hpi", DigKind::hpi}, {"eeg", DigKind::eeg}, {"extra", DigKind::extra}}};
    std::vector<Point> points;
    for (const std::string& kind : kinds) {
        const auto row = std::ranges::find(known, std::string_view(kind), &std::pair<std::string_view, DigKind>::first);
        require(row != known.end(), [&] {
            return R"(sphere must be a radius [m], (x, y, z, radius), "auto", "eeglab", or one or several of "cardinal", )"
                   R"("hpi", "eeg", "extra"; got ")" +
                   kind + "\"";
        });
        const std::vector<Point> more = points_of(info, {row->second});
        points.insert(points.end(), more.begin(), more.end());
    }
    return fitted_sphere(points);
}

HeadSphere drawing_sphere(const Info& info) {
    const std::vector<Point> shape = points_of(info, {DigKind::extra});
    return shape.size() < fewest_points ? HeadSphere{} : fitted_sphere(shape);
}

}  // namespace ranvier::meeg
