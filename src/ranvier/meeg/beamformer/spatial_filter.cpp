#include "ranvier/meeg/beamformer/spatial_filter.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/priors/directions.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr index sources_a_block = 64;
/// Directions of less power, as a share of the strongest, are not inverted.
constexpr double least_power = 1e-7;

/// The regularised inverse of the covariance, on the components that it has: Σ vector · vectorᵀ / value.
struct Components {
    Array<double, 2> vectors;    ///< rows
    std::vector<double> values;  ///< regularised
    double loading = 0, noise = 0;
};

Components components(View<const double, 2> covariance, double reg, index rank) {
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
    Components out;
    double mean = 0;
    for (const double v : eigen.values) {
        mean += std::abs(v) / static_cast<double>(n);
    }
    out.loading = reg * mean;
    out.noise = std::max(eigen.values[static_cast<std::size_t>(n - rank)], out.loading);
    out.vectors = Array<double, 2>({rank, n});
    for (index k = 0; k < rank; ++k) {
        out.values.push_back(eigen.values[static_cast<std::size_t>(n - 1 - k)] + out.loading);
        require(out.values.back() > 0, "the data covariance has ", k, " components with power and a rank of ", rank,
                ": give a smaller rank, or reg > 0");
        for (index i = 0; i < n; ++i) {
            out.vectors(k, i) = eigen.vectors(i, n - 1 - k);
        }
    }
    return out;
}

/// Sums over components of products of the columns of one source, each component over value^power.
Matrix3 products(const double* rows, index stride, index count, index per, const std::vector<double>* values,
                 int power) {
    Matrix3 out{};
    for (index k = 0; k < count; ++k) {
        const double* row = rows + k * stride;
        double w = 1;
        for (int p = 0; p < power; ++p) {
            w /= (*values)[static_cast<std::size_t>(k)];
        }
        for (index a = 0; a < per; ++a) {
            for (index b = a; b < per; ++b) {
                out[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] += w * row[a] * row[b];
            }
        }
    }
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            out[a][b] = out[b][a];
        }
    }
    return out;
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

/// Turns the columns of a source by a matrix from the right, in place; `to` columns are left.
void turn(double* rows, index stride, index count, const Matrix3& by, index to) {
    for (index k = 0; k < count; ++k) {
        double* row = rows + k * stride;
        double turned[3] = {0, 0, 0};
        for (std::size_t b = 0; b < static_cast<std::size_t>(to); ++b) {
            turned[b] = row[0] * by[0][b] + row[1] * by[1][b] + row[2] * by[2][b];
        }
        std::copy_n(turned, 3, row);
    }
}

}  // namespace

SpatialFilters spatial_filters(View<const double, 2> gain, index n_orient, View<const double, 2> covariance,
                               const SpatialFilterOptions& options) {
    check_options(n_orient, options);
    const index n = gain.extent(0), sources = gain.extent(1) / n_orient;
    require(covariance.extent(0) == n, "gain and covariance must have as many components; got ", n, " and ",
            covariance.extent(0));
    require(gain.stride(1) == 1, "the gain's columns must lie side by side");
    const Components inverse = components(covariance, options.reg, options.rank);
    const index rank = std::ssize(inverse.values);
    const index per = options.direction == FilterDirection::all ? n_orient : 1;
    SpatialFilters out;
    out.weights = Array<double, 2>({sources * per, n});
    if (options.direction == FilterDirection::max_power) {
        out.max_power_ori = Array<double, 2>({sources, 3});
    }
    parallel_for((sources + sources_a_block - 1) / sources_a_block, [&](index block) {
        const index first = block * sources_a_block, count = std::min(sources_a_block, sources - first);
        const index width = count * n_orient;
        // The gain along the components of the covariance: all of a filter's products are sums over it.
        Array<double, 2> seen({rank, width}), left({count * per, rank});
        numerics::gemm(false, false, rank, width, n, 1.0, inverse.vectors.data(), n, gain.data() + first * n_orient,
                       gain.stride(0), 0.0, seen.data(), width);
        for (index s = 0; s < count; ++s) {
            double* rows = seen.data() + s * n_orient;
            index now = n_orient;
            if (n_orient == 3) {
                const Eigen3 shape =
                    symmetric_eigen(products(gain.data() + (first + s) * 3, gain.stride(0), n, 3, nullptr, 0));
                const auto least =
                    static_cast<std::size_t>(std::ranges::min_element(shape.values) - shape.values.begin());
                const double most = *std::ranges::max_element(shape.values);
                require(options.reduce_rank || most <= 1e12 * std::max(shape.values[least], 0.0),
                        "a source has a direction that no sensor sees, as in MEG with a sphere: reduce_rank=True leaves it "
                        "out");
                if (options.reduce_rank) {
                    Matrix3 keep{};
                    for (std::size_t i = 0; i < 3; ++i) {
                        for (std::size_t j = 0; j < 3; ++j) {
                            keep[i][j] = (i == j ? 1 : 0) - shape.vectors[i][least] * shape.vectors[j][least];
                        }
                    }
                    turn(rows, width, rank, keep, 3);
                }
            }
            if (options.direction == FilterDirection::normal) {
                turn(rows, width, rank, {{{}, {}, {1, 0, 0}}}, 1);
                now = 1;
            } else if (options.direction == FilterDirection::max_power) {
                const Matrix3 power = products(rows, width, rank, 3, &inverse.values, 1);
                const bool plain = options.norm == WeightNorm::none;
                const auto direction =
                    plain ? strongest(power, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}, options)
                          : strongest(products(rows, width, rank, 3, &inverse.values, 2), power, options);
                std::ranges::copy(direction, out.max_power_ori.view().row(first + s).begin());
                turn(rows, width, rank, {{{direction[0], 0, 0}, {direction[1], 0, 0}, {direction[2], 0, 0}}}, 1);
                now = 1;
            }
            // Filters are `scale` · (gainᵀ · covariance⁻¹), whose products with each other are `noise`.
            const Matrix3 noise = products(rows, width, rank, now, &inverse.values, 2);
            Matrix3 scale;
            if (options.norm == WeightNorm::unit_noise_gain_invariant) {
                scale = now == 1 ? Matrix3{{{1 / std::sqrt(noise[0][0]), 0, 0}, {}, {}}}
                                 : inverse_power(noise, -0.5, false);
            } else {
                scale = inverted(products(rows, width, rank, now, &inverse.values, 1), now, options);
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
                            x /= std::sqrt(inverse.noise);
                        }
                    }
                }
            }
            for (index a = 0; a < per; ++a) {
                double* to = left.data() + (s * per + a) * rank;
                for (index k = 0; k < rank; ++k) {
                    double sum = 0;
                    for (index b = 0; b < now; ++b) {
                        sum += scale[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] * rows[k * width + b];
                    }
                    to[k] = sum / inverse.values[static_cast<std::size_t>(k)];
                }
            }
        }
        numerics::gemm(false, false, count * per, n, rank, 1.0, left.data(), rank, inverse.vectors.data(), n, 0.0,
                       out.weights.data() + first * per * n, n);
    });
    return out;
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
