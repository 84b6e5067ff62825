#pragma once

#include "ranvier/base/lanes.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

/// Vectors of the instruction set, one signal per lane. Lanes never mix, so the result for a signal has the same bits
/// in whichever lane it travels and whatever its neighbours are.
namespace ranvier::numerics::RANVIER_ISA {

using namespace ranvier::RANVIER_ISA;
constexpr int lanes = ranvier::RANVIER_ISA::lanes<double>;
using Vec = ranvier::RANVIER_ISA::Vec<double>;

/// A complex number of each lane.
struct CVec {
    Vec r, i;
};

RANVIER_INLINE CVec operator+(CVec a, CVec b) { return {a.r + b.r, a.i + b.i}; }
RANVIER_INLINE CVec operator-(CVec a, CVec b) { return {a.r - b.r, a.i - b.i}; }
RANVIER_INLINE CVec operator*(double s, CVec a) { return {s * a.r, s * a.i}; }
RANVIER_INLINE CVec conj(CVec a) { return {a.r, -a.i}; }
RANVIER_INLINE CVec swapped(CVec a) { return {a.i, a.r}; }
/// a · w
RANVIER_INLINE CVec times(CVec a, Twiddle w) { return {a.r * w.r - a.i * w.i, a.r * w.i + a.i * w.r}; }
/// a · w̄
RANVIER_INLINE CVec times_conj(CVec a, Twiddle w) { return {a.r * w.r + a.i * w.i, a.i * w.r - a.r * w.i}; }
/// a · w of a forward transform, a · w̄ of an inverse one
template <bool inverse>
RANVIER_INLINE CVec twiddled(CVec a, Twiddle w) {
    if constexpr (inverse) {
        return times_conj(a, w);
    } else {
        return times(a, w);
    }
}
/// a · (−i) of a forward transform, a · i of an inverse one
template <bool inverse>
RANVIER_INLINE CVec quarter_turn(CVec a) {
    if constexpr (inverse) {
        return {-a.i, a.r};
    } else {
        return {a.i, -a.r};
    }
}

// Rows are `lanes` pointers; where there are fewer rows, the spare pointers repeat one of them and only the first
// `count` are written.

/// out[k] = sample at + k of every row, k = 0 … lanes − 1
RANVIER_INLINE void load_rows(const double* const* rows, index at, Vec* out) {
    RANVIER_UNROLL
    for (int lane = 0; lane < lanes; ++lane) {
        out[lane] = load(rows[lane] + at);
    }
    transpose<double>(out);
}

RANVIER_INLINE void store_rows(double* const* rows, int count, index at, Vec* v) {
    transpose<double>(v);
    if (count == lanes) {
        RANVIER_UNROLL
        for (int lane = 0; lane < lanes; ++lane) {
            store(rows[lane] + at, v[lane]);
        }
    } else {
        for (int lane = 0; lane < count; ++lane) {
            store(rows[lane] + at, v[lane]);
        }
    }
}

/// Sample `at` of every row.
RANVIER_INLINE Vec load_sample(const double* const* rows, index at) {
    Vec v{};
    RANVIER_UNROLL
    for (int lane = 0; lane < lanes; ++lane) {
        v[lane] = rows[lane][at];
    }
    return v;
}

RANVIER_INLINE void store_sample(double* const* rows, int count, index at, Vec v) {
    for (int lane = 0; lane < count; ++lane) {
        rows[lane][at] = v[lane];
    }
}

/// out[k] = sample begin + k of every row, k = 0 … n − 1
inline void gather(const double* const* rows, index begin, index n, Vec* out) {
    index k = 0;
    for (; k + lanes <= n; k += lanes) {
        load_rows(rows, begin + k, out + k);
    }
    for (; k < n; ++k) {
        out[k] = load_sample(rows, begin + k);
    }
}

/// The reverse of gather(), for the first `count` rows.
inline void scatter(double* const* rows, int count, index begin, index n, const Vec* v) {
    index k = 0;
    for (; k + lanes <= n; k += lanes) {
        Vec square[lanes];
        RANVIER_UNROLL
        for (int j = 0; j < lanes; ++j) {
            square[j] = v[k + j];
        }
        store_rows(rows, count, begin + k, square);
    }
    for (; k < n; ++k) {
        store_sample(rows, count, begin + k, v[k]);
    }
}

}  // namespace ranvier::numerics::RANVIER_ISA
