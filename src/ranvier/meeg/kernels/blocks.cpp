#include "ranvier/meeg/kernels/blocks.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;

template <int few>
void subtract_few(index n_rows, index n, const double* weights, index ldw, const double* delta, double* rows) {
    for (index i = 0; i < n_rows; ++i) {
        double* row = rows + i * n;
        Vec<double> w[few];
        RANVIER_UNROLL
        for (int k = 0; k < few; ++k) {
            w[k] = broadcast(weights[k * ldw + i]);
        }
        for (index t = 0; t < n; t += width) {
            Vec<double> sum = load(row + t);
            RANVIER_UNROLL
            for (int k = 0; k < few; ++k) {
                sum -= w[k] * load(delta + k * n + t);
            }
            store(row + t, sum);
        }
    }
}

void subtract_products(index n_rows, index n, index few, const double* weights, index ldw, const double* delta,
                       double* rows) {
    for (; few >= 3; few -= 3, weights += 3 * ldw, delta += 3 * n) {
        subtract_few<3>(n_rows, n, weights, ldw, delta, rows);
    }
    for (; few > 0; --few, weights += ldw, delta += n) {
        subtract_few<1>(n_rows, n, weights, ldw, delta, rows);
    }
}

// As many sums at once as registers hold, so that each number that is read serves several.
constexpr int tile_rows = vector_bytes == 64 ? 6 : 3, tile_vectors = vector_bytes == 64 ? 4 : 3;

template <int rows, int vectors>
void multiply_tile(index inner, const double* a, index lda, const double* b, index ldb, double* out, index ldo) {
    Vec<double> sum[rows][vectors] = {};
    for (index c = 0; c < inner; ++c) {
        Vec<double> factor[vectors];
        RANVIER_UNROLL
        for (int v = 0; v < vectors; ++v) {
            factor[v] = load(b + c * ldb + v * width);
        }
        RANVIER_UNROLL
        for (int r = 0; r < rows; ++r) {
            const Vec<double> weight = broadcast(a[r * lda + c]);
            RANVIER_UNROLL
            for (int v = 0; v < vectors; ++v) {
                sum[r][v] += weight * factor[v];
            }
        }
    }
    RANVIER_UNROLL
    for (int r = 0; r < rows; ++r) {
        RANVIER_UNROLL
        for (int v = 0; v < vectors; ++v) {
            store(out + r * ldo + v * width, sum[r][v]);
        }
    }
}

template <int vectors>
void multiply_panel(index rows, index inner, const double* a, index lda, const double* b, index ldb, double* out,
                    index ldo) {
    index r = 0;
    for (; r + tile_rows <= rows; r += tile_rows) {
        multiply_tile<tile_rows, vectors>(inner, a + r * lda, lda, b, ldb, out + r * ldo, ldo);
    }
    for (; r + 3 <= rows; r += 3) {  // the orientations of a position
        multiply_tile<3, vectors>(inner, a + r * lda, lda, b, ldb, out + r * ldo, ldo);
    }
    for (; r < rows; ++r) {
        multiply_tile<1, vectors>(inner, a + r * lda, lda, b, ldb, out + r * ldo, ldo);
    }
}

void multiply(index rows, index n, index inner, const double* a, index lda, const double* b, index ldb, double* out,
              index ldo) {
    for (index t = 0; t < n;) {
        const index left = (n - t) / width, vectors = left < tile_vectors ? left : tile_vectors;
        const auto panel = vectors == 4   ? multiply_panel<4>
                           : vectors == 3 ? multiply_panel<3>
                           : vectors == 2 ? multiply_panel<2>
                                          : multiply_panel<1>;
        panel(rows, inner, a, lda, b + t, ldb, out + t, ldo);
        t += vectors * width;
    }
}

double dot(index n, const double* a, const double* b) {
    Vec<double> first{}, second{};
    index t = 0;
    for (; t + 2 * width <= n; t += 2 * width) {
        first += load(a + t) * load(b + t);
        second += load(a + t + width) * load(b + t + width);
    }
    first += second;
    double rest = 0;
    for (; t < n; ++t) {
        rest += a[t] * b[t];
    }
    return rest + sum<double>(first);
}

}  // namespace

extern const BlockKernels block_kernels{subtract_products, multiply, dot};

}  // namespace ranvier::meeg::RANVIER_ISA
