#include "ranvier/meeg/beamformer/beamforming.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

template <class List>
bool among(const List& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

WeightNorm norm_of(const std::optional<std::string>& name) {
    return !name                        ? WeightNorm::none
           : *name == "unit-noise-gain" ? WeightNorm::unit_noise_gain
           : *name == "nai"             ? WeightNorm::neural_activity_index
                                        : WeightNorm::unit_noise_gain_invariant;
}

FilterDirection direction_of(const std::optional<std::string>& name) {
    return !name ? FilterDirection::all : *name == "normal" ? FilterDirection::normal : FilterDirection::max_power;
}

}  // namespace

Covariance unit_noise(const Info& info, const ForwardSolution& forward, const Covariance& data) {
    Covariance noise;
    std::vector<index> picks;
    int kinds = 0;
    for (const ChannelType type : {ChannelType::mag, ChannelType::grad, ChannelType::eeg}) {
        const std::size_t before = picks.size();
        for (const index k : pick_types(info, {type}, true)) {
            const std::string name = info.channels[static_cast<std::size_t>(k)].name;
            if (among(forward.names, name) && among(data.names, name) && !among(data.bads, name)) {
                picks.push_back(k);
            }
        }
        kinds += picks.size() > before ? 1 : 0;
    }
    require(kinds <= 1,
            "sensors of several types are weighed by their noise: give a noise covariance, or channels of one type");
    Info picked = info;
    std::ranges::sort(picks);
    if (!picks.empty()) {
        pick_channels(picked, picks);
    }
    noise.names = channel_names(picked);
    noise.diagonal = true;
    noise.data = Array<double, 2>({1, std::ssize(noise.names)});
    std::fill_n(noise.data.data(), noise.data.size(), 1.0);
    noise.projections = picked.projections;
    noise.nfree = 0;
    return noise;
}

Lcmv make_lcmv(const Info& info, const ForwardSolution& forward, const Covariance& data, const Covariance* noise,
               const BeamformerOptions& options) {
    require(!options.pick_ori || !forward.fixed(), [&] {
        return "pick_ori '" + *options.pick_ori +
               "' chooses among three directions, and this forward solution has one for each source: give one of free "
               "orientation";
    });
    LcmvOptions how;
    how.filter.reg = options.reg;
    how.filter.norm = norm_of(options.weight_norm);
    how.filter.direction = direction_of(options.pick_ori);
    how.filter.reduce_rank = options.reduce_rank;
    how.filter.single = options.inversion == "single";
    how.rank.rank = options.rank;
    if (options.depth.value_or(0) > 0) {
        require(!how.filter.single || forward.fixed(), "depth needs inversion 'matrix'; got 'single'");
        how.depth = DepthRule{.exponent = *options.depth, .limit = {}, .spectral = false};
    }
    how.same_ranks = noise != nullptr;
    std::optional<ForwardSolution> turned;
    if (how.filter.direction == FilterDirection::normal && !forward.surf_ori) {
        turned = forward;
        convert_forward_solution(*turned, {.surf_ori = true});
    }
    return make_lcmv(info, turned ? *turned : forward, data, noise ? *noise : unit_noise(info, forward, data), how);
}

SensorsToSources sensors_to_sources(const Lcmv& lcmv, const SourceSpaces& sources, const Info& info,
                                    const BeamformerOptions& options) {
    SensorsToSources ready;
    const std::vector<std::string> here = channel_names(info);
    for (const std::string& name : lcmv.names) {
        const auto at = std::ranges::find(here, name);
        require(at != here.end(), [&] {
            return "these filters weigh channel '" + name +
                   "', and the data lack it: make filters of the channels that the data have";
        });
        ready.picks.push_back(at - here.begin());
    }
    Info picked = info;
    pick_channels(picked, ready.picks);
    check_reference(picked);
    ready.vertices = used_vertices(sources);
    ready.subject = subject_of(sources);
    ready.kernel.combines = lcmv.free && !options.pick_ori;
    ready.kernel.rows_a_source = ready.kernel.combines ? 3 : 1;
    ready.kernel.directions = lcmv.source_nn;
    ready.kernel.kernel = numerics::matmul(lcmv.filters.weights, lcmv.whitener);
    return ready;
}

}  // namespace ranvier::meeg
