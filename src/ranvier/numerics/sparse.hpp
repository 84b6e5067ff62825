#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// A matrix of which few entries are stored, row by row. Columns rise within a row, and none is there twice.
struct SparseMatrix {
    index rows = 0, columns = 0;
    std::vector<index> starts{0};         ///< where each row begins in the two below, and the end: rows + 1
    std::vector<std::int32_t> column_of;  ///< of each entry
    std::vector<double> values;

    index n_stored() const { return static_cast<index>(values.size()); }
    /// Columns and values of a row.
    std::span<const std::int32_t> columns_in(index row) const;
    std::span<const double> values_in(index row) const;
    bool operator==(const SparseMatrix&) const = default;
};

/// One entry of a matrix that is being put together.
struct SparseEntry {
    std::int32_t row = 0, column = 0;
    double value = 0;
};
/// What is named twice adds up, in the order of naming. @throws InvalidInput  an entry outside of the matrix
SparseMatrix sparse(index rows, index columns, std::span<const SparseEntry> entries);
/// @throws InvalidInput  starts or columns are no matrix's
void check(const SparseMatrix& matrix);

SparseMatrix transposed(const SparseMatrix& matrix);
SparseMatrix sum(const SparseMatrix& a, const SparseMatrix& b);
SparseMatrix product(const SparseMatrix& a, const SparseMatrix& b);
/// matrix · dense, each row in the order of its columns. @cost  O(stored · dense columns); threads()
Array<double, 2> product(const SparseMatrix& matrix, View<const double, 2> dense);

}  // namespace ranvier::numerics
