#include "ranvier/learn/local_outlier.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/letters.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::learn {

namespace {

constexpr index block = 2048;  // columns
constexpr const char* not_finite = "distances need finite values; some of these rows are not";

enum class Metric { euclidean, squared, cosine, correlation, manhattan, chebyshev, canberra, bray_curtis };

constexpr std::pair<const char*, Metric> metrics[] = {
    {"euclidean", Metric::euclidean}, {"l2", Metric::euclidean},           {"minkowski", Metric::euclidean},
    {"sqeuclidean", Metric::squared}, {"cosine", Metric::cosine},          {"correlation", Metric::correlation},
    {"cityblock", Metric::manhattan}, {"manhattan", Metric::manhattan},    {"l1", Metric::manhattan},
    {"chebyshev", Metric::chebyshev}, {"braycurtis", Metric::bray_curtis}, {"canberra", Metric::canberra}};

/// Calls `work` with each block of columns.
template <class Work>
void each_block(const RowBlocks& data, Work&& work) {
    Array<double, 2> room({data.rows, std::min(block, std::max<index>(data.columns, 1))});
    for (index begin = 0; begin < data.columns; begin += block) {
        const auto part = room.view().slice(1, 0, std::min(block, data.columns - begin));
        data.read(begin, part);
        for (index i = 0; i < data.rows; ++i) {
            require(std::ranges::all_of(part.row(i), [](double v) { return std::isfinite(v); }), not_finite);
        }
        work(part);
    }
}

/// Σ over columns of term(x, y) for all pairs, gathered by `join`.
template <class Term, class Join>
Array<double, 2> gathered(const RowBlocks& data, Term&& term, Join&& join) {
    Array<double, 2> out({data.rows, data.rows});
    each_block(data, [&](View<const double, 2> x) {
        parallel_for(data.rows, [&](index i) {
            for (index k = 0; k < i; ++k) {
                const double *a = &x(i, 0), *b = &x(k, 0);
                double sum = 0;
                for (index t = 0; t < x.extent(1); ++t) {
                    sum = join(sum, term(a[t], b[t]));
                }
                out(i, k) = join(out(i, k), sum);
            }
        });
    });
    return out;
}

/// Centred products of rows: between rows of each column (`across`), which no distance sees, or along each row.
Array<double, 2> products(const RowBlocks& data, bool across, bool along) {
    const index n = data.rows;
    std::vector<double> means(static_cast<std::size_t>(n));
    if (along) {
        each_block(data, [&](View<const double, 2> x) {
            for (index i = 0; i < n; ++i) {
                const auto row = x.row(i);
                means[static_cast<std::size_t>(i)] +=
                    std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(data.columns);
            }
        });
    }
    Array<double, 2> out({n, n});
    each_block(data, [&](View<double, 2> x) {
        std::vector<double> middle(static_cast<std::size_t>(x.extent(1)));
        for (index i = 0; i < n; ++i) {
            for (index t = 0; t < x.extent(1); ++t) {
                x(i, t) -= means[static_cast<std::size_t>(i)];
                middle[static_cast<std::size_t>(t)] += across ? x(i, t) / static_cast<double>(n) : 0;
            }
        }
        for (index i = 0; across && i < n; ++i) {
            for (index t = 0; t < x.extent(1); ++t) {
                x(i, t) -= middle[static_cast<std::size_t>(t)];
            }
        }
        numerics::add_row_products(n, x.extent(1), x.data(), x.stride(0), out.data(), n);
    });
    return out;
}

/// Squared distances; those that cancel nearly to nothing are summed again from differences.
Array<double, 2> squared_distances(const RowBlocks& data) {
    Array<double, 2> d = products(data, true, false);
    const index n = data.rows;
    std::vector<double> size(static_cast<std::size_t>(n));
    for (index i = 0; i < n; ++i) {
        size[static_cast<std::size_t>(i)] = d(i, i);
    }
    std::vector<std::pair<index, index>> near;
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < i; ++k) {
            const double both = size[static_cast<std::size_t>(i)] + size[static_cast<std::size_t>(k)];
            d(i, k) = both - 2 * d(i, k);
            if (d(i, k) < 1e-4 * both) {
                near.emplace_back(i, k);
                d(i, k) = 0;
            }
        }
        d(i, i) = 0;
    }
    if (!near.empty()) {
        each_block(data, [&](View<const double, 2> x) {
            parallel_for(std::ssize(near), [&](index p) {
                const auto [i, k] = near[static_cast<std::size_t>(p)];
                double sum = 0;
                for (index t = 0; t < x.extent(1); ++t) {
                    const double apart = x(i, t) - x(k, t);
                    sum += apart * apart;
                }
                d(i, k) += sum;
            });
        });
    }
    return d;
}

