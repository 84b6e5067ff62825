#pragma once

#include <optional>
#include <string>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/beamformer/lcmv.hpp"
#include "ranvier/meeg/inverse/sensors_to_sources.hpp"

namespace ranvier::meeg {

/// A beamformer in words.
struct BeamformerOptions {
    double reg = 0.05;
    std::optional<std::string> pick_ori;
    std::optional<std::string> weight_norm = "unit-noise-gain-invariant";
    bool reduce_rank = false;
    std::string inversion = "matrix";
    std::optional<double> depth;
    Value rank = "info";
    static Fields fields() {
        using O = BeamformerOptions;
        return {
            "beamform",
            {field("reg", &O::reg,
                   "what is added to the diagonal of the whitened covariance of the data, as a share of its mean")
                 .at_least(0),
             field("pick_ori", &O::pick_ori,
                   "the direction along the normal, or that of most power; none: the length of all three")
                 .one_of({"normal", "max-power"}),
             field("weight_norm", &O::weight_norm,
                   "size of the filters: white noise of unit variance passes as such, in each direction by itself or "
                   "however directions are turned; 'nai': over the noise that the data have; none: a source of 1 A m "
                   "passes as that")
                 .one_of({"unit-noise-gain", "unit-noise-gain-invariant", "nai"}),
             field("reduce_rank", &O::reduce_rank,
                   "whether the direction that sensors see least is left out, as MEG and a sphere need it"),
             field("inversion", &O::inversion, "whether the directions of a source are inverted together")
                 .one_of({"matrix", "single"}),
             field("depth", &O::depth, "exponent by which deep sources are favoured; none: not at all").at_least(0),
             field("rank", &O::rank,
                   "of the covariances; 'info': from projections and Maxwell filtering; none: estimated; 'full': the "
                   "number of channels")}};
    }
};

/// Noise of unit variance in the good channels that a recording shares with a solution and a covariance.
/// @throws InvalidInput  they are of several types, whose units differ
Covariance unit_noise(const Info& info, const ForwardSolution& forward, const Covariance& data);

/// @param noise  null: unit_noise()
/// @throws InvalidInput  as make_lcmv(), and orientations to choose among in a solution that has one for each source
Lcmv make_lcmv(const Info& info, const ForwardSolution& forward, const Covariance& data, const Covariance* noise,
               const BeamformerOptions& options);

/// A beamformer for samples of the channels of `info`, by which it was made.
/// @param sources  those of its forward solution
SensorsToSources sensors_to_sources(const Lcmv& lcmv, const SourceSpaces& sources, const Info& info,
                                    const BeamformerOptions& options);

}  // namespace ranvier::meeg
