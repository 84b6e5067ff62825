#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// a = U · diag(s) · Vᵀ of a matrix of few rows and many columns.
struct WideSvd {
    Array<double, 2> U;     ///< shape (m, m)
    std::vector<double> s;  ///< descending; as exact as of any decomposition: to rounding of the largest
    Array<double, 2> V;     ///< shape (n, m) or wider, where 0 follows; columns of singular values that are 0 are 0, as
                            ///< those beyond n are
};
/// By triangles of blocks of columns, and a product for V, which costs a third of what all of a general decomposition
/// does; on threads().
/// @param a  shape (m, n), with m <= n for this to be fast; columns lie side by side
/// @param width  columns of V; as many as a has rows, or more
/// @cost  O(m² n)
WideSvd wide_svd(View<const double, 2> a, index width = 0);

/// The same of left · a · diag(scale), which is never formed: left meets the triangle of a · diag(scale), and V again.
/// @param left   shape (k, m), k <= m
/// @param rows   those of a, each of scale.size() numbers
/// @return       U of shape (k, k), and V of k columns or `width`
/// @cost         as without left, and O(m² k)
WideSvd wide_svd(View<const double, 2> left, std::span<const double* const> rows, std::span<const double> scale,
                 index width = 0);

}  // namespace ranvier::numerics
