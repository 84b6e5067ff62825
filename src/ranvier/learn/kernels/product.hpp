#pragma once

#include <type_traits>

#include "ranvier/base/lanes.hpp"
#include "ranvier/learn/kernels/net.hpp"

/// Products of a matrix whose rows lie anywhere with one that fits a cache: whole columns of sums stay in registers.
namespace ranvier::learn::RANVIER_ISA {

using namespace ranvier::RANVIER_ISA;

constexpr bool has_halves = vector_bytes >= 32;
#if defined(RANVIER_ISA_avx512)
constexpr int most_rows = 8;
#else
constexpr int most_rows = 4;
#endif

/// a(i, p) = rows[i][p]
template <class T, int R>
struct AcrossRows {
    const T* row[R];
    RANVIER_INLINE AcrossRows(const T* const* rows, index i) {
        RANVIER_UNROLL
        for (int r = 0; r < R; ++r) {
            row[r] = rows[i + r];
        }
    }
    RANVIER_INLINE T at(int r, index p) const { return row[r][p]; }
};

/// a(i, p) = rows[p][i]
template <class T, int R>
struct DownRows {
    const T* const* rows;
    index i;
    RANVIER_INLINE DownRows(const T* const* rows_, index i_) : rows(rows_), i(i_) {}
    RANVIER_INLINE T at(int r, index p) const { return rows[p][i + r]; }
};

/// R rows of c, V vectors and, where `H` is 1, a half one behind them.
template <class T, int R, int V, int H, template <class, int> class A>
RANVIER_INLINE void tile(index k, A<T, R> a, const T* b, index ldb, bool accumulate, T* c, index ldc,
                         const Finish<T>& finish, index column) {
    constexpr int width = lanes<T>;
    constexpr int rest_width = H == 1 ? width / 2 : width;
    using Rest = Vec<T, rest_width>;
    Vec<T> sum[R][V > 0 ? V : 1];
    Rest rest[R];
    RANVIER_UNROLL
    for (int r = 0; r < R; ++r) {
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            sum[r][v] = accumulate ? load(c + r * ldc + v * width) : Vec<T>{};
        }
        if constexpr (H == 1) {
            rest[r] = accumulate ? load<T, rest_width>(c + r * ldc + V * width) : Rest{};
        }
    }
    for (index p = 0; p < k; ++p, b += ldb) {
        Vec<T> row[V > 0 ? V : 1];
        Rest end;
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            row[v] = load(b + v * width);
        }
        if constexpr (H == 1) {
            end = load<T, rest_width>(b + V * width);
        }
        RANVIER_UNROLL
        for (int r = 0; r < R; ++r) {
            const Vec<T> x = broadcast<T>(a.at(r, p));
            RANVIER_UNROLL
            for (int v = 0; v < V; ++v) {
                sum[r][v] += x * row[v];
            }
            if constexpr (H == 1) {
                rest[r] += low_half<T>(x) * end;
            }
        }
    }
    RANVIER_UNROLL
    for (int r = 0; r < R; ++r) {
        RANVIER_UNROLL
        for (int v = 0; v < V; ++v) {
            Vec<T> x = sum[r][v];
            if (finish.bias) {
                x += load(finish.bias + column + v * width);
                x = finish.rectify ? (x < 0 ? Vec<T>{} : x) : x;
            }
            store(c + r * ldc + v * width, x);
        }
        if constexpr (H == 1) {
            Rest x = rest[r];
            if (finish.bias) {
                x += load<T, rest_width>(finish.bias + column + V * width);
                x = finish.rectify ? (x < 0 ? Rest{} : x) : x;
            }
            store<T, rest_width>(c + r * ldc + V * width, x);
            if (!accumulate) {
                store<T, rest_width>(c + r * ldc + V * width + rest_width, Rest{});
            }
        }
    }
}

/// Memory that a product asks for while it runs, a little with every tile.
class Fetch {
public:
    Fetch(const Coming& coming, index tiles)
        : coming_(coming), share_((coming.count * coming.lines + tiles - 1) / tiles) {}

    RANVIER_INLINE void some() {
        for (index left = share_; left > 0 && row_ < coming_.count; --left) {
            __builtin_prefetch(static_cast<const char*>(coming_.rows[row_]) + 64 * line_, 0, 2);
            if (++line_ == coming_.lines) {
                line_ = 0;
                ++row_;
            }
        }
    }

private:
    Coming coming_;
    index share_, row_ = 0, line_ = 0;
};

template <class T, int V, int H, template <class, int> class A>
void panel(index m, index k, const T* const* rows, const T* b, index ldb, bool accumulate, T* c, index ldc,
           const Finish<T>& finish, index column, Fetch& fetch) {
    index i = 0;
    for (; i + most_rows <= m; i += most_rows) {
        fetch.some();
        tile<T, most_rows, V, H, A>(k, {rows, i}, b, ldb, accumulate, c + i * ldc, ldc, finish, column);
    }
    if constexpr (most_rows > 4) {
        if (i + 4 <= m) {
            tile<T, 4, V, H, A>(k, {rows, i}, b, ldb, accumulate, c + i * ldc, ldc, finish, column);
            i += 4;
        }
    }
    if (i + 2 <= m) {
        tile<T, 2, V, H, A>(k, {rows, i}, b, ldb, accumulate, c + i * ldc, ldc, finish, column);
        i += 2;
    }
    if (i < m) {
        tile<T, 1, V, H, A>(k, {rows, i}, b, ldb, accumulate, c + i * ldc, ldc, finish, column);
    }
}

