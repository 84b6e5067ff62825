#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

/// Small dense systems (tens of rows), solved without a call into LAPACK, for double and complex numbers.
namespace ranvier::numerics {

/// Row-major (rows, columns), zero at first.
template <class T>
struct Dense {
    index rows = 0, columns = 0;
    std::vector<T> values;

    Dense() = default;
    Dense(index r, index c) : rows(r), columns(c), values(static_cast<std::size_t>(r * c)) {}
    T* operator[](index i) { return values.data() + i * columns; }
    const T* operator[](index i) const { return values.data() + i * columns; }
};

/// Gaussian elimination with row pivoting, in place: L U of a square matrix; of a wider one, what is beside the square
/// is reduced along. The factors of L stay below the diagonal.
///
/// @param columns     how many are eliminated
/// @param pivot_rows  pivots are among the first ones; the rows below are reduced along
/// @param pivots      where given, shape (columns): the row that each was exchanged with
/// @return            sign of the determinant of the pivots (of complex ones: of the exchanges); 0 where a column is
///                    singular or a pivot is not finite
template <class T>
int eliminate(Dense<T>& a, index columns, index pivot_rows, std::span<index> pivots = {});

/// The same above the diagonal too (Gauss–Jordan): the square becomes diagonal.
int diagonalise(Dense<double>& a, index columns);

/// Solves L U x = b in place of b, shape (n), with what eliminate() made of a square matrix.
template <class T>
void substitute(const Dense<T>& lu, std::span<const index> pivots, T* b);

/// Solves a x = b in place of b, shape (n). False where a is singular.
template <class T>
bool solved(Dense<T> a, T* b);

}  // namespace ranvier::numerics
