#include "ranvier/learn/kernels/art.hpp"

#include "ranvier/learn/kernels/functions.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

constexpr int n = lanes<double>;
constexpr int block_vectors = static_cast<int>(art_block) / n;

/// The largest choice met so far in each lane, and where.
struct Best {
    Vec<double> top = all<double>(-1.0);
    Ints<double> first{}, at{};

    RANVIER_INLINE Best() {
        for (int lane = 0; lane < n; ++lane) {
            at[lane] = lane;
        }
    }
    RANVIER_INLINE void meet(Vec<double> overlap, Vec<double> choice, double least) {
        const Ints<double> better = (overlap >= least) & (choice > top);
        top = better ? choice : top;
        first = better ? at : first;
        at += n;
    }
    index winner() const {
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
};

/// B blocks at once.
template <int B>
RANVIER_INLINE void meet_blocks(index width, const double* weights, const double* input, const double* size,
                                double alpha, double least, double* overlap, double* choice, Best& best) {
    Vec<double> sums[B * block_vectors] = {};
    for (index k = 0; k < width; ++k) {
        const Vec<double> x = all<double>(input[k]);
        RANVIER_UNROLL
        for (int v = 0; v < B * block_vectors; ++v) {
            const double* w = weights + ((v / block_vectors) * width + k) * art_block + (v % block_vectors) * n;
            sums[v] += smaller<double>(load(w), x);
        }
    }
    RANVIER_UNROLL
    for (int v = 0; v < B * block_vectors; ++v) {
        const Vec<double> value = sums[v] / (alpha + load(size + v * n));
        store(overlap + v * n, sums[v]);
        store(choice + v * n, value);
        best.meet(sums[v], value, least);
    }
}

index meet(index width, index blocks, const double* weights, const double* input, const double* size, double alpha,
           double least, double* overlap, double* choice) {
    constexpr int together = 4;
    Best best;
    index b = 0;
    for (; b + together <= blocks; b += together) {
        const index c = b * art_block;
        meet_blocks<together>(width, weights + c * width, input, size + c, alpha, least, overlap + c, choice + c, best);
    }
    for (; b < blocks; ++b) {
        const index c = b * art_block;
        meet_blocks<1>(width, weights + c * width, input, size + c, alpha, least, overlap + c, choice + c, best);
    }
    return best.winner();
}

index best(index blocks, const double* overlap, const double* choice, double least) {
    Best best;
    for (index c = 0; c < blocks * art_block; c += n) {
        best.meet(load(overlap + c), load(choice + c), least);
    }
    return best.winner();
}

}  // namespace

extern const ArtKernels art_kernels_f64{meet, best};

}  // namespace ranvier::learn::RANVIER_ISA
