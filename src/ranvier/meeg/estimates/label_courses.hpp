#pragma once

#include "ranvier/meeg/estimates/estimate.hpp"

namespace ranvier::meeg {

/// One course for a label: the mean over its sources, with signs that align their directions or without; the largest
/// magnitude at each time; the first principal component, with the sign of the former and the sources' average power.
enum class LabelMode { mean, mean_flip, max, pca_flip };

/// Signs that align sources: which of the two ends of the direction that their normals have most in common each looks
/// to, 1 outwards. @param normals  shape (sources, 3)
std::vector<double> sign_flips(View<const double, 2> normals);

/// Courses of labels, shape (labels, times), or (3 · labels, times) of directions. Means are taken over rows of the
/// kernel, where data are not formed; other modes form the rows of one label at a time. Labels without rows get zeros.
/// @param rows   of each label: positions of its vertices among those of the estimate
/// @param flips  of each label and row, for the modes that use them; else empty
/// @throws InvalidInput  directions, with a mode that is neither mean nor max
/// @cost  means O(rows · sensors + labels · sensors · times); threads()
Array<double, 2> label_courses(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                               const std::vector<std::vector<double>>& flips, LabelMode mode);

/// What `label_courses` multiplies samples by for means of an estimate that is not formed, shape (labels, sensors) or
/// (3 · labels, sensors): the same for all estimates that share a kernel.
Array<double, 2> label_kernel(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                              const std::vector<std::vector<double>>& flips, LabelMode mode);

}  // namespace ranvier::meeg
