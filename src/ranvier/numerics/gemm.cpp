#include "ranvier/numerics/gemm.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <cblas.h>

namespace ranvier::numerics {

int blas_int(index n) {
    require(n <= std::numeric_limits<int>::max(), "linear algebra takes extents up to 2147483647; got ", n);
    return static_cast<int>(n);
}

void one_blas_thread() {
    static const bool done = [] {
        openblas_set_num_threads(1);
        return true;
    }();
    static_cast<void>(done);
}

namespace {

template <class T, class F>
void row_major_gemm(F* blas, bool ta, bool tb, index m, index n, index k, T alpha, const T* a, index lda, const T* b,
                    index ldb, T beta, T* c, index ldc) {
    if (m == 0 || n == 0) {
        return;
    }
    one_blas_thread();
    blas(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, blas_int(m), blas_int(n),
         blas_int(k), alpha, a, blas_int(lda), b, blas_int(ldb), beta, c, blas_int(ldc));
}

template <class T>
void mirror(index n, T* c, index ldc) {
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

template <class T, class F>
void row_major_gram(F* blas, index n, index k, T alpha, const T* a, index lda, T beta, T* c, index ldc) {
    if (n == 0) {
        return;
    }
    one_blas_thread();
    blas(CblasRowMajor, CblasLower, CblasTrans, blas_int(n), blas_int(k), alpha, a, blas_int(lda), beta, c,
         blas_int(ldc));
    mirror(n, c, ldc);
}

}  // namespace

void gemm(bool ta, bool tb, index m, index n, index k, double alpha, const double* a, index lda, const double* b,
          index ldb, double beta, double* c, index ldc) {
    row_major_gemm(cblas_dgemm, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gemm(bool ta, bool tb, index m, index n, index k, float alpha, const float* a, index lda, const float* b,
          index ldb, float beta, float* c, index ldc) {
    row_major_gemm(cblas_sgemm, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gram(index n, index k, double alpha, const double* a, index lda, double beta, double* c, index ldc) {
    row_major_gram(cblas_dsyrk, n, k, alpha, a, lda, beta, c, ldc);
}

void gram(index n, index k, float alpha, const float* a, index lda, float beta, float* c, index ldc) {
    row_major_gram(cblas_ssyrk, n, k, alpha, a, lda, beta, c, ldc);
}

void add_row_products(index n, index k, const double* a, index lda, double* c, index ldc) {
    if (n == 0) {
        return;
    }
    one_blas_thread();
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, blas_int(n), blas_int(k), 1.0, a, blas_int(lda), 1.0, c,
                blas_int(ldc));
}

void mirror_lower(index n, double* c, index ldc) { mirror(n, c, ldc); }

}  // namespace ranvier::numerics
