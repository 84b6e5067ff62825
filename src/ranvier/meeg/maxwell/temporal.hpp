#pragma once

#include <functional>
#include <vector>

#include "ranvier/base/array.hpp"

/// What two sets of time courses have in common.
namespace ranvier::meeg {

/// Time courses of a window, read piece by piece: samples [begin, begin + out.extent(1)) into out.
struct Courses {
    index rows = 0, samples = 0;
    std::function<void(index begin, View<double, 2> out)> read;
};

/// L with L Lᵀ = X Xᵀ, of courses X of shape (rows, samples): what X is but for a rotation in time. Where eigenvalues
/// of the products end in rounding, the courses are whitened and multiplied once more, so that small ones keep their
/// digits.
/// @source  Fukaya et al. 2020, doi:10.1137/18M1218212 (shifted Cholesky QR)
Array<double, 2> left_factor(const Courses& x);

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
