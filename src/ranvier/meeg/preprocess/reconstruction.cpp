#include "ranvier/meeg/preprocess/reconstruction.hpp"

#include <algorithm>
#include <vector>

#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"

namespace ranvier::meeg {
namespace {

/// Channels := map · the same channels.
struct SelfMap {
    std::vector<index> picks;
    Array<double, 2> matrix;
};

bool about(const Projection& projection, const Info& info, const std::vector<index>& picks) {
    return std::ranges::any_of(picks, [&](index k) {
        return std::ranges::find(projection.channels, info.channels[static_cast<std::size_t>(k)].name) !=
               projection.channels.end();
    });
}

std::vector<SelfMap> self_maps(const Info& info, const ReconstructionOptions& options) {
    std::vector<SelfMap> out;
    for (const auto& types : {std::vector{ChannelType::mag, ChannelType::grad}, std::vector{ChannelType::eeg}}) {
        const std::vector<index> picks = pick_types(info, types);
        const bool projected =
            std::ranges::any_of(info.projections, [&](const Projection& p) { return about(p, info, picks); });
        if (!projected) {
            continue;
        }
        const Point centre = options.origin ? *options.origin : head_sphere(info).centre;
        if (types.front() != ChannelType::eeg) {
            out.push_back({picks, magnetic_map(info, picks, picks, centre, options.mode)});
            continue;
        }
        std::vector<Point> places;
        for (const index k : picks) {
            places.push_back(info.channels[static_cast<std::size_t>(k)].position());
        }
        out.push_back({picks, potential_map(info, picks, places, centre, options.mode)});
    }
    return out;
}

void map_channels(const std::vector<SelfMap>& maps, View<double, 2> data) {
    for (const SelfMap& map : maps) {
        replace_channels(data, map.picks, map.picks, map.matrix);
    }
}

constexpr const char* unloaded =
    "reconstruct_proj needs the data in memory: load it first (load_data, or preload=True)";

}  // namespace

void reconstruct_projected(Raw& raw, const ReconstructionOptions& options) {
    require(raw.preloaded, unloaded);
    const std::vector<SelfMap> maps = self_maps(raw.info, options);
    apply_projections(raw);
    map_channels(maps, raw.data);
}

void reconstruct_projected(Epochs& epochs, const ReconstructionOptions& options) {
    require(epochs.preloaded, unloaded);
    const std::vector<SelfMap> maps = self_maps(epochs.info, options);
    apply_projections(epochs);
    for (index e = 0; e < epochs.data.extent(0); ++e) {
        map_channels(maps, epochs.data.view()[e]);
    }
}

void reconstruct_projected(Evoked& evoked, const ReconstructionOptions& options) {
    const std::vector<SelfMap> maps = self_maps(evoked.info, options);
    apply_projections(evoked);
    map_channels(maps, evoked.data);
}

}  // namespace ranvier::meeg
