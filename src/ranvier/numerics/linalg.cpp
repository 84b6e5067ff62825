#include "ranvier/numerics/linalg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/value.hpp"
#include "ranvier/numerics/gemm.hpp"

// LAPACK as OpenBLAS carries it: Fortran, column-major, hidden lengths of strings at the end.
extern "C" {
void dgesdd_(const char* job, const int* m, const int* n, double* a, const int* lda, double* s, double* u,
             const int* ldu, double* vt, const int* ldvt, double* work, const int* lwork, int* iwork, int* info,
             std::size_t);
void dsyevd_(const char* job, const char* uplo, const int* n, double* a, const int* lda, double* w, double* work,
             const int* lwork, int* iwork, const int* liwork, int* info, std::size_t, std::size_t);
void dsyevx_(const char* job, const char* range, const char* uplo, const int* n, double* a, const int* lda,
             const double* vl, const double* vu, const int* il, const int* iu, const double* abstol, int* m, double* w,
             double* z, const int* ldz, double* work, const int* lwork, int* iwork, int* ifail, int* info, std::size_t,
             std::size_t, std::size_t);
void dstebz_(const char* range, const char* order, const int* n, const double* vl, const double* vu, const int* il,
             const int* iu, const double* abstol, const double* d, const double* e, int* m, int* nsplit, double* w,
             int* iblock, int* isplit, double* work, int* iwork, int* info, std::size_t, std::size_t);
void dstein_(const int* n, const double* d, const double* e, const int* m, const double* w, const int* iblock,
             const int* isplit, double* z, const int* ldz, double* work, int* iwork, int* ifail, int* info);
double dlange_(const char* norm, const int* m, const int* n, const double* a, const int* lda, double* work,
               std::size_t);
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* ipiv, int* info);
void dgecon_(const char* norm, const int* n, const double* a, const int* lda, const double* anorm, double* rcond,
             double* work, int* iwork, int* info, std::size_t);
void dgetrs_(const char* trans, const int* n, const int* nrhs, const double* a, const int* lda, const int* ipiv,
             double* b, const int* ldb, int* info, std::size_t);
char* openblas_get_config();
char* openblas_get_corename();
}

namespace ranvier::numerics {

namespace {

/// Row-major copy of finite numbers. LAPACK reads it as the transpose.
Array<double, 2> finite_copy(View<const double, 2> a, const char* function) {
    Array<double, 2> copy({a.extent(0), a.extent(1)});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            const double value = a(i, j);
            require(std::isfinite(value), function, ": a matrix must be finite; got ", value, " at (", i, ", ", j, ")");
            copy(i, j) = value;
        }
    }
    return copy;
}

Array<double, 2> transposed(View<const double, 2> a) { return Array<double, 2>(a.transposed()); }

std::string shape(View<const double, 2> a) {
    std::string text = text_of(a.extent(0));  // begun by a number: GCC 12 warns falsely of "(" + ...
    text.insert(text.begin(), '(');
    return text + ", " + text_of(a.extent(1)) + ")";
}

void require_square(View<const double, 2> a, const char* function) {
    require(a.extent(0) == a.extent(1),
            [&] { return std::string(function) + ": the matrix must be square; got shape " + shape(a); });
}

void require_converged(const char* function, int info) {
    if (info != 0) {
        throw NumericalError(std::string(function) + " did not converge (LAPACK info " + text_of(info) + ")");
    }
}

void require_range(const char* function, index first, index last, index size) {
    require(first >= 0 && first <= last && last < size, function, ": eigenvalues first ≤ last must lie in [0, ", size,
            "); got ", first, " … ", last);
}

/// Rows that BLAS can walk: unit stride along them and a stride between them that is no shorter.
bool walkable(View<const double, 2> a) {
    return (a.stride(1) == 1 || a.extent(1) <= 1) &&
           (a.stride(0) >= std::max<index>(1, a.extent(1)) || a.extent(0) <= 1);
}

index leading(View<const double, 2> a) { return a.extent(0) <= 1 ? std::max<index>(1, a.extent(1)) : a.stride(0); }

}  // namespace

void matmul(View<const double, 2> a, View<const double, 2> b, View<double, 2> out) {
    require(a.extent(1) == b.extent(0) && out.extent(0) == a.extent(0) && out.extent(1) == b.extent(1), [&] {
        return "matmul: shapes must fit (m, k) · (k, n) = (m, n); got " + shape(a) + " · " + shape(b) + " = " +
               shape(out);
    });
    if (out.size() == 0) {
        return;
    }
    Array<double, 2> a_copy, b_copy, out_copy;
    if (!walkable(a)) {
        a = a_copy = Array<double, 2>(a);
    }
    if (!walkable(b)) {
        b = b_copy = Array<double, 2>(b);
    }
    View<double, 2> goal = out;
    if (!walkable(out)) {
        goal = out_copy = Array<double, 2>(out.extents());
    }
    const index block = 2048;
    const index pieces = (goal.extent(1) + block - 1) / block;
    parallel_for(pieces, [&](index piece) {
        const index begin = piece * block;
        gemm(false, false, a.extent(0), std::min(goal.extent(1) - begin, block), a.extent(1), 1.0, a.data(), leading(a),
             b.data() + begin, leading(b), 0.0, goal.data() + begin, leading(goal));
    });
    if (goal.data() != out.data()) {
        copy(goal, out);
    }
}

