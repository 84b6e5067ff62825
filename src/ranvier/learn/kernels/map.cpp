#include "ranvier/learn/kernels/map.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::learn::RANVIER_ISA {

using namespace ranvier::RANVIER_ISA;

namespace {

#if defined(RANVIER_ISA_avx512)
constexpr int tile_rows = 4, tile_vectors = 4;
#else
constexpr int tile_rows = 2, tile_vectors = 4;
#endif
constexpr int no_unit = 0x7fffffff;

/// The best and, where wanted, second best of R rows.
template <class T, int R, bool two>
void best_of_rows(index d, const T* const* x, index stride, const T* wt, const T* bias, std::int32_t* best,
                  std::int32_t* second, T* score) {
    constexpr int width = lanes<T>, V = tile_vectors;
    using I = Int<T>;
    constexpr T lowest = -__builtin_inf();
    Vec<T> top[R], next[R];
    Ints<T> at[R], next_at[R];
    Ints<T> lane{};
    for (int i = 0; i < width; ++i) {
        lane[i] = i;
    }
    for (int r = 0; r < R; ++r) {
        top[r] = next[r] = broadcast<T>(lowest);
        at[r] = next_at[r] = Ints<T>{} + no_unit;
    }
    const auto take = [&](int r, Vec<T> value, Ints<T> unit) __attribute__((always_inline)) {
        const auto better = value > top[r];
        if constexpr (two) {
            const auto runner = value > next[r];
            next[r] = better ? top[r] : (runner ? value : next[r]);
            next_at[r] = better ? at[r] : (runner ? unit : next_at[r]);
        }
        top[r] = better ? value : top[r];
        at[r] = better ? unit : at[r];
    };
    index u = 0;
    for (; u + V * width <= stride; u += V * width) {
        Vec<T> sum[R][V];
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            const Vec<T> b = load(bias + u + v * width);
            RANVIER_UNROLL
            for (int r = 0; r < R; ++r) {
                sum[r][v] = b;
            }
        }
        const T* column = wt + u;
        for (index k = 0; k < d; ++k, column += stride) {
            Vec<T> w[V];
            RANVIER_UNROLL
            for (int v = 0; v < V; ++v) {
                w[v] = load(column + v * width);
            }
            RANVIER_UNROLL
            for (int r = 0; r < R; ++r) {
                const Vec<T> value = broadcast<T>(x[r][k]);
                RANVIER_UNROLL
                for (int v = 0; v < V; ++v) {
                    sum[r][v] += value * w[v];
                }
            }
        }
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            const Ints<T> unit = lane + static_cast<I>(u + v * width);
            RANVIER_UNROLL
            for (int r = 0; r < R; ++r) {
                take(r, sum[r][v], unit);
            }
        }
    }
    for (; u < stride; u += width) {
        const Ints<T> unit = lane + static_cast<I>(u);
        for (int r = 0; r < R; ++r) {
            Vec<T> value = load(bias + u);
            for (index k = 0; k < d; ++k) {
                value += x[r][k] * load(wt + k * stride + u);
            }
            take(r, value, unit);
        }
    }
    for (int r = 0; r < R; ++r) {
        T value = lowest, value2 = lowest;
        I where = no_unit, where2 = no_unit;
        const auto offer = [&](T v, I w) {
            if (v > value || (v == value && w < where)) {
                value2 = value;
                where2 = where;
                value = v;
                where = w;
            } else if (v > value2 || (v == value2 && w < where2)) {
                value2 = v;
                where2 = w;
            }
        };
        for (int i = 0; i < width; ++i) {
            offer(top[r][i], at[r][i]);
        }
        if constexpr (two) {
            for (int i = 0; i < width; ++i) {
                offer(next[r][i], next_at[r][i]);
            }
            // Where scores overflow, none is larger than another: the first units stand in.
            second[r] =
                where2 == no_unit ? (where == 0 || where == no_unit ? 1 : 0) : static_cast<std::int32_t>(where2);
        }
        where = where == no_unit ? 0 : where;
        best[r] = static_cast<std::int32_t>(where);
        score[r] = value;
    }
}

template <class T, bool two>
void best_rows(index rows, index d, const T* x, index x_stride, index stride, const T* wt, const T* bias,
               std::int32_t* best, std::int32_t* second, T* score) {
    constexpr int R = tile_rows;
    index i = 0;
    for (; i + R <= rows; i += R) {
        const T* row[R];
        for (int r = 0; r < R; ++r) {
            row[r] = x + (i + r) * x_stride;
        }
        best_of_rows<T, R, two>(d, row, stride, wt, bias, best + i, two ? second + i : nullptr, score + i);
    }
    for (; i < rows; ++i) {
        const T* row = x + i * x_stride;
        best_of_rows<T, 1, two>(d, &row, stride, wt, bias, best + i, two ? second + i : nullptr, score + i);
    }
}

template <class T>
void best_units(index rows, index d, const T* x, index x_stride, index stride, const T* wt, const T* bias,
                std::int32_t* best, std::int32_t* second, T* score) {
    if (second) {
        best_rows<T, true>(rows, d, x, x_stride, stride, wt, bias, best, second, score);
    } else {
        best_rows<T, false>(rows, d, x, x_stride, stride, wt, bias, best, second, score);
    }
}

/// One pass over a panel of units: they move, and their distances to the next sample are summed while at hand.
template <class T, int V, bool move>
RANVIER_INLINE void step_panel(index d, index stride, T* wt, const T* c, const T* x, const T* next, T* distance) {
    constexpr int width = lanes<T>;
    Vec<T> rate[V], sum[V];
    RANVIER_UNROLL
    for (int v = 0; v < V; ++v) {
        sum[v] = Vec<T>{};
        rate[v] = move ? load(c + v * width) : Vec<T>{};
    }
    for (index k = 0; k < d; ++k) {
        T* w = wt + k * stride;
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            Vec<T> weight = load(w + v * width);
            if constexpr (move) {
                weight += rate[v] * (x[k] - weight);
                store(w + v * width, weight);
            }
            const Vec<T> difference = next[k] - weight;
            sum[v] += difference * difference;
        }
    }
    RANVIER_UNROLL
    for (int v = 0; v < V; ++v) {
        store(distance + v * width, sum[v]);
    }
}

template <class T>
void step(index d, index stride, T* wt, const T* c, const T* x, const T* next, T* distance) {
    constexpr int width = lanes<T>, V = 4;
    index u = 0;
    const auto moves = [&](index from, index n) {
        bool any = false;
        for (index i = from; c != nullptr && i < from + n; ++i) {
            any |= c[i] != 0;
        }
        return any;
    };
    for (; u + V * width <= stride; u += V * width) {
        if (moves(u, V * width)) {
            step_panel<T, V, true>(d, stride, wt + u, c + u, x, next, distance + u);
        } else {
            step_panel<T, V, false>(d, stride, wt + u, nullptr, x, next, distance + u);
        }
    }
    for (; u < stride; u += width) {
        if (moves(u, width)) {
            step_panel<T, 1, true>(d, stride, wt + u, c + u, x, next, distance + u);
        } else {
            step_panel<T, 1, false>(d, stride, wt + u, nullptr, x, next, distance + u);
        }
    }
}

}  // namespace

extern const MapKernels<double> map_kernels_f64{best_units<double>, step<double>};
extern const MapKernels<float> map_kernels_f32{best_units<float>, step<float>};

}  // namespace ranvier::learn::RANVIER_ISA
