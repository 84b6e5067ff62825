#pragma once

#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// a = U · diag(s) · Vᵀ of a matrix of few rows and many columns.
struct WideSvd {
    Array<double, 2> U;     ///< shape (m, m)
    std::vector<double> s;  ///< descending; as exact as of any decomposition: to rounding of the largest
    Array<double, 2> V;     ///< shape (n, m) or wider, where 0 follows; columns of singular values that are 0 are 0
};
/// By triangles of blocks of columns, and a product for V, which costs a third of what all of a general decomposition
/// does; on threads().
/// @param a  shape (m, n), m <= n; columns lie side by side
/// @param width  columns of V; as many as a has rows, or more
/// @cost  O(m² n)
WideSvd wide_svd(View<const double, 2> a, index width = 0);

}  // namespace ranvier::numerics
