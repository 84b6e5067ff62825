#pragma once

#include <algorithm>
#include <complex>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"

/// Rows go to the kernels in blocks of as many rows as a vector has lanes, whatever the number of threads.
namespace ranvier::numerics {

/// Work memory of the threads of one parallel loop: at most one piece per thread, made when first needed.
class WorkPool {
public:
    explicit WorkPool(index doubles) : doubles_(doubles) {}

    /// A piece that returns to the pool at the end of its life.
    class Piece {
    public:
        explicit Piece(WorkPool& pool) : pool_(pool) {
            {
                const std::lock_guard lock(pool.mutex_);
                if (!pool.spare_.empty()) {
                    array_ = std::move(pool.spare_.back());
                    pool.spare_.pop_back();
                }
            }
            if (array_.empty()) {
                array_ = Array<double, 1>({std::max<index>(pool.doubles_, 1)});
            }
        }
        ~Piece() {
            const std::lock_guard lock(pool_.mutex_);
            pool_.spare_.push_back(std::move(array_));
        }
        Piece(const Piece&) = delete;
        Piece& operator=(const Piece&) = delete;
        double* data() { return array_.data(); }

    private:
        WorkPool& pool_;
        Array<double, 1> array_;
    };

private:
    index doubles_;
    std::mutex mutex_;
    std::vector<Array<double, 1>> spare_;
};

constexpr int most_lanes = 8;
/// Rows that a kernel takes at a time: one or two per lane.
constexpr int most_rows = 16;

/// Pointers to `lanes` rows from `first` on; where the view ends, the spare pointers repeat row `first`.
template <class Pointer, class T>
int row_pointers(View<T, 2> x, index first, int lanes, Pointer* rows) {
    const int count = static_cast<int>(std::min<index>(lanes, x.extent(0) - first));
    for (int lane = 0; lane < lanes; ++lane) {
        rows[lane] = reinterpret_cast<Pointer>(x.data() + (first + (lane < count ? lane : 0)) * x.stride(0));
    }
    return count;
}

/// x, or a contiguous copy of it in `copy` where its rows are strided.
template <class T, std::size_t Rank>
View<T, Rank> with_contiguous_rows(View<T, Rank> x, Array<std::remove_const_t<T>, Rank>& copy) {
    if (x.stride(Rank - 1) == 1 || x.extent(Rank - 1) <= 1) {
        return x;
    }
    return copy = Array<std::remove_const_t<T>, Rank>(x);
}

/// body(in rows, out rows, count, work) for every block of `lanes` rows, in parallel. Complex rows are handed on as
/// (re, im) pairs; each call has `doubles` of work memory. Rows of x are read before those of the same block of out
/// are written.
template <class In, class Out, class Body>
void for_row_blocks(View<const In, 2> x, View<Out, 2> out, int lanes, index doubles, Body&& body) {
    Array<In, 2> in_copy;
    Array<Out, 2> out_copy;
    const View<const In, 2> in = with_contiguous_rows(x, in_copy);
    const bool copied = out.stride(1) != 1 && out.extent(1) > 1;
    if (copied) {
        out_copy = Array<Out, 2>(out.extents());
    }
    const View<Out, 2> to = copied ? out_copy.view() : out;
    WorkPool pool(doubles);
    parallel_for((x.extent(0) + lanes - 1) / lanes, [&](index block) {
        const double* in_rows[most_rows];
        double* out_rows[most_rows];
        row_pointers(in, block * lanes, lanes, in_rows);
        const int count = row_pointers(to, block * lanes, lanes, out_rows);
        WorkPool::Piece work(pool);
        body(in_rows, out_rows, count, work.data());
    });
    if (copied) {
        copy(out_copy.view(), out);
    }
}

/// body(rows, count, work) for every block of `lanes` rows of x, which it changes in place, in parallel.
template <class Body>
void for_row_blocks_in_place(View<double, 2> x, int lanes, index doubles, Body&& body) {
    Array<double, 2> own;
    const View<double, 2> rows_of = with_contiguous_rows(x, own);
    WorkPool pool(doubles);
    parallel_for((x.extent(0) + lanes - 1) / lanes, [&](index block) {
        double* rows[most_rows];
        const int count = row_pointers(rows_of, block * lanes, lanes, rows);
        WorkPool::Piece work(pool);
        body(rows, count, work.data());
    });
    if (!own.empty()) {
        copy(own.view(), x);
    }
}

}  // namespace ranvier::numerics
