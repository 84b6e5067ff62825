#include "ranvier/learn/som.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/learn/codebook.hpp"
#include "ranvier/learn/decomposition.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::learn {

namespace {

double decayed(double from, double to, double part, Decay decay) {
    return decay == Decay::linear ? from + (to - from) * part : from * std::pow(to / from, part);
}

void require_options(const SomOptions& o) {
    require_shape(o.map());
    check_settings(o);
    require(
        !(o.training == MapTraining::batch && o.neighborhood == Neighbourhood::mexican_hat),
        "batch training divides by sums of neighbourhood weights, which may vanish for the mexican hat; train online, "
        "or choose gaussian or bubble");
}

double first_sigma(const SomOptions& o) {
    return o.sigma.value_or(std::max(0.5 * static_cast<double>(std::max(o.shape[0], o.shape[1])), 0.5));
}

/// values (units, k) → Σ_v h(u, v) values_v, in place. The Gaussian falls into one factor along rows and one along
/// columns; for a hexagonal lattice that along rows depends on how the two rows are shifted against each other.
class Spreader {
public:
    Spreader(const MapShape& shape, Neighbourhood kind, double sigma) : shape_(shape), kind_(kind), sigma_(sigma) {
        const index C = shape.columns, R = shape.rows;
        if (kind == Neighbourhood::gaussian) {
            const bool hexagonal = shape.lattice == Lattice::hexagonal;
            const double height = hexagonal ? std::sqrt(0.75) : 1;
            for (int shift = -1; shift <= 1; ++shift) {
                std::vector<double>& g = along_[shift + 1];
                g.resize(2 * C - 1);
                for (index d = -(C - 1); d <= C - 1; ++d) {
                    g[d + C - 1] = factor(static_cast<double>(d) + 0.5 * shift, static_cast<double>(C));
                }
            }
            across_.resize(R);
            for (index d = 0; d < R; ++d) {
                across_[d] = factor(static_cast<double>(d) * height, static_cast<double>(R) * height);
            }
        }
    }

    void spread(Array<double, 2>& values) const {
        if (kind_ == Neighbourhood::gaussian) {
            spread_gaussian(values);
        } else {
            spread_any(values);
        }
    }

private:
    double factor(double d, double around) const {
        d = std::abs(d);
        if (shape_.toroidal) {
            d = std::min(d, std::abs(around - d));
        }
        return std::exp(-0.5 * d * d / (sigma_ * sigma_));
    }

    void spread_gaussian(Array<double, 2>& values) const {
        const index C = shape_.columns, R = shape_.rows, k = values.extent(1);
        const bool hexagonal = shape_.lattice == Lattice::hexagonal;
        const int variants = hexagonal ? 3 : 1;
        // along[shift][row]: the row's values spread along it, as a row shifted by −½, 0, ½ receives them. A matrix
        // product with the (C, C) factors does it for each row.
        std::vector<Array<double, 2>> rowwise;
        for (int v = 0; v < variants; ++v) {
            const std::vector<double>& g = along_[hexagonal ? v : 1];
            Array<double, 2> factors({C, C});
            for (index to = 0; to < C; ++to) {
                for (index from = 0; from < C; ++from) {
                    factors(to, from) = g[to - from + C - 1];
                }
            }
            Array<double, 2> spread_rows({R * C, k});
            parallel_for(R, [&](index r) {
                numerics::gemm(false, false, C, k, C, 1.0, factors.data(), C, values.data() + r * C * k, k, 0.0,
                               spread_rows.data() + r * C * k, k);
            });
            rowwise.push_back(std::move(spread_rows));
        }
        parallel_for(R, [&](index to) {
            double* out = values.data() + to * C * k;
            std::fill(out, out + C * k, 0.0);
            for (index from = 0; from < R; ++from) {
                const double g = across_[std::abs(to - from)];
                if (g == 0) {
                    continue;
                }
                const int shift = static_cast<int>(to % 2) - static_cast<int>(from % 2);
                const double* in = rowwise[hexagonal ? shift + 1 : 0].data() + from * C * k;
                for (index i = 0; i < C * k; ++i) {
                    out[i] += g * in[i];
                }
            }
        });
    }

