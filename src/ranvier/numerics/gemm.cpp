#include "ranvier/numerics/gemm.hpp"

#include <algorithm>
#include <limits>
#include <string>

extern "C" {
void dgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c,
            const int* ldc, std::size_t, std::size_t);
void sgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const float* alpha,
            const float* a, const int* lda, const float* b, const int* ldb, const float* beta, float* c, const int* ldc,
            std::size_t, std::size_t);
void dsyrk_(const char* uplo, const char* trans, const int* n, const int* k, const double* alpha, const double* a,
            const int* lda, const double* beta, double* c, const int* ldc, std::size_t, std::size_t);
void ssyrk_(const char* uplo, const char* trans, const int* n, const int* k, const float* alpha, const float* a,
            const int* lda, const float* beta, float* c, const int* ldc, std::size_t, std::size_t);
void openblas_set_num_threads(int n);
}

namespace ranvier::numerics {

namespace {

int blas_int(index n) {
    require(n <= std::numeric_limits<int>::max(), "matrix products take extents up to 2147483647; got ", n);
    return static_cast<int>(n);
}

void one_blas_thread() {
    static const bool done = [] {
        openblas_set_num_threads(1);
        return true;
    }();
    static_cast<void>(done);
}

/// Row-major c = a · b is column-major cᵀ = bᵀ · aᵀ.
template <class T, class F>
void row_major_gemm(F* blas, bool ta, bool tb, index m, index n, index k, T alpha, const T* a, index lda, const T* b,
                    index ldb, T beta, T* c, index ldc) {
    if (m == 0 || n == 0) {
        return;
    }
    one_blas_thread();
    const int mm = blas_int(m), nn = blas_int(n), kk = blas_int(k);
    const int la = blas_int(lda), lb = blas_int(ldb), lc = blas_int(ldc);
    blas(tb ? "T" : "N", ta ? "T" : "N", &nn, &mm, &kk, &alpha, b, &lb, a, &la, &beta, c, &lc, 1, 1);
}

template <class T, class F>
void row_major_gram(F* blas, index n, index k, T alpha, const T* a, index lda, T beta, T* c, index ldc) {
    if (n == 0) {
        return;
    }
    one_blas_thread();
    const int nn = blas_int(n), kk = blas_int(k), la = blas_int(lda), lc = blas_int(ldc);
    // Column-major reading sees aᵀ of shape (n, k); its upper triangle is our lower one.
    blas("U", "N", &nn, &kk, &alpha, a, &la, &beta, c, &lc, 1, 1);
    constexpr index block = 64;
    for (index i0 = 0; i0 < n; i0 += block) {
        for (index j0 = 0; j0 <= i0; j0 += block) {
            for (index i = i0; i < std::min(n, i0 + block); ++i) {
                for (index j = j0; j < std::min(i, j0 + block); ++j) {
                    c[j * ldc + i] = c[i * ldc + j];
                }
            }
        }
    }
}

}  // namespace

void gemm(bool ta, bool tb, index m, index n, index k, double alpha, const double* a, index lda, const double* b,
          index ldb, double beta, double* c, index ldc) {
    row_major_gemm(dgemm_, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gemm(bool ta, bool tb, index m, index n, index k, float alpha, const float* a, index lda, const float* b,
          index ldb, float beta, float* c, index ldc) {
    row_major_gemm(sgemm_, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gram(index n, index k, double alpha, const double* a, index lda, double beta, double* c, index ldc) {
    row_major_gram(dsyrk_, n, k, alpha, a, lda, beta, c, ldc);
}

void gram(index n, index k, float alpha, const float* a, index lda, float beta, float* c, index ldc) {
    row_major_gram(ssyrk_, n, k, alpha, a, lda, beta, c, ldc);
}

}  // namespace ranvier::numerics
