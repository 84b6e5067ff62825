#pragma once

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// c = alpha · op(a) · op(b) + beta · c for row-major matrices, by OpenBLAS on the calling thread; op is the transpose
/// where asked for. NaN and infinity travel as arithmetic says; c is not read where beta is 0.
/// @param m, n, k        op(a) has shape (m, k), op(b) (k, n), c (m, n)
/// @param lda, ldb, ldc  elements from one row to the next, as stored
/// @throws InvalidInput  an extent above 2147483647
/// @cost   2 m n k operations
void gemm(bool transpose_a, bool transpose_b, index m, index n, index k, double alpha, const double* a, index lda,
          const double* b, index ldb, double beta, double* c, index ldc);
void gemm(bool transpose_a, bool transpose_b, index m, index n, index k, float alpha, const float* a, index lda,
          const float* b, index ldb, float beta, float* c, index ldc);

/// c = alpha · aᵀ a + beta · c, lower and upper triangle, for row-major a of shape (k, n), on the calling thread.
/// @cost  k n² operations
void gram(index n, index k, double alpha, const double* a, index lda, double beta, double* c, index ldc);
void gram(index n, index k, float alpha, const float* a, index lda, float beta, float* c, index ldc);

/// c += a aᵀ, the lower triangle alone, for row-major a of shape (n, k), on the calling thread.
/// @cost  k n² operations
void add_row_products(index n, index k, const double* a, index lda, double* c, index ldc);
/// Copies the lower triangle into the upper one.
void mirror_lower(index n, double* c, index ldc);

/// Keeps OpenBLAS on the thread that calls it.
void one_blas_thread();
/// An extent as BLAS and LAPACK take it. @throws InvalidInput  above 2147483647
int blas_int(index n);

}  // namespace ranvier::numerics
