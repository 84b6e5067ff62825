#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ranvier/meeg/forward/sphere.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/coils.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

Array<double, 2> sphere_forward(const SphereModel& model, const std::vector<Dipole>& dipoles, const Info& info) {
    CoilSet coils;
    std::vector<index> coil_rows;
    std::vector<Point> electrodes;
    std::vector<index> electrode_rows;
    index rows = 0;
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
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
        CoilSet one = coils_of(info, {k});
        if (channel.coord_frame == CoordFrame::device && info.dev_head_t) {
            one = moved(one, *info.dev_head_t);
        }
        coils.places.insert(coils.places.end(), one.places.begin(), one.places.end());
        coils.normals.insert(coils.normals.end(), one.normals.begin(), one.normals.end());
        coils.first.push_back(std::ssize(coils.places));
        coil_rows.push_back(rows++);
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
    const index n_points = std::ssize(coils.places);
    Array<double, 2> points({n_points, 3}), directions({n_points, 3});
    for (index p = 0; p < n_points; ++p) {
        std::ranges::copy(coils.places[static_cast<std::size_t>(p)], points.view().row(p).begin());
        std::ranges::copy(coils.normals[static_cast<std::size_t>(p)], directions.view().row(p).begin());
    }
    const Array<double, 2> field = sphere_field(model, dipoles, points, directions);  // along normals of any length
    for (index c = 0; c < coils.size(); ++c) {
        for (index p = coils.first[static_cast<std::size_t>(c)]; p < coils.first[static_cast<std::size_t>(c) + 1];
             ++p) {
            for (index d = 0; d < gain.extent(1); ++d) {
                gain(coil_rows[static_cast<std::size_t>(c)], d) += field(p, d);
            }
        }
    }
    return gain;
}

}  // namespace ranvier::meeg
