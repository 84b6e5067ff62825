#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"

/// Small dense systems (tens of rows), solved without a call into LAPACK, for double and complex numbers.
namespace ranvier::dynamics {

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

/// Gaussian elimination with row pivoting of the first `eliminate` columns, pivots among the first `pivot_rows` rows;
/// the rows below are reduced along. Returns the sign of the determinant of the pivots, 0 where a column is singular.
template <class T>
int eliminated(Dense<T>& a, index eliminate, index pivot_rows) {
    int sign = 1;
    for (index k = 0; k < eliminate; ++k) {
        index best = k;
        for (index i = k + 1; i < pivot_rows; ++i) {
            if (std::abs(a[i][k]) > std::abs(a[best][k])) {
                best = i;
            }
        }
        if (!(std::abs(a[best][k]) > 0)) {
            return 0;
        }
        if (best != k) {
            for (index j = k; j < a.columns; ++j) {
                std::swap(a[k][j], a[best][j]);
            }
            sign = -sign;
        }
        if constexpr (!requires(T t) { t.real(); }) {
            sign = a[k][k] < 0 ? -sign : sign;
        }
        const T* pivot = a[k];
        for (index i = k + 1; i < a.rows; ++i) {
            T* row = a[i];
            const T factor = row[k] / pivot[k];
            if (factor != T(0)) {
                for (index j = k + 1; j < a.columns; ++j) {
                    row[j] -= factor * pivot[j];
                }
                row[k] = T(0);
            }
        }
    }
    return sign;
}

/// Solves a x = b in place of b, shape (n); destroys a. False where a is singular.
template <class T>
bool solved(Dense<T> a, T* b) {
    const index n = a.rows;
    Dense<T> whole(n, n + 1);
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            whole[i][j] = a[i][j];
        }
        whole[i][n] = b[i];
    }
    if (eliminated(whole, n, n) == 0) {
        return false;
    }
    for (index i = n; i-- > 0;) {
        T sum = whole[i][n];
        for (index j = i + 1; j < n; ++j) {
            sum -= whole[i][j] * b[j];
        }
        b[i] = sum / whole[i][i];
    }
    return true;
}

}  // namespace ranvier::dynamics
