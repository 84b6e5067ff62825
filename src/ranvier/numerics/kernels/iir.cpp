#include "ranvier/numerics/kernels/iir_kernels.hpp"

#include "ranvier/numerics/kernels/extension.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

/// A section waits for its own last output, so narrow vectors travel two by two and fill each other's pauses; wide ones
/// keep the units busy alone, and hold half the memory.
constexpr int blocks = lanes == 8 ? 1 : 2;
constexpr int most_sections = 4;  // at a time, so that states stay in registers
constexpr index chunk = 256;      // samples between the transposes, in L1 and L2

struct State {
    Vec z[blocks][2];
};

/// Runs `sections` sections over n samples of each block, in place, forward (step = 1) or backward (−1).
template <int sections, bool unit>
inline void run_group(const Biquad* q, double gain, State* state, Vec* const* begin, index n, index step) {
    Vec z[sections][blocks][2];
    Vec* w[blocks];
    RANVIER_UNROLL
    for (int s = 0; s < sections; ++s) {
        RANVIER_UNROLL
        for (int b = 0; b < blocks; ++b) {
            z[s][b][0] = state[s].z[b][0];
            z[s][b][1] = state[s].z[b][1];
            w[b] = begin[b];
        }
    }
    for (index t = 0; t < n; ++t) {
        RANVIER_UNROLL
        for (int b = 0; b < blocks; ++b) {
            Vec x = *w[b];
            if constexpr (unit) {
                x = gain * x;
            }
            RANVIER_UNROLL
            for (int s = 0; s < sections; ++s) {
                Vec(&zs)[2] = z[s][b];
                const Vec y = unit ? x + zs[0] : q[s].b0 * x + zs[0];
                const Vec sum = q[s].b1 * x + zs[1];
                zs[0] = sum - q[s].a1 * y;
                zs[1] = unit ? x - q[s].a2 * y : q[s].b2 * x - q[s].a2 * y;
                x = y;
            }
            *w[b] = x;
            w[b] += step;
        }
    }
    RANVIER_UNROLL
    for (int s = 0; s < sections; ++s) {
        RANVIER_UNROLL
        for (int b = 0; b < blocks; ++b) {
            state[s].z[b][0] = z[s][b][0];
            state[s].z[b][1] = z[s][b][1];
        }
    }
}

template <bool unit>
inline void run_sections(const Cascade& c, State* state, Vec* const* begin, index n, index step) {
    double gain = c.gain;
    for (int s = 0; s < c.count; s += most_sections, gain = 1) {
        const Biquad* q = c.section + s;
        switch (c.count - s) {
            case 1: run_group<1, unit>(q, gain, state + s, begin, n, step); break;
            case 2: run_group<2, unit>(q, gain, state + s, begin, n, step); break;
            case 3: run_group<3, unit>(q, gain, state + s, begin, n, step); break;
            default: run_group<most_sections, unit>(q, gain, state + s, begin, n, step); break;
        }
    }
}

inline void run(const Cascade& c, State* state, Vec* const* begin, index n, index step) {
    if (c.unit_numerators) {
        run_sections<true>(c, state, begin, n, step);
    } else {
        run_sections<false>(c, state, begin, n, step);
    }
}

/// The state after an endless input of `first`.
inline void settle(const Cascade& c, State* state, const Vec* first) {
    for (int s = 0; s < c.count; ++s) {
        for (int b = 0; b < blocks; ++b) {
            state[s].z[b][0] = c.section[s].z0 * first[b];
            state[s].z[b][1] = c.section[s].z1 * first[b];
        }
    }
}

inline int rows_of_block(int count, int b) {
    const int rows = count - b * lanes;
    return rows < 0 ? 0 : rows < lanes ? rows : lanes;
}

inline index smaller(index a, index b) { return a < b ? a : b; }

/// The samples of a block stay transposed between the two directions.
void filtfilt_rows(const Cascade& c, double* const* rows, int count, index n, index padlen, double* work) {
    const index length = n + 2 * padlen;
    State* state = reinterpret_cast<State*>(work);
    Vec* w[blocks];
    Vec first[blocks];
    for (int b = 0; b < blocks; ++b) {
        w[b] = reinterpret_cast<Vec*>(state + c.count) + b * length;
        extend_left(Padding::reflect, rows + b * lanes, n, padlen, w[b]);
        extend_right(Padding::reflect, rows + b * lanes, n, padlen, w[b] + padlen + n);
        first[b] = padlen > 0 ? w[b][0] : load_sample(rows + b * lanes, 0);
    }
    Vec* at[blocks];
    const auto seek = [&](index t) {
        for (int b = 0; b < blocks; ++b) {
            at[b] = w[b] + t;
        }
    };
    settle(c, state, first);
    seek(0);
    run(c, state, at, padlen, 1);
    for (index t = 0; t < n; t += chunk) {
        const index m = smaller(chunk, n - t);
        for (int b = 0; b < blocks; ++b) {
            gather(rows + b * lanes, t, m, w[b] + padlen + t);
        }
        seek(padlen + t);
        run(c, state, at, m, 1);
    }
    seek(padlen + n);
    run(c, state, at, padlen, 1);

    for (int b = 0; b < blocks; ++b) {
        first[b] = w[b][length - 1];
    }
    settle(c, state, first);
    seek(length - 1);
    run(c, state, at, padlen, -1);
    for (index end = n; end > 0;) {
        const index begin = (end - 1) / chunk * chunk;
        seek(padlen + end - 1);
        run(c, state, at, end - begin, -1);
        for (int b = 0; b < blocks; ++b) {
            scatter(rows + b * lanes, rows_of_block(count, b), begin, end - begin, w[b] + padlen + begin);
        }
        end = begin;
    }
}

void filter_rows(const Cascade& c, double* const* rows, int count, index n, bool steady, double* work) {
    State* state = reinterpret_cast<State*>(work);
    Vec* w[blocks];
    Vec first[blocks];
    for (int b = 0; b < blocks; ++b) {
        w[b] = reinterpret_cast<Vec*>(state + c.count) + b * chunk;
        first[b] = steady ? load_sample(rows + b * lanes, 0) : Vec{};
    }
    settle(c, state, first);
    for (index t = 0; t < n; t += chunk) {
        const index m = smaller(chunk, n - t);
        for (int b = 0; b < blocks; ++b) {
            gather(rows + b * lanes, t, m, w[b]);
        }
        run(c, state, w, m, 1);
        for (int b = 0; b < blocks; ++b) {
            scatter(rows + b * lanes, rows_of_block(count, b), t, m, w[b]);
        }
    }
}

}  // namespace

const IirKernels iir_kernels = {blocks * lanes, chunk, filtfilt_rows, filter_rows};

}  // namespace ranvier::numerics::RANVIER_ISA
