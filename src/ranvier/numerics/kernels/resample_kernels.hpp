#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/fir_kernels.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// Resampling of real rows by a transform of length N = n1 · n2 and one back of length M = m1 · m2, each in four steps,
/// with n1 and m2 the shorter ones.
struct FourierResampler {
    index n, pad_left, pad_right;  ///< N = pad_left + n + pad_right
    Padding padding;
    Transform n1, n2, m1, m2;
    Passes n2_permuted;       ///< of n2; used where `position` is not null
    const int* position;      ///< where bin k of the permuted transform lies, shape (n2)
    const Twiddle* forward;   ///< shape (n1 / 2 + 1, n2): e^{−2πi j k / N}
    const Twiddle* backward;  ///< shape (m2 / 2 + 1, m1): e^{−2πi a b / M}
    index bins;               ///< that both spectra have: min(N, M) / 2 + 1
    const double* gain;       ///< shape (bins): what each bin is multiplied by, 1 / N included
    double last_bin;          ///< further factor of the last bin
    bool real_last_bin;       ///< the last bin is the Nyquist one of the output
    index skip, n_out;        ///< samples [skip, skip + n_out) of the M are the result
};

/// Outputs of a polyphase filter: y(m) = Σ_k taps[phase of m][k] x(first of m + k).
struct PolyphaseResampler {
    index n, n_out;
    index up, down;
    index half;  ///< taps reach ±half in steps of the upsampled rate
    index taps_per_phase;
    const double* taps;  ///< shape (up, taps_per_phase), zero-filled
    Padding padding;
    index chunk;  ///< outputs at a time
    index span;   ///< input samples that a chunk may need
};

struct ResampleKernels {
    int lanes;
    /// `lanes` rows in and out; the first `count` are written. `work` holds the doubles of the function named alike.
    void (*fourier)(const FourierResampler&, const double* const* in, double* const* out, int count, double* work);
    index (*fourier_work)(const FourierResampler&);
    void (*polyphase)(const PolyphaseResampler&, const double* const* in, double* const* out, int count, double* work);
    index (*polyphase_work)(const PolyphaseResampler&);
};

RANVIER_EACH_ISA(extern const ResampleKernels resample_kernels;)
inline const ResampleKernels& chosen_resample_kernels() { return RANVIER_CHOSEN(resample_kernels); }

}  // namespace ranvier::numerics
