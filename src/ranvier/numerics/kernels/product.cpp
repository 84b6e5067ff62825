#include "ranvier/numerics/kernels/lanes.hpp"
#include "ranvier/numerics/kernels/product_kernels.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

constexpr int vectors = 3;  // with as many rows as lanes, a tile and what it is made of fill the registers
constexpr int columns = vectors * lanes;

/// c (lanes, width vectors) = or += Σ_i a(i, ·) b(i, ·), rows of a and b a step apart.
template <int width, bool more>
RANVIER_INLINE void tile(index n, const double* a, index a_step, const double* b, double* c, index ldc) {
    Vec sum[lanes][width] = {};
    for (index i = 0; i < n; ++i, a += a_step, b += columns) {
        Vec right[width];
        RANVIER_UNROLL
        for (int v = 0; v < width; ++v) {
            right[v] = load(b + v * lanes);
        }
        RANVIER_UNROLL
        for (int r = 0; r < lanes; ++r) {
            const Vec left = broadcast(a[r]);
            RANVIER_UNROLL
            for (int v = 0; v < width; ++v) {
                sum[r][v] += left * right[v];
            }
        }
    }
    RANVIER_UNROLL
    for (int r = 0; r < lanes; ++r) {
        RANVIER_UNROLL
        for (int v = 0; v < width; ++v) {
            double* to = c + r * ldc + v * lanes;
            store(to, more ? load(to) + sum[r][v] : sum[r][v]);
        }
    }
}

void multiply(index tiles, index k, const double* a, const double* panel, double* out) {
    for (index t = 0; t < tiles; ++t) {
        tile<vectors, false>(k, a + t * k * lanes, lanes, panel, out + t * lanes * columns, columns);
    }
}

/// Row r + some of rows that are read one after the other, or the row that is read then of the samples behind: short
/// stretches of many rows are too many streams for the processor to foresee.
RANVIER_INLINE const double* ahead(const double* const* rows, index count, index n, index r) {
    return r < count ? rows[r] : rows[(r - count) % count] + n;
}

void pack(index k, index n, const double* const* rows, double* panels, index stride) {
    for (index r = 0; r < k; ++r) {
        const double* from = rows[r];
        const double* later = ahead(rows, k, n, r + 8);
        double* to = panels + r * columns;
        index t = 0;
        for (; t + columns <= n; t += columns, to += stride) {
            RANVIER_UNROLL
            for (int v = 0; v < vectors; ++v) {
                store(to + v * lanes, load(from + t + v * lanes));
                __builtin_prefetch(later + t + v * lanes);
            }
        }
        for (int c = 0; t < n && c < columns; ++c) {
            to[c] = t + c < n ? from[t + c] : 0.0;
        }
    }
}

void unpack(index k, index n, const double* panels, index stride, double* const* rows) {
    for (index r = 0; r < k; ++r) {
        const double* from = panels + r * columns;
        double* to = rows[r];
        index t = 0;
        for (; t + columns <= n; t += columns, from += stride) {
            RANVIER_UNROLL
            for (int v = 0; v < vectors; ++v) {
                store(to + t + v * lanes, load(from + v * lanes));
            }
        }
        for (int c = 0; t + c < n; ++c) {
            to[t + c] = from[c];
        }
    }
}

void add(index rows, index n, const double* panel, double factor, double* c, index ldc) {
    const Vec times = broadcast(factor);
    for (index r = 0; r < rows; ++r, panel += columns, c += ldc) {
        index t = 0;
        for (; t + lanes <= n; t += lanes) {
            store(c + t, load(c + t) + times * load(panel + t));
        }
        for (; t < n; ++t) {
            c[t] += factor * panel[t];
        }
    }
}

void transpose(index channels, index n, const double* const* rows, double* groups, double* sums) {
    for (index c = 0; c < channels; c += lanes) {
        const double* const* some = rows + c;
        double* to = groups + c / columns * n * columns + c % columns;
        Vec sum = load(sums + c);
        index t = 0;
        for (; t + lanes <= n; t += lanes) {
            RANVIER_UNROLL
            for (int k = 0; k < lanes; ++k) {
                __builtin_prefetch((c + lanes < channels ? some[lanes + k] : rows[k] + n) + t);
            }
            Vec v[lanes];
            load_rows(some, t, v);
            Vec part{};
            RANVIER_UNROLL
            for (int k = 0; k < lanes; ++k) {
                store(to + (t + k) * columns, v[k]);
                part += v[k];
            }
            sum += part;
        }
        for (; t < n; ++t) {
            const Vec v = load_sample(some, t);
            store(to + t * columns, v);
            sum += v;
        }
        store(sums + c, sum);
    }
}

void square(index channels, index n, const double* groups, double* c, index ldc) {
    const index n_groups = (channels + columns - 1) / columns;
    for (index g = 0; g < n_groups; ++g) {  // whose samples stay in the first cache while those of the rows pass
        const double* b = groups + g * n * columns;
        double* to = c + g * columns;
        for (index r = g * columns; r < channels; r += lanes) {
            const index within = r % columns;
            const double* a = groups + r / columns * n * columns + within;
            if (r >= (g + 1) * columns || within == 2 * lanes) {
                tile<3, true>(n, a, columns, b, to + r * ldc, ldc);
            } else if (within == 0) {
                tile<1, true>(n, a, columns, b, to + r * ldc, ldc);
            } else {
                tile<2, true>(n, a, columns, b, to + r * ldc, ldc);
            }
        }
    }
}

}  // namespace

extern const ProductKernels product_kernels{lanes, columns, pack, unpack, multiply, add, transpose, square};

}  // namespace ranvier::numerics::RANVIER_ISA
