#include "ranvier/numerics/kernels/resample_kernels.hpp"

#include "ranvier/numerics/kernels/extension.hpp"
#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

inline index smaller(index a, index b) { return a < b ? a : b; }
inline index larger(index a, index b) { return a < b ? b : a; }

/// Pairs of columns that are transformed together: enough that rows are read and written in runs of several cache
/// lines, few enough for L2.
constexpr index most_pairs = 32;

inline index pairs_together(const Transform& t, index columns) {
    constexpr index in_cache = 2048;  // complex vectors
    const index fit = in_cache / t.capacity / (lanes / 2) * (lanes / 2);
    return smaller(smaller(larger(fit, lanes / 2), most_pairs), (columns + lanes - 1) / lanes * (lanes / 2));
}

/// Buffers of some columns and one to spare; transform() may leave its result in the spare, which then changes place
/// with the column.
struct Columns {
    CVec* column[most_pairs];
    CVec* spare;

    Columns(CVec* memory, const Transform& t, index count) : spare(memory) {
        for (index p = 0; p < count; ++p) {
            column[p] = memory + (p + 1) * stride(t);
        }
    }
    void run(const Transform& t, index p) {
        CVec* result = transform(t, column[p], spare);
        if (result == spare) {
            spare = column[p];
            column[p] = result;
        }
    }
    // One more than needed, so that columns of 2^k do not meet in the same cache sets.
    static index stride(const Transform& t) { return t.capacity + 1; }
    static index memory(const Transform& t, index count) { return (count + 1) * stride(t); }
};

/// Distance of the rows between the two forward steps, against the same meeting.
inline index row_stride(const FourierResampler& r) { return r.n2.n + 4; }

/// Step 1. x(j1 n2 + j2), transformed over j1: columns j2 and j2 + 1 are real and imaginary part of one transform, and
/// half of its bins k1 suffice. Row k1 of `middle` then holds them for all j2, with the twiddles of step 2.
void transform_columns(const FourierResampler& r, const ExtendedRows& in, CVec* middle, CVec* memory) {
    const index n1 = r.n1.n, n2 = r.n2.n, pairs = pairs_together(r.n1, n2);
    Columns work(memory, r.n1, pairs);
    for (index j2 = 0; j2 < n2; j2 += 2 * pairs) {
        const index width = smaller(2 * pairs, n2 - j2);
        for (index j1 = 0; j1 < n1; ++j1) {
            for (index c = 0; c < width; c += lanes) {
                Vec v[lanes];
                const index t = j1 * n2 + j2 + c - r.pad_left;
                in.prefetch(t + n2);
                in.read(t, v);
                for (index k = 0; k < lanes && c + k < width; k += 2) {
                    work.column[(c + k) / 2][j1] = CVec{v[k], c + k + 1 < width ? v[k + 1] : Vec{}};
                }
            }
        }
        const index used = (width + 1) / 2;
        for (index p = 0; p < used; ++p) {
            work.run(r.n1, p);
        }
        for (index k = 0; 2 * k <= n1; ++k) {
            CVec* out = middle + k * row_stride(r) + j2;
            const Twiddle* w = r.forward + k * n2 + j2;
            for (index p = 0; p < used; ++p) {
                const CVec* z = work.column[p];
                const CVec a = z[k], b = conj(z[k == 0 ? 0 : n1 - k]);
                out[2 * p] = times(0.5 * (a + b), w[2 * p]);
                if (2 * p + 1 < width) {
                    out[2 * p + 1] = times(quarter_turn<false>(0.5 * (a - b)), w[2 * p + 1]);
                }
            }
        }
    }
}

/// Runs the transform of a row that is n long, with buffers of `capacity` each; returns where the result is.
inline CVec* transform_row(const Transform& t, CVec* row, CVec* x, CVec* y) {
    if (t.capacity == t.n) {
        return transform(t, row, y);
    }
    for (index k = 0; k < t.n; ++k) {
        x[k] = row[k];
    }
    return transform(t, x, y);
}

