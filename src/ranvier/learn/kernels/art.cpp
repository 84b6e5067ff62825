#include "ranvier/learn/kernels/art.hpp"

#include "ranvier/learn/kernels/functions.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

constexpr int n = lanes<double>;
constexpr int block_vectors = static_cast<int>(art_block) / n;

/// 1, of which the compiler knows nothing: minima are then added by fused multiplication, to the same bits, on units
/// that finding minima leaves idle.
RANVIER_INLINE Vec<double> opaque_one() {
    Vec<double> one = broadcast<double>(1.0);
#if defined(RANVIER_ISA_avx512) || defined(RANVIER_ISA_avx2)
    asm("" : "+v"(one));
#endif
    return one;
}

/// B blocks and S samples at once: each weight that is loaded meets all of them.
template <int B, int S>
RANVIER_INLINE void meet_blocks(index width, const double* weights, const double* inputs, const double* size,
                                double alpha, index stride, double* overlap, double* choice) {
    constexpr int V = B * block_vectors;
    Vec<double> sums[S][V] = {};
    const Vec<double> one = opaque_one();
    for (index k = 0; k < width; ++k) {
        Vec<double> w[V];
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            w[v] = load(weights + ((v / block_vectors) * width + k) * art_block + (v % block_vectors) * n);
        }
        RANVIER_UNROLL
        for (int s = 0; s < S; ++s) {
            const Vec<double> x = broadcast<double>(inputs[s * width + k]);
            RANVIER_UNROLL
            for (int v = 0; v < V; ++v) {
                sums[s][v] += one * smaller<double>(w[v], x);
            }
        }
    }
    RANVIER_UNROLL
    for (int v = 0; v < V; ++v) {
        const Vec<double> whole = alpha + load(size + v * n);
        RANVIER_UNROLL
        for (int s = 0; s < S; ++s) {
            store(overlap + s * stride + v * n, sums[s][v]);
            store(choice + s * stride + v * n, sums[s][v] / whole);
        }
    }
}

template <int S>
RANVIER_INLINE void meet_samples(index width, index blocks, const double* weights, const double* inputs,
                                 const double* size, double alpha, index stride, double* overlap, double* choice) {
    constexpr int together = S * block_vectors >= 8 ? 1 : 8 / (S * block_vectors);
    index b = 0;
    for (; b + together <= blocks; b += together) {
        const index c = b * art_block;
        meet_blocks<together, S>(width, weights + c * width, inputs, size + c, alpha, stride, overlap + c, choice + c);
    }
    for (; b < blocks; ++b) {
        const index c = b * art_block;
        meet_blocks<1, S>(width, weights + c * width, inputs, size + c, alpha, stride, overlap + c, choice + c);
    }
}

void meet(index width, index blocks, index samples, const double* weights, const double* inputs, const double* size,
          double alpha, index stride, double* overlap, double* choice) {
    for (index i = 0; i < samples; i += 4) {
        const double* input = inputs + i * width;
        double* o = overlap + i * stride;
        double* c = choice + i * stride;
        switch (samples - i) {
            case 1: meet_samples<1>(width, blocks, weights, input, size, alpha, stride, o, c); break;
            case 2: meet_samples<2>(width, blocks, weights, input, size, alpha, stride, o, c); break;
            case 3: meet_samples<3>(width, blocks, weights, input, size, alpha, stride, o, c); break;
            default: meet_samples<4>(width, blocks, weights, input, size, alpha, stride, o, c); break;
        }
    }
}

/// The largest choices met so far, one in each lane, and whose they are.
struct Best {
    Vec<double> top = broadcast<double>(-1.0);
    Ints<double> category{};

    RANVIER_INLINE void meet(const double* overlap, const double* choice, double least, Ints<double> at) {
        const Vec<double> value = load(choice);
        const Ints<double> better = (load(overlap) >= least) & (value > top);
        top = better ? value : top;
        category = better ? at : category;
    }
    RANVIER_INLINE void meet(const Best& other) {
        const Ints<double> better = (other.top > top) | ((other.top == top) & (other.category < category));
        top = better ? other.top : top;
        category = better ? other.category : category;
    }
};

index best(index blocks, const double* overlap, const double* choice, double least) {
    constexpr int together = 4;  // chains of comparisons side by side
    Best parts[together];
    Ints<double> at{};
    for (int lane = 0; lane < n; ++lane) {
        at[lane] = lane;
    }
    const index end = blocks * art_block;
    index c = 0;
    for (; c + together * n <= end; c += together * n) {
        RANVIER_UNROLL
        for (int j = 0; j < together; ++j) {
            parts[j].meet(overlap + c + j * n, choice + c + j * n, least, at + j * n);
        }
        at += together * n;
    }
    for (; c < end; c += n) {
        parts[0].meet(overlap + c, choice + c, least, at);
        at += n;
    }
    parts[0].meet(parts[1]);
    parts[2].meet(parts[3]);
    parts[0].meet(parts[2]);
    index winner = -1;
    double value = -1;
    for (int lane = 0; lane < n; ++lane) {
        const double top = parts[0].top[lane];
        const index category = static_cast<index>(parts[0].category[lane]);
        if (top > value || (top == value && value >= 0 && category < winner)) {
            value = top;
            winner = category;
        }
    }
    return winner;
}

}  // namespace

extern const ArtKernels art_kernels_f64{meet, best};

}  // namespace ranvier::learn::RANVIER_ISA
