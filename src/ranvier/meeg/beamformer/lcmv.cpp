#include "ranvier/meeg/beamformer/lcmv.hpp"

#include <algorithm>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<index> shared_channels(const Info& info, const ForwardSolution& forward, const Covariance& data,
                                   const Covariance& noise) {
    const std::vector<index> references = pick_types(info, {ChannelType::ref_meg}, false);
    std::vector<index> picks;
    for (index k = 0; k < info.n_channels(); ++k) {
        const std::string& name = info.channels[static_cast<std::size_t>(k)].name;
        if (among(forward.names, name) && !among(info.bads, name) && among(data.names, name) &&
            !among(data.bads, name) && among(noise.names, name) && !among(noise.bads, name) &&
            std::ranges::find(references, k) == references.end()) {
            picks.push_back(k);
        }
    }
    require(!picks.empty(),
            "no good channel is in the recording, the forward solution and the covariances: their names "
            "must be the same");
    return picks;
}

/// The channels' part of a covariance, as a square.
Covariance part_of(const Covariance& covariance, const std::vector<std::string>& names) {
    Covariance out;
    out.kind = covariance.kind;
    out.names = names;
    out.projections = covariance.projections;
    out.nfree = covariance.nfree;
    out.method = covariance.method;
    out.loglik = covariance.loglik;
    std::vector<index> rows;
    for (const std::string& name : names) {
        rows.push_back(std::ranges::find(covariance.names, name) - covariance.names.begin());
    }
    const index n = std::ssize(rows);
    out.data = Array<double, 2>({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            const index a = rows[static_cast<std::size_t>(i)], b = rows[static_cast<std::size_t>(j)];
            out.data(i, j) = covariance.diagonal ? (a == b ? covariance.data(0, a) : 0.0) : covariance.data(a, b);
        }
    }
    return out;
}

}  // namespace

Lcmv make_lcmv(const Info& info, const ForwardSolution& forward, const Covariance& data, const Covariance& noise,
               LcmvOptions options) {
    require(options.filter.direction != FilterDirection::normal || forward.fixed() || forward.surf_ori,
            "columns along normals are needed to pick them: use convert_forward_solution(forward, surf_ori=True)");
    Info picked = info;
    pick_channels(picked, shared_channels(info, forward, data, noise));
    const Ranks ranks = compute_rank(data, picked, options.rank), of_noise = compute_rank(noise, picked, options.rank);
    Value::Map given;
    for (const auto& [type, rank] : ranks) {
        const auto at = std::ranges::find(of_noise, type, &Ranks::value_type::first);
        require(!options.same_ranks || (at != of_noise.end() && at->second == rank), 
                "the covariances of data and noise must have one rank; of ", type, " they have ", rank, " and ",
                at == of_noise.end() ? std::string("none") : text_of(at->second), ": give rank=");
        given.emplace_back(type, rank);
        options.filter.rank += rank;
    }
    PriorOptions priors;
    priors.loose.assign(forward.sources.spaces.size(), forward.fixed() ? 0.0 : 1.0);
    priors.depth = options.depth;
    priors.depth_channels = options.depth_channels;
    priors.allow_fixed_depth = options.allow_fixed_depth;
    priors.rank.rank = std::move(given);
    priors.space = WhiteSpace::channels;
    Priors found = source_priors(forward, picked, noise, priors);
    Lcmv out;
    picked = std::move(found.info);
    out.names = channel_names(picked);
    out.data_cov = part_of(data, out.names);
    out.projector = projector(picked).matrix;
    out.has_projections = !picked.projections.empty();
    out.rank = options.filter.rank;
    out.free = !found.forward->fixed();
    const View<const double, 2> whitener = found.whitener.matrix;
    const Array<double, 2> white =
        numerics::matmul(numerics::matmul(whitener, out.data_cov.data), Array<double, 2>(whitener.transposed()));
    out.filters =
        spatial_filters({whitener, found.gain_rows(), found.source_std, out.free ? 3 : 1}, white, options.filter);
    out.source_nn = found.forward->source_nn;
    out.whitener = std::move(found.whitener.matrix);
    return out;
}

}  // namespace ranvier::meeg