/// Puts bin f of the output's spectrum where step 3 wants it: row a = f mod m2, place f / m2, for a <= m2 / 2. The
/// conjugate bin M − f lies in row m2 − a. Parts are exchanged, for an inverse transform.
RANVIER_INLINE void place(const FourierResampler& r, CVec* rows, index f, CVec v) {
    v = r.gain[f] * v;
    if (f == r.bins - 1) {
        v = r.last_bin * v;
        if (r.real_last_bin) {
            v.i = Vec{};
        }
    }
    const index m1 = r.m1.n, m2 = r.m2.n;
    const index k = f / m2, a = f - k * m2;
    if (2 * a <= m2) {
        rows[a * m1 + k] = swapped(v);
    }
    if (a == 0) {
        if (k > 0) {
            rows[m1 - k] = swapped(conj(v));
        }
    } else if (2 * a >= m2) {
        rows[(m2 - a) * m1 + m1 - 1 - k] = swapped(conj(v));
    }
}

/// Step 2. Transforms over j2 give the bins k1 + n1 k2, k1 <= n1 / 2, and their conjugates are the other half. Kept is
/// what the output has too.
void transform_rows(const FourierResampler& r, CVec* middle, CVec* rows, CVec* memory) {
    const index n1 = r.n1.n, n2 = r.n2.n, length = n1 * n2;
    for (index k1 = 0; 2 * k1 <= n1; ++k1) {
        CVec* row = middle + k1 * row_stride(r);
        if (r.position) {
            forward_permuted(r.n2_permuted, row);
        } else {
            row = transform_row(r.n2, row, memory, memory + r.n2.capacity);
        }
        for (index q = 0, f = k1; q < n2 && f < r.bins; ++q, f += n1) {
            place(r, rows, f, row[r.position ? r.position[q] : q]);
        }
        if (k1 == 0 || 2 * k1 == n1) {
            continue;  // such a row holds its own conjugates
        }
        for (index q = n2 - 1, f = length - k1 - n1 * q; q >= 0 && f < r.bins; --q, f += n1) {
            place(r, rows, f, conj(row[r.position ? r.position[q] : q]));
        }
    }
}

/// Step 3. The way back: transforms over k1 of the bins k1 m2 + a, a <= m2 / 2, with the twiddles of step 4.
void inverse_rows(const FourierResampler& r, CVec* rows, CVec* memory) {
    const index m1 = r.m1.n, m2 = r.m2.n;
    for (index a = 0; 2 * a <= m2; ++a) {
        CVec* row = rows + a * m1;
        const CVec* z = transform_row(r.m1, row, memory, memory + r.m1.capacity);
        const Twiddle* w = r.backward + a * m1;
        for (index b = 0; b < m1; ++b) {
            row[b] = times_conj(swapped(z[b]), w[b]);
        }
    }
}

/// Step 4. Transforms over a, of which m2 − a is the conjugate, give the samples b + m1 q; two neighbouring b are real
/// and imaginary part of one.
void inverse_columns(const FourierResampler& r, const CVec* rows, double* const* out, int count, CVec* memory) {
    const index m1 = r.m1.n, m2 = r.m2.n, pairs = pairs_together(r.m2, m1);
    Columns work(memory, r.m2, pairs);
    for (index b = 0; b < m1; b += 2 * pairs) {
        const index width = smaller(2 * pairs, m1 - b), used = (width + 1) / 2;
        for (index a = 0; 2 * a <= m2; ++a) {
            const CVec* t = rows + a * m1 + b;
            const bool real = a == 0 || 2 * a == m2;  // up to rounding, which is dropped
            for (index p = 0; p < used; ++p) {
                const CVec x = t[2 * p], y = 2 * p + 1 < width ? t[2 * p + 1] : CVec{Vec{}, Vec{}};
                if (real) {
                    work.column[p][a] = CVec{y.r, x.r};
                } else {
                    work.column[p][a] = CVec{x.i + y.r, x.r - y.i};
                    work.column[p][m2 - a] = CVec{y.r - x.i, x.r + y.i};
                }
            }
        }
        for (index p = 0; p < used; ++p) {
            work.run(r.m2, p);
        }
        for (index q = 0; q < m2; ++q) {
            for (index c = 0; c < width; c += lanes) {
                const index t = b + c + m1 * q - r.skip, some = smaller(lanes, width - c);
                if (t + some <= 0 || t >= r.n_out) {
                    continue;
                }
                Vec v[lanes] = {};
                for (index k = 0; k < some; k += 2) {
                    v[k] = work.column[(c + k) / 2][q].i;
                    v[k + 1] = work.column[(c + k) / 2][q].r;
                }
                if (some == lanes && t >= 0 && t + lanes <= r.n_out) {
                    store_rows(out, count, t, v);
                } else {
                    for (index k = 0; k < some; ++k) {
                        if (t + k >= 0 && t + k < r.n_out) {
                            store_sample(out, count, t + k, v[k]);
                        }
                    }
                }
            }
        }
    }
}

