#include "ranvier/numerics/positive.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "ranvier/numerics/gemm.hpp"

extern "C" {
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info, std::size_t);
void dpotrs_(const char* uplo, const int* n, const int* nrhs, const double* a, const int* lda, double* b,
             const int* ldb, int* info, std::size_t);
void dpocon_(const char* uplo, const int* n, const double* a, const int* lda, const double* anorm, double* rcond,
             double* work, int* iwork, int* info, std::size_t);
void dtrtri_(const char* uplo, const char* diag, const int* n, double* a, const int* lda, int* info, std::size_t,
             std::size_t);
double dlansy_(const char* norm, const char* uplo, const int* n, const double* a, const int* lda, double* work,
               std::size_t, std::size_t);
}

namespace ranvier::numerics {

namespace {

/// Makes the lower triangle that of Cholesky's factor. @return  whether a is positive definite, and not nearly singular
bool decompose(Array<double, 2>& a) {
    const int n = blas_int(a.extent(0));
    std::vector<double> work(static_cast<std::size_t>(3 * n));
    std::vector<int> iwork(static_cast<std::size_t>(n));
    int info = 0;
    double reciprocal = 0;
    // Our lower triangle is the upper one of what column-major reading sees.
    const double norm = dlansy_("1", "U", &n, a.data(), &n, work.data(), 1, 1);
    if (!std::isfinite(norm)) {
        return false;
    }
    dpotrf_("U", &n, a.data(), &n, &info, 1);
    if (info != 0) {
        return false;
    }
    dpocon_("U", &n, a.data(), &n, &norm, &reciprocal, work.data(), iwork.data(), &info, 1);
    return info == 0 && reciprocal > 1e-10;
}

}  // namespace

std::optional<InverseTrace> inverse_trace(View<const double, 2> a, View<const double, 2> b) {
    one_blas_thread();
    require(a.extent(0) == a.extent(1) && a.extents() == b.extents(),
            "inverse_trace: two square matrices of one size are needed; got extents ", a.extent(0), ", ", a.extent(1),
            " and ", b.extent(0), ", ", b.extent(1));
    const int n = blas_int(a.extent(0));
    Array<double, 2> factor(a), solved(b);
    if (!decompose(factor)) {
        return {};
    }
    int info = 0;
    dpotrs_("U", &n, &n, factor.data(), &n, solved.data(), &n, &info, 1);
    InverseTrace result;
    for (index i = 0; i < n; ++i) {
        result.log_det += 2 * std::log(factor(i, i));
        result.trace += solved(i, i);
    }
    return result;
}

std::optional<Array<double, 2>> triangular_inverse_root(Array<double, 2> a) {
    one_blas_thread();
    require(a.extent(0) == a.extent(1), "triangular_inverse_root: a square matrix is needed; got extents ", a.extent(0),
            " and ", a.extent(1));
    if (!decompose(a)) {
        return {};
    }
    const int n = blas_int(a.extent(0));
    int info = 0;
    dtrtri_("U", "N", &n, a.data(), &n, &info, 1, 1);
    for (index i = 0; i < a.extent(0); ++i) {
        std::fill(a.data() + i * n + i + 1, a.data() + (i + 1) * n, 0.0);
    }
    return a;
}

}  // namespace ranvier::numerics
