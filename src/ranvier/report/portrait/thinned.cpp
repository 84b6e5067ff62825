#include "ranvier/report/portrait/thinned.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ranvier::report {

std::vector<index> thinned_columns(std::span<const double> at, const View<const double, 2>& rows,
                                   std::span<const double> size, double tolerance) {
    const auto count = static_cast<index>(at.size());
    std::vector<char> kept(at.size(), 0);
    const auto keep = [&](index k) { kept[static_cast<std::size_t>(k)] = 1; };
    const auto t = [&](index k) { return at[static_cast<std::size_t>(k)]; };
    std::vector<std::pair<index, index>> open;
    // Pieces between jumps are thinned each on its own.
    for (index begin = 0; begin < count;) {
        index end = begin;
        while (end + 1 < count && t(end + 1) > t(end)) {
            ++end;
        }
        keep(begin);
        keep(end);
        open.emplace_back(begin, end);
        begin = end + 1;
    }
    while (!open.empty()) {
        const auto [a, b] = open.back();
        open.pop_back();
        double worst = tolerance;
        index where = -1;
        for (index k = a + 1; k < b; ++k) {
            const double u = (t(k) - t(a)) / (t(b) - t(a));
            for (index i = 0; i < rows.extent(0); ++i) {
                const double line = rows(i, a) + u * (rows(i, b) - rows(i, a));
                const double off = std::abs(rows(i, k) - line) / size[static_cast<std::size_t>(i)];
                if (off > worst) {
                    worst = off;
                    where = k;
                }
            }
        }
        if (where >= 0) {
            keep(where);
            open.emplace_back(a, where);
            open.emplace_back(where, b);
        }
    }
    std::vector<index> columns;
    for (index k = 0; k < count; ++k) {
        if (kept[static_cast<std::size_t>(k)]) {
            columns.push_back(k);
        }
    }
    return columns;
}

}  // namespace ranvier::report
