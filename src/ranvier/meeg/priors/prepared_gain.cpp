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

/// The channels' rows of the gain, one behind the other.
Array<double, 2> gathered(const std::vector<const double*>& rows, index columns) {
    Array<double, 2> out({std::ssize(rows), columns});
    for (index i = 0; i < std::ssize(rows); ++i) {
        std::copy_n(rows[static_cast<std::size_t>(i)], columns, out.data() + i * columns);
    }
    return out;
}

std::vector<double> depth_of(const Priors& priors, const PriorOptions& options) {
    const index n_orient = priors.forward->fixed() ? 1 : 3, columns = priors.forward->gain.extent(1);
    DepthRule rule = *options.depth;
    rule.all_channels = options.depth_channels == DepthChannels::all;
    std::vector<const double*> rows = priors.gain_rows();
    if (options.depth_channels == DepthChannels::whitened) {
        return depth_prior(numerics::matmul(priors.whitener.matrix.view(), gathered(rows, columns).view()).view(),
                           n_orient, rule);
    }
    if (options.depth_channels == DepthChannels::best_type) {
        std::vector<const double*> best;
        for (const index row : best_rows(priors.info)) {
            best.push_back(rows[static_cast<std::size_t>(row)]);
        }
        rows = std::move(best);
    }
    return depth_prior(rows, columns, n_orient, rule);
}

/// A copy that is turned.
std::shared_ptr<ForwardSolution> turned(const ForwardSolution& forward, const ConvertForwardOptions& how) {
    auto copy = std::make_shared<ForwardSolution>(forward);
    convert_forward_solution(*copy, how);
    return copy;
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

std::vector<const double*> Priors::gain_rows() const {
    std::vector<const double*> out;
    for (const index row : rows) {
        out.push_back(forward->gain.data() + row * forward->gain.extent(1));
    }
    return out;
}

Priors source_priors(const ForwardSolution& forward, const Info& info, const Covariance& noise,
                     const PriorOptions& options) {
    require(options.loose.size() == forward.sources.spaces.size(), "loose must be one for each of the ",
            std::ssize(forward.sources.spaces), " source spaces; got ", std::ssize(options.loose));
    Priors out;
    out.forward = std::shared_ptr<const ForwardSolution>(std::shared_ptr<void>(), &forward);
    const bool fixed = std::ranges::all_of(options.loose, [](double l) { return l == 0; });
    const bool constrained = std::ranges::any_of(options.loose, [](double l) { return l < 1; });
    const ConvertForwardOptions to_fixed{.surf_ori = true, .force_fixed = true, .use_cps = options.use_cps};
    if (fixed) {
        if (!forward.fixed() && options.allow_fixed_depth) {
            out.forward = turned(forward, to_fixed);
        }
        require(!out.forward->fixed() || !options.depth || options.allow_fixed_depth,
                "depth is weighed by three directions of each source and this forward solution is fixed to one: give "
                "depth=None, or one of free orientation");
    } else {
        require(!forward.fixed(),
                "the forward solution has one direction for each source: give loose=0, or one of free orientation");
        if (constrained && !forward.surf_ori) {
            out.forward = turned(forward, {.surf_ori = true, .force_fixed = false, .use_cps = options.use_cps});
        }
    }
    const auto grade = compensation_grade(info), there = compensation_grade(forward.info);
    require(!grade || !there || *grade == *there,
            "the forward solution must be of the recording's grade of compensation, ", grade.value_or(0), "; got ",
            there.value_or(0), ". Use apply_gradient_compensation()");
    out.picks = shared_channels(forward, info, noise);
    out.info = info;
    pick_channels(out.info, out.picks);
    const auto names = channel_names(out.info);
    for (const std::string& name : names) {
        out.rows.push_back(std::ranges::find(forward.names, name) - forward.names.begin());
    }
    out.noise_cov = prepared_noise_covariance(noise, info, names, options.rank);
    out.whitener = whitener(out.noise_cov, options.space);
    out.rank = std::ranges::count_if(out.noise_cov.eig, [](double e) { return e > 0; });
    if (options.depth) {
        out.depth_prior = depth_of(out, options);
    }
    if (fixed && !out.forward->fixed()) {
        std::vector<double> normal;
        for (std::size_t i = 2; i < out.depth_prior.size(); i += 3) {
            normal.push_back(out.depth_prior[i]);
        }
        out.depth_prior = std::move(normal);
        out.forward = turned(*out.forward, to_fixed);
    }
    if (!fixed) {
        for (std::size_t s = 0; s < options.loose.size(); ++s) {
            const auto used = out.forward->sources.spaces[s].n_used();
            for (index j = 0; j < used; ++j) {
                out.orient_prior.insert(out.orient_prior.end(), {options.loose[s], options.loose[s], 1.0});
            }
        }
    }
    out.source_std.assign(static_cast<std::size_t>(out.forward->gain.extent(1)), 1.0);
    for (const auto* prior : {&out.depth_prior, &out.orient_prior}) {
        for (std::size_t i = 0; i < prior->size(); ++i) {
            out.source_std[i] *= (*prior)[i];
        }
    }
    for (double& std : out.source_std) {
        std = std::sqrt(std);
    }
    return out;
}

PreparedGain prepared_gain(const ForwardSolution& forward, const Info& info, const Covariance& noise,
                           const PriorOptions& options) {
    Priors priors = source_priors(forward, info, noise, options);
    PreparedGain prepared;
    prepared.forward = *priors.forward;
    const auto names = channel_names(priors.info);
    if (forward.names != names || channel_names(forward.info) != names) {
        pick_channels(prepared.forward, names, true);
    }
    prepared.picks = std::move(priors.picks);
    prepared.noise_cov = std::move(priors.noise_cov);
    prepared.whitener = std::move(priors.whitener);
    prepared.depth_prior = std::move(priors.depth_prior);
    prepared.orient_prior = std::move(priors.orient_prior);
    prepared.source_std = std::move(priors.source_std);
    prepared.rank = priors.rank;
    prepared.gain = numerics::matmul(prepared.whitener.matrix.view(), prepared.forward.gain.view());
    const index columns = prepared.gain.extent(1);
    double power = 0;
    for (index c = 0; c < prepared.gain.extent(0); ++c) {
        for (index i = 0; i < columns; ++i) {
            prepared.gain(c, i) *= prepared.source_std[static_cast<std::size_t>(i)];
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
