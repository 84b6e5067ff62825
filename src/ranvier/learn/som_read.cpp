#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/codebook.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::learn {

namespace {

constexpr index row_block = 256;

template <class T>
void require_width(View<const T, 2> X, View<const T, 2> weights) {
    require(X.extent(1) == weights.extent(1), "a map of ", weights.extent(1), " features can't read samples of ",
            X.extent(1));
}

}  // namespace

template <class T>
void best_units(View<const T, 2> X, View<const T, 2> weights, std::vector<std::int32_t>& best,
                std::vector<std::int32_t>* second, std::vector<T>& distance) {
    require_width(X, weights);
    const index n = X.extent(0), d = X.extent(1);
    const T* x = rows_of(X);
    Codebook<T> book(weights);
    // |x − w|² = |x|² − 2 (x · w − ½|w|²): the largest bracket wins. Taken from the middle of the units, so that far
    // away data lose no digits.
    std::vector<T> middle(d);
    for (index k = 0; k < d; ++k) {
        double mean = 0;
        for (index u = 0; u < book.units; ++u) {
            mean += static_cast<double>(book.wt(k, u));
        }
        middle[k] = static_cast<T>(mean / static_cast<double>(book.units));
        T* w = book.wt.data() + k * book.stride;
        for (index u = 0; u < book.units; ++u) {
            w[u] -= middle[k];
        }
    }
    Array<T, 1> bias({book.stride});
    std::fill(bias.data() + book.units, bias.data() + book.stride, -std::numeric_limits<T>::infinity());
    for (index k = 0; k < d; ++k) {
        const T* w = book.wt.data() + k * book.stride;
        T* b = bias.data();
        for (index u = 0; u < book.units; ++u) {
            b[u] -= T(0.5) * w[u] * w[u];
        }
    }
    best.resize(n);
    distance.resize(n);
    if (second) {
        second->resize(n);
    }
    const auto& kernels = map_kernels<T>();
    parallel_for((n + row_block - 1) / row_block, [&](index piece) {
        const index begin = piece * row_block, rows = std::min(row_block, n - begin);
        Array<T, 2> shifted({rows, d});
        for (index i = 0; i < rows; ++i) {
            for (index k = 0; k < d; ++k) {
                shifted.data()[i * d + k] = x[(begin + i) * d + k] - middle[k];
            }
        }
        kernels.best(rows, d, shifted.data(), d, book.stride, book.wt.data(), bias.data(), best.data() + begin,
                     second ? second->data() + begin : nullptr, distance.data() + begin);
        for (index i = 0; i < rows; ++i) {
            // The distance itself from the difference: exact also where it is small.
            T sum = 0;
            const T* w = weights.data() + best[begin + i] * weights.stride(0);
            for (index k = 0; k < d; ++k) {
                const T difference = x[(begin + i) * d + k] - w[k];
                sum += difference * difference;
            }
            distance[begin + i] = std::sqrt(sum);
        }
    });
}

template <class T>
Array<T, 2> unit_distances(View<const T, 2> X, View<const T, 2> weights) {
    require_width(X, weights);
    const index n = X.extent(0), d = X.extent(1);
    const T* x = rows_of(X);
    Codebook<T> book(weights);
    Array<T, 2> result({n, book.units});
    const auto& kernels = map_kernels<T>();
    parallel_for((n + row_block - 1) / row_block, [&](index piece) {
        Array<T, 1> squares({book.stride});
        for (index i = piece * row_block; i < std::min(n, (piece + 1) * row_block); ++i) {
            kernels.step(d, book.stride, book.wt.data(), nullptr, x + i * d, x + i * d, squares.data());
            for (index u = 0; u < book.units; ++u) {
                result.data()[i * book.units + u] = std::sqrt(squares.data()[u]);
            }
        }
    });
    return result;
}

template <class T>
Array<T, 2> left(View<const T, 2> weights, const Alive& alive) {
    if (alive.empty()) {
        return Array<T, 2>(weights);
    }
    Array<T, 2> result({std::ssize(alive), weights.extent(1)});
    for (index i = 0; i < result.extent(0); ++i) {
        require(alive[i] >= 0 && alive[i] < weights.extent(0), "the model's alive_ names units it lacks");
        copy(weights[alive[i]], result.view()[i]);
    }
    return result;
}

