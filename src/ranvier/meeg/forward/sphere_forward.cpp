#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ranvier/meeg/forward/sphere.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {
namespace {

/// A point of a coil's area, in its own coordinates: the field along ez there counts with `weight`.
struct CoilPoint {
    double weight, x, y, z;  // [1] or [1/m], [m]
};

/// A square loop, by the midpoints of a 4 × 4 grid. @param size  side [m]
std::vector<CoilPoint> magnetometer(double size) {
    std::vector<CoilPoint> points;
    for (int i = 0; i < 4; ++i) {
        for (int k = 0; k < 4; ++k) {
            points.push_back({1.0 / 16, size * (i - 1.5) / 4, size * (k - 1.5) / 4, 0.0003});
        }
    }
    return points;
}

/// Two loops wound against each other, four points each at ±inner and ±outer [m]; the signal is the difference over the
/// distance of their centres.
std::vector<CoilPoint> planar_gradiometer(double inner, double outer, double height, double z) {
    std::vector<CoilPoint> points;
    const double weight = 1 / (4 * (inner + outer));
    for (const double side : {1.0, -1.0}) {
        for (const double x : {inner, outer}) {
            for (const double y : {height, -height}) {
                points.push_back({side * weight, side * x, y, z});
            }
        }
    }
    return points;
}

std::vector<CoilPoint> coil_points(const Channel& channel) {
    switch (channel.coil_type) {
        case CoilType::point_magnetometer:
        case CoilType::vv_mag_w: return {{1, 0, 0, 0}};
        case CoilType::vv_planar_t1:
        case CoilType::vv_planar_t2:
        case CoilType::vv_planar_t3: return planar_gradiometer(0.005891, 0.01079, 0.006713, 0.0003);
        case CoilType::vv_mag_t1:
        case CoilType::vv_mag_t2: return magnetometer(0.0258);
        case CoilType::vv_mag_t3: return magnetometer(0.021);
        default:
            throw InvalidInput("channel '" + channel.name + "' has a coil of type " + text(channel.coil_type) +
                               ", which the sphere forward does not know yet (known: VectorView's gradiometers and "
                               "magnetometers, and point magnetometers)");
    }
}

}  // namespace

Array<double, 2> sphere_forward(const SphereModel& model, const std::vector<Dipole>& dipoles, const Info& info) {
    struct Coil {
        index row;
        std::vector<CoilPoint> points;
        Point origin;
        std::array<Point, 3> axes;
    };
    std::vector<Coil> coils;
    std::vector<Point> electrodes;
    std::vector<index> electrode_rows;
    index rows = 0, n_points = 0;
    for (const Channel& channel : info.channels) {
        const ChannelType type = channel.type();
        const bool meg = type == ChannelType::mag || type == ChannelType::grad;
        if (!meg && type != ChannelType::eeg) {
            continue;
        }
        require(channel.has_position(), [&] {
            return "channel '" + channel.name + "' has no position, which a forward solution needs: set a montage";
        });
        if (!meg) {
            electrodes.push_back(channel.position());
            electrode_rows.push_back(rows++);
            continue;
        }
        Coil coil{rows++, coil_points(channel), channel.position(), {}};
        for (std::size_t k = 0; k < 3; ++k) {
            coil.axes[k] = {channel.loc[3 + 3 * k], channel.loc[4 + 3 * k], channel.loc[5 + 3 * k]};
        }
        if (channel.coord_frame == CoordFrame::device && info.dev_head_t) {
            const Point zero = applied(*info.dev_head_t, {0, 0, 0});
            for (Point& axis : coil.axes) {
                axis = minus(applied(*info.dev_head_t, axis), zero);
            }
            coil.origin = applied(*info.dev_head_t, coil.origin);
        }
        n_points += static_cast<index>(coil.points.size());
        coils.push_back(std::move(coil));
    }

    Array<double, 2> gain({rows, static_cast<index>(dipoles.size())});
    if (!electrodes.empty()) {
        const View<const double, 2> places(electrodes.front().data(), {static_cast<index>(electrodes.size()), 3});
        const Array<double, 2> potential = sphere_potential(model, dipoles, places);
        for (index e = 0; e < potential.extent(0); ++e) {
            const auto to = gain.view().row(electrode_rows[static_cast<std::size_t>(e)]);
            std::ranges::copy(potential.view().row(e), to.begin());
        }
    }
    Array<double, 2> points({n_points, 3}), directions({n_points, 3});
    index at = 0;
    for (const Coil& coil : coils) {
        for (const CoilPoint& p : coil.points) {
            for (std::size_t k = 0; k < 3; ++k) {
                points(at, k) = coil.origin[k] + p.x * coil.axes[0][k] + p.y * coil.axes[1][k] + p.z * coil.axes[2][k];
                directions(at, k) = coil.axes[2][k];
            }
            ++at;
        }
    }
    const Array<double, 2> field = sphere_field(model, dipoles, points, directions);
    at = 0;
    for (const Coil& coil : coils) {
        for (const CoilPoint& p : coil.points) {
            for (index d = 0; d < gain.extent(1); ++d) {
                gain(coil.row, d) += p.weight * field(at, d);
            }
            ++at;
        }
    }
    return gain;
}

}  // namespace ranvier::meeg
