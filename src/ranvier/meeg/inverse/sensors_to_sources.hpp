#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/estimates/estimate.hpp"
#include "ranvier/meeg/inverse/kernel.hpp"

/// Linear inverses of nouns: an operator is made ready for some channels once, and then applied to their samples.
namespace ranvier::meeg {

/// What makes sources of the samples of some channels.
struct SensorsToSources {
    InverseKernel kernel;
    std::vector<index> picks;                  ///< the kernel's channels among those of the samples
    std::vector<std::vector<index>> vertices;  ///< of each source space
    std::optional<std::string> subject;

    /// @param samples  of all channels, shape (channels, times)
    /// @param tmin     time of the first [s]; @param tstep  between two [s]
    /// @cost  as applied()
    SourceEstimate of(View<const double, 2> samples, double tmin, double tstep) const;
};

/// The vertices that source spaces use, and whose they are.
std::vector<std::vector<index>> used_vertices(const SourceSpaces& sources);
std::optional<std::string> subject_of(const SourceSpaces& sources);

/// Everything between a forward solution with its noise and an estimate by minimum norm.
struct MinimumNormOptions {
    std::string method = "dSPM";
    double snr = 3;
    std::optional<double> lambda2, loose, depth = 0.8;
    bool fixed = false;
    std::optional<std::string> pick_ori;
    Value rank;
    static Fields fields() {
        using O = MinimumNormOptions;
        return {"inverse",
                {field("method", &O::method,
                       "currents (MNE), or what they are over their noise; eLORETA weighs sources so that single ones "
                       "are found where they are")
                     .one_of({"MNE", "dSPM", "sLORETA", "eLORETA"}),
                 field("snr", &O::snr, "ratio of signal to noise that is believed of amplitudes").above(0),
                 field("lambda2", &O::lambda2, "regularisation; none: 1 / snr²").above(0),
                 field("loose", &O::loose,
                       "variance of currents across the surface, as a share of that along the normal: 0 fixed, 1 free; "
                       "none: 0.2 on surfaces, 1 elsewhere")
                     .at_least(0)
                     .at_most(1),
                 field("depth", &O::depth, "exponent by which deep sources are favoured; none: not at all").at_least(0),
                 field("fixed", &O::fixed, "whether orientations are fixed to the normals, as loose 0 does"),
                 field("pick_ori", &O::pick_ori, "the current along the normal; none: the length of all directions")
                     .one_of({"normal"}),
                 field("rank", &O::rank,
                       "of the noise; none: estimated; 'info': from projections and Maxwell filtering; 'full': the "
                       "number of channels")}};
    }
    double regularisation() const { return lambda2.value_or(1 / (snr * snr)); }
};

/// An operator as make_inverse_operator() makes it of `options`.
/// @throws InvalidInput  fixed and a looseness other than 0, or a looseness of volumes other than 1
InverseOperator make_inverse_operator(const Info& info, const ForwardSolution& forward, const Covariance& noise,
                                      const MinimumNormOptions& options);

/// An operator for samples of the channels of `info`, averages of `nave`.
/// @throws InvalidInput  the reference is another, a channel is missing, or samples have another grade of compensation
SensorsToSources sensors_to_sources(const InverseOperator& inverse, const Info& info, double nave,
                                    const MinimumNormOptions& options);

}  // namespace ranvier::meeg
