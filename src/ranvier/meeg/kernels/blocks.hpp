#pragma once

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::meeg {

/// Over rows of time courses, n numbers each, n a whole number of vectors.
struct BlockKernels {
    /// rows[i] −= Σ_k weights[k · ldw + i] · delta[k], k < few, i < n_rows; every row is n long.
    void (*subtract_products)(index n_rows, index n, index few, const double* weights, index ldw, const double* delta,
                              double* rows);
    /// out = a · b, each number summed over `inner` in order. @param n  columns of b and out, a whole number of vectors
    void (*multiply)(index rows, index n, index inner, const double* a, index lda, const double* b, index ldb,
                     double* out, index ldo);
    /// Σ a b over n numbers, in an order of its own that depends on n alone.
    double (*dot)(index n, const double* a, const double* b);
};

RANVIER_EACH_ISA(extern const BlockKernels block_kernels;)
inline const BlockKernels& chosen_block_kernels() { return RANVIER_CHOSEN(block_kernels); }

}  // namespace ranvier::meeg
