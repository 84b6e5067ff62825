#pragma once

#include <optional>
#include <vector>

#include "ranvier/meeg/inverse/inverse_operator.hpp"

namespace ranvier::meeg {

/// Of the three directions of a source: the length of all, the one along the normal, or all of them.
enum class PickedDirection { combined, normal, vector };

struct KernelOptions {
    InverseMethod method = InverseMethod::dspm;
    PickedDirection pick = PickedDirection::combined;
    bool use_cps = true;                        ///< normals are means over patches, where patches are known
    std::optional<std::vector<index>> sources;  ///< positions of those wanted, rising; none: all
};

/// What makes sources of sensors' samples: combined(kernel · samples) · norm.
struct InverseKernel {
    Array<double, 2> kernel;      ///< shape (rows, channels), of inverse.names
    std::vector<double> norm;     ///< of each source; empty where the method has none
    Array<double, 2> directions;  ///< of the rows, shape (rows or 3 · sources, 3)
    bool combines = false;        ///< three rows are to become their length
    index rows_a_source = 1;

    index n_sources() const { return kernel.extent(0) / rows_a_source; }
    /// Whether sources are the product of kernel and samples, once norms are in it.
    bool linear() const { return !combines; }
};

/// @param inverse  prepared
/// @throws InvalidInput  not prepared, or for another method; no normals to pick
/// @cost  O(rows · channels²)
InverseKernel inverse_kernel(const InverseOperator& inverse, const KernelOptions& options);
/// Multiplies rows by norms, which are gone then. For kernels that are linear.
void fold_norm(InverseKernel& kernel);

/// Makes rows of three directions lie along x, y and z; of a fixed orientation, one row becomes three.
void turn_to_axes(InverseKernel& kernel);

/// Sources of samples, shape (sources or 3 · sources, times). @param samples  shape (channels, times)
/// @cost  O(rows · channels · times); no more than a block of rows is held beside the result
Array<double, 2> applied(const InverseKernel& kernel, View<const double, 2> samples);
/// Power of sources, of the covariance of the channels: shape (sources or 3 · sources).
std::vector<double> source_power(const InverseKernel& kernel, View<const double, 2> covariance);

/// What the channels should have measured, by the inverse, and the share of whitened power that it explains.
struct Explained {
    Array<double, 2> samples;
    double share = 0;
};
Explained explained(const InverseOperator& inverse, View<const double, 2> samples);

/// Ratios of signal to noise at each time: by the power of whitened samples, and by the largest regularisation that
/// leaves no more unexplained than noise would.
/// @param samples       shape (channels, times)
/// @param prepared      for minimum norms
struct SnrEstimate {
    std::vector<double> by_power, by_regularisation;
    bool converged = true;
};
SnrEstimate estimate_snr(const InverseOperator& prepared, View<const double, 2> samples);

}  // namespace ranvier::meeg