Array<double, 2> lower_distances(const RowBlocks& data, Metric metric) {
    const auto add = [](double a, double b) { return a + b; };
    const index n = data.rows;
    switch (metric) {
        case Metric::manhattan:
            return gathered(
                data, [](double a, double b) { return std::abs(a - b); }, add);
        case Metric::chebyshev:
            return gathered(
                data, [](double a, double b) { return std::abs(a - b); },
                [](double a, double b) { return std::max(a, b); });
        case Metric::canberra:
            return gathered(
                data,
                [](double a, double b) {
                    const double both = std::abs(a) + std::abs(b);
                    return both > 0 ? std::abs(a - b) / both : 0;
                },
                add);
        case Metric::bray_curtis: {
            Array<double, 2> d = gathered(
                data, [](double a, double b) { return std::abs(a - b); }, add);
            const Array<double, 2> sums = gathered(
                data, [](double a, double b) { return std::abs(a) + std::abs(b); }, add);
            for (index k = 0; k < d.size(); ++k) {
                d.data()[k] = sums.data()[k] > 0 ? d.data()[k] / sums.data()[k] : 0;
            }
            return d;
        }
        case Metric::cosine:
        case Metric::correlation: {
            Array<double, 2> d = products(data, false, metric == Metric::correlation);
            std::vector<double> length;
            for (index i = 0; i < n; ++i) {
                length.push_back(std::sqrt(d(i, i)));
            }
            for (index i = 0; i < n; ++i) {
                for (index k = 0; k < i; ++k) {
                    const double both = length[static_cast<std::size_t>(i)] * length[static_cast<std::size_t>(k)];
                    d(i, k) = std::clamp(1 - (both > 0 ? d(i, k) / both : 0), 0.0, 2.0);
                }
                d(i, i) = 0;
            }
            return d;
        }
        default: {
            Array<double, 2> d = squared_distances(data);
            if (metric == Metric::euclidean) {
                std::transform(d.data(), d.data() + d.size(), d.data(), [](double v) { return std::sqrt(v); });
            }
            return d;
        }
    }
}

}  // namespace

std::vector<std::string> distance_names() {
    std::vector<std::string> out;
    for (const auto& [name, metric] : metrics) {
        out.emplace_back(name);
    }
    return out;
}

Array<double, 2> row_distances(const RowBlocks& data, const std::string& metric) {
    const auto found = std::ranges::find(metrics, metric, [](const auto& m) { return std::string(m.first); });
    require(found != std::end(metrics),
            [&] { return "metric must be one of " + quoted(distance_names()) + "; got '" + metric + "'"; });
    Array<double, 2> d = lower_distances(data, found->second);
    numerics::mirror_lower(data.rows, d.data(), data.rows);
    require(std::all_of(d.data(), d.data() + d.size(), [](double v) { return std::isfinite(v); }),
            "distances of these rows are too large for double precision; scale the rows down");
    return d;
}

std::vector<double> local_outlier_factors(View<const double, 2> distances, index neighbors) {
    const index n = distances.extent(0);
    require(n >= 2, "outliers are found among two or more; got ", n);
    require(neighbors >= 1, "n_neighbors must be >= 1; got ", neighbors);
    const index k = std::min(neighbors, n - 1);
    std::vector<std::vector<index>> nearest;
    std::vector<double> reach, density;
    for (index i = 0; i < n; ++i) {
        std::vector<index> others;
        for (index o = 0; o < n; ++o) {
            if (o != i) {
                others.push_back(o);
            }
        }
        std::ranges::stable_sort(others, [&](index a, index b) { return distances(i, a) < distances(i, b); });
        others.resize(static_cast<std::size_t>(k));
        reach.push_back(distances(i, others.back()));
        nearest.push_back(std::move(others));
    }
    const double count = static_cast<double>(k);
    for (index i = 0; i < n; ++i) {
        double sum = 0;
        for (const index o : nearest[static_cast<std::size_t>(i)]) {
            sum += std::max(distances(i, o), reach[static_cast<std::size_t>(o)]);
        }
        density.push_back(1 / (sum / count + 1e-10));
    }
    std::vector<double> factors;
    for (index i = 0; i < n; ++i) {
        double sum = 0;
        for (const index o : nearest[static_cast<std::size_t>(i)]) {
            sum += density[static_cast<std::size_t>(o)];
        }
        factors.push_back(sum / count / density[static_cast<std::size_t>(i)]);
    }
    return factors;
}

}  // namespace ranvier::learn