template <class T>
double quantisation_error(View<const T, 2> X, View<const T, 2> weights, const Alive& alive) {
    std::vector<std::int32_t> best;
    std::vector<T> distance;
    best_units<T>(X, left<T>(weights, alive), best, nullptr, distance);
    double sum = 0;
    for (T e : distance) {
        sum += static_cast<double>(e);
    }
    return sum / static_cast<double>(X.extent(0));
}

template <class T>
double topographic_error(View<const T, 2> X, View<const T, 2> weights, const MapShape& shape, const Alive& alive) {
    require((alive.empty() ? shape.units() : std::ssize(alive)) > 1,
            "topographic_error compares two units; the map has one");
    std::vector<std::int32_t> best, second;
    std::vector<T> distance;
    best_units<T>(X, left<T>(weights, alive), best, &second, distance);
    const auto unit = [&](std::int32_t number) { return alive.empty() ? number : alive[number]; };
    index errors = 0;
    for (std::size_t i = 0; i < best.size(); ++i) {
        errors += !adjacent(shape, unit(best[i]), unit(second[i]));
    }
    return static_cast<double>(errors) / static_cast<double>(X.extent(0));
}

template <class T>
Array<double, 2> u_matrix(View<const T, 2> weights, const MapShape& shape, const Alive& alive) {
    require(weights.extent(0) == shape.units(), "u_matrix: one row of weights per unit is needed");
    Array<double, 2> result({shape.rows, shape.columns});
    const auto lost = [&](index u) {
        return !alive.empty() && !std::ranges::binary_search(alive, static_cast<std::int32_t>(u));
    };
    for (index a = 0; a < shape.units(); ++a) {
        if (lost(a)) {
            result(a / shape.columns, a % shape.columns) = NAN;
            continue;
        }
        double sum = 0;
        index count = 0;
        // Adjacent units stand in this row or the next ones, around a torus too.
        for (index dr = -1; dr <= 1; ++dr) {
            for (index dc = -1; dc <= 1; ++dc) {
                index row = a / shape.columns + dr, column = a % shape.columns + dc;
                if (shape.toroidal) {
                    // Around a short side the same unit would be met twice.
                    if ((shape.rows < 3 && dr < 0) || (shape.rows < 2 && dr > 0) || (shape.columns < 3 && dc < 0) ||
                        (shape.columns < 2 && dc > 0)) {
                        continue;
                    }
                    row = (row + shape.rows) % shape.rows;
                    column = (column + shape.columns) % shape.columns;
                }
                if (row < 0 || row >= shape.rows || column < 0 || column >= shape.columns) {
                    continue;
                }
                const index b = row * shape.columns + column;
                if (!adjacent(shape, a, b) || lost(b)) {
                    continue;
                }
                double square = 0;
                for (index k = 0; k < weights.extent(1); ++k) {
                    const double difference = static_cast<double>(weights(a, k)) - static_cast<double>(weights(b, k));
                    square += difference * difference;
                }
                sum += std::sqrt(square);
                ++count;
            }
        }
        result(a / shape.columns, a % shape.columns) = count > 0 ? sum / static_cast<double>(count) : 0;
    }
    return result;
}

template void best_units(View<const double, 2>, View<const double, 2>, std::vector<std::int32_t>&,
                         std::vector<std::int32_t>*, std::vector<double>&);
template void best_units(View<const float, 2>, View<const float, 2>, std::vector<std::int32_t>&,
                         std::vector<std::int32_t>*, std::vector<float>&);
template Array<double, 2> unit_distances(View<const double, 2>, View<const double, 2>);
template Array<float, 2> unit_distances(View<const float, 2>, View<const float, 2>);
template double quantisation_error(View<const double, 2>, View<const double, 2>, const Alive&);
template double quantisation_error(View<const float, 2>, View<const float, 2>, const Alive&);
template Array<double, 2> left(View<const double, 2>, const Alive&);
template Array<float, 2> left(View<const float, 2>, const Alive&);
template double topographic_error(View<const double, 2>, View<const double, 2>, const MapShape&, const Alive&);
template double topographic_error(View<const float, 2>, View<const float, 2>, const MapShape&, const Alive&);
template Array<double, 2> u_matrix(View<const double, 2>, const MapShape&, const Alive&);
template Array<double, 2> u_matrix(View<const float, 2>, const MapShape&, const Alive&);

}  // namespace ranvier::learn