    void spread_any(Array<double, 2>& values) const {
        const index U = shape_.units(), k = values.extent(1);
        Array<double, 2> result({U, k});
        constexpr index block = 16;
        parallel_for((U + block - 1) / block, [&](index b) {
            for (index u = b * block; u < std::min(U, (b + 1) * block); ++u) {
                double* out = result.data() + u * k;
                for (index v = 0; v < U; ++v) {
                    const double h = neighbourhood(kind_, squared_distance(shape_, u, v), sigma_);
                    if (h != 0) {
                        for (index i = 0; i < k; ++i) {
                            out[i] += h * values.data()[v * k + i];
                        }
                    }
                }
            }
        });
        values = std::move(result);
    }

    MapShape shape_;
    Neighbourhood kind_;
    double sigma_;
    std::vector<double> along_[3];
    std::vector<double> across_;
};

template <class T>
void batch_epochs(View<const T, 2> X, const SomOptions& o, Som<T>& som) {
    const index n = X.extent(0), d = X.extent(1), U = o.map().units();
    const double sigma0 = first_sigma(o);
    const T* x = rows_of(X);
    std::vector<std::int32_t> best;
    std::vector<T> distance;
    std::vector<index> begin(U + 1), member(n);
    Progress progress("map", o.max_iter);
    for (index epoch = 0; epoch < o.max_iter; ++epoch) {
        const double part = o.max_iter > 1 ? static_cast<double>(epoch) / static_cast<double>(o.max_iter - 1) : 1;
        const double sigma = decayed(sigma0, o.sigma_end, part, o.decay);
        best_units<T>(X, som.weights, best, nullptr, distance);
        double error = 0;
        for (T e : distance) {
            error += static_cast<double>(e);
        }
        som.quantisation_error.push_back(error / static_cast<double>(n));
        // Samples by unit, in their order, so that sums do not depend on who adds them up.
        std::ranges::fill(begin, 0);
        for (std::int32_t u : best) {
            ++begin[u + 1];
        }
        for (index u = 0; u < U; ++u) {
            begin[u + 1] += begin[u];
        }
        std::vector<index> next(begin.begin(), begin.end() - 1);
        for (index i = 0; i < n; ++i) {
            member[next[best[i]]++] = i;
        }
        Array<double, 2> sums({U, d + 1});
        constexpr index block = 64;
        parallel_for((U + block - 1) / block, [&](index b) {
            for (index u = b * block; u < std::min(U, (b + 1) * block); ++u) {
                double* sum = sums.data() + u * (d + 1);
                for (index m = begin[u]; m < begin[u + 1]; ++m) {
                    const T* sample = x + member[m] * d;
                    for (index k = 0; k < d; ++k) {
                        sum[k] += static_cast<double>(sample[k]);
                    }
                }
                sum[d] = static_cast<double>(begin[u + 1] - begin[u]);
            }
        });
        Spreader(o.map(), o.neighborhood, sigma).spread(sums);
        for (index u = 0; u < U; ++u) {
            const double* sum = sums.data() + u * (d + 1);
            // Below this nothing pulls the unit: the nearest samples are beyond 30 σ.
            if (sum[d] > 1e-200) {
                for (index k = 0; k < d; ++k) {
                    som.weights(u, k) = static_cast<T>(sum[k] / sum[d]);
                }
            }
        }
        progress.advance();
    }
}

template <class T>
void online_epochs(View<const T, 2> X, const SomOptions& o, Som<T>& som, const Alive& alive) {
    const index n = X.extent(0), d = X.extent(1), U = o.map().units();
    const double sigma0 = first_sigma(o);
    const T* x = rows_of(X);
    Codebook<T> book(som.weights.view());
    const index stride = book.stride;
    // Weights by offset on the lattice: h depends on where the winner is only through rows and columns between.
    Array<T, 1> c({stride}), distance({stride});
    RandomStream random(o.random_state.value_or(0), 1);
    std::vector<index> order(n);
    std::iota(order.begin(), order.end(), index{0});
    if (o.shuffle) {
        order = shuffled(n, random);
    }
    const double steps = static_cast<double>(o.max_iter) * static_cast<double>(n);
    Progress progress("map", o.max_iter);
    const auto& kernels = map_kernels<T>();
    kernels.step(d, stride, book.wt.data(), nullptr, x + order[0] * d, x + order[0] * d, distance.data());
    std::vector<index> lost;
    for (index u = 0; u < U && !alive.empty(); ++u) {
        if (!std::ranges::binary_search(alive, static_cast<std::int32_t>(u))) {
            lost.push_back(u);
        }
    }
    index t = 0;
    const MapShape map = o.map();
    const index R = o.shape[0], C = o.shape[1];
    const bool hexagonal = o.lattice == Lattice::hexagonal;
    std::vector<double> along(C), across(R);
    for (index epoch = 0; epoch < o.max_iter; ++epoch) {
        check_interrupt();
        double error = 0;
        std::vector<index> following = epoch + 1 < o.max_iter && o.shuffle ? shuffled(n, random) : order;
        for (index k = 0; k < n; ++k, ++t) {
            const double part = static_cast<double>(t) / steps;
            const double sigma = decayed(sigma0, o.sigma_end, part, o.decay);
            const double rate = decayed(o.learning_rate, o.learning_rate_end, part, o.decay);
            for (index u : lost) {
                distance.data()[u] = std::numeric_limits<T>::infinity();
            }
            index best = 0;
            for (index u = 1; u < U; ++u) {
                best = distance.data()[u] < distance.data()[best] ? u : best;
            }
            error += std::sqrt(static_cast<double>(distance.data()[best]));
            if (o.neighborhood == Neighbourhood::gaussian && !hexagonal) {
                for (index r = 0; r < R; ++r) {
                    across[r] =
                        rate * neighbourhood(o.neighborhood, squared_distance(map, best, r * C + best % C), sigma);
                }
                for (index q = 0; q < C; ++q) {
                    along[q] = neighbourhood(o.neighborhood, squared_distance(map, best, best / C * C + q), sigma);
                }
                for (index r = 0; r < R; ++r) {
                    for (index q = 0; q < C; ++q) {
                        c.data()[r * C + q] = static_cast<T>(across[r] * along[q]);
                    }
                }
            } else {
                for (index u = 0; u < U; ++u) {
                    c.data()[u] =
                        static_cast<T>(rate * neighbourhood(o.neighborhood, squared_distance(map, best, u), sigma));
                }
            }
            for (index u : lost) {
                c.data()[u] = 0;
            }
            const index coming = k + 1 < n ? order[k + 1] : following[0];
            kernels.step(d, stride, book.wt.data(), c.data(), x + order[k] * d, x + coming * d, distance.data());
        }
        som.quantisation_error.push_back(error / static_cast<double>(n));
        order = std::move(following);
        progress.advance();
    }
    copy(book.wt.view().slice(1, 0, U).transposed(), som.weights.view());
}

}  // namespace

