#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::numerics {

/// Products of matrices with samples, tile by tile in registers. A tile has `lanes` rows and `columns` = 3 · lanes
/// columns; every entry is summed in the order of what it is summed over, whatever its neighbours are.
struct ProductKernels {
    int lanes, columns;
    /// Samples [0, n) of k rows into panels (k, columns) one behind the other, `stride` apart; spare columns are zero.
    void (*pack)(index k, index n, const double* const* rows, double* panels, index stride);
    /// The reverse.
    void (*unpack)(index k, index n, const double* panels, index stride, double* const* rows);
    /// out := a · panel, shape (tiles · lanes, columns). @param a  tiles of shape (k, lanes), column by column
    void (*multiply)(index tiles, index k, const double* a, const double* panel, double* out);

    /// Adds factor · panel to c: the first rows and columns (n) of a product.
    void (*add)(index rows, index n, const double* panel, double factor, double* c, index ldc);

    /// Samples [0, n) of channels into groups of shape (n, columns), sample by sample. Adds the samples of each to
    /// `sums`. @param rows, sums  of whole groups: spare rows repeat another
    void (*transpose)(index channels, index n, const double* const* rows, double* groups, double* sums);
    /// Adds Σ x xᵀ over n samples to the lower triangle of c; what lies above is written too, and means nothing.
    /// @param ldc  whole groups
    void (*square)(index channels, index n, const double* groups, double* c, index ldc);
};

RANVIER_EACH_ISA(extern const ProductKernels product_kernels;)
inline const ProductKernels& chosen_product_kernels() { return RANVIER_CHOSEN(product_kernels); }

}  // namespace ranvier::numerics
