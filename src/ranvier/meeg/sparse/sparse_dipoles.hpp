#pragma once

#include "ranvier/meeg/recording/dipole_course.hpp"
#include "ranvier/meeg/sparse/estimate.hpp"

namespace ranvier::meeg {

/// Each active source as a dipole that stays in its place; its goodness of fit is its share of what all explain.
/// @param estimate  of `times` samples from number `first` on
std::vector<DipoleCourse> sparse_dipoles(const SparseEstimate& estimate, const ForwardSolution& forward,
                                         std::span<const double> times, index first = 0);

/// What channels measure of the estimate, as projections leave it that have been applied to the recording.
/// @param info  of the estimate's channels, in their order
/// @return      shape (channels, n)
Array<double, 2> explained_samples(const SparseEstimate& estimate, const ForwardSolution& forward, const Info& info,
                                   index first, index n);

}  // namespace ranvier::meeg
