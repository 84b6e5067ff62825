#include "ranvier/numerics/wide_svd.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/products.hpp"

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

namespace {

/// A matrix by its rows, with columns that are scaled where there is a scale.
struct ScaledRows {
    std::span<const double* const> rows;
    index n;
    const double* scale;  ///< or null

    Array<double, 2> columns(index first, index size) const {
        Array<double, 2> part({std::ssize(rows), size});
        const index there = std::min(size, n - first);  // columns beyond are zero
        for (index i = 0; i < std::ssize(rows); ++i) {
            const double* from = rows[static_cast<std::size_t>(i)] + first;
            double* to = part.data() + i * size;
            for (index k = 0; k < there; ++k) {
                to[k] = scale == nullptr ? from[k] : from[k] * scale[first + k];
            }
        }
        return part;
    }
};

/// Of left · a, or of a where left is null.
WideSvd decomposition(const View<const double, 2>* left, const ScaledRows& a, index width) {
    const index m = std::ssize(a.rows), n = a.n, kept = left == nullptr ? m : left->extent(0);
    require(left == nullptr || (kept <= m && left->extent(1) == m),
            "what multiplies a wide matrix must have as many columns as it has rows, and no more rows");
    width = std::max(width, kept);
    WideSvd out{Array<double, 2>({kept, kept}), std::vector<double>(static_cast<std::size_t>(kept)),
                Array<double, 2>({n, width})};
    if (kept == 0) {
        return out;
    }
    one_blas_thread();
    // Blocks by size, so that the bits are the same on any number of threads; the last one takes what is left.
    const index block = std::max<index>(4096, 2 * m), blocks = std::max<index>(1, n / block);
    const index padded = std::max(n, m);  // with fewer columns than rows, some of zeros make up for them
    Array<double, 2> triangles({m, blocks * m});
    parallel_for(blocks, [&](index b) {
        const index first = b * block;
        Array<double, 2> part = a.columns(first, b + 1 == blocks ? padded - first : block);
        require(std::all_of(part.data(), part.data() + part.size(), [](double x) { return std::isfinite(x); }),
                "wide_svd: a matrix must be finite");
        const Array<double, 2> lower = lower_triangle(std::move(part));
        for (index i = 0; i < m; ++i) {
            std::copy_n(lower.data() + i * m, m, triangles.data() + i * blocks * m + b * m);
        }
    });
    Array<double, 2> triangle = blocks > 1 ? lower_triangle(std::move(triangles)) : std::move(triangles);
    const Svd parts = svd(left == nullptr ? triangle.view() : matmul(*left, triangle.view()).view());
    std::copy_n(parts.s.begin(), std::min(kept, n), out.s.begin());  // of zero columns there are none
    Array<double, 2> scaled({kept, kept});
    for (index k = 0; k < kept; ++k) {
        const double s = out.s[static_cast<std::size_t>(k)];
        for (index i = 0; i < kept; ++i) {
            out.U(i, k) = parts.U(i, k);
            scaled(i, k) = s > 0 ? parts.U(i, k) / s : 0;
        }
    }
    if (left != nullptr) {
        scaled = matmul(Array<double, 2>(left->transposed()), scaled);
    }
    // Vᵀ by blocks of columns of a, as they lie.
    const PackedMatrix to_leads(scaled.view().transposed());
    constexpr index columns = 192;
    parallel_for((n + columns - 1) / columns, [&](index b) {
        const index first = b * columns, size = std::min(columns, n - first);
        std::vector<const double*> from;
        for (const double* row : a.rows) {
            from.push_back(row + first);
        }
        SamplePanels samples(m, columns), leads(kept, columns);
        samples.take(from, size);
        to_leads.multiply(samples, leads);
        Array<double, 2> part({kept, columns});
        std::vector<double*> to;
        for (index k = 0; k < kept; ++k) {
            to.push_back(part.data() + k * columns);
        }
        leads.give(to);
        for (index i = 0; i < size; ++i) {
            const double scale = a.scale == nullptr ? 1 : a.scale[first + i];
            double* lead = out.V.data() + (first + i) * width;
            for (index k = 0; k < kept; ++k) {
                lead[k] = scale * part(k, i);
            }
        }
    });
    return out;
}

}  // namespace

WideSvd wide_svd(View<const double, 2> a, index width) {
    require(a.stride(1) == 1 || a.extent(1) <= 1, "columns of a wide matrix must lie side by side");
    std::vector<const double*> rows;
    for (index i = 0; i < a.extent(0); ++i) {
        rows.push_back(a.data() + i * a.stride(0));
    }
    return decomposition(nullptr, {rows, a.extent(1), nullptr}, width);
}

WideSvd wide_svd(View<const double, 2> left, std::span<const double* const> rows, std::span<const double> scale,
                 index width) {
    return decomposition(&left, {rows, std::ssize(scale), scale.data()}, width);
}

}  // namespace ranvier::numerics
