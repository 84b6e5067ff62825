#include "ranvier/numerics/kernels/fourier_row_kernels.hpp"

#include "ranvier/numerics/kernels/extension.hpp"
#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

inline index smaller(index a, index b) { return a < b ? a : b; }
inline index larger(index a, index b) { return a < b ? b : a; }
inline index blocks(index n) { return (n + lanes - 1) / lanes; }

RANVIER_INLINE CVec times(CVec a, CVec w) { return {a.r * w.r - a.i * w.i, a.r * w.i + a.i * w.r}; }
RANVIER_INLINE CVec times_conj(CVec a, CVec w) { return {a.r * w.r + a.i * w.i, a.i * w.r - a.r * w.i}; }

/// Exchanges lanes and places of `lanes` complex vectors.
RANVIER_INLINE void transposed(const CVec* from, CVec* to) {
    Vec v[lanes];
    RANVIER_UNROLL
    for (int k = 0; k < lanes; ++k) {
        v[k] = from[k].r;
    }
    transpose<double>(v);
    RANVIER_UNROLL
    for (int k = 0; k < lanes; ++k) {
        to[k].r = v[k];
    }
    RANVIER_UNROLL
    for (int k = 0; k < lanes; ++k) {
        v[k] = from[k].i;
    }
    transpose<double>(v);
    RANVIER_UNROLL
    for (int k = 0; k < lanes; ++k) {
        to[k].i = v[k];
    }
}

// Sizes. Between the steps, blocks of `lanes` columns lie one behind the other; and one vector more than needed, so
// that blocks of 2^k do not meet in the same cache sets.
inline index column_stride(const FourierRow& r) { return r.n1.n + 1; }
inline index middle_stride(const FourierRow& r) { return r.row_count + 1; }
inline index last_stride(const FourierRow& r) { return blocks(r.m2.n / 2 + 1) * lanes + 1; }
/// Blocks of columns of the last step, an even number
inline index last_blocks(const FourierRow& r) { return 2 * ((r.m1.n + 2 * lanes - 1) / (2 * lanes)); }
inline index output_length(const FourierRow& r) { return r.m1.n * r.m2.n; }

/// Pairs of column blocks that are read together: from each row of the four-step matrix a run of 512 bytes, because
/// rows that are 2^k apart meet in the same cache sets and would not stay there until their next 128 bytes are due.
constexpr index pairs_together = 32 / lanes;

constexpr index run = 2 * lanes * pairs_together;

/// Place j1 of the columns from j2 on: pair p of column blocks is real and imaginary part of to[p · step].
RANVIER_INLINE void read_run(const FourierRow& r, const ExtendedRow& row, index j2, index j1, CVec* to, index step) {
    const index t = j1 * r.n2.n + j2 - r.pad_left;
    if (t >= 0 && t + run <= r.n) {
        RANVIER_UNROLL
        for (index p = 0; p < pairs_together; ++p, to += step) {
            *to = CVec{load(row.row + t + 2 * lanes * p), load(row.row + t + 2 * lanes * p + lanes)};
        }
    } else if (const ExtendedRow::Image image = row.image(t, run); image.begin) {
        const double* from = image.begin + run - lanes;
        for (index p = 0; p < pairs_together; ++p, to += step, from -= 2 * lanes) {
            *to = CVec{image.shift + image.sign * reversed<double>(load(from)),
                       image.shift + image.sign * reversed<double>(load(from - lanes))};
        }
    } else {
        for (index p = 0; p < pairs_together; ++p, to += step) {
            *to = CVec{row.read(t + 2 * lanes * p), row.read(t + 2 * lanes * p + lanes)};
        }
    }
}

/// Asks for what read_run() reads: the processor doesn't foresee such strides.
RANVIER_INLINE void prefetch_run(const FourierRow& r, const ExtendedRow& row, index j2, index j1) {
    const index t = j1 * r.n2.n + j2 - r.pad_left;
    const double* from = t >= 0 && t + run <= r.n ? row.row + t : row.image(t, run).begin;
    if (from) {
        RANVIER_UNROLL
        for (index k = 0; k < run; k += 8) {
            __builtin_prefetch(from + k, 0, 2);
        }
    }
}

