#include <cmath>
#include <limits>
#include <numbers>

#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

Array<double, 2> layout_positions(const Info& info, const std::vector<index>& picks,
                                  const std::optional<HeadSphere>& given, bool from_above) {
    const HeadSphere head = given ? *given : drawing_sphere(info);
    // Coils are placed in device coordinates: the head's centre goes there, and lies on their plane z = 0.
    HeadSphere device = head;
    if (info.dev_head_t) {
        device.centre = applied(inverse(*info.dev_head_t), head.centre);
        device.centre[2] = 0;
    }
    Array<double, 2> out({static_cast<index>(picks.size()), 2});
    for (index row = 0; row < out.extent(0); ++row) {
        const index pick = picks[static_cast<std::size_t>(row)];
        require(pick >= 0 && pick < info.n_channels(), [&] {
            return "channel number " + text_of(pick) + " must be in [0, " + text_of(info.n_channels()) + ")";
        });
        const Channel& channel = info.channels[static_cast<std::size_t>(pick)];
        if (!channel.has_position()) {
            out(row, 0) = out(row, 1) = std::numeric_limits<double>::quiet_NaN();
            continue;
        }
        const ChannelType type = channel.type();
        const bool coil = type == ChannelType::mag || type == ChannelType::grad || type == ChannelType::ref_meg;
        const HeadSphere& sphere = coil ? device : head;
        const auto r = channel.position();
        const double x = r[0] - sphere.centre[0], y = r[1] - sphere.centre[1], z = r[2] - sphere.centre[2];  // [m]
        if (from_above) {
            out(row, 0) = x / sphere.radius;
            out(row, 1) = y / sphere.radius;
            continue;
        }
        const double distance = std::sqrt(x * x + y * y + z * z);
        const double polar = distance > 0 ? std::acos(z / distance) : 0;
        const double azimuth = std::atan2(y, x);
        const double on_map = distance * polar / (std::numbers::pi / 2) / sphere.radius;
        out(row, 0) = on_map * std::cos(azimuth);
        out(row, 1) = on_map * std::sin(azimuth);
    }
    return out;
}

}  // namespace ranvier::meeg
