#pragma once

#include "ranvier/numerics/kernels/butterflies.hpp"

/// Complex transforms of one signal per lane, unnormalised in both directions.
///
///   stockham<inverse>(passes, x, y)     natural order; returns x or y, whichever holds the result
///   forward_permuted(passes, x)         in place; bin `permuted_order(passes)[k]` ends at position k
///   inverse_permuted(passes, x)         in place, from that order back to the natural one
///   transform(plan, x, y)               forward, any length; returns x or y
///
/// The permuted pair is the fast one: what lies between (products with a spectrum in the same order) needs no order.
/// Its passes must be of radices 2, 3, 4, 5, 7, 8. Plans are made by numerics/fft_plan.hpp.
namespace ranvier::numerics::RANVIER_ISA {

// ---- Stockham -----------------------------------------------------------------------------------------------------

template <int radix, bool inverse>
inline void stockham_pass(index m, index s, const CVec* __restrict x, CVec* __restrict y, const Twiddle* w) {
    if (m == 1) {  // the last pass: all twiddles are 1
        for (index q = 0; q < s; ++q) {
            CVec a[radix];
            RANVIER_UNROLL
            for (int k = 0; k < radix; ++k) {
                a[k] = x[q + s * k];
            }
            butterfly<radix, inverse>(a);
            RANVIER_UNROLL
            for (int k = 0; k < radix; ++k) {
                y[q + s * k] = a[k];
            }
        }
        return;
    }
    for (index p = 0; p < m; ++p, w += radix - 1) {
        const CVec* in = x + s * p;
        CVec* out = y + s * radix * p;
        for (index q = 0; q < s; ++q) {
            CVec a[radix];
            RANVIER_UNROLL
            for (int k = 0; k < radix; ++k) {
                a[k] = in[q + s * m * k];
            }
            butterfly<radix, inverse>(a);
            out[q] = a[0];
            RANVIER_UNROLL
            for (int k = 1; k < radix; ++k) {
                out[q + s * k] = twiddled<inverse>(a[k], w[k - 1]);
            }
        }
    }
}

/// `group` bins k0 + 1 … of an odd pass, at a time: each loaded sum serves them all, as many as registers allow.
template <int group, bool inverse>
RANVIER_INLINE void odd_bins(const Pass& pass, int k0, index s, CVec zeroth, const CVec* sum, const CVec* difference,
                             CVec* out, const Twiddle* w) {
    const int radix = pass.radix, h = radix / 2;
    CVec even[group], odd[group];
    RANVIER_UNROLL
    for (int g = 0; g < group; ++g) {
        even[g] = zeroth;
        odd[g] = CVec{Vec{}, Vec{}};
    }
    const double *c = pass.cosine + k0 * h, *t = pass.sine + k0 * h;
    for (int j = 0; j < h; ++j) {
        RANVIER_UNROLL
        for (int g = 0; g < group; ++g) {
            even[g].r += c[g * h + j] * sum[j].r;
            even[g].i += c[g * h + j] * sum[j].i;
            odd[g].r += t[g * h + j] * difference[j].r;
            odd[g].i += t[g * h + j] * difference[j].i;
        }
    }
    for (int g = 0; g < group && k0 + g < h; ++g) {
        const int k = k0 + g + 1;
        const CVec turned = quarter_turn<inverse>(odd[g]);
        const CVec a = even[g] + turned, b = even[g] - turned;
        out[s * k] = pass.m > 1 ? twiddled<inverse>(a, w[k - 1]) : a;
        out[s * (radix - k)] = pass.m > 1 ? twiddled<inverse>(b, w[radix - k - 1]) : b;
    }
}

/// Any odd radix up to largest_radix, as sums over cosines and sines: O(radix) per point. Pairs of bins k and radix − k
/// are made for `begin` < k <= `end` only, 0 and radix / 2 for all; the tables have rows to spare.
template <bool inverse>
inline void stockham_pass_odd(const Pass& pass, index s, const CVec* __restrict x, CVec* __restrict y, int begin,
                              int end) {
    const int radix = pass.radix, h = radix / 2;
    const index m = pass.m;
    CVec sum[largest_radix / 2], difference[largest_radix / 2];
    for (index p = 0; p < m; ++p) {
        const Twiddle* w = pass.twiddle + p * (radix - 1);
        for (index q = 0; q < s; ++q) {
            const CVec* in = x + q + s * p;
            CVec* out = y + q + s * radix * p;
            const CVec zeroth = in[0];
            CVec total = in[0];
            for (int j = 1; j <= h; ++j) {
                const CVec a = in[s * m * j], b = in[s * m * (radix - j)];
                sum[j - 1] = a + b;
                difference[j - 1] = a - b;
                total = total + sum[j - 1];
            }
            out[0] = total;
            int k = begin;
            if constexpr (lanes == 8) {  // 32 registers
                for (; k + 3 < end; k += 6) {
                    odd_bins<6, inverse>(pass, k, s, zeroth, sum, difference, out, w);
                }
            }
            for (; k < end; k += 3) {
                odd_bins<3, inverse>(pass, k, s, zeroth, sum, difference, out, w);
            }
        }
    }
}

/// Which pairs of bins of the last pass, of an odd radix, hold bins [first, last] of the whole transform? Bins k and
/// radix − k are pair min(k, radix − k), bin j of the whole is bin j / s of the last pass.
inline void wanted_pairs(int radix, index s, index first, index last, int& begin, int& end) {
    const int h = radix / 2, low = static_cast<int>(first / s), high = static_cast<int>(last / s);
    const int a = low <= h ? low : radix - low, b = high <= h ? high : radix - high;
    begin = a < b ? a : b;
    end = low <= h && high > h ? h : a < b ? b : a;
    begin = begin > 0 ? begin - 1 : 0;
}

/// @param first, end  bins that are wanted; the others may be anything
template <bool inverse>
inline CVec* stockham(const Passes& passes, CVec* x, CVec* y, index first, index end) {
    index s = 1;
    for (int l = 0; l < passes.count; ++l) {
        const Pass& pass = passes.pass[l];
        switch (pass.radix) {
            case 2: stockham_pass<2, inverse>(pass.m, s, x, y, pass.twiddle); break;
            case 3: stockham_pass<3, inverse>(pass.m, s, x, y, pass.twiddle); break;
            case 4: stockham_pass<4, inverse>(pass.m, s, x, y, pass.twiddle); break;
            case 5: stockham_pass<5, inverse>(pass.m, s, x, y, pass.twiddle); break;
            case 7: stockham_pass<7, inverse>(pass.m, s, x, y, pass.twiddle); break;
            case 8: stockham_pass<8, inverse>(pass.m, s, x, y, pass.twiddle); break;
            default: {
                int pairs_begin = 0, pairs_end = pass.radix / 2;
                if (l + 1 == passes.count) {
                    wanted_pairs(pass.radix, s, first, end - 1, pairs_begin, pairs_end);
                }
                stockham_pass_odd<inverse>(pass, s, x, y, pairs_begin, pairs_end);
            }
        }
        s *= pass.radix;
        CVec* t = x;
        x = y;
        y = t;
    }
    return x;
}

template <bool inverse>
inline CVec* stockham(const Passes& passes, CVec* x, CVec* y) {
    return stockham<inverse>(passes, x, y, 0, passes.n);
}

// ---- in place, permuted, depth first --------------------------------------------------------------------------------
// Decimation in frequency forward and in time backward; depth first, so that a sub-transform is finished while it is in
// the cache.

/// Calls `body` with the radix of a pass as a constant.
template <class Body>
RANVIER_INLINE void with_radix(int radix, Body body) {
    switch (radix) {
        case 2: body.template operator()<2>(); break;
        case 3: body.template operator()<3>(); break;
        case 4: body.template operator()<4>(); break;
        case 5: body.template operator()<5>(); break;
        case 7: body.template operator()<7>(); break;
        default: body.template operator()<8>(); break;
    }
}

template <int radix>
inline void dif_pass(index m, CVec* x, const Twiddle* w) {
    for (index p = 0; p < m; ++p, w += radix - 1) {
        CVec a[radix];
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            a[k] = x[p + m * k];
        }
        butterfly<radix, false>(a);
        x[p] = a[0];
        RANVIER_UNROLL
        for (int k = 1; k < radix; ++k) {
            x[p + m * k] = times(a[k], w[k - 1]);
        }
    }
}

