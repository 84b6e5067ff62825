#pragma once

#include <span>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// L U of square matrices whose entries stay in the same places, ordered so that few places become full. Pivots are
/// those of the diagonal: for matrices like 1/(hγ) − J, not for any.
///
/// @source  minimum degree: George & Liu 1989, doi:10.1137/1031001
class SparseLu {
public:
    /// @param places  row and column of each entry; what is named twice adds up. The diagonal is there always.
    SparseLu(index n, std::span<const std::pair<index, index>> places);

    /// Of scale·values + diagonal·I, values in the order of the places. False where a pivot is 0, not finite, or so
    /// small beside its row that digits are lost. @cost  O(n + Σ over columns of (entries of L below)²)
    bool factor(std::span<const double> values, double scale, double diagonal);
    /// Solves in place of b, shape (n), with what factor() made last.
    void solve(std::span<double> b);

private:
    index n_;
    std::vector<index> order_;                        ///< which row is eliminated when
    std::vector<std::vector<index>> before_, after_;  ///< places of each row of L and of U, in that order
    std::vector<std::vector<double>> lower_, upper_;
    std::vector<double> diagonal_, work_;
    std::vector<std::vector<std::pair<index, index>>> entries_;  ///< of each row: column, position among the values
};

}  // namespace ranvier::numerics
