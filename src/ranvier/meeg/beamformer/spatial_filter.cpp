#include "ranvier/meeg/beamformer/spatial_filter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/directions.hpp"
#include "ranvier/meeg/priors/directions.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/products.hpp"

namespace ranvier::meeg {

namespace {

constexpr index sources_a_block = 64;
/// Directions of less power, as a share of the strongest, are not inverted.
constexpr double least_power = 1e-7;

/// The regularised inverse of the covariance, on the components that it has: Σ vector · vectorᵀ · weight.
struct Components {
    Array<double, 2> vectors;     ///< rows; beyond those of the rank all others where sensors see more than it has
    std::vector<double> weights;  ///< 1 / value, regularised; 0 beyond the rank
    double noise = 0;
};

/// Whether what a whitener leaves lies along some components alone.
bool spanned(View<const double, 2> vectors, View<const double, 2> whitener) {
    const Array<double, 2> along = numerics::matmul(vectors, whitener);
    const auto square = [](const auto& a) {
        double sum = 0;
        for (index i = 0; i < a.extent(0); ++i) {
            for (const double x : a.row(i)) {
                sum += x * x;
            }
        }
        return sum;
    };
    const double all = square(whitener);
    return all - square(along.view()) <= 1e-12 * all;
}

Components components(View<const double, 2> covariance, double reg, index rank, View<const double, 2> whitener) {
    const index n = covariance.extent(0);
    require(covariance.extent(1) == n, "a covariance must be square; got ", n, " rows and ", covariance.extent(1),
            " columns");
    require(rank > 0 && rank <= n, "the data covariance must be of a rank in [1, ", n, "]; got ", rank);
    require(reg >= 0, "reg must be >= 0; got ", reg);
    Array<double, 2> symmetric({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            symmetric(i, j) = (covariance(i, j) + covariance(j, i)) / 2;
        }
    }
    const auto eigen = numerics::symmetric_eigen(symmetric);
    if (eigen.values.front() < -1e-7 * eigen.values.back()) {
        warn("the data covariance has negative eigenvalues, as none of samples has: filters will be wrong");
    }
    double mean = 0;
    for (const double v : eigen.values) {
        mean += std::abs(v) / static_cast<double>(n);
    }
    const double loading = reg * mean;
    Components out;
    out.noise = std::max(eigen.values[static_cast<std::size_t>(n - rank)], loading);
    Array<double, 2> all({n, n});
    for (index k = 0; k < n; ++k) {
        const double value = eigen.values[static_cast<std::size_t>(n - 1 - k)] + loading;
        require(k >= rank || value > 0, "the data covariance has ", k, " components with power and a rank of ", rank,
                ": give a smaller rank, or reg > 0");
        out.weights.push_back(k < rank ? 1 / value : 0.0);
        for (index i = 0; i < n; ++i) {
            all(k, i) = eigen.vectors(i, n - 1 - k);
        }
    }
    const bool enough = rank == n || spanned(all.view().slice(0, 0, rank), whitener);
    out.vectors = enough ? Array<double, 2>(all.view().slice(0, 0, rank)) : std::move(all);
    out.weights.resize(static_cast<std::size_t>(out.vectors.extent(0)));
    return out;
}

/// Where rows begin.
std::vector<double*> rows_of(Array<double, 2>& a) {
    std::vector<double*> out;
    for (index i = 0; i < a.extent(0); ++i) {
        out.push_back(a.data() + i * a.extent(1));
    }
    return out;
}
std::vector<const double*> rows_of(const Array<double, 2>& a) {
    std::vector<const double*> out;
    for (index i = 0; i < a.extent(0); ++i) {
        out.push_back(a.data() + i * a.extent(1));
    }
    return out;
}

/// The q-th power's pairs of a source, as a kernel leaves them.
Matrix3 matrix_of(const double* pairs, index per, index power, index n, index source) {
    const index count = per * (per + 1) / 2;
    const double* of = pairs + power * count * n + source;
    if (per == 1) {
        return {{{of[0], 0, 0}, {}, {}}};
    }
    return {{{of[0], of[n], of[2 * n]}, {of[n], of[3 * n], of[4 * n]}, {of[2 * n], of[4 * n], of[5 * n]}}};
}

Matrix3 multiplied(const Matrix3& a, const Matrix3& b) {
    Matrix3 out{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k) {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    return out;
}

Matrix3 transposed(const Matrix3& a) {
    return {{{a[0][0], a[1][0], a[2][0]}, {a[0][1], a[1][1], a[2][1]}, {a[0][2], a[1][2], a[2][2]}}};
}

/// Products of columns that a matrix turns from the right.
Matrix3 turned(const Matrix3& products, const Matrix3& by) {
    return multiplied(multiplied(transposed(by), products), by);
}

/// A power of a symmetric matrix, −1 or −½, on the directions that have power.
Matrix3 inverse_power(const Matrix3& a, double power, bool reduce_rank) {
    const Eigen3 eigen = symmetric_eigen(a);
    const double most = *std::ranges::max_element(eigen.values), least = *std::ranges::min_element(eigen.values);
    return function_of(eigen, [&](double v) {
        return v > least_power * most && !(reduce_rank && v == least) ? std::pow(v, power) : 0.0;
    });
}

/// What the denominator of a filter is inverted to.
Matrix3 inverted(const Matrix3& a, index per, const SpatialFilterOptions& options) {
    if (per == 1) {
        const double inverse = 1 / a[0][0];
        return {{{std::isfinite(inverse) ? inverse : 1, 0, 0}, {}, {}}};
    }
    if (options.single) {
        return {{{1 / a[0][0], 0, 0}, {0, 1 / a[1][1], 0}, {0, 0, 1 / a[2][2]}}};
    }
    return inverse_power(a, -1, options.reduce_rank);
}

/// The direction of the largest ratio of b to a: the first eigenvector of a⁻¹ b.
std::array<double, 3> strongest(const Matrix3& a, const Matrix3& b, const SpatialFilterOptions& options) {
    Matrix3 root{};
    if (options.single) {
        for (std::size_t k = 0; k < 3; ++k) {
            root[k][k] = 1 / std::sqrt(a[k][k]);
        }
    } else {
        root = inverse_power(a, -0.5, options.reduce_rank);
    }
    const Eigen3 eigen = symmetric_eigen(multiplied(multiplied(root, b), root));
    std::size_t best = 0;
    for (std::size_t k = 1; k < 3; ++k) {
        best = std::abs(eigen.values[k]) > std::abs(eigen.values[best]) ? k : best;
    }
    std::array<double, 3> direction{};
    double size = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            direction[i] += root[i][j] * eigen.vectors[j][best];
        }
        size += direction[i] * direction[i];
    }
    const double scale = (direction[2] < 0 ? -1 : 1) / std::sqrt(size);
    for (double& x : direction) {
        x *= scale;
    }
    return direction;
}

void check_options(index n_orient, const SpatialFilterOptions& options) {
    require(n_orient == 1 || n_orient == 3, "n_orient must be 1 or 3; got ", n_orient);
    require(
        n_orient == 3 || options.direction == FilterDirection::all,
        "a direction is chosen among three; this forward solution has one for each source");
    require(!options.reduce_rank || !options.single,
            "reduce_rank leaves out one of three directions that are inverted together: it needs inversion=\"matrix\"");
}

/// The filters of a source: matrices that turn its columns, over the components' values, into weights.
/// @param products  of its columns: Σ over components of value^−p, p = 0, 1, 2
Matrix3 filter_of(std::array<Matrix3, 3> products, index n_orient, double noise_level,
                  const SpatialFilterOptions& options, std::span<double> max_power_ori) {
    Matrix3 turn{{{1, 0, 0}, {0, n_orient == 3 ? 1.0 : 0.0, 0}, {0, 0, n_orient == 3 ? 1.0 : 0.0}}};
    const auto turn_by = [&](const Matrix3& by) {
        for (Matrix3& each : products) {
            each = turned(each, by);
        }
        turn = multiplied(turn, by);
    };
    index now = n_orient;
    if (n_orient == 3) {
        const Eigen3 shape = symmetric_eigen(products[0]);
        const auto least = static_cast<std::size_t>(std::ranges::min_element(shape.values) - shape.values.begin());
        const double most = *std::ranges::max_element(shape.values);
        require(
            options.reduce_rank || most <= 1e12 * std::max(shape.values[least], 0.0),
            "a source has a direction that no sensor sees, as in MEG with a sphere: reduce_rank=True leaves it out");
        if (options.reduce_rank) {
            Matrix3 keep{};
            for (std::size_t i = 0; i < 3; ++i) {
                for (std::size_t j = 0; j < 3; ++j) {
                    keep[i][j] = (i == j ? 1 : 0) - shape.vectors[i][least] * shape.vectors[j][least];
                }
            }
            turn_by(keep);
        }
    }
    if (options.direction == FilterDirection::normal) {
        turn_by({{{}, {}, {1, 0, 0}}});
        now = 1;
    } else if (options.direction == FilterDirection::max_power) {
        const bool plain = options.norm == WeightNorm::none;
        const auto direction = plain ? strongest(products[1], {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}, options)
                                     : strongest(products[2], products[1], options);
        std::ranges::copy(direction, max_power_ori.begin());
        turn_by({{{direction[0], 0, 0}, {direction[1], 0, 0}, {direction[2], 0, 0}}});
        now = 1;
    }
    // Filters are `scale` · (gainᵀ · covariance⁻¹), whose products with each other are `noise`.
    const Matrix3& noise = products[2];
    Matrix3 scale;
    if (options.norm == WeightNorm::unit_noise_gain_invariant) {
        scale = now == 1 ? Matrix3{{{1 / std::sqrt(noise[0][0]), 0, 0}, {}, {}}} : inverse_power(noise, -0.5, false);
    } else {
        scale = inverted(products[1], now, options);
        if (options.norm != WeightNorm::none) {
            const Matrix3 passed = multiplied(multiplied(scale, noise), scale);  // scale is symmetric
            for (std::size_t a = 0; a < 3; ++a) {
                const double size = passed[a][a] > 0 ? 1 / std::sqrt(passed[a][a]) : 0;
                for (double& x : scale[a]) {
                    x *= size;
                }
            }
        }
        if (options.norm == WeightNorm::neural_activity_index) {
            for (auto& row : scale) {
                for (double& x : row) {
                    x /= std::sqrt(noise_level);
                }
            }
        }
    }
    return multiplied(scale, transposed(turn));
}

}  // namespace