template <int radix>
inline void dit_pass(index m, CVec* x, const Twiddle* w) {
    for (index p = 0; p < m; ++p, w += radix - 1) {
        CVec a[radix];
        a[0] = x[p];
        RANVIER_UNROLL
        for (int k = 1; k < radix; ++k) {
            a[k] = times_conj(x[p + m * k], w[k - 1]);
        }
        butterfly<radix, true>(a);
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            x[p + m * k] = a[k];
        }
    }
}

/// `count` neighbouring transforms of length `radix`.
template <int radix, bool inverse>
inline void leaves(index count, CVec* x) {
    for (index b = 0; b < count; ++b, x += radix) {
        CVec a[radix];
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            a[k] = x[k];
        }
        butterfly<radix, inverse>(a);
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            x[k] = a[k];
        }
    }
}

template <bool inverse>
inline void leaf_pass(int length, index count, CVec* x) {
    with_radix(length, [&]<int radix>() { leaves<radix, inverse>(count, x); });
}

/// forward_permuted(), but for the last pass: leaves(radix, count, x) is called instead for `count` neighbouring
/// transforms of length `radix` each, at x.
template <class Leaves>
inline void forward_permuted_with(const Passes& passes, CVec* x, const Leaves& leaves, int level = 0) {
    if (passes.count == 0) {
        return;
    }
    const Pass& pass = passes.pass[level];
    if (level + 1 == passes.count) {
        leaves(pass.radix, 1, x);
        return;
    }
    with_radix(pass.radix, [&]<int radix>() { dif_pass<radix>(pass.m, x, pass.twiddle); });
    if (level + 2 == passes.count) {
        leaves(passes.pass[level + 1].radix, pass.radix, x);
    } else {
        for (int k = 0; k < pass.radix; ++k) {
            forward_permuted_with(passes, x + pass.m * k, leaves, level + 1);
        }
    }
}

