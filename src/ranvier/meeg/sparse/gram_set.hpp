#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "ranvier/meeg/sparse/gain.hpp"

namespace ranvier::meeg {

/// Some positions of a gain with the products of their rows, G_iᵀ G_j, in the order in which they joined.
class GramSet {
public:
    explicit GramSet(const GainRows& gain) : gain_(gain), place_(static_cast<std::size_t>(gain.positions()), -1) {}

    /// Adds positions that are not there yet.
    void add(std::span<const index> positions);
    /// Keeps those at some places, ascending.
    void keep(std::span<const index> places);

    const GainRows& gain() const { return gain_; }
    index size() const { return static_cast<index>(positions_.size()); }
    index capacity() const { return capacity_; }
    index position(index place) const { return positions_[place]; }
    index place(index position) const { return place_[position]; }  ///< −1: not there
    double lipschitz(index place) const { return gain_.lipschitz[positions_[place]]; }
    const double* rows(index place) const { return rows_.data() + place * gain_.n_orient * gain_.sensors(); }
    /// Products of the rows of a place with all rows, `stride()` from one to the next.
    const double* products(index place) const { return gram_.data() + place * gain_.n_orient * stride(); }
    index stride() const { return gram_.extent(1); }
    /// out = rows · data for places from `first` on. @param data  shape (sensors, times) @param out  of the place
    /// `first`
    /// @param ld  from one row of out to the next
    void project(index first, View<const double, 2> data, double* out, index ld) const;
    /// Σ over places of rowsᵀ · courses, shape (sensors, times). @param courses  rows `ld` apart
    Array<double, 2> explained(std::span<const index> places, const double* courses, index ld, index times) const;

private:
    const GainRows& gain_;
    index capacity_ = 0;
    std::vector<index> positions_, place_;
    Array<double, 2> rows_, gram_;
};

/// An array with more rows, which begins as the old one. @param used  rows that are copied
template <class T>
Array<T, 2> with_rows(const Array<T, 2>& from, index used, index rows, index columns) {
    Array<T, 2> to({rows, columns});
    for (index i = 0; i < used; ++i) {
        std::copy_n(&from(i, 0), std::min(from.extent(1), columns), &to(i, 0));
    }
    return to;
}

}  // namespace ranvier::meeg