/// Step 1. Columns x(j1 n2 + j2), transformed over j1; columns j2 and j2 + lanes are real and imaginary part of one
/// transform, and half of its bins k1 suffice. `middle` then holds them with the twiddles of step 2, times 2.
void transform_columns(const FourierRow& r, const ExtendedRow& row, CVec* middle, CVec* columns) {
    const index n1 = r.n1.n, n2 = r.n2.n, stride = column_stride(r);
    for (index j2 = 0; j2 < n2; j2 += run) {
        for (index j1 = 0; j1 < n1; ++j1) {
            constexpr index ahead = 16;  // while memory answers
            prefetch_run(r, row, j2, j1 + ahead);
            read_run(r, row, j2, j1, columns + j1, stride);
        }
        CVec* z = columns;
        for (index block = j2 / lanes; block * lanes < smaller(j2 + run, n2); block += 2, z += stride) {
            forward_permuted(r.n1, z);
            const CVec* fine = reinterpret_cast<const CVec*>(r.forward_fine);
            const Twiddle *w = r.forward + block * r.row_count, *v = w + r.row_count;
            CVec *out = middle + block * middle_stride(r), *other = out + middle_stride(r);
            for (index k = 0; k < r.row_count; ++k) {
                const CVec a = z[r.position1[k]], b = conj(z[r.position1[n1 - k]]);
                out[k] = times(a + b, times(fine[k], w[k]));
                other[k] = times(quarter_turn<false>(a - b), times(fine[k], v[k]));
            }
        }
    }
}

/// The spectrum of a real row, which continues a little beyond both ends of [0, M / 2] by its symmetry.
struct Spectrum {
    double *r, *i;
};

/// Last butterflies of step 2: bins f = k1 + n1 k2 go where they belong, or, in the upper half, their conjugates to
/// N − f; bins that the output lacks go nowhere.
template <int radix>
inline void place(const FourierRow& r, Spectrum spectrum, index k1, const int* bin, index count, const CVec* x) {
    const index n1 = r.n1.n, n2 = r.n2.n;
    for (index b = 0; b < count; ++b, x += radix) {
        CVec a[radix];
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            a[k] = x[k];
        }
        butterfly<radix, false>(a);
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            const index k2 = bin[b] + n2 / radix * k, f = k1 + n1 * k2, g = n1 * (n2 - k2) - k1 - (lanes - 1);
            if (f < r.bins) {
                store(spectrum.r + f, a[k].r);
                store(spectrum.i + f, a[k].i);
            }
            if (g < r.bins) {
                store(spectrum.r + g, reversed<double>(a[k].r));
                store(spectrum.i + g, -reversed<double>(a[k].i));
            }
        }
    }
}

/// Step 2. Transforms over j2, lanes now being neighbouring k1.
void transform_rows(const FourierRow& r, const CVec* middle, Spectrum spectrum, CVec* row) {
    for (index k1 = 0; k1 < r.row_count; k1 += lanes) {
        const CVec* from = middle + k1;
        for (index j = 0; j < blocks(r.n2.n); ++j, from += middle_stride(r)) {
            RANVIER_UNROLL
            for (int k = 0; k < lanes; ++k) {  // the next rows: here too the processor doesn't foresee the stride
                __builtin_prefetch(from + lanes + k);
                __builtin_prefetch(&from[lanes + k].i);
            }
            transposed(from, row + j * lanes);
        }
        forward_permuted_with(r.n2, row, [&](int radix, index count, const CVec* x) {
            const int* bin = r.leaf_bin2 + (x - row) / radix;
            with_radix(radix, [&]<int length>() { place<length>(r, spectrum, k1, bin, count, x); });
        });
    }
}

/// Makes the input's spectrum the output's.
void finish(const FourierRow& r, Spectrum s) {
    for (index f = 0; r.gain && f < r.bins; ++f) {
        s.r[f] *= r.gain[f];
        s.i[f] *= r.gain[f];
    }
    const index last = r.bins - 1, M = output_length(r);
    s.r[last] *= r.last_bin;
    s.i[last] *= r.real_last_bin ? 0 : r.last_bin;
    for (index f = r.bins; f <= M / 2; ++f) {
        s.r[f] = s.i[f] = 0;
    }
    for (index k = 1; k < lanes; ++k) {
        s.r[-k] = s.r[k];
        s.i[-k] = -s.i[k];
    }
    for (index f = M / 2 + 1; f < M / 2 + lanes; ++f) {
        s.r[f] = s.r[M - f];
        s.i[f] = -s.i[M - f];
    }
}

