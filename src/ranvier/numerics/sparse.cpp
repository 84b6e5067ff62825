#include "ranvier/numerics/sparse.hpp"

#include <algorithm>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::numerics {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

void need(bool fits, const char* what, const SparseMatrix& a, index rows, index columns) {
    require(fits, [&] {
        return std::string(what) + " does not fit: (" + text_of(a.rows) + ", " + text_of(a.columns) + ") and (" +
               text_of(rows) + ", " + text_of(columns) + ")";
    });
}

}  // namespace

std::span<const std::int32_t> SparseMatrix::columns_in(index row) const {
    return std::span(column_of).subspan(at(starts[at(row)]), at(starts[at(row) + 1] - starts[at(row)]));
}
std::span<const double> SparseMatrix::values_in(index row) const {
    return std::span(values).subspan(at(starts[at(row)]), at(starts[at(row) + 1] - starts[at(row)]));
}

SparseMatrix sparse(index rows, index columns, std::span<const SparseEntry> entries) {
    require(rows >= 0 && columns >= 0 && columns <= INT32_MAX && rows <= INT32_MAX,
            "a sparse matrix must have rows and columns of 32 bits");
    std::vector<index> next(at(rows) + 1);
    for (const SparseEntry& e : entries) {
        require(e.row >= 0 && e.row < rows && e.column >= 0 && e.column < columns, [&] {
            return "entry (" + text_of(e.row) + ", " + text_of(e.column) + ") is outside of a matrix of shape (" +
                   text_of(rows) + ", " + text_of(columns) + ")";
        });
        ++next[at(e.row) + 1];
    }
    for (std::size_t k = 0; k + 1 < next.size(); ++k) {
        next[k + 1] += next[k];
    }
    std::vector<std::size_t> sorted(entries.size());
    for (std::size_t k = 0; k < entries.size(); ++k) {
        sorted[at(next[at(entries[k].row)]++)] = k;
    }
    auto row_begin = sorted.begin();
    for (index row = 0; row < rows; ++row) {
        const auto row_end = sorted.begin() + next[at(row)];
        std::stable_sort(row_begin, row_end,
                         [&](std::size_t a, std::size_t b) { return entries[a].column < entries[b].column; });
        row_begin = row_end;
    }
    SparseMatrix made{rows, columns, {}, {}, {}};
    made.starts.assign(at(rows) + 1, 0);
    std::int32_t last_row = -1;
    for (const std::size_t k : sorted) {
        const SparseEntry& e = entries[k];
        if (e.row == last_row && made.column_of.back() == e.column) {
            made.values.back() += e.value;
            continue;
        }
        last_row = e.row;
        made.column_of.push_back(e.column);
        made.values.push_back(e.value);
        ++made.starts[at(e.row) + 1];
    }
    for (index k = 0; k < rows; ++k) {
        made.starts[at(k) + 1] += made.starts[at(k)];
    }
    return made;
}

void check(const SparseMatrix& a) {
    bool good = a.rows >= 0 && a.columns >= 0 && std::ssize(a.starts) == a.rows + 1 && a.starts.front() == 0 &&
                a.starts.back() == std::ssize(a.values) && a.values.size() == a.column_of.size() &&
                std::is_sorted(a.starts.begin(), a.starts.end());
    for (index row = 0; good && row < a.rows; ++row) {
        const auto columns = a.columns_in(row);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            good = good && columns[k] >= (k ? columns[k - 1] + 1 : 0) && columns[k] < a.columns;
        }
    }
    require(good, "a sparse matrix must have rows that begin in order, and rising columns in each");
}

SparseMatrix transposed(const SparseMatrix& a) {
    SparseMatrix made{a.columns, a.rows, {}, {}, {}};
    made.starts.assign(at(a.columns) + 1, 0);
    for (const std::int32_t c : a.column_of) {
        ++made.starts[at(c) + 1];
    }
    for (std::size_t k = 0; k + 1 < made.starts.size(); ++k) {
        made.starts[k + 1] += made.starts[k];
    }
    std::vector<index> next = made.starts;
    made.column_of.resize(a.column_of.size());
    made.values.resize(a.values.size());
    for (index row = 0; row < a.rows; ++row) {
        for (index k = a.starts[at(row)]; k < a.starts[at(row) + 1]; ++k) {
            const auto to = at(next[at(a.column_of[at(k)])]++);
            made.column_of[to] = static_cast<std::int32_t>(row);
            made.values[to] = a.values[at(k)];
        }
    }
    return made;
}

SparseMatrix sum(const SparseMatrix& a, const SparseMatrix& b) {
    need(a.rows == b.rows && a.columns == b.columns, "a sum of matrices", a, b.rows, b.columns);
    std::vector<SparseEntry> entries;
    entries.reserve(a.values.size() + b.values.size());
    for (const SparseMatrix* m : {&a, &b}) {
        for (index row = 0; row < m->rows; ++row) {
            const auto columns = m->columns_in(row);
            const auto values = m->values_in(row);
            for (std::size_t k = 0; k < columns.size(); ++k) {
                entries.push_back({static_cast<std::int32_t>(row), columns[k], values[k]});
            }
        }
    }
    return sparse(a.rows, a.columns, entries);
}

SparseMatrix product(const SparseMatrix& a, const SparseMatrix& b) {
    need(a.columns == b.rows, "a product of matrices", a, b.rows, b.columns);
    SparseMatrix made{a.rows, b.columns, {0}, {}, {}};
    std::vector<double> row_sum(at(b.columns));
    std::vector<index> seen(at(b.columns), -1);
    std::vector<std::int32_t> columns;
    for (index row = 0; row < a.rows; ++row) {
        columns.clear();
        const auto middle = a.columns_in(row);
        const auto weights = a.values_in(row);
        for (std::size_t k = 0; k < middle.size(); ++k) {
            const auto inner = b.columns_in(middle[k]);
            const auto values = b.values_in(middle[k]);
            for (std::size_t j = 0; j < inner.size(); ++j) {
                if (seen[at(inner[j])] != row) {
                    seen[at(inner[j])] = row;
                    row_sum[at(inner[j])] = 0;
                    columns.push_back(inner[j]);
                }
                row_sum[at(inner[j])] += weights[k] * values[j];
            }
        }
        std::sort(columns.begin(), columns.end());
        for (const std::int32_t c : columns) {
            made.column_of.push_back(c);
            made.values.push_back(row_sum[at(c)]);
        }
        made.starts.push_back(std::ssize(made.values));
    }
    return made;
}

Array<double, 2> product(const SparseMatrix& a, View<const double, 2> dense) {
    need(a.columns == dense.extent(0), "a product of matrices", a, dense.extent(0), dense.extent(1));
    Array<double, 2> made({a.rows, dense.extent(1)});
    parallel_for(a.rows, [&](index row) {
        const auto columns = a.columns_in(row);
        const auto values = a.values_in(row);
        const auto out = made.view().row(row);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            for (index j = 0; j < dense.extent(1); ++j) {
                out[at(j)] += values[k] * dense(columns[k], j);
            }
        }
    });
    return made;
}

}  // namespace ranvier::numerics
