#include "ranvier/meeg/inverse/inverse_operator.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/wide_svd.hpp"

namespace ranvier::meeg {

namespace {

Modalities modalities_of(const Info& info) {
    const bool has_eeg = !pick_types(info, {ChannelType::eeg}, false).empty();
    const bool has_meg = !pick_types(info, {ChannelType::mag, ChannelType::grad}, false).empty();
    return has_eeg && has_meg ? Modalities::both : has_meg ? Modalities::meg : Modalities::eeg;
}

/// Channels of an Info, in their order, as the Info of a forward solution has them.
Info info_of_rows(const ForwardSolution& forward, const std::vector<std::string>& names) {
    Info out = forward.info;
    if (channel_names(out) != names) {
        pick_channels(out, channel_indices(out, names));
    }
    return out;
}

}  // namespace

index InverseOperator::n_sources() const { return leads->extent(0) / (free() ? 3 : 1); }

void check(const InverseOperator& inverse) {
    const index n = std::ssize(inverse.names), columns = inverse.leads->extent(0);
    index used = 0;
    for (const SourceSpace& space : inverse.sources->spaces) {
        used += space.n_used();
    }
    const index per = inverse.free() ? 3 : 1;
    require(columns == used * per, "an inverse operator of ", used, " sources must have ", used * per,
            " eigenleads; got ", columns);
    require(inverse.noise_cov.names == inverse.names,
            "the noise covariance of an inverse operator must be of its channels");
    require(inverse.fields.extent(1) == n && inverse.fields.extent(0) == std::ssize(inverse.sing) &&
                inverse.leads->extent(1) == std::ssize(inverse.sing),
            "eigenfields and eigenleads of an inverse operator must have one for each of its ",
            std::ssize(inverse.sing), " singular values and ", n, " channels");
    require(std::ssize(inverse.source_cov) == columns, "the source covariance must have ", columns, " numbers; got ",
            std::ssize(inverse.source_cov));
    require(inverse.orient_prior.empty() || std::ssize(inverse.orient_prior) == columns,
            "the prior of orientations must have ", columns, " numbers; got ", std::ssize(inverse.orient_prior));
    require(inverse.source_nn.extent(0) == columns, "an inverse operator must have ", columns, " directions; got ",
            inverse.source_nn.extent(0));
}

InverseOperator unshared(const InverseOperator& inverse) {
    InverseOperator copy = inverse;
    copy.sources = std::make_shared<SourceSpaces>(*inverse.sources);
    copy.leads = std::make_shared<Array<double, 2>>(*inverse.leads);
    return copy;
}

index rank_of(const InverseOperator& inverse) {
    const Covariance& noise = inverse.noise_cov;
    if (noise.diagonal) {
        Info part = inverse.info;
        part.bads.clear();
        part.projections = inverse.projections;
        pick_channels(part, channel_indices(part, inverse.names));
        return std::ssize(inverse.names) - projector(part).rank;
    }
    return std::ranges::count_if(noise.eig, [](double e) { return e > 0; });
}

InverseOperator make_inverse_operator(const Info& info, const ForwardSolution& forward, const Covariance& noise,
                                      PriorOptions priors) {
    priors.space = WhiteSpace::components;
    Priors found = source_priors(forward, info, noise, priors);
    const ForwardSolution& turned = *found.forward;
    InverseOperator out;
    out.names = channel_names(found.info);
    out.info = info_of_rows(turned, out.names);
    out.info.bads.clear();
    for (const std::string& bad : info.bads) {
        if (std::ranges::any_of(out.info.channels, [&](const Channel& c) { return c.name == bad; })) {
            out.info.bads.push_back(bad);
        }
    }
    out.modalities = modalities_of(found.info);
    out.orientation = turned.orientation;
    out.frame = turned.frame;
    out.sources = std::make_shared<SourceSpaces>(turned.sources);
    out.mri_to_head = turned.mri_to_head;
    out.mri_file = turned.mri_file;
    out.meas_file = turned.meas_file;
    out.source_nn = turned.source_nn;
    out.noise_cov = std::move(found.noise_cov);
    out.projections = found.info.projections;
    out.depth_prior = std::move(found.depth_prior);
    out.orient_prior = std::move(found.orient_prior);
    numerics::WideSvd parts =
        numerics::wide_svd(found.whitener.matrix, found.gain_rows(), found.source_std, std::ssize(out.names));
    // Whitened signal and noise have the same power.
    double power = 0;
    for (const double s : parts.s) {
        power += s * s;
    }
    const double scale = std::sqrt(static_cast<double>(found.rank) / power);
    for (double& s : parts.s) {
        s *= scale;
    }
    out.source_cov = std::move(found.source_std);
    for (double& x : out.source_cov) {
        x *= x * scale * scale;
    }
    log(LogLevel::info, "    largest singular value = " + formatted("%g", parts.s.front()));

    // Noise has components of rank alone; those beyond have fields of their own and no leads.
    const index n = std::ssize(out.names), rank = std::ssize(parts.s);
    out.sing = parts.s;
    out.sing.resize(static_cast<std::size_t>(n), 0.0);
    out.fields = Array<double, 2>({n, n});
    index kept = 0, beyond = rank;
    for (index c = 0; c < n; ++c) {
        if (out.noise_cov.eig[static_cast<std::size_t>(c)] > 0) {
            for (index k = 0; k < rank; ++k) {
                out.fields(k, c) = parts.U(kept, k);
            }
            ++kept;
        } else {
            out.fields(beyond++, c) = 1;
        }
    }
    out.leads = std::make_shared<Array<double, 2>>(std::move(parts.V));
    return out;
}

}  // namespace ranvier::meeg