template <class T>
Array<T, 2> start_weights(View<const T, 2> X, const SomOptions& o) {
    const index n = X.extent(0), d = X.extent(1), U = o.map().units();
    Array<T, 2> weights({U, d});
    RandomStream random(o.random_state.value_or(0), 2);
    if (o.init == MapStart::sample) {
        const std::vector<index> order = shuffled(n, random);
        for (index u = 0; u < U; ++u) {
            copy(X[order[u % n]], weights.view()[u]);
        }
        return weights;
    }
    if (o.init == MapStart::random) {
        for (index k = 0; k < d; ++k) {
            T low = X(0, k), high = X(0, k);
            for (index i = 1; i < n; ++i) {
                low = std::min(low, X(i, k));
                high = std::max(high, X(i, k));
            }
            for (index u = 0; u < U; ++u) {
                weights(u, k) = low + (high - low) * static_cast<T>(random.uniform());
            }
        }
        return weights;
    }
    std::vector<double> mean(d);
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < d; ++k) {
            mean[k] += static_cast<double>(X(i, k));
        }
    }
    for (double& m : mean) {
        m /= static_cast<double>(n);
    }
    Array<double, 2> centred({n, d});
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < d; ++k) {
            centred(i, k) = static_cast<double>(X(i, k)) - mean[k];
        }
    }
    Leading plane;
    if (n < d) {
        plane = leading_of_rows(centred, 2);
        std::ranges::for_each(plane.values, [&](double& v) { v /= static_cast<double>(n); });
    } else {
        Array<double, 2> covariance({d, d});
        numerics::gram(d, n, 1 / static_cast<double>(n), centred.data(), d, 0.0, covariance.data(), d);
        plane = leading_of_covariance(covariance, std::min<index>(2, d));
    }
    const index axes = std::ssize(plane.values);
    double spread[2] = {};  // along each component, with its sign: the entry that is clearly the largest is positive
    for (index component = 0; component < axes; ++component) {
        const double* v = &plane.vectors(component, 0);
        index largest = 0;
        for (index j = 1; j < d; ++j) {
            largest = std::abs(v[j]) > std::abs(v[largest]) * (1 + 1e-9) ? j : largest;
        }
        spread[component] = std::sqrt(std::max(0.0, plane.values[component])) * (v[largest] < 0 ? -1 : 1);
    }
    const Array<double, 2> where = positions(o.map());
    double highest[2] = {0, 0};
    for (index u = 0; u < U; ++u) {
        for (int axis = 0; axis < 2; ++axis) {
            highest[axis] = std::max(highest[axis], where(u, axis));
        }
    }
    // The longer side of the map lies along the larger component.
    const int longer = highest[1] > highest[0] ? 1 : 0;
    for (index u = 0; u < U; ++u) {
        for (index k = 0; k < d; ++k) {
            double value = mean[k];
            for (index component = 0; component < axes; ++component) {
                const int axis = component == 0 ? longer : 1 - longer;
                const double at = highest[axis] > 0 ? 2 * where(u, axis) / highest[axis] - 1 : 0;
                value += at * spread[component] * plane.vectors(component, k);
            }
            weights(u, k) = static_cast<T>(value);
        }
    }
    return weights;
}

