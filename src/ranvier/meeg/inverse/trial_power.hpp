#pragma once

#include <complex>
#include <vector>

#include "ranvier/base/array.hpp"

/// Power and phases of sources, summed over trials, without the sources' complex courses in memory.
namespace ranvier::meeg {

/// Sums over trials of |z|² and z / |z|, z = rows · x, for the complex samples x of few components.
class TrialSums {
public:
    /// @param rows    shape (rows, components)
    /// @param phases  whether z / |z| is summed too, where 0 / |0| adds 0
    TrialSums(View<const double, 2> rows, index times, bool phases);

    /// Adds trials, shape (trials, components, times), contiguous along time. @param factors  of each trial
    /// @cost  4 rows components trials times operations, threads()
    void add(View<const std::complex<double>, 3> trials, const std::vector<double>& factors);
    /// Σ |factor · z|², shape (rows, times).
    const Array<double, 2>& power() const { return power_; }
    /// |Σ z / |z||, shape (rows, times).
    Array<double, 2> locking() const;

private:
    index rows_, components_, times_;
    Array<double, 1> tiles_;
    Array<double, 2> power_, cosines_, sines_;
};

/// The same sums of power by quadratic forms: Σ |rᵀ x|² = rᵀ (Σ x xᴴ) r, which costs the same for any number of trials,
/// and sums of rows' powers as much as one.
class QuadraticPower {
public:
    QuadraticPower(index components, index times);
    void add(View<const std::complex<double>, 3> trials, const std::vector<double>& factors);
    /// Weighted sums of rows' powers, shape (sums, times).
    /// @param members  rows of each sum. @param weights  of each row
    /// @cost  components² / 2 · (sums · times + members) multiplications, threads()
    Array<double, 2> power(View<const double, 2> rows, const std::vector<std::vector<index>>& members,
                           const std::vector<double>& weights) const;

private:
    index components_, times_;
    Array<double, 3> products_;  // lower triangles
};

/// Whether quadratic forms take fewer multiplications than the sources of each trial.
/// @param rows  of a kernel, of which power is wanted for `sums` sums
bool quadratic_is_shorter(index rows, index sums, index components, index trials);

}  // namespace ranvier::meeg