SpatialFilters spatial_filters(const GainOfSources& gain, View<const double, 2> covariance,
                               const SpatialFilterOptions& options) {
    const index n_orient = gain.n_orient;
    check_options(n_orient, options);
    const index n = gain.whitener.extent(0), channels = std::ssize(gain.rows);
    const index sources = std::ssize(gain.scale) / n_orient;
    require(covariance.extent(0) == n, "gain and covariance must have as many components; got ", n, " and ",
            covariance.extent(0));
    require(gain.whitener.extent(1) == channels, "the whitener must have a column for each of the ", channels,
            " channels; got ", gain.whitener.extent(1));
    const Components inverse = components(covariance, options.reg, options.rank, gain.whitener);
    const index shown = inverse.vectors.extent(0);
    const index per = options.direction == FilterDirection::all ? n_orient : 1;
    const index pairs = n_orient * (n_orient + 1) / 2;
    SpatialFilters out;
    out.weights = Array<double, 2>({sources * per, n});
    if (options.direction == FilterDirection::max_power) {
        out.max_power_ori = Array<double, 2>({sources, 3});
    }
    // The gain along the components of the covariance: all of a filter's products are sums over it. Sources of a block
    // lie side by side, direction by direction.
    const numerics::PackedMatrix to_components(numerics::matmul(inverse.vectors.view(), gain.whitener).view());
    const numerics::PackedMatrix from_components(inverse.vectors.view().transposed());
    const auto& kernels = chosen_direction_kernels();
    constexpr index block = sources_a_block;
    parallel_for((sources + block - 1) / block, [&](index b) {
        const index first = b * block, count = std::min(block, sources - first), width = block * n_orient;
        Array<double, 2> columns({channels, width}), seen({shown, width});
        for (index c = 0; c < channels; ++c) {
            const double* from = gain.rows[static_cast<std::size_t>(c)] + first * n_orient;
            const double* scale = gain.scale.data() + first * n_orient;
            for (index s = 0; s < count; ++s) {
                for (index a = 0; a < n_orient; ++a) {
                    columns(c, a * block + s) = from[s * n_orient + a] * scale[s * n_orient + a];
                }
            }
        }
        numerics::SamplePanels samples(std::max(channels, shown), width), products(std::max(shown, n), width);
        samples.take(rows_of(std::as_const(columns)), width);
        to_components.multiply(samples, products);
        products.give(rows_of(seen));

        std::vector<double> sums(static_cast<std::size_t>(3 * pairs * block));
        std::vector<double> turns(static_cast<std::size_t>(per * n_orient * block));
        kernels.pairs(n_orient, shown, block, seen.data(), width, inverse.weights.data(), sums.data());
        for (index s = 0; s < count; ++s) {
            const std::array<Matrix3, 3> of{matrix_of(sums.data(), n_orient, 0, block, s),
                                            matrix_of(sums.data(), n_orient, 1, block, s),
                                            matrix_of(sums.data(), n_orient, 2, block, s)};
            const Matrix3 filter =
                filter_of(of, n_orient, inverse.noise, options,
                          out.max_power_ori.empty() ? std::span<double>() : out.max_power_ori.view().row(first + s));
            for (index a = 0; a < per; ++a) {
                for (index d = 0; d < n_orient; ++d) {
                    turns[static_cast<std::size_t>((a * n_orient + d) * block + s)] =
                        filter[static_cast<std::size_t>(a)][static_cast<std::size_t>(d)];
                }
            }
        }
        Array<double, 2> left({shown, per * block}), weights({n, per * block});
        kernels.turned(per, n_orient, shown, block, seen.data(), width, turns.data(), inverse.weights.data(),
                       left.data());
        samples.take(rows_of(std::as_const(left)), per * block);
        from_components.multiply(samples, products);
        products.give(rows_of(weights));
        for (index s = 0; s < count; ++s) {
            for (index a = 0; a < per; ++a) {
                double* to = out.weights.data() + ((first + s) * per + a) * n;
                for (index c = 0; c < n; ++c) {
                    to[c] = weights(c, a * block + s);
                }
            }
        }
    });
    return out;
}

