#include "ranvier/meeg/priors/prepared_gain.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

/// Good channels of the Info that the others have, too.
std::vector<index> shared_channels(const ForwardSolution& forward, const Info& info, const Covariance& noise) {
    auto bads = info.bads, others = noise.bads;
    std::ranges::sort(bads);
    std::ranges::sort(others);
    if (bads != others) {
        log(LogLevel::info, "channels that are bad in info or in noise_cov are left out");
    }
    std::vector<index> picks;
    for (index k = 0; k < info.n_channels(); ++k) {
        const std::string& name = info.channels[static_cast<std::size_t>(k)].name;
        if (!among(info.bads, name) && !among(noise.bads, name) && among(forward.names, name) &&
            among(noise.names, name)) {
            picks.push_back(k);
        }
    }
    require(!picks.empty(),
            "no good channel is in the recording, the forward solution and the noise covariance: their "
            "names must be the same");
    return picks;
}

/// The rows of the type that is judged to know depth best.
std::vector<index> best_rows(const Info& info) {
    for (const ChannelType type : {ChannelType::grad, ChannelType::mag, ChannelType::eeg}) {
        if (auto rows = pick_types(info, {type}, false); !rows.empty()) {
            return rows;
        }
    }
    warn("there are no MEG or EEG channels to judge depth by; all are taken");
    return pick_all(info);
}

std::vector<double> depth_of(const PreparedGain& prepared, const Info& picked, const PriorOptions& options) {
    const View<const double, 2> gain = prepared.forward.gain;
    const index n_orient = prepared.forward.fixed() ? 1 : 3;
    DepthRule rule = *options.depth;
    rule.all_channels = options.depth_channels == DepthChannels::all;
    if (options.depth_channels == DepthChannels::whitened) {
        return depth_prior(numerics::matmul(prepared.whitener.matrix.view(), gain).view(), n_orient, rule);
    }
    if (options.depth_channels == DepthChannels::all) {
        return depth_prior(gain, n_orient, rule);
    }
    const auto rows = best_rows(picked);
    Array<double, 2> part({std::ssize(rows), gain.extent(1)});
    for (index i = 0; i < std::ssize(rows); ++i) {
        copy(gain[rows[i]], part.view()[i]);
    }
    return depth_prior(part.view(), n_orient, rule);
}

}  // namespace

void check_reference(const Info& info) {
    const bool other = info.custom_ref_applied != CustomReference::off;
    const bool average = std::ranges::any_of(info.projections,
                                             [](const auto& p) { return p.kind == ProjectionKind::average_reference; });
    require(other || average || pick_types(info, {ChannelType::eeg}).empty(),
            "sources are found in EEG with an average reference as a projection: use "
            "set_eeg_reference(projection=True)");
    const std::vector<ChannelType> electrodes{ChannelType::eeg, ChannelType::ecog, ChannelType::seeg, ChannelType::dbs};
    require(
        !other || pick_types(info, electrodes).empty(),
        "EEG was given another reference, which sources can't be found with: use set_eeg_reference(projection=True) on "
        "data as they were recorded");
}

PreparedGain prepared_gain(ForwardSolution forward, const Info& info, const Covariance& noise,
                           const PriorOptions& options) {
    require(options.loose.size() == forward.sources.spaces.size(), "loose must be one for each of the ",
            std::ssize(forward.sources.spaces), " source spaces; got ", std::ssize(options.loose));
    const bool fixed = std::ranges::all_of(options.loose, [](double l) { return l == 0; });
    const bool constrained = std::ranges::any_of(options.loose, [](double l) { return l < 1; });
    const ConvertForwardOptions to_fixed{.surf_ori = true, .force_fixed = true, .use_cps = options.use_cps};
    if (fixed) {
        if (!forward.fixed() && options.allow_fixed_depth) {
            convert_forward_solution(forward, to_fixed);
        }
        require(!forward.fixed() || !options.depth || options.allow_fixed_depth,
                "depth is weighed by three directions of each source and this forward solution is fixed to one: give "
                "depth=None, or one of free orientation");
    } else {
        require(
            !forward.fixed(),
            "the forward solution has one direction for each source: give loose=0, or one of free orientation");
        if (constrained && !forward.surf_ori) {
            convert_forward_solution(forward, {.surf_ori = true, .force_fixed = false, .use_cps = options.use_cps});
        }
    }
    const auto grade = compensation_grade(info), there = compensation_grade(forward.info);
    require(!grade || !there || *grade == *there,
            "the forward solution must be of the recording's grade of compensation, ", grade.value_or(0), "; got ",
            there.value_or(0), ". Use apply_gradient_compensation()");
    PreparedGain prepared;
    prepared.picks = shared_channels(forward, info, noise);
    Info picked = info;
    pick_channels(picked, prepared.picks);
    if (forward.names != channel_names(picked) || channel_names(forward.info) != forward.names) {
        pick_channels(forward, channel_names(picked), true);
    }
    prepared.forward = std::move(forward);
    prepared.noise_cov = prepared_noise_covariance(noise, info, channel_names(picked), options.rank);
    prepared.whitener = whitener(prepared.noise_cov, options.space);
    prepared.rank = std::ranges::count_if(prepared.noise_cov.eig, [](double e) { return e > 0; });
    if (options.depth) {
        prepared.depth_prior = depth_of(prepared, picked, options);
    }
    if (fixed && !prepared.forward.fixed()) {
        std::vector<double> normal;
        for (std::size_t i = 2; i < prepared.depth_prior.size(); i += 3) {
            normal.push_back(prepared.depth_prior[i]);
        }
        prepared.depth_prior = std::move(normal);
        convert_forward_solution(prepared.forward, to_fixed);
    }
    if (!fixed) {
        for (std::size_t s = 0; s < options.loose.size(); ++s) {
            const auto used = prepared.forward.sources.spaces[s].n_used();
            for (index j = 0; j < used; ++j) {
                prepared.orient_prior.insert(prepared.orient_prior.end(), {options.loose[s], options.loose[s], 1.0});
            }
        }
    }
    prepared.gain = numerics::matmul(prepared.whitener.matrix.view(), prepared.forward.gain.view());
    const index columns = prepared.gain.extent(1);
    prepared.source_std.assign(static_cast<std::size_t>(columns), 1.0);
    for (const auto* prior : {&prepared.depth_prior, &prepared.orient_prior}) {
        for (index i = 0; i < std::ssize(*prior); ++i) {
            prepared.source_std[i] *= (*prior)[i];
        }
    }
    double power = 0;
    for (double& std : prepared.source_std) {
        std = std::sqrt(std);
    }
    for (index c = 0; c < prepared.gain.extent(0); ++c) {
        for (index i = 0; i < columns; ++i) {
            prepared.gain(c, i) *= prepared.source_std[i];
            power += prepared.gain(c, i) * prepared.gain(c, i);
        }
    }
    prepared.scale = std::sqrt(static_cast<double>(prepared.rank) / power);
    for (double& std : prepared.source_std) {
        std *= prepared.scale;
    }
    for (double& g : std::span(prepared.gain.data(), static_cast<std::size_t>(prepared.gain.size()))) {
        g *= prepared.scale;
    }
    return prepared;
}

}  // namespace ranvier::meeg
