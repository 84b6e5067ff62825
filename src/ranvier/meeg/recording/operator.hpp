#pragma once

#include <vector>

#include "ranvier/base/array.hpp"

/// Small linear operators on channels (projections, references). Every sum over channels runs in the order of the
/// channels, sample by sample, so that the bits do not depend on how samples are cut into blocks; a coefficient of 0
/// adds nothing, even where the sample is NaN or infinite.
namespace ranvier::meeg {

/// out := op · x. @param x  shape (op.extent(1), samples); @param out  shape (op.extent(0), samples), apart from x
void apply(View<const double, 2> op, View<const double, 2> x, View<double, 2> out);

/// Channels `to` of data := op · its channels `from`, in blocks. Those of `from` may be among them.
/// @param data  shape (channels, times), rows contiguous; @param op  shape (to, from)
void replace_channels(View<double, 2> data, const std::vector<index>& from, const std::vector<index>& to,
                      View<const double, 2> op);

/// a · b, by the same rule.
Array<double, 2> product(View<const double, 2> a, View<const double, 2> b);
/// Ones on the diagonal of n columns, and below them rows of zeros.
Array<double, 2> identity(index n, index more_rows = 0);
/// The rows at `which`, in that order.
Array<double, 2> rows(View<const double, 2> a, const std::vector<index>& which);
/// Copies numbers of equal shape; rows must be contiguous.
void copy(View<const double, 2> from, View<double, 2> to);

}  // namespace ranvier::meeg
