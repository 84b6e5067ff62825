#include "ranvier/numerics/kernels/extension.hpp"
#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

/// The samples that one block reads. Position e in [0, N) is sample start + e of the extended rows. The first `held`
/// positions lie in `keep`, because the block before has overwritten some of them; behind the rows comes `tail`.
struct Window {
    const double* const* rows;
    index n;
    index start;
    const Vec* keep;
    index held;
    const Vec* tail;
    index tail_length;

    RANVIER_INLINE Vec sample(index e) const {
        const index t = start + e;
        if (e < held) {
            return keep[e];
        }
        if (t < n) {
            return load_sample(rows, t);
        }
        return t - n < tail_length ? tail[t - n] : Vec{};
    }

    /// Positions e … e + lanes − 1
    RANVIER_INLINE void read(index e, Vec* out) const {
        if (e >= held && start + e + lanes <= n) {
            load_rows(rows, start + e, out);
        } else {
            for (int k = 0; k < lanes; ++k) {
                out[k] = sample(e + k);
            }
        }
    }
};

/// z_j = (x_j + i x_{j + N/2}) e^{πij/N}: multiplying transforms of such z convolves the real x negacyclically, with
/// half the points and no split into spectra of real signals ("right-angle" packing). What lies at `kept_from` and
/// beyond goes to `kept`, for the next block.
/// @source Nussbaumer 1981, Fast Fourier Transform and Convolution Algorithms, doi:10.1007/978-3-662-00551-4
inline void read_twisted(const Convolution& c, const Window& window, CVec* z, index kept_from, Vec* kept) {
    for (index j = 0; j < c.half; j += lanes) {
        Vec a[lanes], b[lanes];
        window.read(j, a);
        window.read(j + c.half, b);
        RANVIER_UNROLL
        for (int k = 0; k < lanes; ++k) {
            z[j + k] = times(CVec{a[k], b[k]}, c.twist[j + k]);
        }
        if (j + c.half + lanes > kept_from) {
            for (int k = 0; k < lanes; ++k) {
                if (j + c.half + k >= kept_from) {
                    kept[j + c.half + k - kept_from] = b[k];
                }
            }
        }
    }
}

/// Positions e … e + lanes − 1 are outputs start + e; those before `first` are void, and n ends the rows.
RANVIER_INLINE void write(double* const* rows, int count, index n, index start, index first, index e, Vec* v) {
    const index t = start + e;
    if (e >= first && t + lanes <= n) {
        store_rows(rows, count, t, v);
        return;
    }
    for (int k = 0; k < lanes; ++k) {
        if (e + k >= first && t + k < n) {
            store_sample(rows, count, t + k, v[k]);
        }
    }
}

void filter_rows(const Convolution& c, double* const* rows, int count, index n, double* work) {
    const index overlap = c.before + c.after, block = 2 * c.half, outputs = block - overlap;
    CVec* z = reinterpret_cast<CVec*>(work);
    Vec* keep = reinterpret_cast<Vec*>(z + c.half);
    Vec* tail = keep + overlap + lanes;

    extend_right(c.padding, rows, n, c.after, tail);
    extend_left(c.padding, rows, n, c.before, keep);
    const index inside = c.after < n ? c.after : n;
    gather(rows, 0, inside, keep + c.before);
    for (index k = inside; k < c.after; ++k) {
        keep[c.before + k] = tail[k - n];
    }

    for (index t = 0; t < n; t += outputs) {
        const Window window{rows, n, t - c.before, keep, overlap, tail, c.after};
        const bool last = t + outputs >= n;
        read_twisted(c, window, z, last ? block : outputs, keep);
        convolve_permuted(c.passes, c.spectrum, z);
        for (index j = 0; j < c.half; j += lanes) {
            Vec a[lanes], b[lanes];
            RANVIER_UNROLL
            for (int k = 0; k < lanes; ++k) {
                const CVec y = times_conj(z[j + k], c.twist[j + k]);
                a[k] = y.r;
                b[k] = y.i;
            }
            if (j + lanes > overlap) {
                write(rows, count, n, t - overlap, overlap, j, a);
            }
            if (j + c.half + lanes > overlap) {
                write(rows, count, n, t - overlap, overlap, j + c.half, b);
            }
        }
    }
}

}  // namespace

const FirKernels fir_kernels = {lanes, filter_rows};

}  // namespace ranvier::numerics::RANVIER_ISA
