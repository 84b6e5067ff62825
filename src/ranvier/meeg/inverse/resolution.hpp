#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

/// What an inverse makes of a single source (a column of a resolution matrix), and what it mistakes for one (a row).
namespace ranvier::meeg {

enum class ResolutionMetric { peak_error, centre_error, deviation, largest_radius, peak_amplitude, summed_amplitude };
/// @param name  MNE-Python's: "peak_err", "cog_err", "sd_ext", "maxrad_ext", "peak_amp", "sum_amp"
ResolutionMetric metric_named(const std::string& name);

/// One number for each source. Errors and extents are in the unit of `places`; amplitudes are shares of the largest.
/// @param matrix     shape (per · sources, sources); several rows of a source count by their length, but for extents,
///                   which want a square matrix
/// @param by_rows    of rows, which are cross-talk functions; else of columns, which are point-spread functions
/// @param threshold  share of the largest amplitude, for largest_radius
/// largest_radius is the largest distance of such a source; MNE-Python 1.13 takes the root of a sum over all of them.
/// @source  Molins et al. 2008, doi:10.1016/j.neuroimage.2008.05.064; Hauk et al. 2022
std::vector<double> resolution_metric(View<const double, 2> matrix, View<const double, 2> places, bool by_rows,
                                      ResolutionMetric metric, double threshold);

/// Left singular vectors of some columns, and their shares of the power [%].
struct Principal {
    Array<double, 2> columns;
    std::vector<double> shares;
};
Principal principal_columns(View<const double, 2> columns, index count);

}  // namespace ranvier::meeg
