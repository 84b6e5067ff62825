#pragma once

#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/noise/samples.hpp"

/// What two sets of time courses have in common.
namespace ranvier::meeg {

/// L with L Lᵀ = X Xᵀ, of courses X of shape (channels, samples): what X is but for a rotation in time. Where
/// eigenvalues of the products end in rounding, the courses are whitened and multiplied once more, so that small ones
/// keep their digits.
/// @source  Fukaya et al. 2020, doi:10.1137/18M1218212 (shifted Cholesky QR)
Array<double, 2> left_factor(const Samples& x);

/// Orthonormal time courses that lie both in the rows of A X and, but for an angle of arccos(correlation), in those of
/// B X, as combinations P of the rows of B X: shape (common, rows of B).
/// @param a, b     A · L and B · L, L the left factor of X
/// @param samples  how many there are, which says what is rounding
/// @source  Taulu & Simola 2006, doi:10.1088/0031-9155/51/7/008, eq. 12
Array<double, 2> common_courses(const Array<double, 2>& a, const Array<double, 2>& b, index samples,
                                double correlation);

/// Windows that overlap by half, or follow each other, with weights that add up to 1 everywhere; the last one is longer
/// where the rest is no whole window.
struct Window {
    index start, stop;
    std::vector<double> weights;
};
/// @param overlapping  with Hann's weights; an odd length becomes the next even one
std::vector<Window> windows_of(index n_samples, index length, bool overlapping);

}  // namespace ranvier::meeg
