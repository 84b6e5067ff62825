#pragma once

#include "ranvier/meeg/sparse/mixed_norm.hpp"
#include "ranvier/meeg/sparse/working_set.hpp"

namespace ranvier::meeg {

/// Solutions of one problem for one penalty after the other, each from where the last one ended.
class MixedNormPath {
public:
    /// What is given must live as long as this.
    MixedNormPath(View<const double, 2> M, const GainRows& gain, const MixedNormOptions& options);
    void start_from(const SparseStart& start);
    /// Without debiasing, and without a warning.
    SparseSolution solve(double alpha);

private:
    View<const double, 2> M_;
    const GainRows& gain_;
    MixedNormOptions options_;
    Correlations correlations_;
    WorkingSet set_;
};

}  // namespace ranvier::meeg
