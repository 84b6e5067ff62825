#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/priors/depth_prior.hpp"

namespace ranvier::meeg {

/// By which channels depth is judged: whitened components; the most precise type (gradiometers, else magnetometers,
/// else EEG); all as they are.
enum class DepthChannels { whitened, best_type, all };

struct PriorOptions {
    std::vector<double> loose;       ///< of each source space: variance across the surface, as a share; 0: fixed
    std::optional<DepthRule> depth;  ///< none: no depth weighting
    DepthChannels depth_channels = DepthChannels::whitened;
    bool allow_fixed_depth = true;  ///< depth may be judged by a gain that is fixed already
    bool use_cps = true;            ///< normals are means over patches, where patches are known
    RankOptions rank;
    WhiteSpace space = WhiteSpace::components;
};

/// What is believed of sources and of noise, for the good channels of a recording, beside their forward solution.
struct Priors {
    std::shared_ptr<const ForwardSolution> forward;  ///< turned as `loose` asks for; the caller's own where it lies so
    std::vector<index> picks;                        ///< the channels in the Info
    std::vector<index> rows;                         ///< the same ones in the forward solution
    Info info;                                       ///< of the channels alone
    Covariance noise_cov;                            ///< of the channels, with its eigenvalues
    Whitener whitener;
    std::vector<double> source_std;    ///< of each column, but for a common factor
    std::vector<double> depth_prior;   ///< empty where there is no depth weighting
    std::vector<double> orient_prior;  ///< empty where orientations are fixed
    index rank = 0;                    ///< of the noise

    /// Where the channels' rows of the gain begin.
    std::vector<const double*> gain_rows() const;
};
/// Channels are those of `info`, in its order, that are good in both `info` and `noise` and are in both others.
/// @param forward  must outlive what is returned
/// @throws InvalidInput  no channel left; orientations that the solution can't have; other grades of compensation
Priors source_priors(const ForwardSolution& forward, const Info& info, const Covariance& noise,
                     const PriorOptions& options);

/// A forward solution made fit for inverse methods: good channels alone, whitened, columns weighted by the standard
/// deviations that are believed of sources, and scaled so that whitened signal and noise have the same power.
struct PreparedGain {
    ForwardSolution forward;   ///< of the channels, turned as `loose` asks for
    std::vector<index> picks;  ///< the channels in the Info
    Covariance noise_cov;      ///< of the channels, with its eigenvalues
    Whitener whitener;
    Array<double, 2> gain;             ///< whitener · forward.gain · diag(source_std)
    std::vector<double> source_std;    ///< of each column
    std::vector<double> depth_prior;   ///< empty where there is no depth weighting
    std::vector<double> orient_prior;  ///< empty where orientations are fixed
    double scale = 1;                  ///< what source_std has beside the roots of the priors
    index rank = 0;                    ///< of the noise
};
/// Channels, and what is thrown, are those of source_priors().
PreparedGain prepared_gain(const ForwardSolution& forward, const Info& info, const Covariance& noise,
                           const PriorOptions& options);

/// @throws InvalidInput  EEG that has no average reference as a projection, or another reference
void check_reference(const Info& info);

}  // namespace ranvier::meeg
