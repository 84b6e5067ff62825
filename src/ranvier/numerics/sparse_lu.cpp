#include "ranvier/numerics/sparse_lu.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "ranvier/base/error.hpp"

namespace ranvier::numerics {

namespace {

std::size_t at(index i) { return static_cast<std::size_t>(i); }

}  // namespace

SparseLu::SparseLu(index n, std::span<const std::pair<index, index>> places)
    : n_(n),
      before_(at(n)),
      after_(at(n)),
      lower_(at(n)),
      upper_(at(n)),
      diagonal_(at(n)),
      work_(at(n)),
      entries_(at(n)) {
    // Rows and columns are those of a graph without directions; who is eliminated ties its neighbours together.
    std::vector<std::set<index>> neighbours(at(n));
    for (const auto& [row, column] : places) {
        require(row >= 0 && row < n && column >= 0 && column < n, "SparseLu: an entry lies outside the matrix");
        if (row != column) {
            neighbours[at(row)].insert(column);
            neighbours[at(column)].insert(row);
        }
    }
    std::set<std::pair<std::size_t, index>> by_degree;
    for (index i = 0; i < n; ++i) {
        by_degree.emplace(neighbours[at(i)].size(), i);
    }
    std::vector<index> when(at(n));
    std::vector<std::vector<index>> tied(at(n));
    while (!by_degree.empty()) {
        const index i = by_degree.begin()->second;
        by_degree.erase(by_degree.begin());
        when[at(i)] = static_cast<index>(order_.size());
        tied[order_.size()].assign(neighbours[at(i)].begin(), neighbours[at(i)].end());
        order_.push_back(i);
        for (const index j : neighbours[at(i)]) {
            auto& around = neighbours[at(j)];
            by_degree.erase({around.size(), j});
            around.insert(neighbours[at(i)].begin(), neighbours[at(i)].end());
            around.erase(i);
            around.erase(j);
            by_degree.emplace(around.size(), j);
        }
    }
    for (index k = 0; k < n; ++k) {
        for (const index j : tied[at(k)]) {
            after_[at(k)].push_back(when[at(j)]);
            before_[at(when[at(j)])].push_back(k);
        }
        std::sort(after_[at(k)].begin(), after_[at(k)].end());
        upper_[at(k)].resize(after_[at(k)].size());
    }
    for (index k = 0; k < n; ++k) {
        lower_[at(k)].resize(before_[at(k)].size());
    }
    for (std::size_t e = 0; e < places.size(); ++e) {
        entries_[at(when[at(places[e].first)])].emplace_back(when[at(places[e].second)], static_cast<index>(e));
    }
}

bool SparseLu::factor(std::span<const double> values, double scale, double diagonal) {
    constexpr double least = 1e-9;
    for (std::size_t i = 0; i < at(n_); ++i) {
        for (const index k : before_[i]) {
            work_[at(k)] = 0;
        }
        for (const index j : after_[i]) {
            work_[at(j)] = 0;
        }
        work_[i] = diagonal;
        for (const auto& [column, entry] : entries_[i]) {
            work_[at(column)] += scale * values[at(entry)];
        }
        double largest = std::abs(work_[i]);
        for (const auto& [column, entry] : entries_[i]) {
            largest = std::max(largest, std::abs(work_[at(column)]));
        }
        for (std::size_t k = 0; k < before_[i].size(); ++k) {
            const std::size_t row = at(before_[i][k]);
            const double factor = work_[row] / diagonal_[row];
            lower_[i][k] = factor;
            for (std::size_t j = 0; factor != 0 && j < after_[row].size(); ++j) {
                work_[at(after_[row][j])] -= factor * upper_[row][j];
            }
        }
        for (std::size_t j = 0; j < after_[i].size(); ++j) {
            upper_[i][j] = work_[at(after_[i][j])];
        }
        diagonal_[i] = work_[i];
        if (!(std::abs(work_[i]) > least * largest) || !std::isfinite(work_[i])) {
            return false;
        }
    }
    return true;
}

void SparseLu::solve(std::span<double> b) {
    for (std::size_t i = 0; i < at(n_); ++i) {
        double sum = b[at(order_[i])];
        for (std::size_t k = 0; k < before_[i].size(); ++k) {
            sum -= lower_[i][k] * work_[at(before_[i][k])];
        }
        work_[i] = sum;
    }
    for (std::size_t i = at(n_); i-- > 0;) {
        for (std::size_t j = 0; j < after_[i].size(); ++j) {
            work_[i] -= upper_[i][j] * work_[at(after_[i][j])];
        }
        work_[i] /= diagonal_[i];
        b[at(order_[i])] = work_[i];
    }
}

}  // namespace ranvier::numerics
