#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/inverse/inverse_operator.hpp"
#include "ranvier/meeg/kernels/directions.hpp"
#include "ranvier/meeg/priors/directions.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/positive.hpp"
#include "ranvier/numerics/products.hpp"
#include "ranvier/numerics/wide_svd.hpp"

namespace ranvier::meeg {

namespace {

/// Sources that lie side by side, direction by direction, and blocks of them that are a piece of work.
constexpr index block = 64, blocks_a_piece = 8;
/// Directions of less power, as a share of the strongest one of a source, count as silent.
constexpr double silent = 1e-7;

/// A root of a matrix, in groups of rows that are multiplied by as many columns as they have: where it is triangular,
/// the rest are zeros.
class PackedRoot {
public:
    PackedRoot(View<const double, 2> root, bool triangular) : rows_(root.extent(0)) {
        const index groups = triangular ? 6 : 1;
        for (index g = 0; g < groups; ++g) {
            const index first = g * rows_ / groups, end = (g + 1) * rows_ / groups;
            groups_.emplace_back(root.slice(0, first, end).slice(1, 0, triangular ? end : root.extent(1)));
        }
    }
    index rows() const { return rows_; }
    void multiply(const numerics::SamplePanels& x, numerics::SamplePanels& part, View<double, 2> out) const {
        index first = 0;
        for (const numerics::PackedMatrix& group : groups_) {
            group.multiply(x, part);
            std::vector<double*> rows;
            for (index k = 0; k < group.rows(); ++k) {
                rows.push_back(out.row(first + k).data());
            }
            part.give(rows);
            first += group.rows();
        }
    }

private:
    index rows_;
    std::vector<numerics::PackedMatrix> groups_;
};

/// The weights of all sources, a matrix (per, per) for each, and the gain that they are for, block by block of columns.
/// Of the gain's components there are as many as noise has: rotating sensors changes no weight.
class Weights {
public:
    Weights(Array<double, 2> gain, index sources, index per, bool equal, std::vector<double> prior_std)
        : gain_(std::move(gain)),
          per_(per),
          equal_(equal),
          std_(std::move(prior_std)),
          n_(sources),
          values_(static_cast<std::size_t>(n_ * per * per)) {
        for (index s = 0; s < n_; ++s) {
            set(s, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
        }
    }

    /// Where the column of a source's direction lies; there are `columns` in all, those of spare sources are zero.
    static index column(index source, index direction, index per) {
        return (source / block * per + direction) * block + source % block;
    }
    static index columns(index sources, index per) { return (sources + block - 1) / block * block * per; }

    const std::vector<double>& values() const { return values_; }
    /// The same weights for another gain.
    Weights with(Array<double, 2> gain) const {
        Weights copy = *this;
        copy.gain_ = std::move(gain);
        return copy;
    }

    /// Scales the weights so that gain · R · gainᵀ has a trace of `rank`, and returns it, the lower triangle.
    Array<double, 2> normalise(index rank) {
        const index r = gain_.extent(0), width = block * per_;
        std::vector<Array<double, 2>> parts(static_cast<std::size_t>(pieces()));
        for_pieces([&](index piece, index begin, index end) {
            // gain · R^½, whose products of rows are those of R.
            Array<double, 2> half({r, width});
            numerics::SampleProducts products(r);
            for (index b = begin; b < end; ++b) {
                times_root(b, half);
                products.add(half.view());
            }
            Array<double, 2> part({r, r});
            products.lower(part);
            parts[static_cast<std::size_t>(piece)] = std::move(part);
        });
        Array<double, 2> sum({r, r});
        for (const auto& part : parts) {
            for (index k = 0; k < sum.size(); ++k) {
                sum.data()[k] += part.data()[k];
            }
        }
        double trace = 0;
        for (index k = 0; k < r; ++k) {
            trace += sum(k, k);
        }
        const double scale = static_cast<double>(rank) / trace;
        for (double& x : values_) {
            x *= scale;
        }
        for (index k = 0; k < sum.size(); ++k) {
            sum.data()[k] *= scale;
        }
        return sum;
    }

    /// New weights from N = (gain R gainᵀ + λ²)⁻¹, which is rootᵀ · root.
    void update(const PackedRoot& root) {
        const index r = gain_.extent(0), k = root.rows(), width = block * per_, pairs = per_ * (per_ + 1) / 2;
        const std::vector<double> ones(static_cast<std::size_t>(k), 1.0);
        for_pieces([&](index, index begin, index end) {
            numerics::SamplePanels columns(r, width), part(k, width);
            Array<double, 2> seen({k, width});
            std::vector<double> sums(static_cast<std::size_t>(3 * pairs * block));
            for (index b = begin; b < end; ++b) {
                std::vector<const double*> rows;
                for (index c = 0; c < r; ++c) {
                    rows.push_back(gain_.data() + c * gain_.extent(1) + b * width);
                }
                columns.take(rows, width);
                root.multiply(columns, part, seen);
                chosen_direction_kernels().pairs(per_, k, block, seen.data(), width, ones.data(), sums.data());
                for (index s = b * block; s < std::min(n_, (b + 1) * block); ++s) {
                    set(s, weights_of(sums.data() + s - b * block));
                }
            }
        });
    }

    /// The columns of a block, times the root of their weights.
    void times_root(index b, View<double, 2> out) const {
        std::vector<double> roots(static_cast<std::size_t>(per_ * per_ * block));
        for (index s = b * block; s < std::min(n_, (b + 1) * block); ++s) {
            const Matrix3 m = root(s);
            for (index k = 0; k < per_ * per_; ++k) {
                roots[static_cast<std::size_t>(k * block + s - b * block)] =
                    m[static_cast<std::size_t>(k / per_)][static_cast<std::size_t>(k % per_)];
            }
        }
        chosen_direction_kernels().turned(per_, per_, gain_.extent(0), block, gain_.data() + b * block * per_,
                                          gain_.extent(1), roots.data(), nullptr, out.data());
    }

    Matrix3 root(index s) const {
        const double* w = values_.data() + s * per_ * per_;
        if (per_ == 1) {
            return {{{std::sqrt(w[0]), 0, 0}, {}, {}}};
        }
        if (equal_) {
            return {{{std::sqrt(w[0]), 0, 0}, {0, std::sqrt(w[4]), 0}, {0, 0, std::sqrt(w[8])}}};
        }
        const Eigen3 eigen = symmetric_eigen(Matrix3{{{w[0], w[1], w[2]}, {w[3], w[4], w[5]}, {w[6], w[7], w[8]}}});
        const double least = silent * *std::ranges::max_element(eigen.values);
        return function_of(eigen, [&](double v) { return v > least ? std::sqrt(v) : 0; });
    }

    /// Calls f(piece, first block, the one behind the last).
    template <class F>
    void for_pieces(F&& f) const {
        const index blocks = (n_ + block - 1) / block;
        parallel_for(pieces(), [&](index p) { f(p, p * blocks_a_piece, std::min(blocks, (p + 1) * blocks_a_piece)); });
    }

private:
    index pieces() const { return (n_ + block * blocks_a_piece - 1) / (block * blocks_a_piece); }

    /// M^−½ of the matrix whose pairs these are.
    Matrix3 weights_of(const double* pairs) const {
        const auto of = [&](index k) { return pairs[k * block]; };
        if (per_ == 1) {
            return {{{1 / std::sqrt(of(0)), 0, 0}, {}, {}}};
        }
        const Eigen3 eigen = symmetric_eigen(Matrix3{{{of(0), of(1), of(2)}, {0, of(3), of(4)}, {0, 0, of(5)}}});
        if (equal_) {
            double mean = 0;
            for (const double v : eigen.values) {
                mean += std::sqrt(std::max(v, 0.0)) / 3;
            }
            return {{{1 / mean, 0, 0}, {0, 1 / mean, 0}, {0, 0, 1 / mean}}};
        }
        const double least = silent * *std::ranges::max_element(eigen.values);
        return function_of(eigen, [&](double v) { return v > least ? 1 / std::sqrt(v) : 0; });
    }

    /// The weights of a source, with its prior on top, which the iteration would undo.
    void set(index s, const Matrix3& weights) {
        for (index a = 0; a < per_; ++a) {
            for (index b = 0; b < per_; ++b) {
                const double prior =
                    std_[static_cast<std::size_t>(s * per_ + a)] * std_[static_cast<std::size_t>(s * per_ + b)];
                values_[static_cast<std::size_t>((s * per_ + a) * per_ + b)] =
                    weights[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] * prior;
            }
        }
    }

    Array<double, 2> gain_;
    index per_;
    bool equal_;
    std::vector<double> std_;
    index n_;
    std::vector<double> values_;
};

/// A root of (products + λ²)⁻¹ on the components that noise has: triangular where it has all, and is no singular
/// matrix; otherwise along eigenvectors.
PackedRoot inverse_root(const Array<double, 2>& products, index rank, double lambda2) {
    const index n = products.extent(0);
    if (rank >= n) {
        Array<double, 2> loaded = products;
        for (index i = 0; i < n; ++i) {
            loaded(i, i) += lambda2;
        }
        if (const auto root = numerics::triangular_inverse_root(std::move(loaded))) {
            return {*root, true};
        }
    }
    const auto eigen = numerics::symmetric_eigen(products);
    std::vector<index> order(static_cast<std::size_t>(n));
    for (index k = 0; k < n; ++k) {
        order[static_cast<std::size_t>(k)] = k;
    }
    const auto size = [&](index k) { return std::abs(eigen.values[static_cast<std::size_t>(k)]); };
    std::ranges::sort(order, [&](index a, index b) { return size(a) > size(b); });
    rank = std::min(rank, n);
    Array<double, 2> out({rank, n});
    for (index k = 0; k < rank; ++k) {
        const index at = order[static_cast<std::size_t>(k)];
        const double scale = size(at) > 0 ? 1 / std::sqrt(size(at) + lambda2) : 0;
        for (index i = 0; i < n; ++i) {
            out(k, i) = scale * eigen.vectors(i, at);
        }
    }
    return {out, false};
}

double change(const std::vector<double>& now, const std::vector<double>& before) {
    double apart = 0, size = 0;
    for (std::size_t k = 0; k < now.size(); ++k) {
        apart += (now[k] - before[k]) * (now[k] - before[k]);
        size += before[k] * before[k];
    }
    return std::sqrt(apart / size);
}

}  // namespace

void weigh_by_eloreta(InverseOperator& inverse, double lambda2, const EloretaOptions& options) {
    require(
        !inverse.leads_weighted,
        "the leads hold weights of eLORETA already: take an inverse operator that was not prepared");
    require(options.eps > 0, "eps must be > 0; got ", options.eps);
    require(options.max_iter >= 0, "max_iter must be >= 0; got ", options.max_iter);
    const index rank = rank_of(inverse), columns = inverse.leads->extent(0), per = inverse.free() ? 3 : 1;
    index r = 0;
    while (r < std::ssize(inverse.sing) && inverse.sing[static_cast<std::size_t>(r)] > 0) {
        ++r;
    }
    r = std::max<index>(r, 1);
    // The gain as sensors see it, rotated: without the source covariance, with the prior of orientations.
    std::vector<double> prior_std(static_cast<std::size_t>(columns), 1.0);
    for (std::size_t c = 0; c < inverse.orient_prior.size(); ++c) {
        prior_std[c] = std::sqrt(inverse.orient_prior[c]);
    }
    const index sources = columns / per, width = Weights::columns(sources, per);
    const auto gain_of = [&](bool with_prior) {
        Array<double, 2> gain({r, width});
        parallel_for((columns + 63) / 64, [&](index b) {
            for (index c = 64 * b; c < std::min(columns, 64 * (b + 1)); ++c) {
                const index to = Weights::column(c / per, c % per, per);
                const double* lead = inverse.leads->data() + c * inverse.leads->extent(1);
                const double scale = (with_prior ? prior_std[static_cast<std::size_t>(c)] : 1) /
                                     std::sqrt(inverse.source_cov[static_cast<std::size_t>(c)]);
                for (index k = 0; k < r; ++k) {
                    gain(k, to) = lead[k] * inverse.sing[static_cast<std::size_t>(k)] * scale;
                }
            }
        });
        return gain;
    };
    const bool equal = options.force_equal || per == 1;
    Weights weights(gain_of(true), sources, per, equal, prior_std);
    Array<double, 2> products = weights.normalise(rank);
    bool converged = false;
    for (int k = 0; k < options.max_iter && !converged; ++k) {
        check_interrupt();
        const std::vector<double> before = weights.values();
        weights.update(inverse_root(products, rank, lambda2));
        products = weights.normalise(rank);
        const double delta = change(weights.values(), before);
        converged = delta < options.eps;
        if (converged) {
            log(LogLevel::info, "        Converged on iteration " + text_of(k) + " (" + formatted("%.2g", delta) +
                                    " < " + formatted("%.2g", options.eps) + ")");
        }
    }
    if (!converged) {
        warn("weights of eLORETA still change by more than eps=" + formatted("%g", options.eps) +
             " after the last step: raise max_iter in method_params");
    }
    // From here on without the prior in the gain, which the weights hold.
    Weights final_weights = weights.with(gain_of(false));
    final_weights.normalise(rank);
    Array<double, 2> weighted({r, width});
    final_weights.for_pieces([&](index, index begin, index end) {
        Array<double, 2> half({r, block * per});
        for (index b = begin; b < end; ++b) {
            final_weights.times_root(b, half);
            for (index c = 0; c < r; ++c) {
                std::copy_n(half.data() + c * block * per, block * per, weighted.data() + c * width + b * block * per);
            }
        }
    });
    numerics::WideSvd parts = numerics::wide_svd(weighted);
    const index n = inverse.fields.extent(0);
    Array<double, 2> fields({n, inverse.fields.extent(1)});
    numerics::gemm(true, false, r, fields.extent(1), r, 1.0, parts.U.data(), r, inverse.fields.data(),
                   inverse.fields.extent(1), 0.0, fields.data(), fields.extent(1));
    for (index k = r; k < n; ++k) {
        std::copy_n(inverse.fields.data() + k * fields.extent(1), fields.extent(1),
                    fields.data() + k * fields.extent(1));
    }
    auto leads = std::make_shared<Array<double, 2>>(Array<double, 2>::Extents{columns, n});
    final_weights.for_pieces([&](index, index begin, index end) {
        for (index s = begin * block; s < std::min(sources, end * block); ++s) {
            const Matrix3 root = final_weights.root(s);
            for (index a = 0; a < per; ++a) {
                double* to = leads->data() + (s * per + a) * n;
                for (index b = 0; b < per; ++b) {
                    const double w = root[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
                    const double* from = parts.V.data() + Weights::column(s, b, per) * r;
                    for (index k = 0; w != 0 && k < r; ++k) {
                        to[k] += w * from[k];
                    }
                }
            }
        }
    });
    inverse.fields = std::move(fields);
    inverse.leads = std::move(leads);
    std::ranges::fill(inverse.sing, 0.0);
    std::ranges::copy(parts.s, inverse.sing.begin());
    inverse.leads_weighted = true;
    // Weights of three directions are no longer a number for each column.
    std::ranges::fill(inverse.source_cov, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace ranvier::meeg