index middle_size(const FourierResampler& r) { return (r.n1.n / 2 + 1) * row_stride(r); }

index rows_size(const FourierResampler& r) { return (r.m2.n / 2 + 1) * r.m1.n; }

index fourier_work(const FourierResampler& r) {
    const index columns = larger(Columns::memory(r.n1, pairs_together(r.n1, r.n2.n)),
                                 Columns::memory(r.m2, pairs_together(r.m2, r.m1.n)));
    const index buffers = 2 * larger(r.n2.capacity, r.m1.capacity);
    return 2 * lanes * (middle_size(r) + rows_size(r) + larger(columns, buffers));
}

/// @source  four-step transforms: Bailey 1990, doi:10.1007/BF00162341
void fourier(const FourierResampler& r, const double* const* in, double* const* out, int count, double* work) {
    CVec* middle = reinterpret_cast<CVec*>(work);
    CVec* rows = middle + middle_size(r);
    CVec* memory = rows + rows_size(r);
    const ExtendedRows samples(in, r.n, r.padding);
    transform_columns(r, samples, middle, memory);
    if (2 * (r.bins - 1) + 1 < r.m1.n * r.m2.n) {  // bins above the input's are zero
        for (index k = 0; k < rows_size(r); ++k) {
            rows[k] = CVec{Vec{}, Vec{}};
        }
    }
    transform_rows(r, middle, rows, memory);
    inverse_rows(r, rows, memory);
    inverse_columns(r, rows, out, count, memory);
}

// ---- polyphase ------------------------------------------------------------------------------------------------------

index polyphase_work(const PolyphaseResampler& r) { return lanes * (r.span + r.chunk + 2 * lanes); }

/// The smallest whole number >= a / b
inline index ceiling(index a, index b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

void polyphase(const PolyphaseResampler& r, const double* const* in, double* const* out, int count, double* work) {
    Vec* samples = reinterpret_cast<Vec*>(work);
    Vec* results = samples + r.span + lanes;
    const ExtendedRows rows(in, r.n, r.padding);
    for (index m = 0; m < r.n_out; m += r.chunk) {
        const index width = smaller(r.chunk, r.n_out - m);
        const index begin = ceiling(m * r.down - r.half, r.up);
        const index end = ceiling((m + width - 1) * r.down - r.half, r.up) + r.taps_per_phase;
        for (index t = begin; t < end; t += lanes) {
            rows.read(t, samples + (t - begin));
        }
        for (index k = 0; k < width; ++k) {
            const index at = (m + k) * r.down, first = ceiling(at - r.half, r.up);
            const Vec* x = samples + (first - begin);
            const double* h = r.taps + (first * r.up - (at - r.half)) * r.taps_per_phase;
            Vec sum[4] = {};
            index j = 0;
            for (; j + 4 <= r.taps_per_phase; j += 4) {
                RANVIER_UNROLL
                for (int u = 0; u < 4; ++u) {
                    sum[u] += h[j + u] * x[j + u];
                }
            }
            for (; j < r.taps_per_phase; ++j) {
                sum[0] += h[j] * x[j];
            }
            results[k] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        }
        scatter(out, count, m, width, results);
    }
}

}  // namespace

const ResampleKernels resample_kernels = {lanes, fourier, fourier_work, polyphase, polyphase_work};

}  // namespace ranvier::numerics::RANVIER_ISA
