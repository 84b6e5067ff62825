#include "ranvier/numerics/inverse.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/products.hpp"

extern "C" {
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* ipiv, int* info);
void dgetri_(const int* n, double* a, const int* lda, const int* ipiv, double* work, const int* lwork, int* info);
}

namespace ranvier::numerics {

namespace {

constexpr index block = 320;   // columns that are eliminated at once
constexpr index piece = 1024;  // rows that are exchanged at once

/// Largest magnitude. @throws InvalidInput  not finite
double largest(View<const double, 2> a) {
    double most = 0;
    for (index i = 0; i < a.extent(0); ++i) {
        for (const double value : a.row(i)) {
            require(std::isfinite(value), "a matrix to be inverted must be finite; row ", i, " is not");
            most = std::max(most, std::abs(value));
        }
    }
    return most;
}

/// Chooses pivots for the columns [begin, begin + count) among the rows from `begin` on.
/// @return  the row that each is exchanged with
std::vector<index> pivots_of(View<const double, 2> a, index begin, index count, double smallest) {
    const index rows = a.extent(0) - begin;
    Array<double, 2> panel({count, rows});  // LAPACK sees its transpose
    for (index i = 0; i < rows; ++i) {
        for (index j = 0; j < count; ++j) {
            panel(j, i) = a(begin + i, begin + j);
        }
    }
    std::vector<int> exchanged(static_cast<std::size_t>(count));
    const int m = blas_int(rows), n = blas_int(count);
    int info = 0;
    dgetrf_(&m, &n, panel.data(), &m, exchanged.data(), &info);
    std::vector<index> pivots;
    for (index j = 0; j < count; ++j) {
        if (!(std::abs(panel(j, j)) > smallest)) {
            throw NumericalError("the matrix is singular to working precision: a pivot is " + text_of(panel(j, j)));
        }
        pivots.push_back(begin + exchanged[static_cast<std::size_t>(j)] - 1);
    }
    return pivots;
}

/// The inverse of the square of side `count` at (begin, begin).
Array<double, 2> inverse_of_square(View<const double, 2> a, index begin, index count) {
    Array<double, 2> square(a.slice(0, begin, begin + count).slice(1, begin, begin + count));
    std::vector<int> exchanged(static_cast<std::size_t>(count));
    const int n = blas_int(count), n_work = n * 64;
    std::vector<double> work(static_cast<std::size_t>(n_work));
    int info = 0;
    dgetrf_(&n, &n, square.data(), &n, exchanged.data(), &info);  // of the transpose, whose inverse is transposed
    if (info == 0) {
        dgetri_(&n, square.data(), &n, exchanged.data(), work.data(), &n_work, &info);
    }
    if (info != 0) {
        throw NumericalError("the matrix is singular to working precision");
    }
    return square;
}

}  // namespace

void invert(Array<double, 2>& a, const std::string& task) {
    const index n = a.extent(0);
    require(a.extent(1) == n,
            [&] { return "only a square matrix has an inverse; got shape " + shape_text(a.extents()); });
    one_blas_thread();
    const double smallest = largest(a) * 2.2e-16;
    const index n_pieces = (n + piece - 1) / piece;
    Progress progress(task, (n + block - 1) / block);
    std::vector<index> exchanges;
    SamplePanels panels(block, n);
    for (index begin = 0; begin < n; begin += block) {
        const index count = std::min(block, n - begin);
        const std::vector<index> pivots = pivots_of(a, begin, count, smallest);
        for (index j = 0; j < count; ++j) {
            const index with = pivots[static_cast<std::size_t>(j)];
            exchanges.push_back(with);
            if (with != begin + j) {
                std::swap_ranges(a.data() + with * n, a.data() + (with + 1) * n, a.data() + (begin + j) * n);
            }
        }
        // [D B; C A] becomes [D⁻¹ D⁻¹B; −C D⁻¹ A − C D⁻¹B], above the block as below it.
        const Array<double, 2> inverse = inverse_of_square(a, begin, count);
        Array<double, 2> rows({count, n});
        const auto laid_out = [&](View<const double, 2> some) {
            std::vector<const double*> from;
            for (index i = 0; i < count; ++i) {
                from.push_back(some.row(i).data());
            }
            panels.take(from, n);
        };
        laid_out(a.view().slice(0, begin, begin + count));
        add_product(1, inverse, panels, rows);
        for (index i = 0; i < count; ++i) {
            std::copy_n(inverse.data() + i * count, count, rows.data() + i * n + begin);
        }
        Array<double, 2> columns({n, count});
        for (index i = 0; i < n; ++i) {
            double* from = a.data() + i * n + begin;
            std::copy_n(from, count, columns.data() + i * count);
            std::fill_n(from, count, 0.0);
        }
        laid_out(rows);
        for (const auto& [first, end] : {std::pair(index{0}, begin), std::pair(begin + count, n)}) {
            add_product(-1, columns.view().slice(0, first, end), panels, a.view().slice(0, first, end));
        }
        std::copy_n(rows.data(), count * n, a.data() + begin * n);
        progress.advance();
    }
    // Rows that were exchanged are columns of the inverse.
    parallel_for(n_pieces, [&](index p) {
        for (index i = p * piece; i < std::min(n, (p + 1) * piece); ++i) {
            for (index j = n - 1; j >= 0; --j) {
                std::swap(a(i, j), a(i, exchanges[static_cast<std::size_t>(j)]));
            }
        }
    });
}

}  // namespace ranvier::numerics
