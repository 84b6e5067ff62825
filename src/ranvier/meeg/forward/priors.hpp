#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"

/// What inverse solutions assume beforehand of sources, by their gains.
namespace ranvier::meeg {

struct DepthPriorOptions {
    double exp = 0.8;
    std::optional<double> limit = 10;
    std::string combine_xyz = "spectral";
    static Fields fields() {
        using O = DepthPriorOptions;
        return {
            "compute_depth_prior",
            {field("exp", &O::exp, "exponent of the weights: 0 none, 1 full").at_least(0),
             field("limit", &O::limit, "largest quotient of two sources' weights before the exponent; none: any"),
             field(
                 "combine_xyz", &O::combine_xyz,
                 "size of a source's three columns: 'spectral', its largest singular value; 'fro', the root of the sum "
                 "of squares")
                 .one_of({"spectral", "fro"})}};
    }
};

/// Weights of the columns that make up for weak gains of deep sources: (1 / |column|²)^exp, 1 for those at the limit.
/// @param gain    of the channels that count, perhaps whitened
/// @param fixed   one column for each source, not three
/// @param bounded_from_below  the limit is counted from the smallest weight, and all are brought to it; else from the
///                            largest weight that the limit allows
/// @throws InvalidInput  no column that isn't zero
std::vector<double> depth_prior(View<const double, 2> gain, bool fixed, const DepthPriorOptions& options,
                                bool bounded_from_below = false);

/// 1 for columns along the surface's normal, `loose` for those across it; by kinds of source spaces.
/// @throws InvalidInput  a value other than 0 to 1, other than 1 in volumes, or columns that are not along normals
std::vector<double> orientation_prior(const ForwardSolution& forward, double surface, double volume, double discrete);

/// The rows that limit depth weighting: planar gradiometers; without them other MEG channels; without those EEG.
std::vector<index> depth_rows(const ForwardSolution& forward);

/// How sources are seen by the channels, once projections are applied.
/// @param forward  with columns along normals (surf_ori)
/// @param mode     "free", "fixed", "ratio", "radiality", "angle", "remaining" or "dampening"
/// @throws InvalidInput  another mode, or one of the last three without projections of these channels
std::vector<double> sensitivity(const ForwardSolution& forward, const std::string& mode,
                                const StableVector<Projection>& projections);

}  // namespace ranvier::meeg
