#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Medians of columns: for each position the value in the middle of many rows, or the mean of the two there.
class Medians {
public:
    /// @param rows  how many there are, 1 or more
    explicit Medians(index rows);
    index rows() const { return rows_; }
    /// @param rows  where each begins; @param out  as long as each
    void find(std::span<const double* const> rows, std::span<double> out);

private:
    index rows_;
    std::vector<index> network_;  ///< pairs of rows that are compared and exchanged
    Array<double, 2> room_;
};

}  // namespace ranvier::meeg