Array<double, 2> matmul(View<const double, 2> a, View<const double, 2> b) {
    Array<double, 2> out({a.extent(0), b.extent(1)});
    matmul(a, b, out);
    return out;
}

Svd svd(View<const double, 2> a) {
    one_blas_thread();
    Array<double, 2> work_matrix = finite_copy(a, "svd");
    const index rows = a.extent(0), columns = a.extent(1), k = std::min(rows, columns);
    Svd result{Array<double, 2>({rows, k}), std::vector<double>(k), Array<double, 2>({k, columns})};
    if (k == 0) {
        return result;
    }
    // aᵀ = V s Uᵀ: the left factor that LAPACK returns, column-major (columns, k), is our Vt, row-major (k, columns).
    const int m = blas_int(columns), n = blas_int(rows), kk = blas_int(k);
    std::vector<int> iwork(8 * k);
    double best = 0;
    int lwork = -1, info = 0;
    dgesdd_("S", &m, &n, work_matrix.data(), &m, result.s.data(), result.Vt.data(), &m, result.U.data(), &kk, &best,
            &lwork, iwork.data(), &info, 1);
    lwork = static_cast<int>(best);
    std::vector<double> work(lwork);
    dgesdd_("S", &m, &n, work_matrix.data(), &m, result.s.data(), result.Vt.data(), &m, result.U.data(), &kk,
            work.data(), &lwork, iwork.data(), &info, 1);
    require_converged("svd", info);
    return result;
}

Eigen symmetric_eigen(View<const double, 2> a) {
    one_blas_thread();
    require_square(a, "symmetric_eigen");
    Array<double, 2> vectors = finite_copy(a, "symmetric_eigen");
    const int n = blas_int(a.extent(0));
    Eigen result{std::vector<double>(n), Array<double, 2>({n, n})};
    if (n == 0) {
        return result;
    }
    // Our lower triangle is the upper one of what column-major reading sees.
    double best = 0;
    int ibest = 0, lwork = -1, liwork = -1, info = 0;
    dsyevd_("V", "U", &n, vectors.data(), &n, result.values.data(), &best, &lwork, &ibest, &liwork, &info, 1, 1);
    lwork = static_cast<int>(best);
    liwork = ibest;
    std::vector<double> work(lwork);
    std::vector<int> iwork(liwork);
    dsyevd_("V", "U", &n, vectors.data(), &n, result.values.data(), work.data(), &lwork, iwork.data(), &liwork, &info,
            1, 1);
    require_converged("symmetric_eigen", info);
    result.vectors = transposed(vectors);
    return result;
}

Eigen symmetric_eigen(View<const double, 2> a, index first, index last) {
    require_square(a, "symmetric_eigen");
    const index size = a.extent(0);
    require_range("symmetric_eigen", first, last, size);
    const index count = last - first + 1;
    if (4 * count > size) {  // bisection and inverse iteration pay for few
        const Eigen all = symmetric_eigen(a);
        return {{all.values.begin() + first, all.values.begin() + last + 1},
                Array<double, 2>(all.vectors.view().slice(1, first, last + 1))};
    }
    one_blas_thread();
    Array<double, 2> copy = finite_copy(a, "symmetric_eigen"), vectors({count, size});
    const int n = blas_int(size), il = blas_int(first + 1), iu = blas_int(last + 1), lwork = 66 * n;
    int m = 0, info = 0;
    std::vector<double> values(n), work(lwork);
    std::vector<int> iwork(5 * size), failed(n);
    const double unused = 0, tolerance = 2 * std::numeric_limits<double>::min();  // eigenvalues to full accuracy
    dsyevx_("V", "I", "U", &n, copy.data(), &n, &unused, &unused, &il, &iu, &tolerance, &m, values.data(),
            vectors.data(), &n, work.data(), &lwork, iwork.data(), failed.data(), &info, 1, 1, 1);
    require_converged("symmetric_eigen", info);
    return {{values.begin(), values.begin() + count}, transposed(vectors)};
}

