#include "ranvier/numerics/dense.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <type_traits>
#include <utility>

namespace ranvier::numerics {

namespace {

template <class T>
int eliminated(Dense<T>& a, index columns, index pivot_rows, std::span<index> pivots, bool above) {
    int sign = 1;
    for (index k = 0; k < columns; ++k) {
        index best = k;
        for (index i = k + 1; i < pivot_rows; ++i) {
            best = std::abs(a[i][k]) > std::abs(a[best][k]) ? i : best;
        }
        const double size = std::abs(a[best][k]);
        if (!(size > 0) || !std::isfinite(size)) {
            return 0;
        }
        if (best != k) {
            std::swap_ranges(a[k], a[k] + a.columns, a[best]);
            sign = -sign;
        }
        if (!pivots.empty()) {
            pivots[static_cast<std::size_t>(k)] = best;
        }
        const T* pivot = a[k];
        if constexpr (std::is_same_v<T, double>) {
            sign = pivot[k] < 0 ? -sign : sign;
        }
        for (index i = above ? 0 : k + 1; i < a.rows; ++i) {
            T* row = a[i];
            if (i == k || row[k] == T(0)) {
                continue;
            }
            const T factor = row[k] /= pivot[k];
            for (index j = k + 1; j < a.columns; ++j) {
                row[j] -= factor * pivot[j];
            }
        }
    }
    return sign;
}

}  // namespace

template <class T>
int eliminate(Dense<T>& a, index columns, index pivot_rows, std::span<index> pivots) {
    return eliminated(a, columns, pivot_rows, pivots, false);
}

int diagonalise(Dense<double>& a, index columns) { return eliminated(a, columns, columns, {}, true); }

template <class T>
void substitute(const Dense<T>& lu, std::span<const index> pivots, T* b) {
    for (index k = 0; k < lu.rows; ++k) {
        std::swap(b[k], b[pivots[static_cast<std::size_t>(k)]]);
    }
    for (index i = 0; i < lu.rows; ++i) {
        for (index j = 0; j < i; ++j) {
            b[i] -= lu[i][j] * b[j];
        }
    }
    for (index i = lu.rows; i-- > 0;) {
        for (index j = i + 1; j < lu.rows; ++j) {
            b[i] -= lu[i][j] * b[j];
        }
        b[i] /= lu[i][i];
    }
}

template <class T>
bool solved(Dense<T> a, T* b) {
    std::vector<index> pivots(static_cast<std::size_t>(a.rows));
    if (eliminate(a, a.rows, a.rows, std::span(pivots)) == 0) {
        return false;
    }
    substitute(a, std::span<const index>(pivots), b);
    return true;
}

template int eliminate(Dense<double>&, index, index, std::span<index>);
template void substitute(const Dense<double>&, std::span<const index>, double*);
template bool solved(Dense<double>, double*);
template bool solved(Dense<std::complex<double>>, std::complex<double>*);

}  // namespace ranvier::numerics