inline void forward_permuted(const Passes& passes, CVec* x) {
    forward_permuted_with(passes, x, [](int radix, index count, CVec* y) { leaf_pass<false>(radix, count, y); });
}

inline void inverse_permuted(const Passes& passes, CVec* x, int level = 0) {
    if (passes.count == 0) {
        return;
    }
    const Pass& pass = passes.pass[level];
    if (level + 1 == passes.count) {
        leaf_pass<true>(pass.radix, 1, x);
        return;
    }
    if (level + 2 == passes.count) {
        leaf_pass<true>(passes.pass[level + 1].radix, pass.radix, x);
    } else {
        for (int k = 0; k < pass.radix; ++k) {
            inverse_permuted(passes, x + pass.m * k, level + 1);
        }
    }
    with_radix(pass.radix, [&]<int radix>() { dit_pass<radix>(pass.m, x, pass.twiddle); });
}

/// `count` neighbouring transforms of length `radix`, products with the kernel, and the transforms back.
template <int radix>
inline void leaf_products(index count, CVec* x, const Twiddle* kernel) {
    for (index b = 0; b < count; ++b, x += radix, kernel += radix) {
        CVec a[radix];
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            a[k] = x[k];
        }
        butterfly<radix, false>(a);
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            a[k] = times(a[k], kernel[k]);
        }
        butterfly<radix, true>(a);
        RANVIER_UNROLL
        for (int k = 0; k < radix; ++k) {
            x[k] = a[k];
        }
    }
}

