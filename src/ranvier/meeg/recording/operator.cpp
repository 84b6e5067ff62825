#include "ranvier/meeg/recording/operator.hpp"

#include <algorithm>

#include "ranvier/base/parallel.hpp"

namespace ranvier::meeg {

void apply(View<const double, 2> op, View<const double, 2> x, View<double, 2> out) {
    ensure(op.extent(1) == x.extent(0) && op.extent(0) == out.extent(0) && x.extent(1) == out.extent(1),
           "shapes of an operator and its samples agree");
    constexpr index tile = 512;  // 4 KB of the output stay in the first cache while the channels pass
    for (index begin = 0; begin < x.extent(1); begin += tile) {
        const index n = std::min(tile, x.extent(1) - begin);
        for (index i = 0; i < op.extent(0); ++i) {
            double* y = out.row(i).data() + begin;
            std::fill(y, y + n, 0.0);
            for (index j = 0; j < op.extent(1); ++j) {
                const double c = op(i, j);
                if (c == 0) {
                    continue;
                }
                const double* row = x.row(j).data() + begin;
                for (index t = 0; t < n; ++t) {
                    y[t] += c * row[t];
                }
            }
        }
    }
}

void replace_channels(View<double, 2> data, const std::vector<index>& from, const std::vector<index>& to,
                      View<const double, 2> op) {
    constexpr index block = 4096;  // samples
    const index n = data.extent(1);
    parallel_for((n + block - 1) / block, [&](index b) {
        const auto part = data.slice(1, b * block, std::min(n, (b + 1) * block));
        const Array<double, 2> in = rows(part, from);
        Array<double, 2> out({std::ssize(to), part.extent(1)});
        apply(op, in, out);
        for (index k = 0; k < std::ssize(to); ++k) {
            std::ranges::copy(out.view().row(k), part.row(to[static_cast<std::size_t>(k)]).begin());
        }
    });
}

Array<double, 2> product(View<const double, 2> a, View<const double, 2> b) {
    Array<double, 2> result({a.extent(0), b.extent(1)});
    apply(a, b, result);
    return result;
}

Array<double, 2> identity(index n, index more_rows) {
    Array<double, 2> result({n + more_rows, n});
    for (index k = 0; k < n; ++k) {
        result(k, k) = 1;
    }
    return result;
}

Array<double, 2> rows(View<const double, 2> a, const std::vector<index>& which) {
    Array<double, 2> result({static_cast<index>(which.size()), a.extent(1)});
    for (std::size_t k = 0; k < which.size(); ++k) {
        std::ranges::copy(a.row(which[k]), result.view().row(static_cast<index>(k)).begin());
    }
    return result;
}

void copy(View<const double, 2> from, View<double, 2> to) {
    for (index k = 0; k < from.extent(0); ++k) {
        std::ranges::copy(from.row(k), to.row(k).begin());
    }
}

}  // namespace ranvier::meeg
