#include "ranvier/numerics/kernels/resample_kernels.hpp"

#include "ranvier/numerics/kernels/extension.hpp"
#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

inline index smaller(index a, index b) { return a < b ? a : b; }
inline index larger(index a, index b) { return a < b ? b : a; }

/// Columns that are transformed together, so that what lies side by side is read and written together.
constexpr index group = 4;
constexpr index pairs = lanes / 2;
static_assert(pairs <= group);

/// Buffers of some columns and one to spare; transform() may leave its result in the spare, which then changes place
/// with the column.
struct Columns {
    CVec* column[group];
    CVec* spare;

    Columns(CVec* memory, const Transform& t, index count) : spare(memory) {
        for (index g = 0; g < count; ++g) {
            column[g] = memory + (g + 1) * t.capacity;
        }
    }
    void run(const Transform& t, index g) {
        CVec* result = transform(t, column[g], spare);
        if (result == spare) {
            spare = column[g];
            column[g] = result;
        }
    }
    static index memory(const Transform& t, index count) { return (count + 1) * t.capacity; }
};

// Odd strides, so that neighbours down a column do not fall into the same cache sets.
inline index stride_1(const FourierResampler& r) { return (r.n1.n / 2 + 1) | 1; }
inline index stride_2(const FourierResampler& r) { return r.m1.n | 1; }

inline index columns_in_stage(const FourierResampler& r, int stage) {
    switch (stage) {
        case 1: return smaller(pairs, (r.n2.n + 1) / 2);
        case 2: return smaller(group, r.n1.n / 2 + 1);
        case 3: return smaller(group, r.m2.n / 2 + 1);
        default: return smaller(pairs, (r.m1.n + 1) / 2);
    }
}

/// x(j1 n2 + j2): columns j2 and j2 + 1 are real and imaginary part of one transform over j1. Half of its bins suffices.
void transform_columns(const FourierResampler& r, const ExtendedRows& in, CVec* middle, CVec* memory) {
    const index n1 = r.n1.n, n2 = r.n2.n, stride = stride_1(r);
    Columns work(memory, r.n1, columns_in_stage(r, 1));
    for (index j2 = 0; j2 < n2; j2 += lanes) {
        const index width = smaller(lanes, n2 - j2);
        for (index j1 = 0; j1 < n1; ++j1) {
            Vec v[lanes];
            in.read(j1 * n2 + j2 - r.pad_left, v);
            for (index p = 0; 2 * p < width; ++p) {
                work.column[p][j1] = CVec{v[2 * p], 2 * p + 1 < width ? v[2 * p + 1] : Vec{}};
            }
        }
        for (index p = 0; 2 * p < width; ++p) {
            work.run(r.n1, p);
            const CVec* z = work.column[p];
            const index j = j2 + 2 * p;
            const Twiddle* w = r.forward + j * (n1 / 2 + 1);
            const Twiddle* w_next = w + (n1 / 2 + 1);
            CVec* out = middle + j * stride;
            const bool next = 2 * p + 1 < width;
            out[0] = CVec{z[0].r, Vec{}};
            if (next) {
                out[stride] = CVec{z[0].i, Vec{}};
            }
            for (index k = 1; 2 * k <= n1; ++k) {
                const CVec a = z[k], b = conj(z[n1 - k]);
                out[k] = times(0.5 * (a + b), w[k]);
                if (next) {
                    out[stride + k] = times(quarter_turn<false>(0.5 * (a - b)), w_next[k]);
                }
            }
        }
    }
}

/// Transforms over j2 give bins k1 + n1 k2, k1 <= n1 / 2, whose conjugates are the other half. Kept is what the output
/// has too, already multiplied by its gain.
void transform_rows(const FourierResampler& r, const CVec* middle, CVec* spectrum, CVec* memory) {
    const index n1 = r.n1.n, n2 = r.n2.n, length = n1 * n2, stride = stride_1(r);
    Columns work(memory, r.n2, columns_in_stage(r, 2));
    for (index k1 = 0; 2 * k1 <= n1; k1 += group) {
        const index width = smaller(group, n1 / 2 + 1 - k1);
        for (index j = 0; j < n2; ++j) {
            for (index g = 0; g < width; ++g) {
                work.column[g][j] = middle[j * stride + k1 + g];
            }
        }
        for (index g = 0; g < width; ++g) {
            work.run(r.n2, g);
        }
        for (index q = 0; q < n2; ++q) {
            const index first = k1 + n1 * q;
            if (first >= r.bins && length - first - width + 1 >= r.bins) {
                continue;
            }
            for (index g = 0; g < width; ++g) {
                const index f = first + g;
                if (f < r.bins) {
                    spectrum[f] = r.gain[f] * work.column[g][q];
                } else if (2 * f > length && length - f < r.bins) {
                    spectrum[length - f] = r.gain[length - f] * conj(work.column[g][q]);
                }
            }
        }
    }
    CVec& last = spectrum[r.bins - 1];
    last = r.last_bin * last;
    if (r.real_last_bin) {
        last.i = Vec{};
    }
}