inline void leaf_product_pass(int length, index count, CVec* x, const Twiddle* kernel) {
    with_radix(length, [&]<int radix>() { leaf_products<radix>(count, x, kernel); });
}

/// forward_permuted(), products with the kernel in that order, inverse_permuted(): but each part goes all the way while
/// it is in the cache. The bits are those of the three in turn.
inline void convolve_permuted(const Passes& passes, const Twiddle* kernel, CVec* x, int level = 0) {
    if (passes.count == 0) {
        x[0] = times(x[0], kernel[0]);
        return;
    }
    const Pass& pass = passes.pass[level];
    if (level + 1 == passes.count) {
        leaf_product_pass(pass.radix, 1, x, kernel);
        return;
    }
    with_radix(pass.radix, [&]<int radix>() { dif_pass<radix>(pass.m, x, pass.twiddle); });
    if (level + 2 == passes.count) {
        leaf_product_pass(passes.pass[level + 1].radix, pass.radix, x, kernel);
    } else {
        for (int k = 0; k < pass.radix; ++k) {
            convolve_permuted(passes, kernel + pass.m * k, x + pass.m * k, level + 1);
        }
    }
    with_radix(pass.radix, [&]<int radix>() { dit_pass<radix>(pass.m, x, pass.twiddle); });
}

// ---- any length -----------------------------------------------------------------------------------------------------

/// n prime, g a generator: X[g^{−p}] = x₀ + Σ_q x[g^q] b_{p−q}, b_r = B(g^{−r}), where B(j) = e^{−2πij/n} makes a
/// Fourier transform and B(j) = cos 2πj/n + sin 2πj/n a Hartley one; `kernel` is the transform of b over n − 1.
/// x and y hold n vectors each; returns x or y. @source Rader 1968, doi:10.1109/PROC.1968.6477
inline CVec* rader(const Transform& t, const Twiddle* kernel, CVec* x, CVec* y) {
    const index length = t.n - 1;
    const CVec zeroth = x[0];
    for (index q = 0; q < length; ++q) {
        y[q] = x[t.power[q]];
    }
    CVec* z = stockham<false>(t.passes, y, x);
    CVec* other = z == x ? y : x;
    const CVec total = z[0] + zeroth;
    for (index k = 0; k < length; ++k) {
        z[k] = times(z[k], kernel[k]);
    }
    z[0] = z[0] + zeroth;  // adds x₀ to every bin
    CVec* convolved = stockham<true>(t.passes, z, other);
    CVec* out = convolved == x ? y : x;
    out[0] = total;
    for (index p = 0; p < length; ++p) {
        out[t.inverse_power[p]] = convolved[p];
    }
    return out;
}

/// jk = (j² + k² − (k − j)²) / 2 makes the transform a convolution with a chirp.
/// @source Bluestein 1970, doi:10.1109/TAU.1970.1162132
inline CVec* bluestein(const Transform& t, CVec* x, CVec* y) {
    for (index j = 0; j < t.n; ++j) {
        y[j] = times(x[j], t.chirp[j]);
    }
    for (index j = t.n; j < t.passes.n; ++j) {
        y[j] = CVec{Vec{}, Vec{}};
    }
    convolve_permuted(t.passes, t.kernel, y);
    for (index k = 0; k < t.n; ++k) {
        x[k] = times(y[k], t.chirp[k]);
    }
    return x;
}

/// @param first, end  bins that are wanted; the others may be anything
inline CVec* transform(const Transform& t, CVec* x, CVec* y, index first, index end) {
    switch (t.method) {
        case Method::passes: return stockham<false>(t.passes, x, y, first, end);
        case Method::rader: return rader(t, t.kernel, x, y);
        default: return bluestein(t, x, y);
    }
}

inline CVec* transform(const Transform& t, CVec* x, CVec* y) { return transform(t, x, y, 0, t.n); }

}  // namespace ranvier::numerics::RANVIER_ISA