/// A single column of c = a · b with a(i, p) = rows[i][p]: vectors run along p.
template <class T>
void column_across(index m, index k, const T* const* rows, const T* b, index ldb, bool accumulate, T* c, index ldc,
                   const Finish<T>& finish) {
    constexpr int width = lanes<T>, block = 256;
    T packed[block];
    for (index begin = 0; begin < k; begin += block) {
        const index count = k - begin < block ? k - begin : block;
        for (index p = 0; p < count; ++p) {
            packed[p] = b[(begin + p) * ldb];
        }
        for (index i = 0; i < m; ++i) {
            const T* row = rows[i] + begin;
            Vec<T> sums[2] = {};
            index p = 0;
            for (; p + 2 * width <= count; p += 2 * width) {
                sums[0] += load(row + p) * load(packed + p);
                sums[1] += load(row + p + width) * load(packed + p + width);
            }
            T rest = 0;
            for (; p < count; ++p) {
                rest += row[p] * packed[p];
            }
            const T total = sum<T>(sums[0] + sums[1]) + rest;
            c[i * ldc] = accumulate || begin > 0 ? c[i * ldc] + total : total;
        }
    }
    for (index i = 0; i < m && finish.bias; ++i) {
        const T x = c[i * ldc] + finish.bias[0];
        c[i * ldc] = finish.rectify && x < 0 ? T(0) : x;
    }
}

/// The same with a(i, p) = rows[p][i]: vectors run along i.
template <class T>
void column_down(index m, index k, const T* const* rows, const T* b, index ldb, bool accumulate, T* c, index ldc) {
    constexpr int width = lanes<T>, V = 8;
    index i = 0;
    for (; i + V * width <= m; i += V * width) {
        Vec<T> sums[V] = {};
        for (index p = 0; p < k; ++p) {
            RANVIER_UNROLL
            for (int v = 0; v < V; ++v) {
                sums[v] += b[p * ldb] * load(rows[p] + i + v * width);
            }
        }
        for (int v = 0; v < V; ++v) {
            for (int lane = 0; lane < width; ++lane) {
                T& to = c[(i + v * width + lane) * ldc];
                to = accumulate ? to + sums[v][lane] : sums[v][lane];
            }
        }
    }
    for (; i < m; i += width) {
        const int count = m - i < width ? static_cast<int>(m - i) : width;
        T sums[lanes<T>] = {};
        if (count == width) {
            Vec<T> total{};
            for (index p = 0; p < k; ++p) {
                total += b[p * ldb] * load(rows[p] + i);
            }
            store(sums, total);
        } else {
            for (index p = 0; p < k; ++p) {
                for (int lane = 0; lane < count; ++lane) {
                    sums[lane] += b[p * ldb] * rows[p][i + lane];
                }
            }
        }
        for (int lane = 0; lane < count; ++lane) {
            T& to = c[(i + lane) * ldc];
            to = accumulate ? to + sums[lane] : sums[lane];
        }
    }
}

/// c = a · b, or c += a · b: n columns, and what is left of the last 64 bytes of each row of c becomes 0 (or stays,
/// where sums go on); b holds 0 there.
template <class T, template <class, int> class A>
void product(index m, index n, index k, const T* const* rows, const T* b, index ldb, bool accumulate, T* c, index ldc,
             Finish<T> finish, Coming coming) {
    constexpr int width = lanes<T>;
    index vectors = n / width, at = 0;
    const bool half = has_halves && n % width > 0 && n % width <= width / 2;
    vectors += n % width > 0 && !half;
    if (n == 1) {
        constexpr index line = 64 / static_cast<index>(sizeof(T));
        for (index i = 0; i < m && !accumulate; ++i) {
            for (index j = 0; j < line; j += width) {
                store(c + i * ldc + j, Vec<T>{});
            }
        }
        if constexpr (std::is_same_v<A<T, 1>, AcrossRows<T, 1>>) {
            column_across(m, k, rows, b, ldb, accumulate, c, ldc, finish);
        } else {
            column_down(m, k, rows, b, ldb, accumulate, c, ldc);
        }
        at = line;
        vectors = 0;
    }
    const index behind = n > 1 && half ? (vectors < 2 ? vectors : 2) : 0;  // vectors that share a panel with the half
    vectors -= behind;
    Fetch fetch(coming, ((vectors + 2) / 3 + 1) * (m / most_rows) + 1);
    const auto go = [&]<int V, int H>() {
        panel<T, V, H, A>(m, k, rows, b + at, ldb, accumulate, c + at, ldc, finish, at, fetch);
        at += (V + H) * width;
    };
    // Panels of three vectors, the last ones of two where one would be left over.
    while (vectors > 0) {
        const index take = vectors == 1 ? 1 : vectors == 2 || vectors == 4 ? 2 : 3;
        if (take == 3) {
            go.template operator()<3, 0>();
        } else if (take == 2) {
            go.template operator()<2, 0>();
        } else {
            go.template operator()<1, 0>();
        }
        vectors -= take;
    }
    if constexpr (has_halves) {
        if (n > 1 && half) {
            if (behind == 2) {
                go.template operator()<2, 1>();
            } else if (behind == 1) {
                go.template operator()<1, 1>();
            } else {
                go.template operator()<0, 1>();
            }
        }
    }
    constexpr index line = 64 / static_cast<index>(sizeof(T));
    const index end = (n + line - 1) / line * line;
    for (index i = 0; i < m && at < end && !accumulate; ++i) {
        for (index j = at; j < end; ++j) {
            c[i * ldc + j] = 0;
        }
    }
}

}  // namespace ranvier::learn::RANVIER_ISA
