#include "ranvier/meeg/preprocess/new_electrodes.hpp"

#include <algorithm>

#include "ranvier/meeg/forward/field_map.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"

namespace ranvier::meeg {

namespace {

bool of_eeg_only(const Info& info, const Projection& projection) {
    return std::ranges::all_of(projection.channels, [&](const std::string& name) {
        return std::ranges::any_of(info.channels, [&](const Channel& channel) {
            return channel.name == name && channel.type() == ChannelType::eeg;
        });
    });
}

std::vector<Point> places(const Info& info, const std::vector<index>& picks) {
    std::vector<Point> out;
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        require(channel.has_position(), [&] {
            return "channel '" + channel.name +
                   "' has no position, which interpolation needs: set a montage, or mark " + "it bad";
        });
        out.push_back(channel.position());
    }
    return out;
}

/// Channels after an interpolation, and how they are made of those before: shape (after, before).
struct Remapping {
    Info info;
    Array<double, 2> matrix;
};

Remapping remapping(const Info& info, const Info& electrodes, const NewElectrodesOptions& options) {
    const std::vector<index> good = pick_types(info, {ChannelType::eeg}),
                             all = pick_types(info, {ChannelType::eeg}, false);
    require(!good.empty(), "interpolate_to needs good EEG channels to interpolate from; there are none");
    const index n = std::ssize(good), m = electrodes.n_channels();
    const Point centre = options.origin ? *options.origin : head_sphere(info).centre;
    const std::vector<Point> from = places(info, good), to = places(electrodes, counted(m));
    const Array<double, 2> mapping = options.method == "spline" ? spherical_spline_matrix(from, to, centre, options.reg)
                                                                : potential_map(info, good, to, centre);

    Remapping out;
    out.info = info;
    out.info.channels.clear();
    out.matrix = Array<double, 2>({info.n_channels() - std::ssize(all) + m, info.n_channels()});
    index row = 0;
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        if (k == all.front()) {
            for (index i = 0; i < m; ++i, ++row) {
                out.info.channels.push_back(electrodes.channels[static_cast<std::size_t>(i)]);
                for (index j = 0; j < n; ++j) {
                    out.matrix(row, good[static_cast<std::size_t>(j)]) = mapping(i, j);
                }
            }
        }
        if (channel.type() == ChannelType::eeg) {
            std::erase(out.info.bads, channel.name);
        } else {
            out.info.channels.push_back(channel);
            out.matrix(row++, k) = 1;
        }
    }
    out.info.projections.clear();
    for (const Projection& projection : info.projections) {
        if (!of_eeg_only(info, projection)) {
            out.info.projections.push_back(projection);
        }
    }
    out.info.dig.clear();
    for (const DigPoint& point : info.dig) {
        if (point.kind != DigKind::eeg) {
            out.info.dig.push_back(point);
        }
    }
    for (const DigPoint& point : electrodes.dig) {
        if (point.kind == DigKind::eeg) {
            out.info.dig.push_back(point);
        }
    }
    check(out.info);
    return out;
}

constexpr const char* unloaded = "interpolate_to needs the data in memory: load it first (load_data, or preload=True)";

}  // namespace

void interpolate_to(Raw& raw, const Info& electrodes, const NewElectrodesOptions& options) {
    require(raw.preloaded, unloaded);
    Remapping mapped = remapping(raw.info, electrodes, options);
    Array<double, 2> data({mapped.info.n_channels(), raw.data.extent(1)});
    apply(mapped.matrix, raw.data, data);
    raw.info = std::move(mapped.info);
    raw.data = std::move(data);
}

void interpolate_to(Epochs& epochs, const Info& electrodes, const NewElectrodesOptions& options) {
    require(epochs.preloaded, unloaded);
    Remapping mapped = remapping(epochs.info, electrodes, options);
    Array<double, 3> data({epochs.data.extent(0), mapped.info.n_channels(), epochs.data.extent(2)});
    for (index e = 0; e < data.extent(0); ++e) {
        apply(mapped.matrix, epochs.data.view()[e], data.view()[e]);
    }
    epochs.info = std::move(mapped.info);
    epochs.data = std::move(data);
}

void interpolate_to(Evoked& evoked, const Info& electrodes, const NewElectrodesOptions& options) {
    Remapping mapped = remapping(evoked.info, electrodes, options);
    Array<double, 2> data({mapped.info.n_channels(), evoked.data.extent(1)});
    apply(mapped.matrix, evoked.data, data);
    evoked.info = std::move(mapped.info);
    evoked.data = std::move(data);
}

}  // namespace ranvier::meeg
