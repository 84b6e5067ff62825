#include "ranvier/meeg/inverse/sensors_to_sources.hpp"

#include <algorithm>
#include <map>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/meeg/recording/operator.hpp"

namespace ranvier::meeg {

namespace {

InverseMethod method_of(const std::string& name) {
    return name == "MNE"       ? InverseMethod::minimum_norm
           : name == "dSPM"    ? InverseMethod::dspm
           : name == "sLORETA" ? InverseMethod::sloreta
                               : InverseMethod::eloreta;
}

/// Where the operator's channels are among those of `info`, once it is sure that they are the same.
std::vector<index> picks_of(const InverseOperator& inverse, const Info& info) {
    std::map<std::string, index> here;
    for (index k = 0; k < info.n_channels(); ++k) {
        here.emplace(std::string(info.channels[static_cast<std::size_t>(k)].name), k);
    }
    std::vector<index> shared;
    for (const Channel& channel : inverse.info.channels) {
        if (const auto at = here.find(std::string(channel.name)); at != here.end()) {
            shared.push_back(at->second);
        }
    }
    std::vector<std::string> missing;
    std::vector<index> picks;
    for (const std::string& name : inverse.names) {
        const auto at = here.find(name);
        at == here.end() ? missing.push_back(name) : picks.push_back(at->second);
    }
    require(missing.empty(), [&] {
        return "the inverse operator needs " + text_of(std::ssize(missing)) +
               " channels that the data lack: " + joined(missing);
    });
    Info picked = info;
    pick_channels(picked, shared);
    check_reference(picked);
    const int made_for = compensation_grade(inverse.info).value_or(0), there = compensation_grade(info).value_or(0);
    require(made_for == there, "the inverse operator is for compensation grade ", made_for, ", the data have ", there,
            ": compensate them alike");
    return picks;
}

}  // namespace

SourceEstimate SensorsToSources::of(View<const double, 2> samples, double tmin, double tstep) const {
    SourceEstimate estimate;
    estimate.vertices = vertices;
    estimate.subject = subject;
    estimate.tmin = tmin;
    estimate.tstep = tstep;
    Array<double, 2> chosen = rows(samples, picks);
    if (kernel.combines) {
        estimate.data = applied(kernel, chosen);
    } else {
        estimate.kernel = Array<double, 2>::shared(kernel.kernel.extents(), kernel.kernel.memory());
        estimate.sensor_data = std::move(chosen);
    }
    check(estimate);
    return estimate;
}

std::vector<std::vector<index>> used_vertices(const SourceSpaces& sources) {
    std::vector<std::vector<index>> vertices;
    for (const SourceSpace& space : sources.spaces) {
        vertices.push_back(space.vertices);
    }
    return vertices;
}

std::optional<std::string> subject_of(const SourceSpaces& sources) {
    const bool known = !sources.spaces.empty() && !sources.spaces[0].subject.empty();
    return known ? std::optional(sources.spaces[0].subject) : std::nullopt;
}

InverseOperator make_inverse_operator(const Info& info, const ForwardSolution& forward, const Covariance& noise,
                                      const MinimumNormOptions& options) {
    require(!options.fixed || options.loose.value_or(0) == 0,
            "fixed orientations have loose 0: leave --loose or --fixed; got loose ", options.loose.value_or(0));
    PriorOptions priors;
    const bool surfaces = std::ranges::all_of(
        forward.sources.spaces, [](const SourceSpace& space) { return space.kind == SourceSpaceKind::surface; });
    for (const SourceSpace& space : forward.sources.spaces) {
        const double loose = options.loose.value_or(options.fixed ? 0.0 : surfaces ? 0.2 : 1.0);
        require(loose == 1 || space.kind != SourceSpaceKind::volume,
                "in volumes no direction is a normal: loose must be 1 there; got ", loose);
        priors.loose.push_back(loose);
    }
    if (options.depth.value_or(0) > 0) {
        priors.depth = DepthRule{.exponent = *options.depth};
    }
    priors.depth_channels = DepthChannels::best_type;
    priors.allow_fixed_depth = false;
    priors.rank.rank = options.rank;
    return make_inverse_operator(info, forward, noise, priors);
}

SensorsToSources sensors_to_sources(const InverseOperator& inverse, const Info& info, double nave,
                                    const MinimumNormOptions& options) {
    check(inverse);
    SensorsToSources ready;
    ready.picks = picks_of(inverse, info);
    ready.vertices = used_vertices(*inverse.sources);
    ready.subject = subject_of(*inverse.sources);
    const InverseMethod method = method_of(options.method);
    const InverseOperator prepared = prepare(inverse, nave, options.regularisation(), method);
    const PickedDirection pick = options.pick_ori ? PickedDirection::normal : PickedDirection::combined;
    ready.kernel = inverse_kernel(prepared, {method, pick, true, {}});
    if (ready.kernel.linear()) {
        fold_norm(ready.kernel);
    }
    return ready;
}

}  // namespace ranvier::meeg
