#include "ranvier/learn/kernels/art.hpp"

#include "ranvier/learn/kernels/vectors.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

template <int V>
RANVIER_INLINE void meet_panel(index width, index stride, const double* wt, const double* input, const double* size,
                               double alpha, double* overlap, double* choice) {
    constexpr int n = lanes<double>;
    Vec<double> sums[V] = {};
    for (index k = 0; k < width; ++k) {
        const Vec<double> x = all<double>(input[k]);
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            const Vec<double> w = load(wt + k * stride + v * n);
            sums[v] += w < x ? w : x;
        }
    }
    RANVIER_UNROLL
    for (int v = 0; v < V; ++v) {
        store(overlap + v * n, sums[v]);
        store(choice + v * n, sums[v] / (alpha + load(size + v * n)));
    }
}

void meet(index width, index count, index stride, const double* wt, const double* input, const double* size,
          double alpha, double* overlap, double* choice) {
    constexpr int n = lanes<double>;
    index c = 0;
    for (; c + 4 * n <= count; c += 4 * n) {
        meet_panel<4>(width, stride, wt + c, input, size + c, alpha, overlap + c, choice + c);
    }
    for (; c < count; c += n) {
        meet_panel<1>(width, stride, wt + c, input, size + c, alpha, overlap + c, choice + c);
    }
}

}  // namespace

extern const ArtKernels art_kernels_f64{meet};

}  // namespace ranvier::learn::RANVIER_ISA