template <class T>
Som<T> fit_som(View<const T, 2> X, const SomOptions& o, const Array<T, 2>* start, const Alive& alive) {
    require_samples(X, "map");
    require_options(o);
    Som<T> som{o.map(), {}, {}};
    if (start != nullptr) {
        require(start->extent(0) == o.map().units() && start->extent(1) == X.extent(1), [&] {
            return "map: weights to begin with must have shape (" + text_of(o.map().units()) + ", " +
                   text_of(X.extent(1)) + "); got (" + text_of(start->extent(0)) + ", " + text_of(start->extent(1)) +
                   ")";
        });
        som.weights = *start;
    } else {
        som.weights = start_weights(X, o);
    }
    if (o.training == MapTraining::batch) {
        require(alive.empty(), "batch training moves all units; a map that lost some learns on online");
        batch_epochs(X, o, som);
    } else {
        online_epochs(X, o, som, alive);
    }
    return som;
}

template Array<double, 2> start_weights(View<const double, 2>, const SomOptions&);
template Array<float, 2> start_weights(View<const float, 2>, const SomOptions&);
template Som<double> fit_som(View<const double, 2>, const SomOptions&, const Array<double, 2>*, const Alive&);
template Som<float> fit_som(View<const float, 2>, const SomOptions&, const Array<float, 2>*, const Alive&);

}  // namespace ranvier::learn
