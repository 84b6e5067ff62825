#pragma once

#include "ranvier/numerics/kernels/fir_kernels.hpp"
#include "ranvier/numerics/kernels/lanes.hpp"

/// What stands beyond the ends of rows of n samples while they are filtered or resampled.
namespace ranvier::numerics::RANVIER_ISA {

/// out[−k] = 2 x₀ − x_k, k = 1 … count < n
inline void reflect_left(const double* const* rows, index count, Vec* out) {
    const Vec end = load_sample(rows, 0);
    for (index k = 1; k <= count; k += lanes) {
        Vec samples[lanes];
        const index m = count - k + 1 < lanes ? count - k + 1 : lanes;
        gather(rows, k, m, samples);
        for (index j = 0; j < m; ++j) {
            out[-k - j] = 2.0 * end - samples[j];
        }
    }
}

/// out[k − 1] = 2 x_{n−1} − x_{n−1−k}, k = 1 … count < n
inline void reflect_right(const double* const* rows, index n, index count, Vec* out) {
    const Vec end = load_sample(rows, n - 1);
    for (index k = 1; k <= count; k += lanes) {
        Vec samples[lanes];
        const index m = count - k + 1 < lanes ? count - k + 1 : lanes;
        gather(rows, n - k - m, m, samples);
        for (index j = 0; j < m; ++j) {
            out[k - 1 + j] = 2.0 * end - samples[m - 1 - j];
        }
    }
}

/// Where sample t of n lies whose ends are mirrors, as often as it takes
inline index mirrored(index t, index n) {
    const index period = 2 * (n - 1);
    index phase = period > 0 ? t % period : 0;
    phase = phase < 0 ? phase + period : phase;
    return phase < n ? phase : period - phase;
}

/// Rows of n samples that go on for ever at both ends.
struct ExtendedRows {
    const double* const* rows;
    index n;
    Padding padding;
    Vec first, last;

    ExtendedRows(const double* const* r, index length, Padding e)
        : rows(r), n(length), padding(e), first(load_sample(r, 0)), last(load_sample(r, length - 1)) {}

    /// Sample t of every row.
    Vec sample(index t) const {
        if (t >= 0 && t < n) {
            return load_sample(rows, t);
        }
        const Vec end = t < 0 ? first : last;
        if (padding == Padding::edge) {
            return end;
        }
        if (padding == Padding::zero) {
            return Vec{};
        }
        if (padding == Padding::mirror) {  // even, about the end samples, as often as it takes
            return load_sample(rows, mirrored(t, n));
        }
        const index mirror = t < 0 ? -t : 2 * (n - 1) - t;
        return mirror >= 0 && mirror < n ? 2.0 * end - load_sample(rows, mirror) : Vec{};
    }

    /// Samples t … t + lanes − 1 of every row.
    RANVIER_INLINE void read(index t, Vec* out) const {
        if (t >= 0 && t + lanes <= n) {
            load_rows(rows, t, out);
            return;
        }
        read_outside(t, out);
    }

    /// Asks for the cache lines of samples t … t + lanes − 1, for strides that the processor doesn't foresee.
    RANVIER_INLINE void prefetch(index t) const {
        if (t >= 0 && t + lanes <= n) {
            RANVIER_UNROLL
            for (int lane = 0; lane < lanes; ++lane) {
                __builtin_prefetch(rows[lane] + t);
            }
        }
    }

private:
    void read_outside(index t, Vec* out) const {
        const bool odd = padding == Padding::reflect || padding == Padding::reflect_limited;
        const bool left = t + lanes <= 0 && -t < n, right = t >= n && 2 * (n - 1) - t - lanes + 1 >= 0;
        if (odd && (left || right)) {
            Vec samples[lanes];
            load_rows(rows, left ? -t - lanes + 1 : 2 * (n - 1) - t - lanes + 1, samples);
            const Vec end = left ? first : last;
            for (int k = 0; k < lanes; ++k) {
                out[k] = 2.0 * end - samples[lanes - 1 - k];
            }
            return;
        }
        for (int k = 0; k < lanes; ++k) {
            out[k] = sample(t + k);
        }
    }
};

/// A single row of n samples that goes on for ever at both ends; lanes are neighbouring samples.
struct ExtendedRow {
    const double* row;
    index n;
    Padding padding;

    /// Where samples t … t + count − 1 are `shift` + `sign` · a piece of the row, back to front: the begin of that
    /// piece; null where they are anything else.
    struct Image {
        const double* begin;
        double shift, sign;
    };
    Image image(index t, index count) const {
        const bool left = t + count <= 0;
        const index begin = (left ? 0 : 2 * (n - 1)) - t - (count - 1);
        if ((!left && t < n) || begin < 0 || begin + count > n) {
            return {nullptr, 0, 0};
        }
        switch (padding) {
            case Padding::edge:
            case Padding::zero: return {nullptr, 0, 0};
            case Padding::mirror: return {row + begin, 0, 1};
            default: return {row + begin, 2 * row[left ? 0 : n - 1], -1};
        }
    }

    /// Samples t … t + lanes − 1, wherever.
    __attribute__((noinline)) Vec read(index t) const {
        if (t >= 0 && t + lanes <= n) {
            return load(row + t);
        }
        const bool left = t + lanes <= 0;
        if ((left || t >= n) && (padding == Padding::edge || padding == Padding::zero)) {
            return Vec{} + (padding == Padding::zero ? 0 : row[left ? 0 : n - 1]);
        }
        const double* rows[lanes];
        for (int lane = 0; lane < lanes; ++lane) {
            rows[lane] = row;
        }
        const ExtendedRows same(rows, n, padding);
        Vec v{};
        for (int k = 0; k < lanes; ++k) {
            v[k] = same.sample(t + k)[0];
        }
        return v;
    }
};

/// The `count` samples before the first one, into out[0 … count − 1].
inline void extend_left(Padding padding, const double* const* rows, index n, index count, Vec* out) {
    index reflected = 0;
    if (padding == Padding::reflect || padding == Padding::reflect_limited) {
        reflected = count < n - 1 ? count : n - 1;
        reflect_left(rows, reflected, out + count);
    }
    const ExtendedRows beyond(rows, n, padding);
    for (index k = 0; k < count - reflected; ++k) {
        out[k] = beyond.sample(k - count);
    }
}

/// The `count` samples behind the last one, into out[0 … count − 1].
inline void extend_right(Padding padding, const double* const* rows, index n, index count, Vec* out) {
    index reflected = 0;
    if (padding == Padding::reflect || padding == Padding::reflect_limited) {
        reflected = count < n - 1 ? count : n - 1;
        reflect_right(rows, n, reflected, out);
    }
    const ExtendedRows beyond(rows, n, padding);
    for (index k = reflected; k < count; ++k) {
        out[k] = beyond.sample(n + k);
    }
}

}  // namespace ranvier::numerics::RANVIER_ISA