/// The way back: transforms over k1 of the bins k1 m2 + a; a and m2 − a are conjugate, so half of the a suffices.
/// Inverse transforms are forward ones of exchanged parts.
void inverse_columns(const FourierResampler& r, const CVec* spectrum, CVec* middle, CVec* memory) {
    const index m1 = r.m1.n, m2 = r.m2.n, length = m1 * m2, stride = stride_2(r);
    Columns work(memory, r.m1, columns_in_stage(r, 3));
    for (index a = 0; 2 * a <= m2; a += group) {
        const index width = smaller(group, m2 / 2 + 1 - a);
        for (index k = 0; k < m1; ++k) {
            for (index g = 0; g < width; ++g) {
                const index f = k * m2 + a + g;
                work.column[g][k] = swapped(2 * f <= length ? spectrum[f] : conj(spectrum[length - f]));
            }
        }
        for (index g = 0; g < width; ++g) {
            work.run(r.m1, g);
            const CVec* z = work.column[g];
            const Twiddle* w = r.backward + (a + g) * m1;
            CVec* out = middle + (a + g) * stride;
            for (index b = 0; b < m1; ++b) {
                out[b] = times_conj(swapped(z[b]), w[b]);
            }
        }
    }
}

/// Transforms over a give the samples b + m1 q; two neighbouring b are real and imaginary part of one.
void inverse_rows(const FourierResampler& r, const CVec* middle, double* const* out, int count, CVec* memory) {
    const index m1 = r.m1.n, m2 = r.m2.n, stride = stride_2(r);
    Columns work(memory, r.m2, columns_in_stage(r, 4));
    for (index b = 0; b < m1; b += lanes) {
        const index width = smaller(lanes, m1 - b);
        for (index a = 0; 2 * a <= m2; ++a) {
            const CVec* t = middle + a * stride + b;
            const bool real = a == 0 || 2 * a == m2;  // up to rounding, which is dropped
            for (index p = 0; 2 * p < width; ++p) {
                CVec x = t[2 * p], y = 2 * p + 1 < width ? t[2 * p + 1] : CVec{Vec{}, Vec{}};
                if (real) {
                    work.column[p][a] = CVec{y.r, x.r};
                } else {
                    work.column[p][a] = CVec{x.i + y.r, x.r - y.i};
                    work.column[p][m2 - a] = CVec{y.r - x.i, x.r + y.i};
                }
            }
        }
        for (index p = 0; 2 * p < width; ++p) {
            work.run(r.m2, p);
        }
        for (index q = 0; q < m2; ++q) {
            const index t = b + m1 * q - r.skip;
            if (t + width <= 0 || t >= r.n_out) {
                continue;
            }
            Vec v[lanes] = {};
            for (index p = 0; 2 * p < width; ++p) {
                v[2 * p] = work.column[p][q].i;
                v[2 * p + 1] = work.column[p][q].r;
            }
            if (width == lanes && t >= 0 && t + lanes <= r.n_out) {
                store_rows(out, count, t, v);
            } else {
                for (index k = 0; k < width; ++k) {
                    if (t + k >= 0 && t + k < r.n_out) {
                        store_sample(out, count, t + k, v[k]);
                    }
                }
            }
        }
    }
}

index middle_size(const FourierResampler& r) {
    return larger(r.n2.n * stride_1(r), (r.m2.n / 2 + 1) * stride_2(r));
}

index spectrum_size(const FourierResampler& r) { return r.m1.n * r.m2.n / 2 + 1; }

index fourier_work(const FourierResampler& r) {
    index columns = 0;
    const Transform* transforms[] = {&r.n1, &r.n2, &r.m1, &r.m2};
    for (int stage = 1; stage <= 4; ++stage) {
        columns = larger(columns, Columns::memory(*transforms[stage - 1], columns_in_stage(r, stage)));
    }
    return 2 * lanes * (middle_size(r) + spectrum_size(r) + columns);
}

/// @source  four-step transforms: Bailey 1990, doi:10.1007/BF00162341
void fourier(const FourierResampler& r, const double* const* in, double* const* out, int count, double* work) {
    CVec* middle = reinterpret_cast<CVec*>(work);
    CVec* spectrum = middle + middle_size(r);
    CVec* columns = spectrum + spectrum_size(r);
    const ExtendedRows rows(in, r.n, r.extension);
    transform_columns(r, rows, middle, columns);
    transform_rows(r, middle, spectrum, columns);
    for (index f = r.bins; f < spectrum_size(r); ++f) {
        spectrum[f] = CVec{Vec{}, Vec{}};
    }
    inverse_columns(r, spectrum, middle, columns);
    inverse_rows(r, middle, out, count, columns);
}

// ---- polyphase ------------------------------------------------------------------------------------------------------

index polyphase_work(const PolyphaseResampler& r) { return lanes * (r.span + r.chunk + 2 * lanes); }

/// The smallest whole number >= a / b
inline index ceiling(index a, index b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

void polyphase(const PolyphaseResampler& r, const double* const* in, double* const* out, int count, double* work) {
    Vec* samples = reinterpret_cast<Vec*>(work);
    Vec* results = samples + r.span + lanes;
    const ExtendedRows rows(in, r.n, r.extension);
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