/// Step 3. The way back: transforms over k of the bins a + k m2, a <= m2 / 2, with the twiddles of step 4. Lanes are
/// neighbouring a, and in `last` neighbouring b. Inverse transforms are forward ones of exchanged parts.
void inverse_rows(const FourierRow& r, Spectrum s, CVec* last, CVec* x, CVec* y) {
    const index m1 = r.m1.n, m2 = r.m2.n, M = m1 * m2;
    const CVec* fine = reinterpret_cast<const CVec*>(r.backward_fine);
    for (index block = 0; block < blocks(m2 / 2 + 1); ++block) {
        index f = block * lanes;
        CVec* to = x;
        for (; 2 * f <= M; f += m2, ++to) {
            *to = CVec{load(s.i + f), load(s.r + f)};
        }
        for (index g = M - f - (lanes - 1); to < x + m1; g -= m2, ++to) {
            *to = CVec{-reversed<double>(load(s.i + g)), reversed<double>(load(s.r + g))};
        }
        const CVec* z = transform(r.m1, x, y);
        const Twiddle* w = r.backward + block * m1;
        CVec* out = last + block * lanes;
        for (index b = 0; b < m1; b += lanes, out += last_stride(r)) {
            CVec square[lanes];
            if (b + lanes <= m1) {
                RANVIER_UNROLL
                for (int k = 0; k < lanes; ++k) {
                    square[k] = times_conj(swapped(z[b + k]), times(fine[b + k], w[b + k]));
                }
            } else {
                for (int k = 0; k < lanes; ++k) {
                    square[k] =
                        b + k < m1 ? times_conj(swapped(z[b + k]), times(fine[b + k], w[b + k])) : CVec{Vec{}, Vec{}};
                }
            }
            transposed(square, out);
        }
        for (index b = blocks(m1); b < last_blocks(r); ++b, out += last_stride(r)) {
            for (int k = 0; k < lanes; ++k) {
                out[k] = CVec{Vec{}, Vec{}};
            }
        }
    }
}

/// Writes lanes b … of column q, as far as they are columns and asked for.
RANVIER_INLINE void write(const FourierRow& r, double* out, index b, index q, Vec v) {
    const index t = b + r.m1.n * q - r.skip;
    if (b + lanes <= r.m1.n && t >= 0 && t + lanes <= r.n_out) {
        store(out + t, v);
        return;
    }
    for (int k = 0; k < lanes; ++k) {
        if (b + k < r.m1.n && t + k >= 0 && t + k < r.n_out) {
            out[t + k] = v[k];
        }
    }
}

/// Step 4. Transforms over a, of which m2 − a is the conjugate, give the samples b + m1 q; columns b and b + lanes are
/// real and imaginary part of one.
void inverse_columns(const FourierRow& r, const CVec* last, double* out, CVec* x, CVec* y) {
    const index m1 = r.m1.n, m2 = r.m2.n, stride = last_stride(r);
    const index first = r.skip / m1, end = (r.skip + r.n_out - 1) / m1 + 1;
    for (index b = 0; b < m1; b += 2 * lanes) {
        const CVec *s = last + b / lanes * stride, *t = s + stride;
        x[0] = CVec{t[0].r, s[0].r};  // real up to rounding, which is dropped
        for (index a = 1; 2 * a < m2; ++a) {
            const CVec u = s[a], v = t[a];
            x[a] = CVec{u.i + v.r, u.r - v.i};
            x[m2 - a] = CVec{v.r - u.i, u.r + v.i};
        }
        if (m2 % 2 == 0) {
            x[m2 / 2] = CVec{t[m2 / 2].r, s[m2 / 2].r};
        }
        const CVec* z = transform(r.m2, x, y, first, end);
        for (index q = first; q < end; ++q) {
            write(r, out, b, q, z[q].i);
            write(r, out, b + lanes, q, z[q].r);
        }
    }
}

inline index buffers(const FourierRow& r) {
    const index forward = larger(pairs_together * column_stride(r), blocks(r.n2.n) * lanes);
    return larger(forward, 2 * larger(r.m1.capacity, r.m2.capacity));
}
inline index middle_size(const FourierRow& r) {
    const index columns = 2 * ((r.n2.n + 2 * lanes - 1) / (2 * lanes));
    // What the first step wrote makes room for what the third does.
    return larger(columns * middle_stride(r), last_blocks(r) * last_stride(r)) + lanes;
}
inline index spectrum_size(const FourierRow& r) {
    return blocks(larger(r.bins, output_length(r) / 2 + 1) + 2 * lanes) * lanes;
}

index work(const FourierRow& r) { return 2 * lanes * (middle_size(r) + buffers(r)) + 2 * spectrum_size(r); }

/// @source  four-step transforms: Bailey 1990, doi:10.1007/BF00162341
void resample(const FourierRow& r, const double* in, double* out, double* memory) {
    CVec* middle = reinterpret_cast<CVec*>(memory);
    CVec* x = middle + middle_size(r);
    double* behind = reinterpret_cast<double*>(x + buffers(r));
    const Spectrum spectrum{behind + lanes, behind + spectrum_size(r) + lanes};
    CVec* y = x + larger(r.m1.capacity, r.m2.capacity);
    transform_columns(r, {in, r.n, r.padding}, middle, x);
    transform_rows(r, middle, spectrum, x);
    finish(r, spectrum);
    inverse_rows(r, spectrum, middle, x, y);
    inverse_columns(r, middle, out, x, y);
}

}  // namespace

const FourierRowKernels fourier_row_kernels = {lanes, resample, work};

}  // namespace ranvier::numerics::RANVIER_ISA
