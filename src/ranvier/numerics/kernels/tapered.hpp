#pragma once

#include "ranvier/numerics/kernels/dispatch.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

namespace ranvier::numerics {

/// Tapered segments of every row: segment l is samples [begin[l], begin[l] + n) times tapers[taper[l]], transformed.
/// Two segments of the same row are real and imaginary part of one transform, so rows never mix.
struct TaperedSegments {
    Transform transform;  ///< of length n_fft >= n
    index n;              ///< samples of a segment; zeros follow up to n_fft
    index count;
    const index* begin;    ///< shape (count)
    const index* taper;    ///< shape (count)
    const double* tapers;  ///< shape (…, n)
    bool remove_mean;      ///< subtract the mean of each segment's samples
    index first, last;     ///< bins that are written, of the n_fft / 2 + 1
    double scale;          ///< factor of the powers at 0 Hz and n_fft / 2; twice that elsewhere (one-sided)
};

/// One row's eigenspectra for Thomson's adaptive weights.
struct Adaptive {
    index tapers, bins;
    index stride;         ///< between tapers of `power`, a multiple of 8, >= bins
    const double* ratio;  ///< shape (tapers)
    const double* root;   ///< their square roots
    double variance;
    int most_iterations;
};

struct TaperedKernels {
    int lanes;
    /// out = scale · Σ over segments of |X_k|², in bins [first, last). `rows` and `out` are `lanes` pointers, of which
    /// the first `count` are written. `work`: tapered_work() doubles, 64-byte aligned.
    void (*summed)(const TaperedSegments&, const double* const* rows, double* const* out, int count, double* work);
    /// The power of each segment by itself, one-sided and scaled, all n_fft / 2 + 1 bins: shape (segments, bins,
    /// lanes).
    void (*each)(const TaperedSegments&, const double* const* rows, double* power, double* work);
    /// power: shape (tapers, stride), 64-byte aligned, columns behind `bins` repeat the last; out: shape (stride).
    /// work: (tapers + 1) · stride. Returns whether the weights converged.
    bool (*adaptive)(const Adaptive&, const double* power, double* out, double* work);
};

RANVIER_EACH_ISA(extern const TaperedKernels tapered_kernels;)
inline const TaperedKernels& chosen_tapered_kernels() { return RANVIER_CHOSEN(tapered_kernels); }

/// Doubles of work memory of `summed` and `each`.
inline index tapered_work(const TaperedSegments& tapered, int lanes) {
    return lanes * (2 * tapered.n + 4 * tapered.transform.capacity + tapered.transform.n + lanes);
}

}  // namespace ranvier::numerics
