#include "ranvier/learn/kernels/art.hpp"

#include "ranvier/learn/kernels/functions.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

constexpr int n = lanes<double>;
constexpr int block_vectors = static_cast<int>(art_block) / n;

/// B blocks and S samples at once: each weight that is loaded meets all of them.
template <int B, int S>
RANVIER_INLINE void meet_blocks(index width, const double* weights, const double* inputs, const double* size,
                                double alpha, index stride, double* overlap, double* choice) {
    constexpr int V = B * block_vectors;
    Vec<double> sums[S][V] = {};
    for (index k = 0; k < width; ++k) {
        Vec<double> w[V];
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            w[v] = load(weights + ((v / block_vectors) * width + k) * art_block + (v % block_vectors) * n);
        }
        RANVIER_UNROLL
        for (int s = 0; s < S; ++s) {
            const Vec<double> x = all<double>(inputs[s * width + k]);
            RANVIER_UNROLL
            for (int v = 0; v < V; ++v) {
                sums[s][v] += smaller<double>(w[v], x);
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
    index i = 0;
    for (; i + 4 <= samples; i += 4) {
        meet_samples<4>(width, blocks, weights, inputs + i * width, size, alpha, stride, overlap + i * stride,
                        choice + i * stride);
    }
    for (; i < samples; ++i) {
        meet_samples<1>(width, blocks, weights, inputs + i * width, size, alpha, stride, overlap + i * stride,
                        choice + i * stride);
    }
}

index best(index blocks, const double* overlap, const double* choice, double least) {
    Vec<double> top = all<double>(-1.0);
    Ints<double> first{}, at{};
    for (int lane = 0; lane < n; ++lane) {
        at[lane] = lane;
    }
    for (index c = 0; c < blocks * art_block; c += n) {
        const Vec<double> value = load(choice + c);
        const Ints<double> better = (load(overlap + c) >= least) & (value > top);
        top = better ? value : top;
        first = better ? at : first;
        at += n;
    }
    index winner = -1;
    double value = -1;
    for (int lane = 0; lane < n; ++lane) {
        if (top[lane] > value || (top[lane] == value && value >= 0 && first[lane] < winner)) {
            value = top[lane];
            winner = static_cast<index>(first[lane]);
        }
    }
    return winner;
}

}  // namespace

extern const ArtKernels art_kernels_f64{meet, best};

}  // namespace ranvier::learn::RANVIER_ISA