Eigen tridiagonal_eigen(std::span<const double> diagonal, std::span<const double> off, index first, index last) {
    one_blas_thread();
    const index size = std::ssize(diagonal);
    require(size > 0 && std::ssize(off) == size - 1,
            "tridiagonal_eigen: n ≥ 1 diagonal and n − 1 other elements are needed; got ", size, " and ", off.size());
    require_range("tridiagonal_eigen", first, last, size);
    const auto finite = [](double x) { return std::isfinite(x); };
    require(std::ranges::all_of(diagonal, finite) && std::ranges::all_of(off, finite),
            "tridiagonal_eigen: a matrix must be finite; got NaN or infinity");
    const int n = blas_int(size), il = blas_int(first + 1), iu = blas_int(last + 1);
    int m = 0, n_split = 0, info = 0;
    std::vector<double> values(n), work(5 * size), e(off.begin(), off.end());
    e.push_back(0);  // LAPACK may look at element n − 1 although it doesn't use it
    std::vector<int> iblock(n), isplit(n), iwork(3 * size);
    const double unused = 0;
    // Ordered by block, as inverse iteration wants them.
    dstebz_("I", "B", &n, &unused, &unused, &il, &iu, &unused, diagonal.data(), e.data(), &m, &n_split, values.data(),
            iblock.data(), isplit.data(), work.data(), iwork.data(), &info, 1, 1);
    require_converged("tridiagonal_eigen", info);
    Array<double, 2> rows({m, size});
    std::vector<int> failed(m);
    dstein_(&n, diagonal.data(), e.data(), &m, values.data(), iblock.data(), isplit.data(), rows.data(), &n,
            work.data(), iwork.data(), failed.data(), &info);
    require_converged("tridiagonal_eigen", info);
    std::vector<index> order(m);
    std::iota(order.begin(), order.end(), index{0});
    std::ranges::stable_sort(order, [&](index i, index j) { return values[i] < values[j]; });
    Eigen result{std::vector<double>(m), Array<double, 2>({size, m})};
    for (index j = 0; j < m; ++j) {
        result.values[j] = values[order[j]];
        copy(rows.view()[order[j]], result.vectors.view().transposed()[j]);
    }
    return result;
}

Array<double, 2> solve(View<const double, 2> a, View<const double, 2> b) {
    one_blas_thread();
    require_square(a, "solve");
    require(b.extent(0) == a.extent(0), [&] {
        return "solve: the right-hand side must have as many rows as the matrix; got " + shape(b) + " for " + shape(a);
    });
    // LAPACK reads the row-major copy as aᵀ; factors of aᵀ solve a x = b by the transposed solve ("T").
    Array<double, 2> factors = finite_copy(a, "solve");
    Array<double, 2> x = transposed(finite_copy(b, "solve"));
    const int n = blas_int(a.extent(0)), columns = blas_int(b.extent(1));
    if (n == 0 || columns == 0) {
        return Array<double, 2>({a.extent(0), b.extent(1)});
    }
    std::vector<double> work(4 * static_cast<std::size_t>(n));
    std::vector<int> pivots(n), iwork(n);
    const double norm = dlange_("1", &n, &n, factors.data(), &n, work.data(), 1);
    int info = 0;
    dgetrf_(&n, &n, factors.data(), &n, pivots.data(), &info);
    double rcond = 0;
    if (info == 0) {
        dgecon_("1", &n, factors.data(), &n, &norm, &rcond, work.data(), iwork.data(), &info, 1);
    }
    if (info != 0 || !(rcond >= std::numeric_limits<double>::epsilon())) {
        throw NumericalError("solve: the matrix of shape " + shape(a) +
                             " is singular to working precision (reciprocal condition " + text_of(rcond) +
                             ", must be at least " + text_of(std::numeric_limits<double>::epsilon()) +
                             "); use pseudo_inverse or regularise");
    }
    dgetrs_("T", &n, &columns, factors.data(), &n, pivots.data(), x.data(), &n, &info, 1);
    return transposed(x);
}

Array<double, 2> semidefinite_root(Array<double, 2> a) {
    const index n = a.extent(0);
    Array<double, 2> root({n, n});
    for (index k = 0; k < n; ++k) {
        const double pivot = a(k, k);
        if (!(pivot > 0)) {
            continue;
        }
        const double length = std::sqrt(pivot);
        for (index i = k; i < n; ++i) {
            root(i, k) = a(i, k) / length;
        }
        for (index i = k + 1; i < n; ++i) {
            const double factor = root(i, k);
            for (index j = k + 1; j <= i; ++j) {
                a(i, j) -= factor * root(j, k);
            }
        }
    }
    return root;
}

Array<double, 2> pseudo_inverse(View<const double, 2> a, double relative_cutoff) {
    require(relative_cutoff >= 0 && relative_cutoff < 1, "pseudo_inverse: relative_cutoff must be in [0, 1); got ",
            relative_cutoff);
    Svd f = svd(a);
    Array<double, 2> inverse({a.extent(1), a.extent(0)});
    const index k = std::ssize(f.s);
    const double cutoff = k > 0 ? relative_cutoff * f.s[0] : 0;
    for (index i = 0; i < k; ++i) {
        const double scale = f.s[i] > cutoff ? 1 / f.s[i] : 0;
        for (index j = 0; j < a.extent(1); ++j) {
            f.Vt(i, j) *= scale;
        }
    }
    matmul(transposed(f.Vt), transposed(f.U), inverse);
    return inverse;
}

std::string blas_description() {
    // The configuration reads "OpenBLAS 0.3.21 <options> <core> MAX_THREADS=64".
    const std::string words = openblas_get_config();
    std::string text = words.substr(0, words.find(' ', words.find(' ') + 1)) + " " + openblas_get_corename();
    if (const char* asked = std::getenv("OPENBLAS_CORETYPE")) {
        text += " (OPENBLAS_CORETYPE=" + std::string(asked) + ")";
    }
    return text;
}

}  // namespace ranvier::numerics
