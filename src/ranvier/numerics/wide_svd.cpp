#include "ranvier/numerics/wide_svd.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

extern "C" {
void dgeqrf_(const int* m, const int* n, double* a, const int* lda, double* tau, double* work, const int* lwork,
             int* info);
}

namespace ranvier::numerics {

namespace {

/// L of a = L · Q, lower triangular, shape (m, m), for a of shape (m, n), n >= m, which is used up: rows lie one behind
/// the other, which LAPACK reads as columns of the transpose.
Array<double, 2> lower_triangle(Array<double, 2> a) {
    const index m = a.extent(0);
    const int rows = blas_int(a.extent(1)), columns = blas_int(m);
    std::vector<double> tau(static_cast<std::size_t>(m));
    double best = 0;
    int lwork = -1, info = 0;
    dgeqrf_(&rows, &columns, a.data(), &rows, tau.data(), &best, &lwork, &info);
    lwork = static_cast<int>(best);
    std::vector<double> work(static_cast<std::size_t>(lwork));
    dgeqrf_(&rows, &columns, a.data(), &rows, tau.data(), work.data(), &lwork, &info);
    Array<double, 2> lower({m, m});
    for (index i = 0; i < m; ++i) {
        std::copy_n(a.data() + i * a.extent(1), i + 1, lower.data() + i * m);
    }
    return lower;
}

}  // namespace

WideSvd wide_svd(View<const double, 2> a, index width) {
    const index m = a.extent(0), n = a.extent(1);
    width = std::max(width, m);
    require(m <= n && (a.stride(1) == 1 || n <= 1), "a wide matrix must have no more rows than columns, side by side");
    WideSvd out{Array<double, 2>({m, m}), std::vector<double>(static_cast<std::size_t>(m)),
                Array<double, 2>({n, width})};
    if (m == 0) {
        return out;
    }
    one_blas_thread();
    // Blocks by size, so that the bits are the same on any number of threads; the last one takes what is left.
    const index block = std::max<index>(4096, 2 * m), blocks = std::max<index>(1, n / block);
    Array<double, 2> triangles({m, blocks * m});
    parallel_for(blocks, [&](index b) {
        const index first = b * block, size = b + 1 == blocks ? n - first : block;
        Array<double, 2> part({m, size});
        for (index i = 0; i < m; ++i) {
            const double* row = a.data() + i * a.stride(0) + first;
            require(std::all_of(row, row + size, [](double x) { return std::isfinite(x); }),
                    "wide_svd: a matrix must be finite");
            std::copy_n(row, size, part.data() + i * size);
        }
        const Array<double, 2> lower = lower_triangle(std::move(part));
        for (index i = 0; i < m; ++i) {
            std::copy_n(lower.data() + i * m, m, triangles.data() + i * blocks * m + b * m);
        }
    });
    const Svd parts = svd(blocks > 1 ? lower_triangle(std::move(triangles)) : triangles);
    out.s = parts.s;
    Array<double, 2> scaled({m, m});
    for (index k = 0; k < m; ++k) {
        const double s = parts.s[static_cast<std::size_t>(k)];
        for (index i = 0; i < m; ++i) {
            out.U(i, k) = parts.U(i, k);
            scaled(i, k) = s > 0 ? parts.U(i, k) / s : 0;
        }
    }
    const index rows = 2048;
    parallel_for((n + rows - 1) / rows, [&](index b) {
        const index first = b * rows, size = std::min(rows, n - first);
        gemm(true, false, size, m, m, 1.0, a.data() + first, a.stride(0), scaled.data(), m, 0.0,
             out.V.data() + first * width, width);
    });
    return out;
}

}  // namespace ranvier::numerics