SpatialFilters spatial_filters(View<const double, 2> gain, index n_orient, View<const double, 2> covariance,
                               const SpatialFilterOptions& options) {
    require(n_orient == 1 || n_orient == 3, "n_orient must be 1 or 3; got ", n_orient);
    require(gain.stride(1) == 1, "the gain's columns must lie side by side");
    Array<double, 2> identity({gain.extent(0), gain.extent(0)});
    std::vector<const double*> rows;
    for (index i = 0; i < gain.extent(0); ++i) {
        identity(i, i) = 1;
        rows.push_back(gain.data() + i * gain.stride(0));
    }
    const std::vector<double> ones(static_cast<std::size_t>(gain.extent(1)), 1.0);
    return spatial_filters({identity, rows, ones, n_orient}, covariance, options);
}

std::vector<double> filtered_power(View<const double, 2> weights, index directions, View<const double, 2> covariance) {
    const Array<double, 2> seen = numerics::matmul(weights, covariance);
    std::vector<double> out(static_cast<std::size_t>(weights.extent(0) / directions));
    for (index row = 0; row < weights.extent(0); ++row) {
        double sum = 0;
        for (index c = 0; c < weights.extent(1); ++c) {
            sum += weights(row, c) * seen(row, c);
        }
        out[static_cast<std::size_t>(row / directions)] += sum;
    }
    return out;
}

}  // namespace ranvier::meeg
