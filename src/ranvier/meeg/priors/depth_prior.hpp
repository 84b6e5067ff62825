#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/fields.hpp"

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

struct DepthRule {
    double exponent = 0.8;
    std::optional<double> limit = 10;  ///< of the ratio of weights of standard deviations; none: no limit
    bool spectral = true;              ///< the size of three columns is the largest singular value; else that of all
    bool all_channels = false;         ///< the limit counts from the least weight, as for gains of all channels
};
/// Variances for sources of a gain, larger where sensors see less: (1 / ‖G_j‖²)^exponent, no more than a limit.
/// @param gain      shape (sensors, positions · n_orient), of the sensors or components that weights are made by
/// @param n_orient  1 or 3
/// @return          a number for each column, the same for columns of one position; at most 1 where there is a limit
/// @source Lin et al. 2006, doi:10.1016/j.neuroimage.2005.11.054; Fuchs et al. 1999
std::vector<double> depth_prior(View<const double, 2> gain, index n_orient, const DepthRule& rule = {});
/// The same of a gain by its rows, each of `columns` numbers.
std::vector<double> depth_prior(std::span<const double* const> gain, index columns, index n_orient,
                                const DepthRule& rule = {});

}  // namespace ranvier::meeg
