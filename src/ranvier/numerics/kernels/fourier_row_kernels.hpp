#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/fir_kernels.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// Resampling of one real row at a time: a transform of length N = n1 · n2 and one back of length M = m1 · m2, each in
/// four steps. Lanes are neighbouring columns of the same row, so that what lies between the steps is a megabyte or two
/// and stays in the cache, where eight rows side by side would not. Roots of unity of `lanes` columns are products of a
/// fine one, which differs from lane to lane, and a coarse one, which they share: whole tables would come from far
/// away.
struct FourierRow {
    index n, pad_left, pad_right;  ///< N = pad_left + n + pad_right
    Padding padding;
    Passes n1, n2;         ///< permuted
    const int* position1;  ///< shape (n1 + 1): where bin k mod n1 lies
    const int* leaf_bin2;  ///< shape (n2 / radix of the last pass): the lowest bin of each last butterfly
    Transform m1, m2;
    const double* forward_fine;   ///< shape (row_count, 2, lanes): e^{−2πi j k / N}, j < lanes
    const Twiddle* forward;       ///< shape (≥ n2 / lanes, row_count): likewise, j a multiple of lanes
    index row_count;              ///< bins of a column that are kept: n1 / 2 + 1 in whole vectors, <= n1
    const double* backward_fine;  ///< shape (m1, 2, lanes): e^{−2πi a b / M} / 2N, a < lanes
    const Twiddle* backward;      ///< shape (blocks of a <= m2 / 2, m1): e^{−2πi a b / M}, a a multiple of lanes
    index bins;                   ///< that both spectra have: min(N, M) / 2 + 1
    const double* gain;           ///< shape (bins), what each bin is multiplied by; null: 1
    double last_bin;              ///< further factor of the last bin
    bool real_last_bin;           ///< the last bin is the Nyquist one of the output
    index skip, n_out;            ///< samples [skip, skip + n_out) of the M are the result
};

struct FourierRowKernels {
    int lanes;
    /// One row in, one row out. `work` holds work(r) doubles, 64-byte aligned.
    void (*resample)(const FourierRow&, const double* in, double* out, double* work);
    index (*work)(const FourierRow&);
};

RANVIER_EACH_ISA(extern const FourierRowKernels fourier_row_kernels;)
inline const FourierRowKernels& chosen_fourier_row_kernels() { return RANVIER_CHOSEN(fourier_row_kernels); }

}  // namespace ranvier::numerics
